import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSync } from 'vite';
import { collect } from './guarantee/guarantee.ts';

/**
 * The examples in the docstrings of the harness are part of it: each becomes a module of its own, is
 * type-checked as strictly as everything else, and run. A line `what; // → value` has to be true.
 */

const root = fileURLToPath(new URL('../', import.meta.url));
const sources = readdirSync(join(root, 'harness'), { recursive: true, encoding: 'utf8' })
  .map((file) => `harness/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
const examples = sources.flatMap((file) =>
  examplesIn(file, readFileSync(join(root, file), 'utf8')),
);

interface Example {
  /** Where it begins. */
  readonly place: string;
  readonly file: string;
  readonly code: string;
}

function examplesIn(file: string, source: string): readonly Example[] {
  return [...source.matchAll(/^ *\* ```ts\n((?: *\*.*\n)*?) *\* ```$/gm)].map((found) => ({
    place: `${file}:${source.slice(0, found.index).split('\n').length}`,
    file,
    code: (found[1] as string).replace(/^ *\* ?/gm, ''),
  }));
}

/** The example as a module: what it uses of its own folder and of `#harness` is imported for it. */
function moduleOf({ file, code }: Example): string {
  const taken = new Set<string>();
  const imports = (from: string, source: string): string => {
    const used = exportsOf(from).filter(
      ({ name }) => !taken.has(name) && new RegExp(`\\b${name}\\b`).test(code),
    );
    // What is not needed is not even loaded: the script of a page runs nowhere else.
    if (used.length === 0) return '';
    for (const { name } of used) taken.add(name);
    return `import { ${used.map(specifier).join(', ')} } from '${source}';`;
  };
  const folder = file.slice(0, file.lastIndexOf('/'));
  const beside = sources.filter((other) => other.startsWith(`${folder}/`) && other !== file);
  return [
    `import { expect as $expect } from 'vitest';`,
    `import { show as $show } from '#harness';`,
    imports(file, `../../${file}`),
    imports('harness/index.ts', '#harness'),
    ...beside.map((other) => imports(other, `../../${other}`)),
    withPromises(code),
  ].join('\n');
}

/** Turns each `what; // → value` into an expectation. */
function withPromises(code: string): string {
  const { program, comments } = parseSync('example.ts', code);
  return comments
    .filter(({ value }) => value.startsWith(' → '))
    .reduceRight((text, comment) => {
      const what = program.body.findLast(({ end }) => end <= comment.start);
      if (what?.type !== 'ExpressionStatement')
        throw new Error(`no value before //${comment.value}`);
      const { start, end } = what.expression;
      const value = JSON.stringify(comment.value.slice(' → '.length));
      const expectation = `$expect($show(${code.slice(start, end)})).toBe(${value});`;
      return text.slice(0, start) + expectation + text.slice(comment.end);
    }, code);
}

interface Name {
  readonly name: string;
  readonly isType: boolean;
}

function specifier({ name, isType }: Name): string {
  return isType ? `type ${name}` : name;
}

function exportsOf(file: string): readonly Name[] {
  const { module } = parseSync(file, readFileSync(join(root, file), 'utf8'));
  return module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName, isType }) =>
      exportName.name === null ? [] : [{ name: exportName.name, isType }],
    ),
  );
}

describe('the examples in docstrings', () => {
  mkdirSync(join(root, '.kata'), { recursive: true });
  const folder = mkdtempSync(join(root, '.kata', 'docs-'));
  const fileOf = ({ place }: Example): string => join(folder, `${place.replace(/\W/g, '-')}.ts`);
  let complaints = '';

  beforeAll(() => {
    const config = { extends: join(root, 'tsconfig.json'), include: ['*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const example of examples) writeFileSync(fileOf(example), moduleOf(example));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false']);
    complaints = String(stdout);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(examples.map((example) => [example.place, example] as const))(
    '%s',
    async (_, example) => {
      const file = fileOf(example);
      const own = complaints.split('\n').filter((line) => line.includes(basename(file)));
      expect(own).toEqual([]);
      await collect(() => import(pathToFileURL(file).href));
    },
  );

  test('nothing else is the matter with them', () => {
    const names = examples.map((example) => basename(fileOf(example)));
    const others = complaints
      .split('\n')
      .filter((line) => !names.some((name) => line.includes(name)));
    expect(others.join('\n').trim()).toBe('');
  });

  test('there are some', () => {
    expect(examples.length).toBeGreaterThan(9);
  });
});

describe('an example that is wrong', () => {
  const source = (line: string): string =>
    `/**\n * Says hello.\n *\n * \`\`\`ts\n * ${line}\n * \`\`\`\n */\n`;

  test('is found at its line', () => {
    expect(examplesIn('harness/world/show.ts', `\n${source('show(3);')}`)).toEqual([
      { place: 'harness/world/show.ts:5', file: 'harness/world/show.ts', code: 'show(3);\n' },
    ]);
  });

  test('promises a value, and is held to it', () => {
    const [example] = examplesIn('harness/world/show.ts', source(`show('a'); // → '\\'a\\''`));
    expect(moduleOf(example!)).toContain(`$expect($show(show('a'))).toBe("'\\\\'a\\\\''");`);
    expect(moduleOf(example!)).toMatch(
      /^import \{ show \} from '\.\.\/\.\.\/harness\/world\/show\.ts';$/m,
    );
  });
});
