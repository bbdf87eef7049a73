import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { marked, type Token, type Tokens } from 'marked';
import { afterAll, describe, expect, test } from 'vitest';
import { judge } from '../../guarantee/judge.ts';
import { numberOf } from '../asked-exercise.ts';
import { exercises, findExercise, ROOT } from '../catalog.ts';
import { findChromium } from '../find-chromium.ts';
import { command } from '../command.ts';
import { findMistake, toLookFor } from '../known-mistakes.ts';
import { filledIn, leavesOut } from './filled-in.ts';
import { catcherOf, mistakesOf } from './mistakes-of.ts';

const documents = ['.', 'exercises', 'solutions', 'harness', 'slides'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => file.endsWith('.md')),
);

const all = documents.map((file) => {
  const tokens: Token[] = [];
  marked.walkTokens(marked.lexer(read(file)), (token) => {
    tokens.push(token);
  });
  return { file, tokens };
});

describe('links lead to files and headings that exist', () => {
  const links = all.flatMap(({ file, tokens }) =>
    tokens
      .filter((token): token is Tokens.Link => token.type === 'link')
      .filter(({ href }) => !/^[a-z]+:/.test(href))
      .map(({ href }) => [file, href] as const),
  );

  test.each(links)('%s: %s', (file, href) => {
    const [path = '', anchor = ''] = href.split('#');
    const target = path === '' ? file : join(dirname(file), path);
    expect(existsSync(join(ROOT, target))).toBe(true);
    expect(['', ...headingsOf(target)]).toContain(anchor);
  });
});

/** A folder with one solution in it: those of all exercises would take long. */
const aSolution = mkdtempSync(join(tmpdir(), 'solutions '));
cpSync(join(ROOT, 'solutions', '01-lamport-clock'), join(aSolution, '01-lamport-clock'), {
  recursive: true,
});
afterAll(() => rmSync(aSolution, { recursive: true, force: true }));

describe('every command that a document names runs', () => {
  const named = [...new Set(all.flatMap(({ tokens }) => tokens.flatMap(commandsIn)))].toSorted();

  test('about exercises that there are', () => {
    const numbers = exercises().map(numberOf);
    for (const line of named) {
      const [number = numbers[0]] = NUMBER.exec(line) ?? [];
      expect(numbers, line).toContain(number);
    }
  });

  // One exercise of each command stands for all: they differ in their tests, not in how it is understood.
  const first = new Map(named.toReversed().map((line) => [line.replace(NUMBER, 'NN'), line]));

  test.for([...first.values()])('%s', (line, { skip }) => {
    if (line.includes('--pdf') && findChromium() === undefined) skip('no Chromium on this machine');
    const args = argumentsOf(line);
    const { exitCode, stdout, stderr } = command(args);
    // A verdict that is no pass is an answer; a command that was not understood is none.
    expect(stderr).toBe('');
    expect(stdout).not.toBe('');
    expect([0, 1]).toContain(exitCode);
  });
});

describe('what a document projects with `npm run mistake`', () => {
  const shown = all.flatMap(({ file, tokens }) =>
    tokens.flatMap(linesIn).flatMap((line) => {
      const [, number, words = ''] = MISTAKE.exec(line) ?? [];
      return number === undefined ? [] : [{ file, number, words }];
    }),
  );

  test.each(shown)('$file: $number $words', async ({ number, words }) => {
    const exercise = findExercise(number);
    if (words !== '') await findMistake(exercise, words);
  });

  test.each(exercises())(
    'the notes of deck $id name both mistakes to look for',
    async (exercise) => {
      const number = numberOf(exercise);
      const own = shown.filter(({ file }) => file.startsWith(join('slides', `${number}-`)));
      const found = await Promise.all(
        own
          .filter((each) => each.number === number && each.words !== '')
          .map(({ words }) => findMistake(exercise, words)),
      );
      expect(found.map(({ title }) => title)).toEqual(
        expect.arrayContaining([...toLookFor(exercise)]),
      );
    },
  );
});

test.for(documents)('%s speaks of exercises that exist', (file) => {
  const numbers = exercises().map(numberOf);
  for (const [what, listed = ''] of read(file).matchAll(EXERCISES)) {
    for (const number of listed.match(/\d\d/g) ?? []) expect(numbers, what).toContain(number);
  }
});

test('the README lists the exercises, their minutes and their patterns', () => {
  const rows = all
    .filter(({ file }) => file === 'README.md')
    .flatMap(({ tokens }) => tokens)
    .filter((token): token is Tokens.Table => token.type === 'table')
    .flatMap(({ rows }) => rows.map((row) => row.map(({ text }) => text)))
    .filter(([first = '']) => first.includes('(exercises/'));
  expect(rows).toEqual(
    exercises().map(({ id, title, minutes, pattern }) => [
      `[${id.slice(0, 2)} ${title}](exercises/${id}/README.md)`,
      String(minutes),
      pattern,
    ]),
  );
});

