import { show } from '../world/show.ts';
import { byInvocation, checkHistory, type Operation } from './history.ts';
import type { Model } from './models.ts';
import { valueKey } from './value-key.ts';
import { linearizableByZones } from './zones.ts';

export interface LinearizabilityOptions {
  /** How many configurations the search may keep before it gives up: *not decided*. */
  readonly maxConfigurations?: number;
  /** Whether zones may judge what they can. True unless told; false lets the search judge all. */
  readonly zones?: boolean;
}

export type Linearizability =
  | {
      readonly verdict: 'yes';
      /** The operations in an order that explains all results, part by part, where it was looked for. */
      readonly order: readonly Operation[];
    }
  | {
      readonly verdict: 'no';
      readonly key: string | undefined;
      /** The operation whose response no order can explain: all that ended before it can be explained. */
      readonly blocked: Operation;
      /** How many operations of that key ended before. */
      readonly prefix: number;
      /** A small part of the history that is already wrong, in order of invocation. */
      readonly witness: readonly Operation[];
    }
  | { readonly verdict: 'not decided'; readonly configurations: number };

/**
 * Whether every operation seems to take effect at one instant between its invocation and its response
 * (Herlihy and Wing 1990, "Linearizability"). The search is Wing and Gong's (1993) with Lowe's cache
 * (2017, "Testing for linearizability"), split by key. What Gibbons and Korach's zones can judge (see
 * zones.ts) they judge first: they tell a wrong history at once, where a search has to try everything.
 *
 * ```ts
 * linearizable(
 *   [
 *     { client: 'alice', op: 'write', argument: 1, invokedAt: 0, respondedAt: 10 },
 *     { client: 'bob', op: 'read', result: null, invokedAt: 20, respondedAt: 30 },
 *   ],
 *   register,
 * ).verdict; // → 'no'
 * ```
 *
 * @throws BadHistory, or what the model throws
 */
export function linearizable(
  history: readonly Operation[],
  model: Model,
  { maxConfigurations = MAX_CONFIGURATIONS, zones = true }: LinearizabilityOptions = {},
): Linearizability {
  checkHistory(history);
  const parts: { readonly key: string | undefined; readonly search: Search }[] = [];
  for (const [key, operations] of partsOf(history)) {
    const answer = zones ? byZones(operations, model) : undefined;
    if (answer === false) return explain(key, operations, firstWrong(operations, model), model);
    if (answer === undefined) parts.push({ key, search: new Search(operations, model) });
  }
  const order: Operation[] = [];
  let open = parts;
  // In turns, so that one hard key cannot use up the memory while another already shows a violation.
  for (let turn = FIRST_TURN; open.length > 0; turn *= 4) {
    const left: typeof parts = [];
    for (const part of open) {
      const verdict = part.search.advance(turn);
      if (verdict === 'no') {
        return explain(part.key, part.search.operations, part.search.blocked, model);
      }
      if (verdict === 'open') left.push(part);
      else order.push(...part.search.order());
    }
    open = left;
    const configurations = parts.reduce((sum, { search }) => sum + search.configurations, 0);
    if (open.length > 0 && configurations > maxConfigurations) {
      return { verdict: 'not decided', configurations };
    }
  }
  return { verdict: 'yes', order };
}

function partsOf(history: readonly Operation[]): Map<string | undefined, Operation[]> {
  const parts = new Map<string | undefined, Operation[]>();
  for (const operation of history) {
    const part = parts.get(operation.key);
    if (part === undefined) parts.set(operation.key, [operation]);
    else part.push(operation);
  }
  return parts;
}

/**
 * The search for an order of the operations on one object, depth first.
 *
 * A client's operations follow each other, so what is already in the order is told by a count for each
 * client (a *lane*) and a bit for each pending operation, whatever the length of the history: a
 * configuration is a few integers, and the state of the model is one of them.
 */
class Search {
  readonly #operations: readonly Operation[];
  readonly #model: Model;
  readonly #states = new Interned();
  /** The operations of all lanes, one lane after the other. */
  readonly #lanes: Int32Array;
  /** Where each lane's next operation stands in #lanes, and where the lane ends. */
  readonly #next: Int32Array;
  readonly #ends: Int32Array;
  readonly #calls: Float64Array;
  readonly #returns: Float64Array;
  readonly #readOnly: Uint8Array;
  /** How many lanes belong to clients; the others hold a pending operation each. */
  readonly #clients: number;
  readonly #seen: ConfigurationSet;
  readonly #configuration: Int32Array;
  #remaining: number;
  #state: number;
  /** The path: which lane each step took, the state before it, whether it had no alternative. */
  readonly #path: number[] = [];
  readonly #before: number[] = [];
  readonly #forced: boolean[] = [];
  #tried = NONE;
  #blocked = -1;

