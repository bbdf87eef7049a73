import { byInvocation, type Operation } from './history.ts';
import type { Model } from './models.ts';

/** The operations on one object. */
export interface Part {
  readonly key: string | undefined;
  /** Where each lane begins; clients come first. */
  readonly starts: readonly number[];
  /** How many lanes belong to clients. The others hold a pending operation each. */
  readonly clients: number;
  readonly size: number;
}

/**
 * A history as the search wants it. What a client did with one object follows each other and is called
 * a *lane*; a pending operation is a lane of its own.
 *
 * What matters of the operations is in columns, lane after lane: the search goes through them again and
 * again, and objects lie all over the memory. A lane ends with an empty place, which is never invoked.
 */
export class Lanes {
  readonly parts: readonly Part[];
  readonly operations: readonly Operation[];
  readonly ops: readonly string[];
  readonly arguments: readonly unknown[];
  readonly results: readonly unknown[];
  readonly calls: Float64Array;
  readonly returns: Float64Array;
  readonly readOnly: Uint8Array;

  constructor(history: readonly Operation[], model: Model) {
    const sorted = byInvocation(history);
    const { parts, laneOf, sizes } = lanesOf(sorted, history);
    const next = new Int32Array(sizes.length);
    let end = 0;
    this.parts = Array.from(parts, ([key, { clients, pending }]) => {
      const lanes = [...clients.values(), ...pending];
      const starts = lanes.map((lane) => {
        const start = end;
        next[lane] = start;
        end += (sizes[lane] as number) + 1;
        return start;
      });
      const size = lanes.reduce((sum, lane) => sum + (sizes[lane] as number), 0);
      return { key, starts, clients: clients.size, size };
    });
    const operations = new Array<Operation>(end);
    const ops = new Array<string>(end);
    const args = new Array<unknown>(end);
    const results = new Array<unknown>(end);
    this.calls = new Float64Array(end).fill(Infinity);
    this.returns = new Float64Array(end).fill(Infinity);
    this.readOnly = new Uint8Array(end);
    for (let i = 0; i < sorted.length; i++) {
      const operation = sorted[i] as Operation;
      const lane = laneOf[i] as number;
      const place = next[lane] as number;
      next[lane] = place + 1;
      operations[place] = operation;
      ops[place] = operation.op;
      args[place] = operation.argument;
      results[place] = operation.result;
      this.calls[place] = operation.invokedAt;
      this.returns[place] = operation.respondedAt ?? Infinity;
      this.readOnly[place] = model.readOnly.includes(operation.op) ? 1 : 0;
    }
    this.operations = operations;
    this.ops = ops;
    this.arguments = args;
    this.results = results;
  }
}

interface LanesOfPart {
  readonly clients: Map<string, number>;
  readonly pending: number[];
}

/** The lane of each operation, and the size of each lane. Parts come in the order of the history. */
function lanesOf(sorted: readonly Operation[], history: readonly Operation[]) {
  const parts = new Map<string | undefined, LanesOfPart>();
  for (const { key } of history) {
    if (!parts.has(key)) parts.set(key, { clients: new Map(), pending: [] });
  }
  const laneOf = new Int32Array(sorted.length);
  const sizes: number[] = [];
  for (let i = 0; i < sorted.length; i++) {
    const { client, key, respondedAt } = sorted[i] as Operation;
    const { clients, pending } = parts.get(key) as LanesOfPart;
    let lane = respondedAt === undefined ? undefined : clients.get(client);
    if (lane === undefined) {
      lane = sizes.push(0) - 1;
      if (respondedAt === undefined) pending.push(lane);
      else clients.set(client, lane);
    }
    laneOf[i] = lane;
    (sizes[lane] as number)++;
  }
  return { parts, laneOf, sizes };
}
