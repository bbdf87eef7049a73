import type { Outcome } from '../guarantee/judge.ts';
import type { Verdict } from '../guarantee/verdict.ts';

/** The one guarantee to look at first: what is wrong goes before what is still to do. */
export function focusOf(guarantees: readonly Outcome[]): Outcome | undefined {
  const first = (...verdicts: readonly Verdict[]) =>
    guarantees.find(({ verdict }) => verdicts.includes(verdict));
  return first('violated', 'error') ?? first('to do') ?? first('not decided');
}
