import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Exercise } from './catalog.ts';

/**
 * What the screen says of each known mistake of an exercise, by its name: `told.json` beside the
 * solution. A gate keeps it true, and whoever changes a sentence reads the change there as prose.
 */
export function knownFailures(exercise: Exercise): Readonly<Record<string, string>> {
  const path = knownFailuresFile(exercise);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {};
}

export function knownFailuresFile({ solution }: Pick<Exercise, 'solution'>): string {
  return join(dirname(solution), 'told.json');
}

/** What a story says happened: its second paragraph, in one line. */
export function sentenceIn(story: string): string {
  return (story.split('\n\n')[1] ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** Whether two sentences tell the same: other numbers make no difference. */
export function isAlike(one: string, other: string): boolean {
  const bare = (text: string) => text.replaceAll(/\d+/g, '#');
  return bare(one) === bare(other);
}
