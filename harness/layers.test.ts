import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSync } from 'vite';

/**
 * The arrows of the design: what the sources of each layer may import beside their own layer. Without
 * Node in them, slides and the browser run world, faults, check, story and lab as they are.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'harness/world/': ['pure-rand/'],
  'harness/faults/': ['harness/world/', 'fast-check'],
  'harness/check/': ['harness/world/'],
  'harness/story/': ['harness/world/', 'harness/check/'],
  'harness/lab/': ['harness/story/'],
  'harness/guarantee/': [
    'harness/world/',
    'harness/faults/',
    'harness/check/',
    'harness/story/',
    'fast-check',
    'vitest',
  ],
  'harness/index.ts': [
    'harness/world/',
    'harness/faults/',
    'harness/check/',
    'harness/story/',
    'harness/guarantee/',
    'harness/lab/',
  ],
  'slides/': [
    'slides/',
    'harness/world/',
    'harness/faults/',
    'harness/check/',
    'harness/story/',
    'harness/guarantee/todo.ts',
    'solutions/',
    'reveal.js',
    'reveal.js/plugin/',
    // Whose file mine.ts loads, only the page's address tells.
    '?',
  ],
  // Attendees read these; beside the harness they need nothing but their own folder.
  'exercises/': ['#harness'],
  'solutions/': ['#harness'],
};

/** What a file imports and may not; a file outside all layers may import anything. */
function forbidden(file: string, code: string): readonly string[] {
  const layer = Object.keys(LAYERS).find((path) => file.startsWith(path));
  if (layer === undefined) return [];
  const own = layer.startsWith('harness/') ? layer : `${posix.dirname(file)}/`;
  return importsIn(file, code).filter((source) => {
    const target = source.startsWith('.') ? posix.join(posix.dirname(file), source) : source;
    return ![own, ...(LAYERS[layer] ?? [])].some((path) =>
      path.endsWith('/') ? target.startsWith(path) : target === path,
    );
  });
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Every module that a source names, types included; `?` if only running it would tell. */
function importsIn(file: string, code: string): readonly string[] {
  const { program, errors } = parseSync(file, code);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found: string[] = [];
  const visit = (node: Node): void => {
    if (IMPORTS.has(node.type) && node['source']) {
      found.push(String((node['source'] as { value?: unknown }).value ?? '?'));
    }
    for (const child of Object.values(node).flat()) {
      if (typeof child === 'object' && child !== null && 'type' in child) visit(child as Node);
    }
  };
  visit(program as unknown as Node);
  return found;
}

const IMPORTS = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

const root = new URL('../', import.meta.url);
const sources = ['harness', 'exercises', 'solutions', 'slides'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts'))
    // What a test of the harness needs is no arrow of the harness.
    .filter((file) => !(/^(harness|slides)\//.test(file) && file.endsWith('.test.ts'))),
);

describe('the arrows point one way', () => {
  test.each(sources)('%s', (file) => {
    expect(forbidden(file, readFileSync(new URL(file, root), 'utf8'))).toEqual([]);
  });

  test('every layer has sources', () => {
    const empty = Object.keys(LAYERS).filter(
      (layer) => !sources.some((file) => file.startsWith(layer)),
    );
    expect(empty).toEqual([]);
  });
});

describe('the checker can say no', () => {
  test.each<[file: string, code: string, refused: readonly string[]]>([
    ['harness/world/a.ts', `import { b } from './b.ts';`, []],
    ['harness/world/a.ts', `import { b } from '../faults/b.ts';`, ['../faults/b.ts']],
    ['harness/world/a.ts', `import type { B } from '../faults/b.ts';`, ['../faults/b.ts']],
    ['harness/world/a.ts', `export { b } from '../story/b.ts';`, ['../story/b.ts']],
    ['harness/world/a.ts', `export * from '../story/b.ts';`, ['../story/b.ts']],
    ['harness/world/a.ts', `export const a = 1;`, []],
    ['harness/world/a.ts', `type A = import('../check/b.ts').B;`, ['../check/b.ts']],
    ['harness/world/a.ts', `const a = await import('../check/b.ts');`, ['../check/b.ts']],
    ['harness/world/a.ts', `const a = (name: string) => import(name);`, ['?']],
    ['harness/world/a.ts', `import fs from 'node:fs';`, ['node:fs']],
    ['harness/world/a.ts', `import fs from 'fs';`, ['fs']],
    ['harness/world/a.ts', `import '../index.ts';`, ['../index.ts']],
    ['harness/faults/a.ts', `import fc from 'fast-check'; import 'vitest';`, ['vitest']],
    ['harness/story/a.ts', `import '../faults/plan.ts';`, ['../faults/plan.ts']],
    ['harness/guarantee/a.ts', `import '../kata/a.ts'; import 'vitest';`, ['../kata/a.ts']],
    ['harness/kata/a.ts', `import '../world/a.ts'; import 'node:fs';`, []],
    ['exercises/05-paxos/paxos.ts', `import { Process } from '#harness';`, []],
    ['exercises/05-paxos/paxos.test.ts', `import { Paxos } from './paxos.ts';`, []],
    ['exercises/05-paxos/paxos.ts', `import { test } from 'vitest';`, ['vitest']],
    [
      'exercises/05-paxos/paxos.ts',
      `import '../06-raft/raft.ts'; import '../../harness/world/a.ts';`,
      ['../06-raft/raft.ts', '../../harness/world/a.ts'],
    ],
    ['solutions/05-paxos/mistakes.ts', `import 'node:crypto';`, ['node:crypto']],
  ])('%s: %s', (file, code, refused) => {
    expect(forbidden(file, code)).toEqual(refused);
  });
});