  constructor(operations: readonly Operation[], model: Model) {
    const sorted = byInvocation(operations);
    this.#operations = sorted;
    this.#model = model;
    this.#calls = Float64Array.from(sorted, ({ invokedAt }) => invokedAt);
    this.#returns = Float64Array.from(sorted, ({ respondedAt }) => respondedAt ?? Infinity);
    const readOnly = new Set(model.readOnly);
    this.#readOnly = Uint8Array.from(sorted, ({ op }) => (readOnly.has(op) ? 1 : 0));
    const lanes = lanesOf(sorted);
    this.#clients = lanes.clients;
    this.#lanes = Int32Array.from(lanes.all.flat());
    this.#next = new Int32Array(lanes.all.length);
    this.#ends = new Int32Array(lanes.all.length);
    let at = 0;
    lanes.all.forEach((lane, i) => {
      this.#next[i] = at;
      at += lane.length;
      this.#ends[i] = at;
    });
    this.#remaining = sorted.filter(({ respondedAt }) => respondedAt !== undefined).length;
    const pending = lanes.all.length - lanes.clients;
    this.#configuration = new Int32Array(lanes.clients + Math.ceil(pending / 32) + 1);
    this.#seen = new ConfigurationSet(this.#configuration.length);
    this.#state = this.#states.idOf(model.initial);
  }

  /** How many configurations were kept so far: the measure of the work. */
  get configurations(): number {
    return this.#seen.size;
  }

  /** Goes on for so many steps. */
  advance(steps: number): 'yes' | 'no' | 'open' {
    for (let step = 0; step < steps; step++) {
      if (this.#remaining === 0) return 'yes';
      if (!this.#forward() && !this.#back()) return 'no';
    }
    return this.#remaining === 0 ? 'yes' : 'open';
  }

  /** The order that was found. */
  order(): readonly Operation[] {
    const next = this.#ends.map((end, lane) => (lane === 0 ? 0 : (this.#ends[lane - 1] as number)));
    return this.#path.map((lane) => {
      const index = this.#lanes[next[lane] as number] as number;
      next[lane] = (next[lane] as number) + 1;
      return this.#operations[index] as Operation;
    });
  }

