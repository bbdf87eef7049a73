import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import MagicString from 'magic-string';
import { normalizePath, type Plugin } from 'vite';
import type {} from 'vitest/config';
import { cannotLoad } from '../guarantee/attempted.ts';
import { applyMistake, type Edit } from '../guarantee/mistakes.ts';
import { type Node, parse, safeCode, visit } from './safe-code.ts';

const ROOT = normalizePath(fileURLToPath(new URL('../../', import.meta.url)));
const HARNESS = `${ROOT}harness/index.ts`;
const ATTEMPTED = `${ROOT}harness/guarantee/attempted.ts`;

/** The folder beside a solution with other right ones: they hold the tests to what they promise. */
export const ALSO_RIGHT = 'also-right';

/** The environment variable that names the folder whose `NN-name/` folders are tested instead. */
export const FROM = 'KATA_FROM';

/**
 * The vitest plugin that lets one test file serve everybody's code: it points the test's import of
 * `./lamport-clock.ts` at the stub, at the folder in FROM, at the solution (`?from=…` behind the
 * test's path), at the solution with a mistake in it (`?edit=…`) or at another right one (`?also=…`).
 *
 * It also makes the code under test safe to run: every turn of a loop is counted, nothing but the
 * harness can be imported, and a file that does not load fails each guarantee, not the whole run.
 */
export function attempt(): Plugin[] {
  const attempts = new Set<string>();
  return [
    {
      name: 'kata:attempt',
      enforce: 'pre',
      configureVitest({ experimental_defineCacheKeyGenerator: define }) {
        // Of what is kept between runs (see run.ts) nothing may depend on whose code is tested.
        define(({ id }) => (id.startsWith(`${ROOT}harness/`) ? undefined : false));
      },
      resolveId(source, importer) {
        if (source === '#harness') return HARNESS;
        const test = importer === undefined ? undefined : testIn(importer);
        if (test === undefined || source !== `./${test.name}.ts`) return undefined;
        const id = fileUnderTest(test);
        attempts.add(id);
        return id;
      },
      load(id) {
        if (!attempts.has(id)) return undefined;
        if (!existsSync(pathOf(id))) throw cannotLoad(missing(pathOf(id)), pathOf(id));
        const edits = new URLSearchParams(queryOf(id)).get('edit');
        if (edits === null) return undefined;
        return applyMistake(readFileSync(pathOf(id), 'utf8'), {
          edit: JSON.parse(edits) as Edit[],
        });
      },
      transform(code, id) {
        if (!attempts.has(id)) return undefined;
        const text = safeCode(code, pathOf(id));
        if (!text.hasChanged()) return undefined;
        return { code: text.toString(), map: text.generateMap({ hires: true, source: id }) };
      },
    },
    {
      name: 'kata:test',
      enforce: 'post',
      transform(code, id) {
        const test = testIn(id);
        if (test === undefined) return undefined;
        const text = new MagicString(code);
        visit(parse(code, `${test.name}.js`), (node) => {
          importLazily(text, node, `./${test.name}.ts`);
          nameForEditors(text, node);
        });
        const lazily = `import { attempted as $attempted } from ${JSON.stringify(ATTEMPTED)};`;
        text.prepend(`${lazily} ${EDITOR_NAMES}`);
        return { code: text.toString(), map: text.generateMap({ hires: true, source: id }) };
      },
    },
  ];
}

interface TestFile {
  readonly exercise: string;
  readonly name: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The test file of an exercise that an id stands for, if it does. */
function testIn(id: string): TestFile | undefined {
  const path = pathOf(id);
  if (!path.startsWith(`${ROOT}exercises/`) || !path.endsWith('.test.ts')) return undefined;
  const query = new URLSearchParams(queryOf(id));
  return { exercise: basename(dirname(path)), name: basename(path, '.test.ts'), path, query };
}

function fileUnderTest({ exercise, name, path, query }: TestFile): string {
  const edit = query.get('edit');
  const also = query.get('also');
  const solutions = join(ROOT, 'solutions');
  if (also !== null) return normalizePath(join(solutions, exercise, ALSO_RIGHT, also));
  if (edit !== null) {
    const solution = normalizePath(join(solutions, exercise, `${name}.ts`));
    return `${solution}?${new URLSearchParams({ edit })}`;
  }
  const from = query.get('from') ?? process.env[FROM];
  if (from === undefined || from === '') return normalizePath(join(dirname(path), `${name}.ts`));
  return normalizePath(join(resolve(ROOT, from), exercise, `${name}.ts`));
}

function pathOf(id: string): string {
  return id.split('?')[0] as string;
}

function queryOf(id: string): string {
  return id.split('?').slice(1).join('?');
}

function missing(path: string): string {
  const own = path.startsWith(`${ROOT}exercises/`);
  const back = own ? ` The stub comes back with: git checkout -- ${path.slice(ROOT.length)}` : '';
  return `${basename(path)} is not there.${back}`;
}

// ── What is changed in a test file ───────────────────────────────────────────────────────────────

/** `import { A } from './a.ts'` → `const { A } = await …`: if it fails, each guarantee says so. */
function importLazily(text: MagicString, node: Node, file: string): void {
  if (node.type !== 'ImportDeclaration' || (node.source as Node).value !== file) return;
  const specifiers = node.specifiers as { imported: { name: string }; local: { name: string } }[];
  const names = specifiers.map(({ imported }) => JSON.stringify(imported.name));
  const locals = specifiers.map(({ imported, local }) => `${imported.name}: ${local.name}`);
  const load = `() => import(${JSON.stringify(file)})`;
  text.overwrite(
    node.start,
    node.end,
    `const { ${locals.join(', ')} } = await $attempted(${load}, [${names.join(', ')}], ${JSON.stringify(file.slice(2))});`,
  );
}

/** Editors find tests by the names of calls, and know only those that end in `Test`. */
function nameForEditors(text: MagicString, node: Node): void {
  const callee = node.type === 'CallExpression' ? (node.callee as Node) : undefined;
  if (callee?.type !== 'Identifier' || !KINDS.includes(callee.name as string)) return;
  text.appendLeft(callee.end, 'Test');
}

const KINDS = ['example', 'safety', 'liveness', 'exhaustive'];
const EDITOR_NAMES = [
  `import { ${KINDS.map((kind) => `${kind} as $${kind}`).join(', ')} } from ${JSON.stringify(HARNESS)};`,
  ...KINDS.map((kind) => `const ${kind}Test = $${kind};`),
].join(' ');
