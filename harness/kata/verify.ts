import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Table from 'cli-table3';
import { BaseSequencer, createVitest, type TestCase, type TestSpecification } from 'vitest/node';
import { ROOT } from './catalog.ts';
import { findChromium } from './find-chromium.ts';
import { NO_BORDERS } from './screen.ts';

/**
 * `npm run verify`: types, lint and format, then the tests of the harness, the gates of the exercises
 * among them. The last line counts them all.
 */
export async function verify(): Promise<number> {
  const tools = TOOLS.map(({ name, script, args }) => {
    const { status } = spawnSync(process.execPath, [join(ROOT, script), ...args], {
      cwd: ROOT,
      stdio: 'inherit',
    });
    process.stdout.write(`${status === 0 ? '✓' : '✗'} ${name}\n`);
    return status === 0;
  });
  const tests = await runTests();
  printFigures(tests);
  if (findChromium() === undefined) process.stdout.write(NO_BROWSER);
  const outcomes = [...tools, ...tests.map((test) => test.ok())];
  const failed = outcomes.filter((good) => !good).length;
  const skipped = tests.filter((test) => test.result().state === 'skipped').length;
  const skips = skipped === 0 ? '' : `, ${skipped} skipped`;
  process.stdout.write(`${outcomes.length - failed - skipped} passed, ${failed} failed${skips}\n`);
  return failed === 0 && tests.length > 0 ? 0 : 1;
}

async function runTests(): Promise<readonly TestCase[]> {
  const vitest = await createVitest('test', {
    root: ROOT,
    project: ['harness'],
    watch: false,
    reporters: ['default'],
    sequence: { sequencer: SlowFirst },
  });
  const { unhandledErrors, testModules } = await vitest.start();
  await vitest.close();
  if (unhandledErrors.length > 0) throw new Error(UNHANDLED, { cause: unhandledErrors[0] });
  const broken = testModules.filter((module) => module.errors().length > 0);
  if (broken.length > 0)
    throw new Error(`${broken.map((module) => module.moduleId).join(', ')} did not load`);
  return testModules.flatMap((module) => [...module.children.allTests()]);
}

/** What runs many exercises or commands begins first, so that no core is left alone with it at the end. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      SLOW.findLastIndex((folder) => moduleId.replaceAll('\\', '/').includes(folder));
    return files.toSorted((a, b) => rank(b) - rank(a) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** What each mistake took to be caught: a test leaves its figure in its meta. */
function printFigures(tests: readonly TestCase[]): void {
  const rows = tests.flatMap((test) => {
    const { figures } = test.meta() as { figures?: readonly string[] };
    return figures === undefined ? [] : [figures];
  });
  const table = new Table({
    head: ['mistake', 'caught by', 'runs', 'shrunk', 'story', 'ms'],
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
    colWidths: [32, 22, 6, 9, 6, 6],
    wordWrap: true,
  });
  table.push(...rows.map((row) => [...row]));
  process.stdout.write(`\n${table.toString().replaceAll(/ +$/gm, '')}\n\n`);
}

/** The slowest last. */
const SLOW = ['/harness/check/', '/harness/kata/', '/harness/kata/gates/'];
const TOOLS = [
  { name: 'types', script: 'node_modules/typescript/bin/tsc', args: ['-p', '.'] },
  { name: 'lint', script: 'node_modules/oxlint/bin/oxlint', args: ['--deny-warnings'] },
  {
    name: 'format',
    script: 'node_modules/prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '.'],
  },
];
const NO_BROWSER =
  'Skipped: slides, scenes and the page of a trace in a real browser; there is none here.\nNext: sudo apt-get install chromium, or name one in KATA_CHROMIUM\n\n';
const UNHANDLED = 'an error was thrown that no test caught';
