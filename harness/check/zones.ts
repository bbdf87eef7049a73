import { checkHistory, type Operation } from './history.ts';
import { valueKey } from './value-key.ts';

/**
 * Whether a history of one register is linearizable, in n log n time, where no value is written twice
 * and none is the initial one (Gibbons and Korach 1997, "Testing shared memories", §4).
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
  const zones = new Zones(initial);
  return history.every((operation) => zones.add(operation)) ? zones.fit() : undefined;
}

/** The zones of each key; undefined for a key whose history they cannot judge. */
export function zonesByKey(
  history: readonly Operation[],
  initial: unknown,
): ReadonlyMap<string | undefined, Zones | undefined> {
  const byKey = new Map<string | undefined, Zones | undefined>();
  for (const operation of history) {
    const { key } = operation;
    let zones = byKey.get(key);
    if (zones === undefined) {
      if (byKey.has(key)) continue;
      zones = new Zones(initial);
      byKey.set(key, zones);
    }
    if (!zones.add(operation)) byKey.set(key, undefined);
  }
  return byKey;
}

/**
 * All operations on one value form its *zone*, between the first response and the last invocation
 * among them. If the response comes first the value must have been there all that time (a forward
 * zone); else some instant between the two is enough (a backward zone). Two forward zones must not
 * overlap, and no backward zone lies inside a forward one.
 *
 * Zones are numbers, and what is known of them is in columns, because there are as many as writes.
 */
export class Zones {
  readonly #ids = new Map<unknown, number>();
  /** Of each zone: when the write was invoked, and when its response came. */
  readonly #written: number[] = [];
  readonly #answered: number[] = [];
  /** Of each read that is not pending: its zone, its invocation and its response. */
  readonly #zones: number[] = [];
  readonly #calls: number[] = [];
  readonly #returns: number[] = [];

  constructor(initial: unknown) {
    const zone = this.#zoneOf(initial);
    this.#written[zone] = -Infinity;
    this.#answered[zone] = -Infinity;
  }

  /** False if zones cannot judge a history with this operation in it. */
  add({ op, argument, result, invokedAt, respondedAt = Infinity }: Operation): boolean {
    if (op === 'read') {
      if (respondedAt === Infinity) return true;
      this.#zones.push(this.#zoneOf(result));
      this.#calls.push(invokedAt);
      this.#returns.push(respondedAt);
      return true;
    }
    if (op !== 'write') return false;
    const zone = this.#zoneOf(argument);
    if (this.#written[zone] !== Infinity) return false;
    this.#written[zone] = invokedAt;
    this.#answered[zone] = respondedAt;
    return true;
  }

  #zoneOf(value: unknown): number {
    const key = valueKey(value);
    let zone = this.#ids.get(key);
    if (zone === undefined) {
      zone = this.#ids.size;
      this.#ids.set(key, zone);
      this.#written.push(Infinity);
      this.#answered.push(Infinity);
    }
    return zone;
  }

  /** Whether the history is linearizable as it stood at a time, when what came later was pending. */
  fit(until = Infinity): boolean {
    const firstResponse = this.#answered.map((time) => (time > until ? Infinity : time));
    const lastCall = this.#written.slice();
    for (let i = 0; i < this.#zones.length; i++) {
      const zone = this.#zones[i] as number;
      const responded = this.#returns[i] as number;
      if (responded > until) continue;
      // Read but never written, or read before anybody wrote it.
      if (responded < (this.#written[zone] as number)) return false;
      if (responded < (firstResponse[zone] as number)) firstResponse[zone] = responded;
      const called = this.#calls[i] as number;
      if (called > (lastCall[zone] as number)) lastCall[zone] = called;
    }
    return fit(firstResponse, lastCall);
  }
}

function fit(firstResponse: readonly number[], lastCall: readonly number[]): boolean {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let zone = 0; zone < firstResponse.length; zone++) {
    const start = firstResponse[zone] as number;
    const end = lastCall[zone] as number;
    if (start >= end) continue;
    starts.push(start);
    ends.push(end);
  }
  const forward = { starts: new Float64Array(starts).sort(), ends: new Float64Array(ends).sort() };
  // Two overlap if, and only if, some zone starts before all that started earlier have ended. If none
  // does, the i-th start and the i-th end are of one zone, though they were sorted apart.
  for (let i = 1; i < starts.length; i++) {
    if ((forward.starts[i] as number) < (forward.ends[i - 1] as number)) return false;
  }
  for (let zone = 0; zone < firstResponse.length; zone++) {
    const response = firstResponse[zone] as number;
    const call = lastCall[zone] as number;
    // A forward zone, or a pending write that nobody read and that need not have happened.
    if (response < call || response === Infinity) continue;
    const around = countBefore(forward.starts, call) - 1;
    if (around >= 0 && response < (forward.ends[around] as number)) return false;
  }
  return true;
}

/** How many of the sorted times lie before a time. */
function countBefore(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
