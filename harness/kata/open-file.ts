import { spawn } from 'node:child_process';

/** Opens a file with what the system opens such files with. That there is nothing is no error. */
export function openFile(path: string): void {
  const [command, ...args] = opener(path);
  const child = spawn(command, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}

function opener(path: string): readonly [command: string, ...args: string[]] {
  if (process.platform === 'darwin') return ['open', path];
  // `start` takes what is in the first quotes for the title of its window.
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '""', path];
  return ['xdg-open', path];
}