describe('a story in a document is what the screen says', async () => {
  const stories = documents.flatMap((file) =>
    [...read(file).matchAll(STORY)].map(([block, exercise = '', mistake = '', text = '']) => ({
      file,
      exercise,
      mistake,
      text,
      block,
    })),
  );

  test.for(stories)('$file: $mistake', async ({ file, exercise, mistake, text, block }) => {
    const story = await storyOf(exercise, mistake);
    // What to leave out is for a person to say.
    const update = process.env['KATA_UPDATE'] !== undefined && !leavesOut(text.trimEnd());
    // The block ends with its text and three backticks.
    const head = block.slice(0, block.length - text.length - 3);
    if (update) replaceIn(file, block, `${head}${story.trimEnd()}\n\`\`\``);
    const quoted = filledIn(text.trimEnd(), story.trimEnd());
    expect(update ? story.trimEnd() : quoted, REFRESH).toBe(story.trimEnd());
  });

  test('there are some', () => {
    expect(stories.length).toBeGreaterThan(0);
  });
});

/** By exercise and mistake: a test file is only loaded once, however many documents quote it. */
const told = new Map<string, string>();

async function storyOf(exercise: string, mistake: string): Promise<string> {
  const key = `${exercise}, ${mistake}`;
  const known = told.get(key);
  if (known !== undefined) return known;
  const found = exercises().find(({ id }) => id === exercise);
  if (found === undefined) throw new Error(`there is no exercise ${exercise}`);
  const made = (await mistakesOf(found))[mistake];
  if (made === undefined) throw new Error(`there is no mistake '${mistake}' in ${exercise}`);
  const { story } = judge(await catcherOf(found, made));
  told.set(key, story);
  return story;
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function replaceIn(file: string, before: string, after: string): void {
  const text = read(file).replace(before, () => after);
  writeFileSync(join(ROOT, file), text);
}

function headingsOf(file: string): readonly string[] {
  if (!file.endsWith('.md')) return [];
  return marked
    .lexer(read(file))
    .filter((token): token is Tokens.Heading => token.type === 'heading')
    .map(({ text }) =>
      text
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replace(/\s/g, '-'),
    );
}

/** Each line of code that is typed into a shell. */
function linesIn(token: Token): readonly string[] {
  const isShell = token.type === 'code' && token.lang === 'sh';
  if (token.type !== 'codespan' && !isShell) return [];
  return (token as Tokens.Code).text.split(/\n|&&/).map((line) => line.trim());
}

/**
 * `npm …` in code, but for what installs, measures or checks: that is run by whoever runs this. What
 * changes somebody's files, and what takes long, is run by the tests of that command.
 */
function commandsIn(token: Token): readonly string[] {
  return linesIn(token)
    .filter((line) =>
      /^npm (?!ci( .*)?$|(-s )?run (verify|bench|format|replay|(reset|catch-up|mistake) .*|diff .*--stub|grade -- .*|soak .*)$)/.test(
        line,
      ),
    )
    .filter((line) => !line.includes('…'));
}

function argumentsOf(line: string): readonly string[] {
  const words = line.split(/\s+/).filter((word) => word !== '--' && word !== '-s');
  const args = words.slice(words[1] === 'run' ? 2 : 1);
  if (args[0] === 'slides') args.push('--once', '--port', '8100');
  if (args[0] === 'lab' && args.length > 1) args.push('--runs', '1');
  // A lab measures one exercise, and that one is not in the folder.
  if (args[0] === 'lab') return args;
  return args.map((arg) => (/^(\.\.\/|\.kata\/|solutions$)/.test(arg) ? aSolution : arg));
}

const NUMBER = /\b\d\d\b/;
/**
 * One number or a list: `exercise 04`, `exercises 05, 06 and 10`, also where a line ends in between;
 * and without the word what begins with a nought, `in 04 and 10`, but no time of day, no date and no fraction.
 */
const EXERCISES =
  /(?:\bexercises?\s+|(?<![\w:.,–/-])(?=0))(\d\d(?:(?:,|,?\s+(?:and|or|to))\s+\d\d)*)(?![\w:.–/-]*\d)/gi;
/** `npm run mistake NN`, then the words of a title, then options of its own. */
const MISTAKE = /^npm run mistake (\d\d)(?: (?!-)(.*?))?(?: -- .*)?$/;
/** `<!-- story: exercise, mistake -->` above a code block. */
const STORY = /<!-- story: ([\w-]+), ([^>]+?) -->\s*```\w*\n(.*?)```/gs;
const REFRESH =
  'the story has changed: read it as prose, then run this test with KATA_UPDATE=1, or cut it anew by hand if a line with … leaves something out';
