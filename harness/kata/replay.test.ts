import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copiedCheckout } from './copied-checkout.ts';

const checkout = copiedCheckout();
const memory = join(checkout.root, '.kata', 'last-failure.json');
const tests = join(checkout.root, 'exercises/01-lamport-clock/lamport-clock.test.ts');
const stub = join(checkout.root, 'exercises/01-lamport-clock/lamport-clock.ts');
const solution = checkout.read('solutions/01-lamport-clock/lamport-clock.ts');
const wrong = solution.replace('remote.time) + 1', 'remote.time)');

afterAll(() => checkout.remove());

/** The story alone, without what stands above and below it. */
function storyIn(stdout: string): string {
  return / ✗ [\w-]+ {3}[^]*?(?=\n\n (Again|Next): )/.exec(stdout)?.[0] ?? '';
}

describe('npm run replay', () => {
  let failed = '';
  let remembered = '';
  let token = '';
  beforeAll(() => {
    writeFileSync(stub, wrong);
    failed = checkout.told('test', '01', '--only', 'clock-condition').stdout;
    remembered = checkout.read('.kata/last-failure.json');
    token = / Share: npm run replay -- --token (\S+)$/m.exec(failed)?.[1] ?? '';
  });

  test('tells the story of the last failure again, as it was', () => {
    expect(failed).toContain(' Replay: npm run replay\n');
    const { exitCode, stdout } = checkout.told('replay');
    expect(storyIn(stdout)).toContain('The shortest schedule found');
    expect(storyIn(stdout)).toBe(storyIn(failed));
    expect(exitCode).toBe(1);
  });

  test('runs what is remembered and searches for nothing', () => {
    const failure = JSON.parse(remembered) as { failing: { values: unknown[][] } };
    failure.failing.values[1]?.push({ atMs: 50, city: 'athens', to: 'argos', times: 1 });
    writeFileSync(memory, JSON.stringify(failure));
    expect(checkout.told('replay').stdout).toContain('at 50 ms athens writes to argos');
  });

  test('tells the same from a token, which is short', () => {
    rmSync(memory);
    expect(token.length).toBeLessThan(200);
    expect(storyIn(checkout.told('replay', '--token', token).stdout)).toBe(storyIn(failed));
  });

  test('says that the schedule breaks it no more', () => {
    writeFileSync(memory, remembered);
    writeFileSync(stub, solution);
    const { exitCode, said } = checkout.told('replay');
    expect(said).toMatch(/✓ clock-condition .*does so no more. Next: npm test 01/);
    expect(exitCode).toBe(0);
  });

  test.each([
    ['nothing has failed', () => rmSync(memory), /No failure is remembered.*Next: npm test/],
    ['the memory is no JSON', () => writeFileSync(memory, '{"exer'), /cannot be understood.*Next/],
    ['the memory is something else', () => writeFileSync(memory, 'null'), /cannot be understood/],
    [
      'the memory has half of it',
      () => writeFileSync(memory, JSON.stringify({ ...JSON.parse(remembered), failing: {} })),
      /cannot be understood/,
    ],
    [
      'the exercise is gone',
      () => writeFileSync(memory, remembered.replace('01-lamport', '99-lamport')),
      /There is no exercise '99-lamport-clock' here. Next/,
    ],
    [
      'the guarantee is gone',
      () => writeFileSync(memory, remembered.replace('clock-condition', 'no-such-promise')),
      /no-such-promise of 01-lamport-clock cannot be run again. Next: npm test 01/,
    ],
    [
      'the tests have changed',
      () => {
        writeFileSync(memory, remembered);
        writeFileSync(
          tests,
          `${checkout.read('exercises/01-lamport-clock/lamport-clock.test.ts')}//`,
        );
      },
      /another version of the tests of 01-lamport-clock. Next: npm test 01/,
    ],
  ])('says in one sentence that %s', (_, spoil, sentence) => {
    rmSync(memory, { force: true });
    writeFileSync(memory, remembered);
    spoil();
    const { exitCode, stdout, said } = checkout.told('replay');
    expect(said).toMatch(sentence);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test.each([
    ['no token', 'hello'],
    ['half a token', () => token.slice(0, 40)],
    ['a token of something else', Buffer.from('{"a":1}').toString('base64url')],
  ])('says in one sentence that it is %s', (_, text) => {
    const { exitCode, said } = checkout.told(
      'replay',
      '--token',
      String(typeof text === 'string' ? text : text()),
    );
    expect(said).toMatch(/This is no token.*Next: npm run replay/);
    expect(exitCode).toBe(2);
  });

  test('a token that npm took for itself', () => {
    const { exitCode, said } = checkout.ran(['replay'], { npm_config_token_description: 'eyJ9' });
    expect(said).toMatch(/npm took --token eyJ9 for itself.*Next: npm run replay -- --token eyJ9/);
    expect(exitCode).toBe(2);
  });

  test('a checkout that cannot be written still tells its story', () => {
    rmSync(join(checkout.root, '.kata'), { recursive: true });
    mkdirSync(memory, { recursive: true });
    writeFileSync(stub, wrong);
    const { exitCode, stdout } = checkout.told('test', '01', '--only', 'clock-condition');
    expect(storyIn(stdout)).not.toBe('');
    expect(exitCode).toBe(1);
    expect(checkout.told('replay').said).toMatch(/No failure is remembered/);
  });
});
