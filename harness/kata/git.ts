import { spawnSync } from 'node:child_process';
import { Complaint } from './complaint.ts';
import { ROOT } from './catalog.ts';

/** What git answered. */
export interface Git {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs git in the checkout, whatever somebody's own settings say about pagers and colours.
 *
 * @throws Complaint if there is no git on this machine.
 */
export function git(args: readonly string[], next: string): Git {
  const { status, stdout, stderr, error } = spawnSync('git', ['--no-pager', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: MOST_BYTES,
  });
  if (error !== undefined) throw new Complaint(NO_GIT, `install it, then ${next}`);
  return { exitCode: status ?? 1, stdout, stderr };
}

const MOST_BYTES = 64 * 1024 * 1024;
const NO_GIT = 'This needs git, which is not on this machine (https://git-scm.com has it).';
