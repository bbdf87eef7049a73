import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../catalog.ts';
import { command } from '../command.ts';

/** Attendees install over conference Wi-Fi. */
const MOST_PACKAGES = 110;
const MOST_MB = 150;

const modules = join(ROOT, 'node_modules');

test(`at most ${MOST_PACKAGES} packages are installed`, () => {
  expect(installed()).toBeLessThanOrEqual(MOST_PACKAGES);
});

// What is for one platform only makes the number differ.
test.runIf(process.platform === 'linux')('the documents and the doctor say how many', () => {
  expect(readFileSync(join(ROOT, 'WORKSHOP.md'), 'utf8')).toContain(`(${installed()} packages`);
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`(now ${installed()} and`);
  expect(command(['doctor']).stdout).toContain(`all ${installed()} are installed`);
});

test(`they take at most ${MOST_MB} MB unpacked`, () => {
  expect(bytesIn(modules) / 1e6).toBeLessThanOrEqual(MOST_MB);
});

test('the README says what each direct dependency is for', () => {
  const { devDependencies = {}, dependencies = {} } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    expect(readme, name).toMatch(new RegExp(`^\\| .*\`${name}\`.*\\|`, 'm'));
  }
});

/** As npm counts them. */
function installed(): number {
  const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  return Object.keys(lock.packages).length;
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesIn(path) : lstatSync(path).size);
  }, 0);
}

test('the lockfile names the packages of every platform, so that `npm ci` works on each', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const optional = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );
  expect(optional.length).toBeGreaterThan(0);
  expect(optional.filter((name) => !(`node_modules/${name}` in packages))).toEqual([]);
});
