import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Complaint } from './complaint.ts';

/**
 * The folder that holds the `NN-name/` folders of an attempt: the one named, or its `exercises/` if it
 * is a whole checkout.
 *
 * @throws Complaint if it is not there, cannot be read, or holds no exercise.
 */
export function attemptsFolder(from: string, standing: string): string {
  const folder = resolve(standing, from);
  const next = 'npm test -- --from solutions';
  if (!existsSync(folder)) throw new Complaint(`There is no folder ${folder}.`, next);
  if (!statSync(folder).isDirectory()) throw new Complaint(`${folder} is not a folder.`, next);
  for (const candidate of [join(folder, 'exercises'), folder]) {
    if (!existsSync(candidate)) continue;
    if (foldersIn(candidate, next).some((name) => /^\d\d-/.test(name))) return candidate;
  }
  throw new Complaint(
    `${folder} holds no NN-name folders, nor does an exercises folder in it.`,
    next,
  );
}

function foldersIn(folder: string, next: string): readonly string[] {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    throw new Complaint(`${folder} cannot be read: look at its permissions.`, next);
  }
}
