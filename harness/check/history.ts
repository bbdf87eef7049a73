import { show } from '../world/show.ts';

/** One request of a client and what came back, as it is judged. */
export interface Operation {
  readonly client: string;
  /** What was asked for: an operation of the sequential model, `read` or `write`. */
  readonly op: string;
  /** Operations on different keys are judged apart; leave it out where there is only one object. */
  readonly key?: string;
  readonly argument?: unknown;
  /** What the client got; of no meaning while the operation is pending. */
  readonly result?: unknown;
  /** When it was invoked: any number that grows, such as virtual ms or an index of a trace. */
  readonly invokedAt: number;
  /** When the response came. None: it is *pending*, and may have happened or not. */
  readonly respondedAt?: number | undefined;
}

/** A history that no run can have produced. The message says which operation, and why. */
export class BadHistory extends Error {
  override readonly name = 'BadHistory';
}

/**
 * Refuses what is no history: a response before its invocation, times that are no numbers, two
 * operations of one client at once. A client may go on after an operation that stays pending.
 *
 * @throws BadHistory
 */
export function checkHistory(history: readonly Operation[]): void {
  const last = new Map<string, Operation>();
  for (const operation of byInvocation(history)) {
    const { client, invokedAt, respondedAt } = operation;
    if (!Number.isFinite(invokedAt)) {
      throw new BadHistory(`${describeOperation(operation)} has no time of invocation`);
    }
    if (respondedAt === undefined) continue;
    if (!(respondedAt >= invokedAt)) {
      throw new BadHistory(`the response of ${describeOperation(operation)} comes before it`);
    }
    const previous = last.get(client);
    if (previous !== undefined && (previous.respondedAt as number) > invokedAt) {
      throw new BadHistory(
        `${client} does two things at once: ${describeOperation(previous)} and ${describeOperation(operation)}`,
      );
    }
    last.set(client, operation);
  }
}

/** The operations in the order of their invocations; the history itself if it is in order already. */
export function byInvocation(history: readonly Operation[]): readonly Operation[] {
  let previous = -Infinity;
  for (const { invokedAt } of history) {
    if (!(invokedAt >= previous)) return history.toSorted((a, b) => a.invokedAt - b.invokedAt);
    previous = invokedAt;
  }
  return history;
}

/** One operation in a few words: `alice: write x 3 (10–25)`. */
export function describeOperation(operation: Operation): string {
  const { client, invokedAt, respondedAt } = operation;
  const unknown = respondedAt === undefined ? ' → ?' : '';
  return `${client}: ${operationWords(operation)}${unknown} (${invokedAt}–${respondedAt ?? 'pending'})`;
}

/** What was asked for and what came back, if anything did: `read x → 3`. */
export function operationWords({ op, key, argument, result, respondedAt }: Operation): string {
  const asked = [op, key, argument === undefined ? undefined : show(argument)]
    .filter((word) => word !== undefined)
    .join(' ');
  return respondedAt === undefined || result === undefined ? asked : `${asked} → ${show(result)}`;
}
