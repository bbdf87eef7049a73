import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { askedExercise, standing } from './asked-exercise.ts';
import { attemptsFolder } from './attempts-folder.ts';
import { type Exercise, exerciseAround, exercises } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { rememberFailure } from './last-failure.ts';
import { paint } from './paint.ts';
import { remember, workOn } from './progress.ts';
import { type ExerciseResult, run } from './run.ts';
import { screen } from './screen.ts';
import { stuck } from './stuck.ts';

export interface TestOptions {
  readonly from?: string;
  readonly only?: string;
  readonly seed?: number;
  readonly runs?: number;
  readonly json?: boolean;
  readonly junit?: string;
}

/** `npm test [exercise]`: exit code 0 only if every guarantee holds. */
export async function test(query: string | undefined, options: TestOptions): Promise<number> {
  const from = options.from === undefined ? undefined : attemptsFolder(options.from, standing());
  const chosen = choose(query, from);
  let results: readonly ExerciseResult[] = [];
  await run(chosen, {
    ...options,
    from,
    junit: options.junit === undefined ? undefined : resolve(standing(), options.junit),
    report: (reported) => (results = reported),
    stuck,
  });
  if (options.only !== undefined) checkOnly(options.only, results, chosen);
  rememberFailure(results, { ...options, from });
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ exercises: results.map(toJson) }, undefined, 2)}\n`);
  } else {
    const colour = paint();
    for (const result of results) process.stdout.write(screen(result, options, colour));
  }
  const [only, ...others] = chosen;
  if (from === undefined && only !== undefined && others.length === 0) workOn(only);
  const partial = from !== undefined || options.only !== undefined || options.runs !== undefined;
  if (!partial)
    for (const { exercise, verdict } of results) remember(exercise, verdict === 'holds');
  return results.length > 0 && results.every(({ verdict }) => verdict === 'holds') ? 0 : 1;
}

/** The exercise that was asked for, or stood in, or is next; of somebody's folder, all that it has. */
export function choose(query: string | undefined, from: string | undefined): readonly Exercise[] {
  const all = exercises();
  if (query === 'all') return all;
  if (from !== undefined && query === undefined && exerciseAround(standing()) === undefined) {
    const there = all.filter(({ id }) => existsSync(join(from, id)));
    if (there.length > 0) return there;
    throw new Complaint(`${from} holds none of the exercises.`, 'npm test -- --from solutions');
  }
  return [askedExercise(query)];
}

export function checkOnly(
  only: string,
  results: readonly ExerciseResult[],
  chosen: readonly Exercise[],
): void {
  if (results.some(({ guarantees, troubles }) => guarantees.length + troubles.length > 0)) return;
  const [first] = chosen;
  const next = `npm test ${first?.id.slice(0, 2) ?? ''}`;
  throw new Complaint(`There is no guarantee '${only}' in ${first?.id ?? 'this exercise'}.`, next);
}

function toJson({ exercise, verdict, points, of, guarantees }: ExerciseResult): object {
  return {
    id: exercise.id,
    verdict,
    points,
    of,
    guarantees: guarantees.map(({ id, kind, verdict, points, of, runs, ms, story, explored }) => ({
      id,
      kind,
      verdict,
      points,
      of,
      runs,
      states: explored?.states,
      ms,
      story,
    })),
  };
}
