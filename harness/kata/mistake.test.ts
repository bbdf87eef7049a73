import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyMistake } from '../guarantee/mistakes.ts';
import { findExercise } from './catalog.ts';
import { command } from './command.ts';
import { copiedCheckout, type Told } from './copied-checkout.ts';
import { findMistake, knownMistakes } from './known-mistakes.ts';

const checkout = copiedCheckout();
const kata = join(checkout.root, '.kata');
const clock = '01-lamport-clock/lamport-clock.ts';
const stub = checkout.read('exercises', clock);
const solution = checkout.read('solutions', clock);
const mistakes = checkout.read('solutions/01-lamport-clock/mistakes.ts');
const addsNothing = ['mistake', '01', 'adds', 'nothing'];
const { told } = checkout;

afterAll(() => checkout.remove());

describe('npm run mistake NN', () => {
  test('lists the mistakes of an exercise, those to look for first', async () => {
    const { exitCode, stdout } = command(['mistake', '05']);
    expect(stdout).toMatch(
      /^\n To look for, says WORKSHOP.md\n {3}value-trap {10}takes the most common value\n {3}late-accept {9}does not raise its promise when it accepts\n\n The others\n {3}promise {13}promises whatever is asked\n/,
    );
    const said = stdout.replace(/\s+/g, ' ');
    for (const { title, breaks } of await knownMistakes(findExercise('05')))
      expect(said.split(` ${breaks} ${title} `)).toHaveLength(2);
    expect(stdout).toMatch(/\n\n Next: npm run mistake 05 takes the most common value\n$/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(exitCode).toBe(0);
  });
});

describe('npm run mistake NN words', () => {
  const remembered = { 'last-failure.json': '{}\n', hints: '01-lamport-clock own-events 2\n' };
  let shown: Told;
  let left: readonly string[];
  beforeAll(() => {
    mkdirSync(join(kata, 'mistake', '05-single-value-paxos'), { recursive: true });
    for (const [name, text] of Object.entries(remembered)) writeFileSync(join(kata, name), text);
    shown = told(...addsNothing);
    left = readdirSync(kata);
  });

  test('tells the story of what it breaks, and exits 0 because the tests catch it', () => {
    expect(shown.stdout).toMatch(/^\n ✗ clock-condition {3}[^]*\n {2}✗ +\d+ /);
    expect([shown.exitCode, shown.stderr]).toEqual([0, '']);
  });

  test('leaves it to the room to guess, and names the commands for later', () => {
    expect(shown.stdout).not.toMatch(/takes the later|remote\.time|Greater than/);
    expect(shown.stdout.split('\n').slice(-5)).toEqual([
      ' Next: npm run mistake 01 adds nothing -- --tell',
      ' Look: npm run trace 01 -- --from .kata/mistake --only clock-condition',
      ` Edit: ${join('.kata', 'mistake', clock)}`,
      ' Then: npm test 01 -- --from .kata/mistake',
      '',
    ]);
  });

  test('leaves the solution with this mistake, and no other, where --from finds it', async () => {
    const { edit } = await findMistake(findExercise('01'), 'adds nothing');
    expect(readdirSync(join(kata, 'mistake'))).toEqual(['01-lamport-clock']);
    expect(readFileSync(join(kata, 'mistake', clock), 'utf8')).toBe(
      applyMistake(solution, { edit }),
    );
    const page = ['trace', '01', '--from', '.kata/mistake', '--only', 'clock-condition'];
    expect(told(...page, '--no-open').said).toMatch(/entries of clock-condition, violated/);
  });

  test('remembers nothing, and touches no attempt', () => {
    expect(left.toSorted()).toEqual(['cache', 'mistake', ...Object.keys(remembered)].toSorted());
    for (const [name, text] of Object.entries(remembered))
      expect(checkout.read('.kata', name)).toBe(text);
    expect(checkout.read('exercises', clock)).toBe(stub);
  });

  test('with --plain tells it in sentences, in ASCII', () => {
    const { exitCode, stdout } = told(...addsNothing, '--plain');
    expect(stdout).toMatch(/ x clock-condition [^]*Look here: /);
    // oxlint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[^\0-\x7f]/);
    expect(exitCode).toBe(0);
  });
});

test('npm run mistake NN words -- --tell says what is wrong, and leaves the folder alone', () => {
  rmSync(kata, { recursive: true, force: true });
  const { exitCode, stdout } = told(...addsNothing, '--tell');
  expect(stdout).toMatch(
    /^\n--- solution\n\+\+\+ takes the later of the two times, and adds nothing\n@@/,
  );
  expect(stdout.match(/^[-+] .*/gm)).toHaveLength(2);
  expect(stdout).toMatch(
    /\n It breaks clock-condition.\n Next: npm run mistake 01 adds nothing\n$/,
  );
  expect(exitCode).toBe(0);
  expect(existsSync(kata)).toBe(false);
});

describe('words find a mistake', () => {
  const titleOf = async (number: string, words: string) =>
    (await findMistake(findExercise(number), words)).title;

  test.each([
    [
      'in any order and case',
      '01',
      'Nothing ADDS',
      'takes the later of the two times, and adds nothing',
    ],
    [
      'without what a shell would take for its own',
      '02',
      'R W N',
      'believes that R + W > N is enough',
    ],
    ['by a whole title that others hold, too', '03', 'does not write back', 'does not write back'],
  ])('%s', async (_, number, words, title) => {
    expect(await titleOf(number, words)).toBe(title);
  });
});

describe('bad input gets one clear sentence and the next command', () => {
  test.each([
    ['a mistyped exercise', ['mistake', 'lampert'], /There is no exercise 'lampert'.*Next: /],
    ['no exercise', ['mistake'], /missing required argument 'exercise' Next: npm run mistake 01/],
    [
      'words that no title has',
      ['mistake', '01', 'adds', 'sugar'],
      /No mistake of 01-.* has 'adds sugar' in its title. Next: npm run mistake 01 $/,
    ],
    [
      'words of several titles',
      ['mistake', '01', 'counts'],
      /'counts' fits 4 mistakes: counts nothing but receipts; .*\. Next: npm run mistake 01 counts nothing but receipts/,
    ],
    ['--tell of no mistake', ['mistake', '01', '--tell'], /add words.*Next: npm run mistake 01/],
  ])('%s', (_, args, sentence) => {
    const { exitCode, stdout, said } = told(...args);
    expect(said).toMatch(sentence);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test('an option that npm took for itself', () => {
    const { exitCode, said } = checkout.ran(addsNothing, { npm_config_tell: 'true' });
    expect(said).toMatch(
      /npm took --tell for itself.*Next: npm run mistake 01 adds nothing -- --tell/,
    );
    expect(exitCode).toBe(2);
  });

  test('a .kata that cannot be written', () => {
    writeFileSync(kata, '');
    const { exitCode, stdout, said } = told(...addsNothing);
    rmSync(kata);
    expect(said).toMatch(/mistake cannot be written \(.*then npm run mistake 01 adds nothing/);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test('a solution that is not as it came', () => {
    writeFileSync(join(checkout.root, 'solutions', clock), stub);
    const { exitCode, stdout, said } = told(...addsNothing);
    writeFileSync(join(checkout.root, 'solutions', clock), solution);
    expect(said).toMatch(/does not fit solutions.* \(.*\)\. Next: git checkout -- solutions/);
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});

test('says that the tests do not catch a mistake, and exits 1', () => {
  const file = join(checkout.root, 'solutions/01-lamport-clock/mistakes.ts');
  writeFileSync(file, mistakes.replace("breaks: 'clock-condition'", "breaks: 'own-events'"));
  const { exitCode, said } = told('mistake', '01', 'stamps', 'its', 'work');
  expect(said).toMatch(/own-events does not catch the mistake 'stamps its work.*Next: /);
  expect(exitCode).toBe(1);
});
