import { show } from '../world/show.ts';
import { BadHistory, type Operation } from './history.ts';

/** A client asks for something, or gets what it asked for: a history in the making. */
export type ClientEvent =
  | ({ readonly kind: 'invoked' } & Pick<Operation, 'client' | 'op' | 'key' | 'argument'>)
  | ({ readonly kind: 'responded' } & Pick<Operation, 'client' | 'result'>);

/**
 * A history with one event more, for the watch of an exploration. Which of two invocations came first
 * does not matter, nor which of two responses, only which responses came before which invocations: what
 * differs in nothing else becomes one history, so there are fewer to judge.
 */
export function unfold(
  history: readonly ClientEvent[],
  event: ClientEvent,
): readonly ClientEvent[] {
  let place = history.length;
  while (place > 0 && mayFollow(event, history[place - 1] as ClientEvent)) place--;
  return history.toSpliced(place, 0, event);
}

function mayFollow(event: ClientEvent, other: ClientEvent): boolean {
  return other.kind === event.kind && other.client > event.client;
}

/**
 * The operations of a history in the making; their times are places in it.
 *
 * @throws BadHistory at a response that nobody waits for
 */
export function operationsOf(history: readonly ClientEvent[]): readonly Operation[] {
  const operations: { -readonly [Key in keyof Operation]: Operation[Key] }[] = [];
  history.forEach((event, at) => {
    const { kind, ...rest } = event;
    if (kind === 'invoked') {
      operations.push({ ...(rest as Operation), invokedAt: at });
      return;
    }
    const open = operations.findLast(({ client }) => client === event.client);
    if (open === undefined || open.respondedAt !== undefined) {
      throw new BadHistory(`${event.client} got ${show(event.result)}, and waited for nothing`);
    }
    open.result = event.result;
    open.respondedAt = at;
  });
  return operations;
}
