import { type Operation, operationWords } from '../check/history.ts';
import type { Linearizability } from '../check/linearizability.ts';
import { show } from '../world/show.ts';
import { historyPicture, type HistoryPictureOptions } from './history-picture.ts';
import { oneLine, shorten } from './wrap.ts';

/**
 * Why a history is not linearizable: a sentence about the operation that no order explains, and a
 * picture of a small part of the history that is already wrong.
 *
 * ```ts
 * const answer = linearizable(
 *   [
 *     { client: 'alice', op: 'write', argument: 1, invokedAt: 0, respondedAt: 10 },
 *     { client: 'bob', op: 'read', result: null, invokedAt: 20, respondedAt: 30 },
 *   ],
 *   register,
 * );
 * if (answer.verdict !== 'no') throw new Error('it is linearizable');
 *
 * const { sentence, picture } = explainHistory(answer);
 * sentence.startsWith("bob's read → null (20–30) cannot come after alice's write 1 (0–10)"); // → true
 * picture[3]; // → '✗   20  ·                       ┌ read → null'
 * ```
 */
export function explainHistory(
  { blocked, witness }: Extract<Linearizability, { verdict: 'no' }>,
  options: Omit<HistoryPictureOptions, 'marks'> = {},
): { readonly sentence: string; readonly picture: readonly string[] } {
  const marks = witness.filter(
    ({ client, invokedAt }) => client === blocked.client && invokedAt === blocked.invokedAt,
  );
  return {
    sentence: sentenceFor(blocked, witness),
    picture: historyPicture(witness, { ...options, marks }),
  };
}

function sentenceFor(blocked: Operation, witness: readonly Operation[]): string {
  const what = told(blocked);
  if (witness.length === 1) {
    return `Nothing that was asked for by ${blocked.respondedAt} explains ${what}.`;
  }
  const why = `no order of these ${witness.length} operations explains it.`;
  const before = lastBefore(blocked, witness);
  return before === undefined
    ? `${what} fits nowhere; ${why}`
    : `${what} cannot come after ${told(before)}; ${why}`;
}

/** `bob's read → 1 (30–40)`. */
function told(operation: Operation): string {
  const { client, invokedAt, respondedAt } = operation;
  const words = shorten(oneLine(operationWords(operation)), LONGEST);
  return `${client}'s ${words} (${invokedAt}–${respondedAt})`;
}

/**
 * What was over when a register was read, and tells that it held another value: without it the read
 * would be right. Of other objects one cannot say it so simply.
 */
function lastBefore(
  { op, result, invokedAt }: Operation,
  witness: readonly Operation[],
): Operation | undefined {
  if (op !== 'read' || !witness.every((each) => each.op === 'read' || each.op === 'write')) {
    return undefined;
  }
  return witness
    .filter(({ respondedAt = Infinity }) => respondedAt < invokedAt)
    .filter((each) => show(each.op === 'read' ? each.result : each.argument) !== show(result))
    .toSorted((a, b) => (b.respondedAt as number) - (a.respondedAt as number))[0];
}

/** Characters for one operation in a sentence. */
const LONGEST = 60;
