import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { findExercise } from './catalog.ts';
import { copiedCheckout } from './copied-checkout.ts';
import { hintsOf } from './hints.ts';

const checkout = copiedCheckout();
const memory = join(checkout.root, '.kata', 'hints');
const stub = join(checkout.root, 'exercises/01-lamport-clock/lamport-clock.ts');
const solution = checkout.read('solutions/01-lamport-clock/lamport-clock.ts');
const { told } = checkout;

beforeEach(() => rmSync(memory, { recursive: true, force: true }));
afterAll(() => checkout.remove());

describe('npm run hint', () => {
  test('shows one hint at a call, from a nudge to pseudo-code, then the diff', () => {
    expect(told('hint', '01').said).toMatch(/own-events Nudge, hint 1 of 3 What is the time/);
    expect(told('hint', '01', '--more').said).toMatch(/own-events Idea, hint 2 of 3 IR1/);
    const last = /own-events Pseudo-code, hint 3 of 3 tick: .*npm run diff 01/;
    expect(told('hint', '01', '--more').said).toMatch(last);
    expect(told('hint', '01', '--more').said).toMatch(last);
    expect(readFileSync(memory, 'utf8')).toBe('01-lamport-clock own-events 3\n');
  });

  test('offers the lesson of the mistake that fails like this', () => {
    const shared = solution
      .replace('export class', 'let now = 0;\nexport class')
      .replace('time = 0;', 'get time() { return now; }\n  set time(time) { now = time; }');
    writeFileSync(stub, shared);
    const { exitCode, said } = told('hint', '01');
    expect(said).toMatch(
      /no-shared-clock Nudge.*Code that fails like this often shares one counter/,
    );
    expect(exitCode).toBe(0);
  });

  test('says that nothing fails, and what to do next', () => {
    writeFileSync(stub, solution);
    expect(told('hint', '01').said).toMatch(/Every promise of 01-.* holds.*Next: npm start/);
  });

  test('says of a file that cannot be read where, and spends no hint', () => {
    writeFileSync(stub, solution.replace('tick(): Timestamp {', 'tick(: Timestamp {'));
    expect(told('hint', '01').said).toMatch(
      /lamport-clock.ts:\d+.*Mend this first.*Next: npm test 01/,
    );
    expect(() => readFileSync(memory)).toThrow();
  });

  test.each([
    ['a mistyped exercise', ['hint', 'lampert'], /There is no exercise 'lampert'.*Next: /],
    ['a mistyped guarantee', ['hint', '01', '--only', 'x'], /no hints for 'x' in 01-.*Next: /],
    ['a mistyped option', ['hint', '01', '--mor'], /unknown option '--mor'.*Next: /],
  ])('%s gets one sentence', (_, args, sentence) => {
    const { exitCode, stdout, said } = told(...args);
    expect(said).toMatch(sentence);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test.each([
    ['is corrupt', () => writeFileSync(memory, '\u0000\u0001\n01-lamport-clock own-events x\n')],
    ['cannot be written', () => mkdirSync(memory, { recursive: true })],
  ])('begins with the first hint where its memory %s', (_, spoil) => {
    spoil();
    const { exitCode, said } = told('hint', '01', '--only', 'own-events');
    expect(said).toMatch(/own-events Nudge, hint 1 of 3/);
    expect(exitCode).toBe(0);
  });
});

test('hints fit the screen', () => {
  for (const hints of hintsOf(findExercise('00')).values())
    for (const { lines } of hints)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(77);
});
