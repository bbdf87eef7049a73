import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CopiedCheckout, copiedCheckout } from './copied-checkout.ts';

const stub = 'exercises/01-lamport-clock/lamport-clock.ts';
const solution = 'solutions/01-lamport-clock/lamport-clock.ts';
const mine = '// half an idea, written at 11:58\r\n';

let checkout: CopiedCheckout;
let pristine: string;
beforeEach(() => {
  checkout = copiedCheckout({ git: true });
  pristine = checkout.read(stub);
});
afterEach(() => checkout.remove());

function write(path: string, text: string): void {
  writeFileSync(join(checkout.root, path), text);
}

describe('npm run reset', () => {
  test('puts the stub back, keeps the attempt, and prints what brings it back', () => {
    write(stub, mine);
    const { exitCode, stdout } = checkout.told('reset', '01');
    expect(exitCode).toBe(0);
    expect(checkout.read(stub)).toBe(pristine);
    expect(checkout.read('.kata/attempts/001/01-lamport-clock/lamport-clock.ts')).toBe(mine);
    bringBack(stdout);
    expect(checkout.read(stub)).toBe(mine);
  });

  test('keeps every attempt, each in a folder of its own', () => {
    for (const text of ['// one', '// two']) {
      write(stub, text);
      checkout.told('reset', '01');
    }
    expect(checkout.read('.kata/attempts/001/01-lamport-clock/lamport-clock.ts')).toBe('// one');
    expect(checkout.read('.kata/attempts/002/01-lamport-clock/lamport-clock.ts')).toBe('// two');
  });

  test('finds the stub though an attempt was committed since', () => {
    write(stub, mine);
    const author = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com'];
    spawnSync('git', [...author, 'commit', '-qam', 'mine'], { cwd: checkout.root });
    checkout.told('reset', '01');
    expect(checkout.read(stub)).toBe(pristine);
  });

  test('leaves a pristine stub alone, and brings back a missing one', () => {
    expect(checkout.told('reset', '01').said).toMatch(/is the stub as it came: nothing to do/);
    rmSync(join(checkout.root, stub));
    expect(checkout.told('reset', '01').said).toMatch(/is the stub again/);
    expect(checkout.read(stub)).toBe(pristine);
    expect(existsSync(join(checkout.root, '.kata/attempts'))).toBe(false);
  });

  test('overwrites nothing where no copy can be kept', () => {
    write(stub, mine);
    mkdirSync(join(checkout.root, '.kata'));
    write('.kata/attempts', 'a file in the way');
    const { exitCode, said } = checkout.told('reset', '01');
    expect(said).toMatch(/could not be copied, so nothing was overwritten.*Next: make room/);
    expect([exitCode, checkout.read(stub)]).toEqual([2, mine]);
  });

  test.skipIf(process.platform === 'win32')('overwrites nothing on a full disk', () => {
    write(stub, mine);
    for (const args of [
      ['reset', '01'],
      ['catch-up', '01'],
    ]) {
      const { exitCode, said } = checkout.toldOnFullDisk(...args);
      expect(said).toMatch(/could not be copied, so nothing was overwritten.*Next: make room/);
      expect([exitCode, checkout.read(stub)]).toEqual([2, mine]);
    }
    expect(readdirSync(join(checkout.root, '.kata/attempts'))).toEqual([]);
    expect(checkout.toldOnFullDisk('test', '01').said).toContain('The disk is full');
  });

  test('overwrites nothing where there is no history', () => {
    write(stub, mine);
    rmSync(join(checkout.root, '.git'), { recursive: true, force: true });
    const { exitCode, said } = checkout.told('reset', '01');
    expect(said).toMatch(/git does not know the stub.*Next: /);
    expect([exitCode, checkout.read(stub)]).toEqual([2, mine]);
  });
});

describe('npm run catch-up', () => {
  test('puts the solutions in place up to an exercise, and keeps the attempts', () => {
    write(stub, mine);
    const { exitCode, stdout } = checkout.told('catch-up', '1');
    expect(exitCode).toBe(0);
    expect(checkout.read(stub)).toBe(checkout.read(solution));
    // The other one was a pristine stub: nobody's work.
    expect(stdout.match(/^ +cp /gm)).toHaveLength(1);
    const green = (): readonly string[] => checkout.told('start').stdout.match(/✓ +\d\d/g) ?? [];
    expect(green()).toEqual(['✓  00', '✓  01']);
    bringBack(stdout);
    expect(checkout.read(stub)).toBe(mine);
    // Whoever changed the file: what is there now was never seen green.
    expect(green()).toEqual(['✓  00']);
  });

  test('leaves later exercises alone', () => {
    write(stub, mine);
    checkout.told('catch-up', '00');
    expect(checkout.read(stub)).toBe(mine);
  });

  test('without a history keeps whatever was there', () => {
    rmSync(join(checkout.root, '.git'), { recursive: true, force: true });
    expect(checkout.told('catch-up', '01').stdout.match(/^ +cp /gm)).toHaveLength(2);
    expect(checkout.read('.kata/attempts/001/01-lamport-clock/lamport-clock.ts')).toBe(pristine);
  });

  test('changes nothing where a solution is missing', () => {
    rmSync(join(checkout.root, solution));
    const { exitCode, said } = checkout.told('catch-up', '01');
    expect(said).toMatch(/is not there, so nothing was changed. Next: git checkout/);
    expect([exitCode, checkout.read(stub)]).toEqual([2, pristine]);
  });

  test('wants to know which exercise', () => {
    const { exitCode, said } = checkout.told('catch-up');
    expect(said).toMatch(/missing required argument.*Next: npm run catch-up 01/);
    expect(exitCode).toBe(2);
  });
});

/** Types the command that was printed. */
function bringBack(said: string): void {
  if (process.platform === 'win32') return;
  const command = /^ +(cp .*)$/m.exec(said)?.[1] ?? '';
  expect(spawnSync('sh', ['-c', command], { cwd: checkout.root }).status).toBe(0);
}
