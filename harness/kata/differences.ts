import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Complaint } from './complaint.ts';
import { git } from './git.ts';
import { paint } from './paint.ts';

/** One of two texts that are compared: a file, or what could stand in one. */
export type Side = { readonly name: string } & (
  { readonly path: string } | { readonly text: string }
);

/**
 * What is between two texts, as git shows it under the names of the two; nothing if they are the same.
 *
 * @throws Complaint if there is no git, or it cannot compare them.
 */
export function differences(before: Side, after: Side, next: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kata-'));
  try {
    return compared(before, after, folder, next);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compared(before: Side, after: Side, folder: string, next: string): string {
  const colour = paint();
  const painted = colour.level === 0 ? '--color=never' : '--color=always';
  const [from, to] = [fileOf(before, join(folder, 'before')), fileOf(after, join(folder, 'after'))];
  const { exitCode, stdout, stderr } = git(
    ['diff', '--no-index', ...PLAIN, painted, '--', from, to],
    next,
  );
  if (exitCode > 1) throw new Complaint(`git could not compare: ${stderr.trim()}`, next);
  if (exitCode === 0 || stdout === '') return '';
  // What git says of the files stands above the first piece; the names of the two sides say it better.
  const lines = stdout.split('\n');
  const first = lines.findIndex((line) => line.includes('@@'));
  return `${colour.red(`--- ${before.name}`)}\n${colour.green(`+++ ${after.name}`)}\n${lines.slice(Math.max(0, first)).join('\n')}`;
}

function fileOf(side: Side, path: string): string {
  if ('path' in side) return side.path;
  writeFileSync(path, side.text);
  return path;
}

/** Nobody's own settings change what is shown; line endings are not what there is to learn. */
const PLAIN = ['--no-ext-diff', '--no-textconv', '--ignore-cr-at-eol', '-U3'];
