import type { Operation } from '../check/history.ts';
import { RandomStream } from '../world/random.ts';

export interface Workload {
  readonly operations: number;
  readonly keys: number;
  readonly clients?: number;
  /** Whether the last read answers a value that was overwritten long before. */
  readonly stale?: boolean;
  readonly seed?: number;
}

/**
 * What clients may record of registers, one a key, in order of invocation. Each asks, waits for the
 * answer, and asks again; half of it writes, and no value is written twice. A request takes effect when
 * it arrives, so the history is linearizable, unless a stale read is asked for.
 */
export function registerHistory(workload: Workload): readonly Operation[] {
  const requests = requestsOf(workload);
  const values = new Map<string, unknown[]>();
  let writes = 0;
  for (const request of requests.toSorted((a, b) => a.arrivesAt - b.arrivesAt)) {
    const written = values.get(request.key) ?? [null];
    values.set(request.key, written);
    if (request.writes) written.push(++writes);
    request.value = written.at(-1);
  }
  const last = requests.findLast((request) => !request.writes);
  if (workload.stale === true && last !== undefined) {
    last.value = values.get(last.key)?.at(-STALE_WRITES) ?? null;
  }
  return requests.map((request): Operation => {
    const { client, key, value, invokedAt, respondedAt } = request;
    return request.writes
      ? { client, op: 'write', key, argument: value, invokedAt, respondedAt }
      : { client, op: 'read', key, result: value, invokedAt, respondedAt };
  });
}

interface Request {
  readonly client: string;
  readonly key: string;
  readonly writes: boolean;
  readonly invokedAt: number;
  readonly arrivesAt: number;
  readonly respondedAt: number;
  value: unknown;
}

function requestsOf({ operations, keys, clients = 10, seed = 1 }: Workload): readonly Request[] {
  const random = new RandomStream(seed, 'requests');
  const names = Array.from({ length: clients }, (_, i) => `c${i + 1}`);
  const keyNames = Array.from({ length: keys }, (_, i) => `k${i + 1}`);
  const free = Array.from({ length: clients }, () => 0);
  const requests = Array.from({ length: operations }, (_, i): Request => {
    const client = i % clients;
    const invokedAt = (free[client] as number) + random.integer(0, LONGEST_PAUSE_MS);
    const arrivesAt = invokedAt + random.integer(MIN_LATENCY_MS, MAX_LATENCY_MS);
    const respondedAt = arrivesAt + random.integer(MIN_LATENCY_MS, MAX_LATENCY_MS);
    free[client] = respondedAt + 1;
    return {
      client: names[client] as string,
      key: keyNames[random.integer(0, keys - 1)] as string,
      writes: random.integer(0, 1) === 0,
      invokedAt,
      arrivesAt,
      respondedAt,
      value: null,
    };
  });
  return requests.toSorted((a, b) => a.invokedAt - b.invokedAt);
}

const LONGEST_PAUSE_MS = 10;
const MIN_LATENCY_MS = 5;
const MAX_LATENCY_MS = 15;
/** More than can have been under way at once, so that the read cannot be right by chance. */
const STALE_WRITES = 100;
