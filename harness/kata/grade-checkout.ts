import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../guarantee/verdict.ts';
import { type Exercise, exercises, ROOT } from './catalog.ts';
import { type Checked, checkedIn } from './checked.ts';
import { numberOf } from './asked-exercise.ts';

/** The points of one checkout. */
export interface Grade {
  readonly points: number;
  readonly of: number;
  readonly exercises: readonly ExerciseGrade[];
  /** Why there was nothing to grade. */
  readonly trouble?: string;
}

export interface ExerciseGrade {
  readonly id: string;
  readonly points: number;
  readonly of: number;
  readonly guarantees: readonly GuaranteeGrade[];
}

export interface GuaranteeGrade {
  readonly id: string;
  readonly verdict: Verdict;
  readonly points: number;
  readonly of: number;
  readonly story: string;
}

/**
 * Grades a checkout, in a process of its own: whatever the code in it does, it does to nobody else. If
 * that process comes to no end or to a bad one, each exercise gets its own, and then each guarantee: so
 * it costs the guarantee where it happened, and no other.
 */
export async function gradeCheckout(
  from: string | undefined,
  options: readonly string[] = [],
): Promise<Grade> {
  const there = from === undefined ? [] : ['--from', from];
  const whole = await ask([...(from === undefined ? ['all'] : there), ...options]);
  const graded: ExerciseGrade[] = [];
  for (const exercise of exercises()) {
    if (from !== undefined && !existsSync(join(from, exercise.id))) {
      graded.push(notThere(exercise));
      continue;
    }
    const own = [numberOf(exercise), ...there];
    const guarantees: GuaranteeGrade[] = [];
    const found = of(exercise, whole) ?? of(exercise, await ask(own));
    for (const checked of checkedIn(exercise)) {
      const alone = async () => of(exercise, await ask([...own, '--only', checked.id]));
      guarantees.push(gradeOf(checked, found ?? (await alone())));
    }
    graded.push({ id: exercise.id, ...sum(guarantees), guarantees });
  }
  return { ...sum(graded), exercises: graded };
}

/** The grade of a checkout that cannot be looked into, and why. */
export function noCheckout(trouble: string): Grade {
  const graded = exercises().map(notThere);
  return { ...sum(graded), exercises: graded, trouble };
}

function notThere(exercise: Exercise): ExerciseGrade {
  const guarantees = checkedIn(exercise).map((checked) => nothing(checked, NOT_THERE));
  return { id: exercise.id, ...sum(guarantees), guarantees };
}

function nothing({ id, points }: Checked, story: string): GuaranteeGrade {
  return { id, verdict: 'error', points: 0, of: points, story };
}

function gradeOf(checked: Checked, found: ExerciseGrade | undefined): GuaranteeGrade {
  const { id } = checked;
  const judged = found?.guarantees.find((guarantee) => guarantee.id === id);
  if (judged === undefined) return nothing(checked, NO_END);
  const { verdict, story } = judged;
  return { id, verdict, points: judged.points, of: judged.of, story };
}

function sum(parts: readonly { points: number; of: number }[]): { points: number; of: number } {
  return {
    points: parts.reduce((total, { points }) => total + points, 0),
    of: parts.reduce((total, part) => total + part.of, 0),
  };
}

interface Answer {
  readonly exercises: readonly ExerciseGrade[];
}

function of({ id }: Exercise, answer: Answer | undefined): ExerciseGrade | undefined {
  return answer?.exercises.find((exercise) => exercise.id === id);
}

/** What `npm test … --json` says; undefined if it could not say it. */
function ask(args: readonly string[]): Promise<Answer | undefined> {
  const command = [join(ROOT, 'harness/kata/launch.js'), 'test', ...args, '--json'];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { maxBuffer: MOST_BYTES }, (_, stdout) => {
      try {
        resolve(JSON.parse(stdout) as Answer);
      } catch {
        resolve(undefined);
      }
    });
  });
}

const MOST_BYTES = 256 * 1024 * 1024;
export const NOT_THERE = 'This exercise is not in the checkout.';
const NO_END = 'The code came to no end, or took the whole process down with it.';
