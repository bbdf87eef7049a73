import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Failing } from '../guarantee/judge.ts';
import type { Exercise } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { focusOf } from './focus.ts';
import { remember, remembered } from './memory.ts';
import type { ExerciseResult, RunOptions } from './run.ts';

/** All that it takes to see a failure again, as it stands in `.kata/last-failure.json`. */
export interface Failure {
  readonly exercise: string;
  /** Which version of the tests it was. */
  readonly tests: string;
  readonly guarantee: string;
  readonly seed: number;
  /** How many schedules were asked for, if not as many as usual. */
  readonly runs?: number | undefined;
  /** Whose code it was, if not what stands in `exercises/`. */
  readonly from?: string | undefined;
  /** The run itself, if it was generated. */
  readonly failing?: Failing | undefined;
}

type Asked = Pick<RunOptions, 'from' | 'runs'>;

/** The failure that the screen shows first, if something is wrong and not only to do. */
export function failureIn(
  { exercise, guarantees }: ExerciseResult,
  { from, runs }: Asked,
): Failure | undefined {
  const focus = focusOf(guarantees);
  if (focus?.verdict !== 'violated' && focus?.verdict !== 'error') return undefined;
  const { id: guarantee, seed, failing } = focus;
  const failure = {
    exercise: exercise.id,
    tests: versionOf(exercise),
    guarantee,
    seed,
    runs,
    from,
  };
  // What JSON cannot say, as an endless number, has to be found anew.
  const isPlain = isDeepStrictEqual(failing, JSON.parse(JSON.stringify(failing ?? null)));
  return isPlain ? { ...failure, failing } : failure;
}

/** Remembers the first failure among results. */
export function rememberFailure(results: readonly ExerciseResult[], asked: Asked): void {
  const failure = results.map((result) => failureIn(result, asked)).find(Boolean);
  if (failure === undefined) return;
  // Without a memory the command under the story shows it again, too.
  remember(FILE, `${JSON.stringify(failure, undefined, 2)}\n`);
}

/** @throws Complaint if there is none, or it cannot be understood. */
export function lastFailure(): Failure {
  const text = remembered(FILE);
  if (text === undefined) throw new Complaint(NONE, 'npm test');
  const failure = parse(text);
  if (failure === undefined) throw new Complaint(CORRUPT, 'npm test');
  return failure;
}

/** A failure as text to send to somebody; without the run itself, which is then found anew, if that is too long. */
export function tokenOf({ from: _, ...failure }: Failure): string | undefined {
  const { failing: __, ...found } = failure;
  return [failure, found]
    .map((each) => Buffer.from(JSON.stringify(each)).toString('base64url'))
    .find(({ length }) => length < LONGEST_TOKEN);
}

/** @throws Complaint if it is no token. */
export function failureFrom(token: string): Failure {
  const failure = parse(Buffer.from(token.trim(), 'base64url').toString('utf8'));
  if (failure === undefined) throw new Complaint(NO_TOKEN, 'npm run replay');
  return failure;
}

/** Changes whenever the tests of an exercise do; line endings do not count. */
export function versionOf({ test }: Pick<Exercise, 'test'>): string {
  const source = readFileSync(test, 'utf8').replaceAll('\r\n', '\n');
  return createHash('sha256').update(source).digest('hex').slice(0, 8);
}

function parse(text: string): Failure | undefined {
  try {
    const failure = JSON.parse(text) as Failure;
    return isFailure(failure) ? failure : undefined;
  } catch {
    return undefined;
  }
}

function isFailure(value: Failure): boolean {
  const { exercise, tests, guarantee, from = '', seed, runs = 1, failing } = value;
  const texts = [exercise, tests, guarantee, from].every((text) => typeof text === 'string');
  const numbers = [seed, runs].every(Number.isSafeInteger) && runs > 0;
  return texts && numbers && (failing === undefined || isFailing(failing));
}

function isFailing({ values, runSeed, before }: Failing): boolean {
  const isList = (list: unknown) =>
    Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null);
  return (
    Array.isArray(values) &&
    values.every(isList) &&
    Number.isSafeInteger(runSeed) &&
    Array.isArray(before) &&
    before.every(Number.isSafeInteger)
  );
}

const FILE = 'last-failure.json';
const LONGEST_TOKEN = 200;
const NONE = 'No failure is remembered: nothing has failed yet, or .kata cannot be written.';
const CORRUPT = '.kata/last-failure.json cannot be understood; the next failure is written anew.';
const NO_TOKEN = 'This is no token: it is the whole text behind Share, without the spaces.';
