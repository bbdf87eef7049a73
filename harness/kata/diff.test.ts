import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copiedCheckout } from './copied-checkout.ts';

const checkout = copiedCheckout({ git: true });
const bare = copiedCheckout();
const solution = 'solutions/01-lamport-clock/lamport-clock.ts';
const stub = 'exercises/01-lamport-clock/lamport-clock.ts';

afterAll(() => {
  checkout.remove();
  bare.remove();
});

test('shows what is between an attempt and the solution, and nothing else', () => {
  writeFileSync(
    join(checkout.root, stub),
    checkout.read(solution).replace('this.time += 1;', 'this.time += 7;').replaceAll('\n', '\r\n'),
  );
  const { exitCode, stdout, stderr } = checkout.told('diff', '01');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^--- yours\n\+\+\+ solution\n@@/);
  expect(stdout.match(/^[-+] .*/gm)).toHaveLength(2);
  expect(stdout).not.toContain('\u001b[');
});

test('shows what was written, against the stub as it was committed', () => {
  writeFileSync(join(checkout.root, stub), checkout.read(solution));
  const { exitCode, stdout } = checkout.told('diff', '01', '--stub');
  expect(stdout).toMatch(/^--- stub\n\+\+\+ yours\n@@[^]*\n-.*todo\('1'[^]*\n\+ +this.time \+= 1/);
  expect(exitCode).toBe(0);
});

test('says that there is no difference', () => {
  writeFileSync(join(checkout.root, stub), checkout.read(solution));
  expect(checkout.told('diff', '01').said).toMatch(/yours and solution are the same/);
});

test('says where git does not know the stub', () => {
  const { exitCode, said } = bare.told('diff', '01', '--stub');
  expect(said).toMatch(/git does not know the stub.*A clone of the kata has.*Next: git status/);
  expect(exitCode).toBe(2);
});

test('says where git is not there', () => {
  const { exitCode, said } = bare.ran(['diff', '01'], { PATH: '/nowhere', Path: '/nowhere' });
  expect(said).toMatch(/^This needs git.*Next: install it, then npm run diff 01/);
  expect(exitCode).toBe(2);
});

test('says which file is missing', () => {
  rmSync(join(bare.root, stub));
  expect(bare.told('diff', '01').said).toMatch(
    /lamport-clock.ts is not there. Next: npm run reset 01/,
  );
  rmSync(join(bare.root, solution));
  writeFileSync(join(bare.root, stub), '');
  expect(bare.told('diff', '01').said).toMatch(/is not there. Next: git checkout -- solutions/);
});

test('a mistyped exercise gets one sentence', () => {
  const { exitCode, said } = bare.told('diff', 'lampert');
  expect(said).toMatch(/There is no exercise 'lampert'.*Next: /);
  expect(exitCode).toBe(2);
});
