import type { Grade } from './grade-checkout.ts';

/**
 * A grade as GitHub Classroom's autograding reporter takes it from a grader's step, in base64
 * (https://github.com/classroom-resources/autograding-grading-reporter, src/notify-classroom.js): the
 * sum of the scores counts, out of `max_score`.
 */
export function classroom(grade: Grade): object {
  const tests = grade.exercises.flatMap(({ id: exercise, guarantees }) =>
    guarantees.map(({ id, verdict, points, story }) => ({
      name: `${exercise}: ${id}`,
      status: verdict === 'holds' ? 'pass' : verdict === 'error' ? 'error' : 'fail',
      score: points,
      message: story,
    })),
  );
  const passed = tests.every(({ status }) => status === 'pass');
  return { version: 1, status: passed ? 'pass' : 'fail', max_score: grade.of, tests };
}
