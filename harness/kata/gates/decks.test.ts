import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deck } from '../../../slides/deck.ts';
import { exercises, ROOT } from '../catalog.ts';

const decks = readdirSync(join(ROOT, 'slides'))
  .filter((file) => /^\d\d-.*\.md$/.test(file))
  .map((file) => ({ file: `slides/${file}`, number: file.slice(0, 2) }));

test('each exercise has one deck, with its number', () => {
  expect(decks.map(({ number }) => number)).toEqual(exercises().map(({ id }) => id.slice(0, 2)));
});

describe.each(decks)('$file', ({ file, number }) => {
  const { slides } = deck(read(file));
  const minutes = slides.map(({ notes = '' }) => {
    const [, from, to] = MINUTES.exec(notes) ?? [];
    return { from: Number(from), to: Number(to) };
  });

  test('says of each slide when it is shown: its notes begin with the minutes', () => {
    let now = 0;
    for (const [at, { from, to }] of minutes.entries()) {
      expect(from, `slide ${at + 1} begins when the one before it ends`).toBe(now);
      expect(to, `slide ${at + 1} does not end before it begins`).toBeGreaterThanOrEqual(from);
      now = to;
    }
  });

  test('comes to the questions when the minutes of the exercise are over', () => {
    const exercise = exercises().find(({ id }) => id.startsWith(number));
    const questions = slides.findIndex(({ text }) => text.includes('\n## Questions'));
    const first = slides.findIndex(({ text }) => text.includes(`npm test ${number}`));
    expect(first, 'a slide says how to run the tests').toBeGreaterThan(-1);
    expect(questions, 'a slide has the heading Questions').toBeGreaterThan(first);
    // The deck 00 begins with the welcome, which is no part of the exercise.
    const start = number === '00' ? WELCOME_MINUTES : 0;
    expect(minutes[questions]?.from).toBe(start + (exercise?.minutes ?? 0));
  });

  test('asks the questions of the README under their numbers, and gives each its minutes', () => {
    const { id = '' } = exercises().find((each) => each.id.startsWith(number)) ?? {};
    const at = slides.findIndex(({ text }) => text.includes('\n## Questions'));
    const { text = '', notes = '' } = slides[at] ?? {};
    // A question that has a slide of its own has its number in the heading.
    const before = slides.flatMap((slide) => /^## Question (\d):/m.exec(slide.text)?.[1] ?? []);
    const listed = numbersIn(text);
    const timed = [...notes.matchAll(/\*\*(\d)\*\* \((\d+) min\)/g)];
    expect([...before, ...listed]).toEqual(questionsIn(`exercises/${id}/README.md`, 'Questions'));
    expect([...before, ...listed]).toEqual(
      questionsIn(`solutions/${id}/NOTES.md`, 'The questions'),
    );
    expect(timed.map(([, question]) => question)).toEqual(listed);
    const { from = 0, to = 0 } = minutes[at] ?? {};
    expect(timed.reduce((sum, [, , each]) => sum + Number(each), 0)).toBe(to - from);
  });

  test('names a source on every slide that has a date or something measured', () => {
    const unsourced = slides
      .map(({ text }) => text)
      .filter((text) => FIGURE.test(proseOf(text)) && !text.includes('class="source"'));
    expect(unsourced).toEqual([]);
  });
});

describe('code on a slide is the code in the file', () => {
  const quoted = decks.flatMap(({ file }) =>
    [...read(file).matchAll(CODE)].map(([block, path = '', from = '', to = '', text = '']) => ({
      file,
      block,
      path,
      from,
      to,
      text,
    })),
  );

  test.for(quoted)('$file: $path, $from', ({ file, block, path, from, to, text }) => {
    const lines = linesOf(path, from, to);
    const update = process.env['KATA_UPDATE'] !== undefined;
    if (update) {
      const head = block.slice(0, block.length - text.length - 3);
      writeFileSync(
        join(ROOT, file),
        read(file).replace(block, () => `${head}${lines}\n\`\`\``),
      );
    }
    expect(update ? lines : text.trimEnd(), REFRESH).toBe(lines);
  });

  test('there is some', () => {
    expect(quoted.length).toBeGreaterThan(0);
  });
});

/**
 * The lines of a file from the first that holds a text to the next that reads like another one, as far
 * to the right as the first or as it is given; without what all of them are indented by.
 */
function linesOf(path: string, from: string, to: string): string {
  const lines = read(path).split('\n');
  const first = lines.findIndex((line) => line.includes(from));
  const indent = indentOf(lines[first] ?? '');
  const last = lines.findIndex(
    (line, at) => at >= first && (line === ' '.repeat(indent) + to || line === to),
  );
  if (first < 0 || last < 0) throw new Error(`${path} has no lines from "${from}" to "${to}"`);
  const found = lines.slice(first, last + 1);
  const least = Math.min(...found.filter((line) => line !== '').map(indentOf));
  return found.map((line) => line.slice(least)).join('\n');
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

/** The numbers of the list under a heading of a document. */
function questionsIn(file: string, heading: string): readonly string[] {
  const [, section = ''] = read(file).split(`\n## ${heading}\n`);
  return numbersIn(section.split('\n## ')[0] ?? '');
}

function numbersIn(text: string): readonly string[] {
  return [...text.matchAll(/^(\d)\. /gm)].map(([, number = '']) => number);
}

/** What is said on a slide: not what the harness printed, nor where a fact comes from. */
function proseOf(text: string): string {
  return text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/<!--[^]*?-->/g, '');
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

const WELCOME_MINUTES = 15;
const MINUTES = /^Minutes (\d+)–(\d+)\./;
/** A year, a part of a hundred, or a number with a unit. */
const FIGURE = /\b(?:19|20)\d\d\b|\d ?%|\d (?:ms|µs|seconds|hours|states|runs|schedules)\b/;
/** `<!-- code: file, from "…" to "…" -->` above a code block. */
const CODE = /<!-- code: (\S+), from "([^"]+)" to "([^"]+)" -->\s*```\w*\n(.*?)```/gs;
const REFRESH = 'the code has changed: read it as a slide, then run this test with KATA_UPDATE=1';
