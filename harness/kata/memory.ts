import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './catalog.ts';

/** What was written into a file of `.kata`; undefined if there is none. */
export function remembered(name: string): string | undefined {
  try {
    return readFileSync(join(ROOT, '.kata', name), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Writes a file of `.kata`, but not for the project's own tests: what they try is nobody's work. A
 * read-only checkout has no memory, and everything works without one.
 */
export function remember(name: string, text: string): void {
  if (process.env['KATA_FORGETS']) return;
  try {
    mkdirSync(join(ROOT, '.kata'), { recursive: true });
    writeFileSync(join(ROOT, '.kata', name), text);
  } catch {
    // What is to be remembered is a convenience.
  }
}
