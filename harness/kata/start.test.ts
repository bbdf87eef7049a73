import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { command } from './command.ts';
import { copiedCheckout } from './copied-checkout.ts';
import { remembered } from './memory.ts';
import { hasTmux, terminal, type Terminal } from './terminal.ts';

const clock = join('exercises', '01-lamport-clock', 'lamport-clock.ts');
const KEYS = 'q quit';

test('comes to an end where everything is green and nothing can be remembered', () => {
  const checkout = copiedCheckout();
  const [, , ...others] = readdirSync(join(checkout.root, 'exercises')).toSorted();
  for (const id of others) rmSync(join(checkout.root, 'exercises', id), { recursive: true });
  for (const [id, file] of [
    ['00-majority-quorum', 'majority-quorum.ts'],
    ['01-lamport-clock', 'lamport-clock.ts'],
  ] as const) {
    const solved = checkout.read('solutions', id, file);
    writeFileSync(join(checkout.root, 'exercises', id, file), solved);
  }
  writeFileSync(join(checkout.root, '.kata'), 'a file in the way');
  const { exitCode, stdout } = checkout.told('start');
  expect(stdout.match(/100 of 100 points/g)).toHaveLength(2);
  expect(exitCode).toBe(0);
  checkout.remove();
});

test('without a number it is the exercise that was tried last', () => {
  const checkout = copiedCheckout();
  checkout.told('test', '01');
  expect(checkout.told('hint').stdout).toContain('own-events   Nudge');
  expect(checkout.told('start').stdout).toContain('›  01-lamport-clock');
  // What is green is done with, and can still be compared.
  const solved = checkout.read('solutions', '01-lamport-clock', 'lamport-clock.ts');
  writeFileSync(join(checkout.root, clock), solved);
  checkout.told('test');
  expect(checkout.told('diff').stdout).toContain('are the same');
  checkout.remove();
});

test('what the tests of the project try is remembered nowhere', () => {
  const before = remembered('current.txt');
  const [other] = ['00-majority-quorum\n', '01-lamport-clock\n'].filter((each) => each !== before);
  command(['test', (other ?? '').slice(0, 2)]);
  expect(remembered('current.txt')).toBe(before);
});

describe.skipIf(!hasTmux)('npm start in a terminal', () => {
  const checkout = copiedCheckout();
  const solution = checkout.read('solutions', '01-lamport-clock', 'lamport-clock.ts');
  const stub = checkout.read(clock);
  let open: Terminal[] = [];

  afterEach(() => {
    for (const each of open) each.close();
    open = [];
    writeFileSync(join(checkout.root, clock), stub);
    rmSync(join(checkout.root, '.kata'), { recursive: true, force: true });
  });
  afterAll(() => checkout.remove());

  /** Somebody types `npm start`, with options. */
  function started(
    options: { args?: string; columns?: number; env?: Record<string, string> } = {},
  ) {
    const { args = '', columns = 80, env = {} } = options;
    const command = `'${process.execPath}' harness/kata/launch.js start ${args}; echo "it ended with $?"; cat`;
    const terminals = terminal(command, { cwd: checkout.root, columns, env });
    open.push(terminals);
    return terminals;
  }

  function save(source: string): void {
    writeFileSync(join(checkout.root, clock), source);
  }

  test('runs again after every save, until the exercise is green', async () => {
    const screen = started({ args: '01' });
    await screen.says('step 1 is still to do');
    await screen.says(KEYS);
    save(solution.replace('remote.time) + 1', 'remote.time)'));
    await screen.says('saved, run 2');
    await screen.says('letters-move-clocks');
    await screen.says(KEYS);
    save(solution);
    await screen.says('100 of 100 points');
    await screen.says(KEYS);
    // What was passed over is left to whoever passed over it.
    screen.press('n');
    await screen.says('02 Quorum reads');
    await screen.says(KEYS);
    screen.press('q');
    await screen.says('it ended with 0');
    // Who asks for it may break it on purpose.
    const green = started({ args: '01' });
    await green.says('Or break it on purpose');
    save(solution.replace('remote.time) + 1', 'remote.time)'));
    await green.says('saved, run 2');
    await green.says(KEYS);
    green.press('n');
    await green.says('01-lamport-clock is not green yet: npm start 01 goes back to it.');
    await green.says('02 Quorum reads');
  });

  test('a key asks for a hint, the list, another run, the next exercise', async () => {
    const screen = started();
    await screen.says(KEYS);
    screen.press('h');
    await screen.says('Running npm run hint 00');
    await screen.says('hint 1 of 3');
    await screen.says(KEYS);
    screen.press('l');
    await screen.says('to go, about');
    screen.press('Enter');
    await screen.says('again, run 2');
    await screen.says(KEYS);
    screen.press('n');
    await screen.says('01 Lamport clock');
    await screen.says(KEYS);
    screen.press('C-c');
    await screen.says('Stopped. Your files are as you saved them.');
    await screen.says('it ended with 130');
  });

  test('only one watches: the other one says so, and what to do', async () => {
    const first = started();
    await first.says(KEYS);
    const second = started();
    await second.says(
      /Another npm start watches here already \(process \d+\), so this one does not/,
    );
    await second.says('it ended with 0');
    first.press('q');
    await first.says('it ended with 0');
    const third = started();
    await third.says(KEYS);
  });

  test('forty columns are enough', async () => {
    save(solution.replace('remote.time) + 1', 'remote.time)'));
    const screen = started({ args: '01', columns: 40 });
    await screen.says('Look here: at 10 ms byzantium says');
    await screen.says(KEYS);
    const lines = screen
      .shown()
      .split('\n')
      // What is to be copied stays in one piece.
      .filter((line) => !/^ (Share|Again|Read)/.test(line));
    expect(lines.filter((line) => line.length > 40)).toEqual([]);
  });

  test('where the terminal shows no more than ASCII, ASCII is enough', async () => {
    const screen = started({ env: { LC_ALL: 'POSIX' } });
    await screen.says(KEYS);
    expect(screen.shown()).toContain('>  00-majority-quorum');
    expect(screen.shown()).not.toMatch(/[^\0-\x7f]/);
  });
});
