import { checkHistory, type Operation } from './history.ts';
import { valueKey } from './value-key.ts';

/**
 * Whether a history of one register is linearizable, in n log n time, where no value is written twice
 * and none is the initial one (Gibbons and Korach 1997, "Testing shared memories", §4).
 *
 * All operations on one value form its *zone*, between the first response and the last invocation
 * among them. If the response comes first the value must have been there all that time (a forward
 * zone); else some instant between the two is enough (a backward zone). Two forward zones must not
 * overlap, and no backward zone lies inside a forward one.
 *
 * Answers undefined if the history is not of that kind; the general search has to judge it then.
 *
 * @throws BadHistory
 */
export function linearizableByZones(
  history: readonly Operation[],
  initial: unknown = null,
): boolean | undefined {
  checkHistory(history);
  const zones = new Map<unknown, Zone>();
  zones.set(valueKey(initial), {
    written: -Infinity,
    firstResponse: -Infinity,
    lastCall: -Infinity,
    read: true,
  });
  for (const { op, argument, invokedAt, respondedAt = Infinity } of history) {
    if (op === 'read') continue;
    if (op !== 'write' || zones.has(valueKey(argument))) return undefined;
    zones.set(valueKey(argument), {
      written: invokedAt,
      firstResponse: respondedAt,
      lastCall: invokedAt,
      read: respondedAt !== Infinity,
    });
  }
  for (const { op, result, invokedAt, respondedAt } of history) {
    if (op !== 'read' || respondedAt === undefined) continue;
    const zone = zones.get(valueKey(result));
    // Read but never written, or read before anybody wrote it.
    if (zone === undefined || respondedAt < zone.written) return false;
    zone.read = true;
    if (respondedAt < zone.firstResponse) zone.firstResponse = respondedAt;
    if (invokedAt > zone.lastCall) zone.lastCall = invokedAt;
  }
  // A pending write that nobody read need not have happened.
  return fit([...zones.values()].filter(({ read }) => read));
}

interface Zone {
  readonly written: number;
  firstResponse: number;
  lastCall: number;
  read: boolean;
}

function fit(zones: readonly Zone[]): boolean {
  const forward = zones
    .filter(({ firstResponse, lastCall }) => firstResponse < lastCall)
    .toSorted((a, b) => a.firstResponse - b.firstResponse);
  for (let i = 1; i < forward.length; i++) {
    if ((forward[i] as Zone).firstResponse < (forward[i - 1] as Zone).lastCall) return false;
  }
  for (const { firstResponse, lastCall } of zones) {
    if (firstResponse < lastCall) continue;
    const around = lastBefore(forward, lastCall);
    if (around !== undefined && firstResponse < around.lastCall) return false;
  }
  return true;
}

/** The last forward zone that begins before a time. Forward zones do not overlap, so one is enough. */
function lastBefore(forward: readonly Zone[], time: number): Zone | undefined {
  let low = 0;
  let high = forward.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((forward[middle] as Zone).firstResponse < time) low = middle + 1;
    else high = middle;
  }
  return forward[low - 1];
}
