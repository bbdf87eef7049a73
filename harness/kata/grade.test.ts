import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exercises, ROOT } from './catalog.ts';
import { classroom } from './classroom.ts';
import { command } from './command.ts';
import type { Grade } from './grade-checkout.ts';

const folder = mkdtempSync(join(tmpdir(), 'a room full of '));
const clock = '01-lamport-clock';
const solution = readFileSync(join(ROOT, 'solutions', clock, 'lamport-clock.ts'), 'utf8');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Somebody who has done exercise 01 only. */
function checkout(name: string, source: string): string {
  const root = join(folder, name);
  mkdirSync(join(root, 'exercises', clock), { recursive: true });
  writeFileSync(join(root, 'exercises', clock, 'lamport-clock.ts'), source);
  return root;
}

function grades(stdout: string): readonly Grade[] {
  return (JSON.parse(stdout) as { checkouts: readonly Grade[] }).checkouts;
}

const ada = checkout('ada', solution);
const bob = checkout('bob', solution.replace('tick(): Timestamp {', 'tick(: Timestamp {'));
const cyd = checkout(
  'cyd',
  solution.replace('if (a.time', "/^(a+)+$/.test('a'.repeat(60) + '!');\n  if (a.time"),
);

describe('npm run grade', () => {
  test('prints a row for each checkout and a column for each exercise', () => {
    const { exitCode, stdout, stderr } = command(['grade', '--from', ada, '--from', bob]);
    const [head, ...rows] = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/ +/));
    const numbers = exercises().map(({ id }) => id.slice(0, 2));
    expect(head).toEqual(['checkout', ...numbers, 'total']);
    const others = numbers.slice(2).map(() => '–');
    const most = 100 * numbers.length;
    expect(rows.slice(0, 2).map((row) => row.slice(-numbers.length - 1))).toEqual([
      ['–', '100', ...others, `100/${most}`],
      ['–', '0!', ...others, `0/${most}`],
    ]);
    expect(stdout).toContain('! code that could not run');
    expect(stdout).toContain('– not in the checkout');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('what never ends costs the guarantee where it happens, and no other checkout', () => {
    const { exitCode, stdout } = command(['grade', '--from', cyd, '--from', ada, '--json'], {
      env: { KATA_PATIENCE_MS: '4000' },
    });
    const [first, second] = grades(stdout);
    const guarantees = first?.exercises[1]?.guarantees.map(({ id, points }) => [id, points]);
    expect(guarantees).toContainEqual(['total-order', 0]);
    expect([first?.points, second?.points, exitCode]).toEqual([75, 100, 0]);
  });

  test('one that is not there costs the others nothing', () => {
    const { exitCode, stdout } = command(['grade', '--from', 'nowhere', '--from', ada]);
    expect(stdout).toMatch(/ nowhere( +–){9} +0\/900\n/);
    expect(stdout).toMatch(/ – +100( +–){7} +100\/900\n/);
    expect(stdout).toMatch(/There is no folder .*nowhere\./);
    expect(exitCode).toBe(1);
  });

  test('writes a JUnit report', () => {
    const junit = join(folder, 'report.xml');
    const { exitCode } = command(['grade', '--from', ada, '--junit', junit]);
    expect(readFileSync(junit, 'utf8')).toMatch(
      /<testcase classname="exercises.01-.*clock-condition/,
    );
    expect(exitCode).toBe(0);
  });

  test.each([
    ['a folder that is not there', ['--from', 'nowhere'], /There is no folder/],
    ['a report of several', ['--from', ada, '--from', bob, '--junit', 'x'], /for one checkout/],
    ['a report that cannot be written', ['--junit', join(folder, 'no', 'x')], /cannot be written/],
    ['a word too many', ['01'], /too many arguments/],
  ])('%s gets one sentence before anything runs', (_, args, sentence) => {
    const { exitCode, stdout, stderr } = command(['grade', ...args]);
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain('Next: ');
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});

test("GitHub Classroom's reporter adds up the scores, out of the most there could be", () => {
  const guarantees = [
    { id: 'majority', verdict: 'holds', points: 10, of: 10, story: '' },
    { id: 'true-outcome', verdict: 'violated', points: 0, of: 15, story: 'anna heard' },
    { id: 'one-round-trip', verdict: 'error', points: 0, of: 10, story: 'no end' },
  ] as const;
  const exercises = [{ id: '00-majority-quorum', points: 10, of: 35, guarantees }];
  expect(classroom({ points: 10, of: 35, exercises })).toEqual({
    version: 1,
    status: 'fail',
    max_score: 35,
    tests: [
      { name: '00-majority-quorum: majority', status: 'pass', score: 10, message: '' },
      { name: '00-majority-quorum: true-outcome', status: 'fail', score: 0, message: 'anna heard' },
      { name: '00-majority-quorum: one-round-trip', status: 'error', score: 0, message: 'no end' },
    ],
  });
});
