import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './catalog.ts';

/** The process of another `npm start` that watches this checkout. */
export function otherWatcher(): number | undefined {
  try {
    const pid = Number(readFileSync(FILE, 'utf8'));
    if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return undefined;
    // It throws if there is no such process (any more).
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

/** Says that this process watches, for as long as it lives. */
export function watchHere(): void {
  try {
    mkdirSync(join(ROOT, '.kata'), { recursive: true });
    writeFileSync(FILE, String(process.pid));
    process.once('exit', () => rmSync(FILE, { force: true }));
  } catch {
    // A read-only checkout cannot say so; two watchers then do everything twice.
  }
}

const FILE = join(ROOT, '.kata', 'watching');
