import { readFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type Lab, measureAll } from '../lab/lab.ts';
import { ROOT } from './catalog.ts';
import { copiedCheckout } from './copied-checkout.ts';

const exercise = '07-election-stall-lab';
// What is kept in .kata/ is that of a checkout: another test may measure in this one.
const checkout = copiedCheckout();
const folder = mkdtempSync(join(tmpdir(), 'a lab of mine '));
afterAll(() => {
  checkout.remove();
  rmSync(folder, { recursive: true, force: true });
});
const source = readFileSync(join(ROOT, 'solutions', exercise, 'election-stall-lab.ts'), 'utf8');

/** The solution with edits, in a folder of its own: `#harness` means nothing there. */
function attempt(name: string, ...edits: readonly (readonly [from: string, to: string])[]): string {
  let text = source;
  for (const [from, to] of edits) {
    expect(text).toContain(from);
    text = text.replace(from, () => to);
  }
  mkdirSync(join(folder, name, exercise), { recursive: true });
  writeFileSync(join(folder, name, exercise, 'election-stall-lab.ts'), text);
  return join(folder, name);
}

function lab(from: string, runs: number) {
  return checkout.told('lab', '07', '--from', from, '--runs', String(runs));
}

describe('npm run lab', () => {
  test('measures somebody’s file, draws it, and keeps the numbers', async () => {
    const { exitCode, stdout, stderr } = lab(attempt('good'), 2);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/78 runs in \d+ s of [\d,]+ virtual seconds, at [\d,]+ a second\./);
    expect(checkout.read('.kata', 'lab-07.svg')).toMatch(/^<svg .*<\/svg>\n$/s);

    // The same numbers as in one thread, in the same order.
    const rows = checkout.read('.kata', 'lab-07.csv').trim().split('\n').slice(1);
    const here = measureAll(await theLab(), 2);
    expect(rows).toEqual(
      here.flatMap(({ job, samples }) =>
        samples.map((sample, i) => {
          const cell = (column: string) => JSON.stringify(sample[column] ?? '');
          return [`"${job}",${i + 1}`, ...COLUMNS.map(cell)].join(',');
        }),
      ),
    );
  });

  test('shows what is not written yet as to do, and the rest all the same', () => {
    const from = attempt(
      'half',
      ["import { Process, type ProcessId } from '#harness';", IMPORTS],
      ['return !isTransfer && this.isLeaderAlive();', "return todo('1', 'ignore it');"],
    );
    const { exitCode, said } = lab(from, 1);
    expect(said).toMatch(/chain 1-2-3 \d+ \(\d+\) to do 1 100 \(0\) 100 \(0\) to do 1/);
    expect(said).toContain('Step 1 is still to do: ignore it. 14 of 39 measurements wait for it.');
    expect(exitCode).toBe(1);
  });

  test('says what was thrown, and where in whose file', () => {
    const from = attempt('bad', ["this.state = 'pre-candidate';", "throw new Error('oh no');"]);
    const { exitCode, said } = lab(from, 1);
    expect(said).toMatch(
      /chain 1-2-3, PreVote and \d+ more\. s3 stopped in timeout\(\): oh no \(\S*[^)]*bad\/07-election-stall-lab\/election-stall-lab\.ts:\d+:\d+\)/,
    );
    expect(exitCode).toBe(1);
  });

  test('says so if an exercise has none', () => {
    const { exitCode, said } = checkout.told('lab', '01');
    expect(said).toMatch(
      /^01-lamport-clock has no lab\. There are: 07-election-stall-lab.* Next: npm run lab $/,
    );
    expect(exitCode).toBe(2);
    expect(checkout.told('lab').said).toContain(' npm run lab 07 Election stall lab ');
  });
});

describe('the lab of election stalls', () => {
  /** Which cells are stable and which stall, as in the table of an independent model. */
  const expected: Readonly<Record<string, string>> = {
    'chain 1-2-3': 'changes stable stable stable stable',
    '{1,2,3} 4-2 5-3': 'changes stable stable stable stable',
    '{1,2,3} 4-2, 5 dead': 'stable stalls stalls stable stable',
    'quorum loss': 'stable stalls stalls stable stable',
    constrained: 'stalls stalls stalls stalls stalls',
    'deaf leader': 'stalls stalls stalls stable stable',
    'flapping 1-3': 'changes changes stable stable stable',
  };

  test('agrees with a second model', async () => {
    const results = measureAll(await theLab(), 3);
    const verdict = (job: string): string => {
      const { samples = [] } = results.find((result) => result.job === job) ?? {};
      const least = Math.min(...samples.map((sample) => Number(sample['usablePercent'])));
      const changes = Math.max(...samples.map((sample) => Number(sample['changes'])));
      return least < 1 ? 'stalls' : changes > 2 ? 'changes' : 'stable';
    };
    for (const [topology, row] of Object.entries(expected)) {
      const found = ['plain', 'sticky', 'PreVote', 'PreVote+CQ', 'all three'].map((variant) =>
        verdict(`${topology}, ${variant}`),
      );
      expect(`${topology}: ${found.join(' ')}`).toBe(`${topology}: ${row}`);
    }
    const elected = (range: string) =>
      results
        .find(({ job }) => job === `first leader, ${range} ms`)
        ?.samples.map((sample) => sample['electedMs']);
    expect(elected('150-150')).toEqual(['never', 'never', 'never']);
    expect(elected('150-300')).not.toContain('never');
  });
});

async function theLab(): Promise<Lab> {
  const { lab: make } = (await import(
    /* @vite-ignore */ pathToFileURL(join(ROOT, 'exercises', exercise, 'lab.ts')).href
  )) as { lab: (file: unknown) => Lab };
  const file = join(ROOT, 'solutions', exercise, 'election-stall-lab.ts');
  return make(await import(/* @vite-ignore */ pathToFileURL(file).href));
}

const COLUMNS = ['virtualMs', 'usablePercent', 'changes', 'longestStallMs', 'seconds', 'electedMs'];
const IMPORTS = "import { Process, type ProcessId, todo } from '#harness';";
