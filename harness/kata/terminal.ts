import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { outsideOfVitest } from './command.ts';

/** For tests: a real terminal in which somebody types, and which tells what it shows. */
export interface Terminal {
  /** Resolves when the screen has said this, after what was waited for before. */
  says(text: string | RegExp): Promise<string>;
  press(key: string): void;
  /** All that was shown so far. */
  shown(): string;
  close(): void;
}

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/**
 * Runs a command in tmux, which reports in its control mode whatever the terminal shows: nobody has to
 * look again and again.
 */
export function terminal(
  command: string,
  { columns = 80, cwd, env = {} }: { columns?: number; cwd: string; env?: Record<string, string> },
): Terminal {
  const name = `kata-${process.pid}-${++opened}`;
  const variables = Object.entries({ LC_ALL: 'C.UTF-8', ...env }).flatMap(([key, value]) => [
    '-e',
    `${key}=${value}`,
  ]);
  const size = ['-x', String(columns), '-y', '60'];
  const args = [
    '-L',
    name,
    '-f',
    '/dev/null',
    '-C',
    'new-session',
    ...size,
    ...variables,
    '-c',
    cwd,
  ];
  const tmux = spawn('tmux', [...args, command], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: outsideOfVitest(),
  });
  let text = '';
  let told = 0;
  let ended = false;
  let look = (): void => {};
  // Without this it takes the size of whoever looks on, who is nobody.
  tmux.stdin.write(`refresh-client -C ${columns}x60\n`);
  createInterface(tmux.stdout).on('line', (line) => {
    const [, output] = /^%output %\d+ (.*)$/.exec(line) ?? [];
    if (output !== undefined) text += unescaped(output);
    if (line.startsWith('%exit')) ended = true;
    look();
  });
  return {
    says: (wanted) =>
      new Promise((resolve, reject) => {
        look = () => {
          const rest = plain(text).slice(told);
          const found = typeof wanted === 'string' ? rest.indexOf(wanted) : rest.search(wanted);
          if (found >= 0) {
            look = () => {};
            told += found + 1;
            resolve(rest.slice(found));
          } else if (ended) {
            reject(new Error(`the terminal closed, and never said ${String(wanted)}:\n${rest}`));
          }
        };
        look();
      }),
    press: (key) => void tmux.stdin.write(`send-keys ${key}\n`),
    shown: () => plain(text),
    close: () => void spawnSync('tmux', ['-L', name, 'kill-server']),
  };
}

let opened = 0;

/** Bytes that are not printed come as `\ooo`. */
function unescaped(output: string): string {
  const bytes: Buffer[] = [];
  for (const [part, octal] of output.matchAll(/\\(\d{3})|[^\\]+/g)) {
    bytes.push(octal === undefined ? Buffer.from(part) : Buffer.from([Number.parseInt(octal, 8)]));
  }
  return Buffer.concat(bytes).toString();
}

/** Without colours and the like. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\u001b\[[\d;?]*[a-zA-Z]/g, '').replaceAll('\r', '');
}