  /** The operation whose response could not be passed. */
  get blocked(): Operation {
    return this.#operations[this.#blocked] as Operation;
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /** Puts one more operation into the order; false if none is left to try here. */
  #forward(): boolean {
    const lanes = this.#next.length;
    const earliest = this.#earliestReturn();
    const deadline = earliest < 0 ? Infinity : (this.#returns[earliest] as number);
    if (this.#blocked < 0 || deadline > (this.#returns[this.#blocked] as number)) {
      this.#blocked = earliest;
    }
    if (this.#tried === NONE) {
      // What is declared read-only changes nothing for the others: if it fits now, now is as good a
      // place as any, and no other has to be tried.
      for (let lane = 0; lane < lanes; lane++) {
        const operation = this.#head(lane);
        if (operation < 0 || this.#readOnly[operation] === 0) continue;
        if ((this.#calls[operation] as number) > deadline) continue;
        if (this.#apply(operation) !== REFUSED) return this.#take(lane, this.#state, true);
      }
    }
    for (;;) {
      const lane = this.#nextLane(deadline);
      if (lane < 0) return false;
      this.#tried = lane;
      const state = this.#apply(this.#head(lane));
      if (state !== REFUSED && this.#take(lane, state, false)) return true;
    }
  }

  /** The lane to try next here: those that have to end sooner first, pending ones last. */
  #nextLane(deadline: number): number {
    const tried = this.#tried;
    const after = tried === NONE ? -Infinity : (this.#returns[this.#head(tried)] as number);
    let best = -1;
    let bestReturn = Infinity;
    for (let lane = 0; lane < this.#next.length; lane++) {
      const operation = this.#head(lane);
      if (operation < 0 || (this.#calls[operation] as number) > deadline) continue;
      const returns = this.#returns[operation] as number;
      if (returns < after || (returns === after && lane <= tried)) continue;
      if (best < 0 || returns < bestReturn) {
        best = lane;
        bestReturn = returns;
      }
    }
    return best;
  }

  /** The operation that has to respond first among those not in the order yet; -1 if none has to. */
  #earliestReturn(): number {
    let earliest = -1;
    let returns = Infinity;
    for (let lane = 0; lane < this.#clients; lane++) {
      const operation = this.#head(lane);
      if (operation < 0 || (this.#returns[operation] as number) >= returns) continue;
      earliest = operation;
      returns = this.#returns[operation] as number;
    }
    return earliest;
  }

  #head(lane: number): number {
    const at = this.#next[lane] as number;
    return at < (this.#ends[lane] as number) ? (this.#lanes[at] as number) : -1;
  }

  /** The state after an operation, or REFUSED if the model would have answered something else. */
  #apply(index: number): number {
    const { op, argument, result, respondedAt } = this.#operations[index] as Operation;
    const [state, answer] = this.#model.apply(this.#states.valueOf(this.#state), op, argument);
    if (respondedAt !== undefined && answer !== undefined && !same(answer, result)) return REFUSED;
    return this.#states.idOf(state);
  }

  #take(lane: number, state: number, forced: boolean): boolean {
    this.#shift(lane, 1);
    if (!forced) {
      this.#configuration[this.#configuration.length - 1] = state;
      if (!this.#seen.add(this.#configuration)) {
        this.#shift(lane, -1);
        return false;
      }
    }
    this.#path.push(lane);
    this.#before.push(this.#state);
    this.#forced.push(forced);
    this.#state = state;
    this.#tried = NONE;
    return true;
  }

  /** Takes steps back to one that has an alternative; false if none has. */
  #back(): boolean {
    for (;;) {
      const lane = this.#path.pop();
      if (lane === undefined) return false;
      this.#state = this.#before.pop() as number;
      this.#shift(lane, -1);
      this.#tried = lane;
      if (this.#forced.pop() === false) return true;
    }
  }

  #shift(lane: number, by: 1 | -1): void {
    (this.#next[lane] as number) += by;
    if (lane < this.#clients) {
      (this.#configuration[lane] as number) += by;
      this.#remaining -= by;
    } else {
      const bit = lane - this.#clients;
      (this.#configuration[this.#clients + (bit >> 5)] as number) ^= 1 << (bit & 31);
    }
  }
}

function lanesOf(operations: readonly Operation[]): { all: number[][]; clients: number } {
  const byClient = new Map<string, number[]>();
  const pending: number[][] = [];
  operations.forEach(({ client, respondedAt }, index) => {
    if (respondedAt === undefined) {
      pending.push([index]);
      return;
    }
    const lane = byClient.get(client);
    if (lane === undefined) byClient.set(client, [index]);
    else lane.push(index);
  });
  return { all: [...byClient.values(), ...pending], clients: byClient.size };
}

/** Rows of integers that were seen, compared in full: a hash alone would merge different ones. */
class ConfigurationSet {
  readonly #width: number;
  #rows: Int32Array;
  #table = new Int32Array(1024);
  #size = 0;

  constructor(width: number) {
    this.#width = width;
    this.#rows = new Int32Array(256 * width);
  }

  get size(): number {
    return this.#size;
  }

  /** False if an equal row is there already. */
  add(row: Int32Array): boolean {
    if (this.#size * 2 >= this.#table.length) this.#grow();
    const mask = this.#table.length - 1;
    let slot = hash(row, 0, this.#width) & mask;
    for (;;) {
      const stored = this.#table[slot] as number;
      if (stored === 0) break;
      if (this.#equals(stored - 1, row)) return false;
      slot = (slot + 1) & mask;
    }
    if ((this.#size + 1) * this.#width > this.#rows.length) {
      const rows = new Int32Array(this.#rows.length * 2);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#rows.set(row, this.#size * this.#width);
    this.#table[slot] = ++this.#size;
    return true;
  }

  #equals(index: number, row: Int32Array): boolean {
    const start = index * this.#width;
    for (let i = 0; i < this.#width; i++) if (this.#rows[start + i] !== row[i]) return false;
    return true;
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let index = 0; index < this.#size; index++) {
      let slot = hash(this.#rows, index * this.#width, this.#width) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = index + 1;
    }
    this.#table = table;
  }
}

function hash(row: Int32Array, start: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) {
    value = Math.imul(value ^ (row[start + i] as number), 0x9e3779b1);
    value ^= value >>> 15;
  }
  return value >>> 0;
}

/** Values as small integers: equal values, equal numbers. */
class Interned {
  readonly #ids = new Map<unknown, number>();
  readonly #values: unknown[] = [];

  idOf(value: unknown): number {
    const key = valueKey(value);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#values.length;
      this.#ids.set(key, id);
      this.#values.push(value);
    }
    return id;
  }

  valueOf(id: number): unknown {
    return this.#values[id];
  }
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  return typeof a === 'object' && typeof b === 'object' && show(a) === show(b);
}

// ── Why not ──────────────────────────────────────────────────────────────────────────────────────

function explain(
  key: string | undefined,
  operations: readonly Operation[],
  blocked: Operation,
  model: Model,
): Linearizability {
  const end = blocked.respondedAt as number;
  const prefix = operations.filter(({ respondedAt }) => (respondedAt ?? Infinity) < end).length;
  return { verdict: 'no', key, blocked, prefix, witness: shorten(operations, end, model) };
}

/**
 * Leaves out what is not needed for the history to be wrong. What came after the blocked response goes
 * first. Then only what cannot explain anything goes: operations that change nothing, and, where a
 * model says that effects are seen only by their argument, those whose argument nobody saw.
 */
function shorten(
  operations: readonly Operation[],
  end: number,
  model: Model,
): readonly Operation[] {
  const all = byInvocation(upTo(operations, end));
  let kept: readonly Operation[] = all;
  // Most often the last few show it, and going through a hundred thousand one by one takes long.
  for (let last = FEW; last < all.length; last *= 4) {
    const few = withWhatExplains(all, all.length - last, model);
    if (!isWrong(few, model)) continue;
    kept = few;
    break;
  }
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < kept.length;) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)];
      const seen = resultsOf(rest);
      const without = kept.filter(
        (each, i) => i < from || i >= from + size || explains(each, seen, model),
      );
      if (without.length < kept.length && isWrong(without, model)) kept = without;
      else from += size;
    }
  }
  return kept;
}

/** The operations from one on, and those before it that may explain what these answered. */
function withWhatExplains(
  operations: readonly Operation[],
  from: number,
  model: Model,
): readonly Operation[] {
  const seen = resultsOf(operations.slice(from));
  return operations.filter((each, i) => i >= from || explains(each, seen, model));
}

function resultsOf(operations: readonly Operation[]): ReadonlySet<string> {
  return new Set(operations.map(({ result }) => show(result)));
}

function explains({ op, argument }: Operation, seen: ReadonlySet<string>, model: Model): boolean {
  if (model.readOnly.includes(op)) return false;
  return model.overwrites === true ? seen.has(show(argument)) : true;
}

/** The history as it stood at a time: what had not responded by then is pending. */
function upTo(operations: readonly Operation[], end: number): readonly Operation[] {
  return operations
    .filter(({ invokedAt }) => invokedAt <= end)
    .map((each): Operation => {
      if ((each.respondedAt ?? Infinity) <= end) return each;
      const { respondedAt: _, result: __, ...pending } = each;
      return pending;
    });
}

function byZones(operations: readonly Operation[], model: Model): boolean | undefined {
  return model.overwrites === true ? linearizableByZones(operations, model.initial) : undefined;
}

/** The operation with whose response a history became wrong: once wrong, it stays wrong. */
function firstWrong(operations: readonly Operation[], model: Model): Operation {
  const done = operations
    .filter(({ respondedAt }) => respondedAt !== undefined)
    .toSorted((a, b) => (a.respondedAt as number) - (b.respondedAt as number));
  let low = 0;
  let high = done.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const end = (done[middle] as Operation).respondedAt as number;
    if (byZones(upTo(operations, end), model) === false) high = middle;
    else low = middle + 1;
  }
  return done[low] as Operation;
}

function isWrong(operations: readonly Operation[], model: Model): boolean {
  const answer = byZones(operations, model);
  if (answer !== undefined) return !answer;
  const search = new Search(operations, model);
  return search.advance(SHORTEN_STEPS) === 'no';
}

const NONE = -1;
const REFUSED = -1;
const FIRST_TURN = 4_096;
/** About a gigabyte of configurations. */
const MAX_CONFIGURATIONS = 20_000_000;
const FEW = 16;
const SHORTEN_STEPS = 1_000_000;
