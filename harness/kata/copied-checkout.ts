import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './catalog.ts';
import { command, outsideOfVitest, type Ran } from './command.ts';

export interface Told extends Ran {
  readonly said: string;
}

/** For tests: a checkout of one's own, for commands that change files. */
export interface CopiedCheckout {
  readonly root: string;
  /** What a command says, in one line without the line breaks of 80 columns. */
  told(...args: readonly string[]): Told;
  /** The same with other environment variables. */
  ran(args: readonly string[], env: Record<string, string>): Told;
  /** The same where nothing can be written to a file, as on a full disk. Not on Windows. */
  toldOnFullDisk(...args: readonly string[]): Told;
  read(...path: readonly string[]): string;
  remove(): void;
}

/** Copies this checkout to a folder whose name has spaces and a quote in it, as some folders do. */
export function copiedCheckout({ git = false } = {}): CopiedCheckout {
  const root = mkdtempSync(join(tmpdir(), "somebody's own checkout "));
  for (const path of [
    'harness',
    'exercises',
    'solutions',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ])
    cpSync(join(ROOT, path), join(root, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  if (git) {
    const author = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com'];
    spawnSync('git', ['init', '-q'], { cwd: root });
    spawnSync('git', ['add', 'exercises'], { cwd: root });
    spawnSync('git', [...author, 'commit', '-q', '-m', 'the stubs'], { cwd: root });
  }
  const ran = (args: readonly string[], more: Record<string, string>): Told => {
    // Git looks for no repository in the folders above.
    const env = { GIT_CEILING_DIRECTORIES: tmpdir(), ...more };
    const answer = command(args, { root, standing: root, env });
    return { ...answer, said: (answer.stdout + answer.stderr).replace(/\s+/g, ' ') };
  };
  return {
    root,
    ran,
    told: (...args) => ran(args, {}),
    toldOnFullDisk(...args) {
      const limited = `trap '' XFSZ; ulimit -f 0; exec "$0" harness/kata/launch.js "$@"`;
      const { status, stdout, stderr } = spawnSync(
        'bash',
        ['-c', limited, process.execPath, ...args],
        {
          cwd: root,
          encoding: 'utf8',
          env: { ...outsideOfVitest(), INIT_CWD: root, NO_COLOR: '1' },
        },
      );
      return { exitCode: status, stdout, stderr, said: (stdout + stderr).replace(/\s+/g, ' ') };
    },
    read: (...path) => readFileSync(join(root, ...path), 'utf8'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
