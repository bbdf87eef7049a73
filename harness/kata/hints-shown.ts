import type { Exercise } from './catalog.ts';
import { remember, remembered } from './memory.ts';

/** How many hints were shown for a guarantee. */
interface Shown {
  readonly exercise: string;
  readonly guarantee: string;
  readonly count: number;
}

/**
 * Which hints somebody has seen: a line for each guarantee in a plain text file, the latest last. It is
 * a convenience: lines that make no sense are passed over, and without the file hints begin anew.
 */
export function hintsShown({ id }: Exercise, guarantee: string): number {
  return all().find((each) => each.exercise === id && each.guarantee === guarantee)?.count ?? 0;
}

/** The guarantee of an exercise whose hint was shown last. */
export function lastHinted({ id }: Exercise): string | undefined {
  return all().findLast(({ exercise }) => exercise === id)?.guarantee;
}

/** Remembers how many hints were shown. */
export function rememberHints({ id }: Exercise, guarantee: string, count: number): void {
  const others = all().filter((each) => each.exercise !== id || each.guarantee !== guarantee);
  const lines = [...others, { exercise: id, guarantee, count }].map(
    (each) => `${each.exercise} ${each.guarantee} ${each.count}\n`,
  );
  // Without a memory the first hint comes again, and the README has them all.
  remember(FILE, lines.join(''));
}

function all(): readonly Shown[] {
  return (remembered(FILE) ?? '').split(/\r?\n/).flatMap(parse);
}

function parse(line: string): readonly Shown[] {
  const [, exercise, guarantee, count] = /^(\S+) (\S+) ([123])$/.exec(line) ?? [];
  if (exercise === undefined || guarantee === undefined) return [];
  return [{ exercise, guarantee, count: Number(count) }];
}

const FILE = 'hints';
