import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { copiedCheckout } from './copied-checkout.ts';

const checkout = copiedCheckout();
const lockfile = join(checkout.root, 'package-lock.json');
const lock = JSON.parse(checkout.read('package-lock.json')) as { packages: Record<string, object> };

afterAll(() => checkout.remove());

describe('npm run doctor', () => {
  test('says that all that matters is there, within 80 columns and without colour', () => {
    const { exitCode, stdout, stderr } = checkout.told('doctor');
    expect(stdout).toMatch(/^ ✓ packages +all \d+ are installed$/m);
    expect(stdout).toContain(`✓ Node       ${process.versions.node}`);
    expect(stdout).toContain('Next: npm start');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('\u001b[');
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('does not mind a missing git, browser or editor, and says what they are for', () => {
    const agent = { npm_config_user_agent: 'npm/11.0.0 node/v24' };
    const { exitCode, said } = checkout.ran(['doctor'], { PATH: '/nowhere', Path: '', ...agent });
    expect(said).toMatch(/· git not found: npm run reset and npm run diff need it/);
    expect(said).toContain('✓ npm 11.0.0');
    expect(exitCode).toBe(0);
  });

  test.each([
    [
      'names a package that is not installed',
      () => {
        const packages = { ...lock.packages, 'node_modules/no-such-package': { version: '1.0.0' } };
        writeFileSync(lockfile, JSON.stringify({ packages }));
      },
      /✗ packages no-such-package: missing or old. Next: npm ci/,
    ],
    ['cannot read the lockfile', () => writeFileSync(lockfile, '{'), /✗ packages .*cannot be read/],
    ['finds no lockfile', () => rmSync(lockfile), /✗ packages .*Next: git checkout/],
  ])('exits 1 where it %s', (_, spoil, sentence) => {
    spoil();
    const { exitCode, said } = checkout.told('doctor');
    expect(said).toMatch(sentence);
    expect(said).toContain('Mend what is marked ✗');
    expect(exitCode).toBe(1);
  });

  test.skipIf(process.platform === 'win32')('does not mind a folder that cannot be written', () => {
    writeFileSync(lockfile, JSON.stringify(lock));
    rmSync(join(checkout.root, '.kata'), { recursive: true, force: true });
    writeFileSync(join(checkout.root, '.kata'), 'in the way');
    const { exitCode, said } = checkout.told('doctor');
    expect(said).toContain('· memory .kata cannot be written');
    expect(exitCode).toBe(0);
  });
});
