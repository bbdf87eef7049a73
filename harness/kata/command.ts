import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './catalog.ts';

/** For tests: a command of the kata in a process of its own, as npm would run it. */
export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `node launch.js …` to its end, standing in a folder, without a terminal and without colour. */
export function command(
  args: readonly string[],
  {
    root = ROOT,
    standing = root,
    env = {},
  }: { root?: string; standing?: string; env?: Record<string, string> } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'harness/kata/launch.js'), ...args],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...outsideOfVitest(), ...forgets(root), INIT_CWD: standing, NO_COLOR: '1', ...env },
    },
  );
  return { exitCode: status, stdout, stderr };
}

/** Whoever works in this checkout is not to find what tests did in it. */
function forgets(root: string): Readonly<Record<string, string>> {
  return root === ROOT ? { KATA_FORGETS: '1' } : {};
}

/** The environment without what vitest says to its own tests. */
export function outsideOfVitest(): NodeJS.ProcessEnv {
  const { VITEST: _, VITEST_MODE: __, NODE_ENV: ___, TEST: ____, ...outer } = process.env;
  return outer;
}
