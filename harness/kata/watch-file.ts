import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Calls back when a file was saved: also when an editor replaced it, or when it was gone and is back.
 * That is why the folder is watched and not the file. Answers with what ends it.
 */
export function watchFile(path: string, saved: () => void): () => void {
  let settling: NodeJS.Timeout | undefined;
  const watcher = watch(dirname(path), (_, name) => {
    if (name !== null && name !== basename(path)) return;
    clearTimeout(settling);
    settling = setTimeout(saved, SETTLE_MS);
  });
  return () => {
    clearTimeout(settling);
    watcher.close();
  };
}

/** One save is often two events, the first of them with an empty file. */
const SETTLE_MS = 50;
