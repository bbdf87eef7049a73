import type { Process } from '../world/process.ts';
import { RandomStream } from '../world/random.ts';
import { RuleBroken } from '../world/rules.ts';
import { show } from '../world/show.ts';
import type { Trace } from '../world/trace.ts';
import {
  type Budgets,
  BUDGETS,
  COST,
  FAILED,
  GUARDS,
  HAPPENED,
  HEAD,
  MAX_BUDGET,
  type Move,
  Moves,
  NO_OP,
  packed,
  SENDS,
} from './moves.ts';
import { Cells } from './cells.ts';
import { Inboxes } from './inboxes.ts';
import { growing } from './growing.ts';
import { checkPurity } from './purity.ts';
import { type Retold, retell } from './retell.ts';
import { BROKEN, SeenStates, type Watch } from './seen-states.ts';
import { SleepSets } from './sleep-sets.ts';
import { StateStore } from './state-store.ts';
import type { Happening } from './booth.ts';
import { type Cast, Steps } from './steps.ts';
import { Symmetry } from './symmetry.ts';

/** A small system, and how much of what it may do is tried: all that the budgets allow, in every order. */
export interface Exploration<
  P extends Process<never> = Process<never>,
  Seen = unknown,
  Kind extends Happening['kind'] = Happening['kind'],
>
  extends Cast<P>, Budgets {
  /** Messages on one link arrive in the order in which they were sent. */
  readonly ordered?: boolean;
  /** Processes that play the same part: states that differ only in who is who are one. */
  readonly alike?: readonly string[];
  /** How many states are tried before it gives up: *not decided*. 500,000 unless told. */
  readonly maxStates?: number;
  /** The promise is made only for this many states, those nearest to the start. */
  readonly firstStates?: number;
  readonly watch?: Watch<Seen, Kind>;
}

/** How the search goes about it; the answers are the same. */
export interface SearchOptions {
  /** Breadth first finds the shortest run that breaks a promise. */
  readonly order?: 'breadth' | 'depth';
  /** Remembers what every step did, true unless told. */
  readonly memo?: boolean;
  /** Leaves out deliveries that change nothing, true unless told: what follows them follows without them. */
  readonly skipNoOps?: boolean;
  /** Where two moves lead to the same state in either order, tries one order; false unless told. */
  readonly partialOrder?: boolean;
  /** Treats `alike` processes as interchangeable, true unless told. */
  readonly symmetry?: boolean;
}

/** How far a search came. */
export interface Covered {
  /** How many different states were found. */
  readonly states: number;
  /** How many steps were tried, those that led to a known state included. */
  readonly generated: number;
  /** How many steps the farthest state is from the start. */
  readonly depth: number;
  /** How many handlers were run for it. */
  readonly handlersRun: number;
  /** Memory of the states, in bytes. */
  readonly bytes: number;
}

/** A promise was broken. */
export interface Violation extends Covered {
  readonly verdict: 'violated';
  /** What the watch threw. */
  readonly by: unknown;
  readonly steps: number;
  /** The shortest run that shows it. */
  readonly trace: Trace;
  /** The index of the entry at which the watch threw; none: nothing is left to happen after the last. */
  readonly mark: number | undefined;
}

export type Explored =
  | ({ readonly verdict: 'holds'; readonly all: boolean } & Covered)
  | Violation
  | ({
      readonly verdict: 'not decided';
      /** How many of the states were found, but not yet gone on from. */
      readonly frontier: number;
      /** What seems to grow without bound, in a sentence, if something does. */
      readonly growing: string | undefined;
    } & Covered);

/**
 * Tries every order in which a small system's messages, calls, timers and faults can happen, and judges
 * all that is seen on the way. Breadth first, so that a promise is broken in as few steps as can be.
 *
 * Handlers depend on nothing but their fields, their disk and the event, so what a step does is worked
 * out once and remembered, and the state of the system is a row of a few numbers.
 *
 * Time does not pass here: `this.now()` moves only when a timer of the process runs out, and
 * `this.random()` is always 0.5. A timer runs out before another of its process if it was set earlier and
 * for a shorter time; of two processes, whichever.
 *
 * ```ts
 * class Greeter extends Process<string> {
 *   override start(): void {
 *     for (const peer of this.peers) this.send(peer, 'hello');
 *   }
 *   receive(): void {}
 * }
 * explore({ processes: { a: Greeter, b: Greeter } }).states; // → 1
 * explore({ processes: { a: Greeter, b: Greeter }, loses: 2 }).states; // → 4
 * ```
 *
 * @throws RunStopped if a handler throws, with the shortest run up to it; RuleBroken if a handler
 *   depends on what the world cannot see.
 */
export function explore<P extends Process<never>, Seen, Kind extends Happening['kind']>(
  exploration: Exploration<P, Seen, Kind>,
  options: SearchOptions = {},
): Explored {
  const search = new Search(exploration as unknown as Exploration<never>, options, false);
  const answer = search.run();
  if (answer !== CLOCK_READ) return answer;
  return new Search(exploration as unknown as Exploration<never>, options, true).run() as Explored;
}

export interface WalkOptions {
  /** The same seed, the same walks. */
  readonly seed?: number;
  readonly walks?: number;
  /** After how many steps a walk ends. */
  readonly steps?: number;
}

export type Walked =
  Violation | { readonly verdict: 'not decided'; readonly walks: number; readonly steps: number };

/**
 * Walks through a system at random, where it is too large to try every order: at each step any process
 * does any of the things that it may do next. A walk that breaks the promise is cut down to what it takes.
 * Walks never say that a promise holds.
 *
 * @throws RunStopped if a handler throws; RuleBroken as `explore` does
 */
export function walk<P extends Process<never>, Seen, Kind extends Happening['kind']>(
  exploration: Exploration<P, Seen, Kind>,
  options: WalkOptions = {},
): Walked {
  const system = { ...exploration, alike: [] } as unknown as Exploration<never>;
  const search = new Search(system, {}, false);
  const answer = search.walk(options);
  return answer === CLOCK_READ ? (new Search(system, {}, true).walk(options) as Walked) : answer;
}

/** A handler turned out to read its clock: the states have to tell times apart, so begin again. */
const CLOCK_READ = Symbol('clock read');

class Search {
  readonly #exploration: Exploration<never>;
  readonly #options: SearchOptions;
  readonly #limits: Required<Budgets>;
  readonly #steps: Steps;
  readonly #moves: Moves;
  readonly #inboxes: Inboxes;
  readonly #cells: Cells;
  readonly #seen: SeenStates | undefined;
  readonly #store: StateStore;
  readonly #symmetry: Symmetry | undefined;
  readonly #seenAt: number;
  readonly #budgetAt: number;
  readonly #width: number;
  readonly #limit: number;
  #generated = 0;

  constructor(exploration: Exploration<never>, options: SearchOptions, readsClock: boolean) {
    this.#exploration = exploration;
    this.#options = options;
    this.#limits = limitsOf(exploration);
    const alike = options.symmetry === false ? [] : (exploration.alike ?? []);
    const { watch } = exploration as { watch?: Watch<unknown> };
    this.#steps = new Steps(exploration, {
      loose: alike.length > 0,
      watches: (kind) => watch !== undefined && (watch.kinds?.includes(kind) ?? true),
    });
    this.#steps.readsClock = readsClock;
    this.#moves = new Moves(this.#steps, this.#limits, {
      memo: options.memo ?? true,
      // A message that changes nothing still keeps those behind it waiting.
      skipNoOps: (options.skipNoOps ?? true) && exploration.ordered !== true,
    });
    this.#inboxes = new Inboxes(this.#steps.envelopes, {
      ordered: exploration.ordered ?? false,
      keeps: this.#limits.copies === Infinity,
    });
    this.#cells = new Cells(this.#moves, this.#inboxes, options.memo ?? true);
    this.#seen = watch && new SeenStates(watch, this.#steps.happenings, alike.length > 0);
    const processes = this.#steps.ids.length;
    this.#seenAt = processes;
    this.#budgetAt = this.#seenAt + 1;
    this.#width = this.#seenAt + 2;
    this.#store = new StateStore(this.#width);
    const { maxStates = MAX_STATES, firstStates = Infinity } = exploration;
    this.#limit = Math.min(maxStates, firstStates);
    this.#symmetry =
      alike.length > 0
        ? new Symmetry(alike, {
            steps: this.#steps,
            cells: this.#cells,
            inboxes: this.#inboxes,
            seen: this.#seen,
          })
        : undefined;
  }

  run(): Explored | typeof CLOCK_READ {
    const clock = this.#steps.readsClock;
    const answer = this.#explore();
    if (this.#steps.readsClock !== clock) return CLOCK_READ;
    if (answer.verdict !== 'violated') checkPurity(this.#steps);
    return answer;
  }

  walk({ seed = 1, walks = 1_000, steps = 100 }: WalkOptions): Walked | typeof CLOCK_READ {
    const clock = this.#steps.readsClock;
    const answer = this.#walk(new RandomStream(seed, 'walk'), walks, steps);
    if (this.#steps.readsClock !== clock) return CLOCK_READ;
    if (answer.verdict !== 'violated') checkPurity(this.#steps);
    return answer;
  }

  #walk(random: RandomStream, walks: number, most: number): Walked {
    const beginning = new Int32Array(this.#width);
    if (!this.#first(beginning)) return this.#violated([]);
    const row = new Int32Array(this.#width);
    const path: number[] = [];
    for (let i = 0; i < walks; i++) {
      row.set(beginning);
      path.length = 0;
      while (path.length < most) {
        const outcome = this.#stroll(row, random);
        if (outcome === STUCK) break;
        path.push(this.#chosen);
        this.#generated++;
        if (outcome === MOVED) continue;
        const shortest = this.#cutDown(beginning, path);
        if (outcome === THREW) this.#failed(shortest);
        return this.#violated(shortest);
      }
    }
    return { verdict: 'not decided', walks, steps: this.#generated };
  }

  /** The move that was made last. */
  #chosen = 0;

  /** Lets one of the things happen that may happen next: at any process, any of its moves. */
  #stroll(row: Int32Array, random: RandomStream): number {
    const cells = this.#cells;
    const processes = this.#seenAt;
    const drawn = random.fraction() * processes;
    let process = Math.floor(drawn);
    // What is left of the number behind the point is as random as the whole.
    const rest = drawn - process;
    for (let tried = 0; tried < processes; tried++) {
      const cell = row[process] as number;
      cells.expand(cell);
      const start = cells.starts[cell] as number;
      const moves = ((cells.ends[cell] as number) - start) >> 1;
      let move = Math.floor(rest * moves);
      // What there is no budget for, or what changes nothing, is passed over for the next.
      for (let left = moves; left > 0; left--) {
        const outcome = this.#go(row, process, start + 2 * move);
        if (outcome !== STUCK) return outcome;
        move = move + 1 === moves ? 0 : move + 1;
      }
      process = process + 1 === processes ? 0 : process + 1;
    }
    return STUCK;
  }

  /** Lets a move happen, at a place in the list of all cells' moves; STUCK if it cannot. */
  #go(row: Int32Array, process: number, at: number): number {
    const { pool } = this.#moves;
    const move = this.#cells.next[at] as number;
    const target = this.#cells.next[at + 1] as number;
    const cost = pool[move + COST] as number;
    if (cost > 0) {
      const budget = ((row[this.#budgetAt] as number) | GUARDS) - cost;
      if ((budget & GUARDS) !== GUARDS) return STUCK;
      row[this.#budgetAt] = budget & ~GUARDS;
    }
    this.#chosen = pool[move] as number;
    if (target === FAILED) return THREW;
    if (this.#seen !== undefined) {
      const before = row[this.#seenAt] as number;
      const after = this.#seen.after(before, pool[move + HAPPENED] as number);
      if (after === BROKEN) return BROKE;
      if (cost === NO_OP && after === before) return STUCK;
      row[this.#seenAt] = after;
    } else if (cost === NO_OP) {
      return STUCK;
    }
    row[process] = target;
    const sends = pool[move + SENDS] as number;
    for (let send = move + HEAD; send < move + HEAD + 2 * sends; send += 2) {
      const to = pool[send] as number;
      row[to] = this.#cells.add(row[to] as number, pool[send + 1] as number);
    }
    return MOVED;
  }

  /** Leaves out what it does not take: half of the moves at a time, then less. */
  #cutDown(beginning: Int32Array, path: readonly number[]): readonly number[] {
    let shortest = path;
    for (let size = path.length >> 1; size > 0;) {
      let isShorter = false;
      for (let from = 0; from < shortest.length; from += size) {
        const tried = this.#breaks(beginning, shortest.toSpliced(from, size));
        if (tried === undefined || tried.length >= shortest.length) continue;
        shortest = tried;
        isShorter = true;
        from -= size;
      }
      if (!isShorter) size >>= 1;
    }
    return this.#breaks(beginning, shortest) as readonly number[];
  }

  /** Those of the moves that can be made, one after the other, up to where they break the promise. */
  #breaks(beginning: Int32Array, path: readonly number[]): readonly number[] | undefined {
    const row = Int32Array.from(beginning);
    const made: number[] = [];
    for (const number of path) {
      const { process } = this.#moves.all[number] as Move;
      const cell = row[process] as number;
      this.#cells.expand(cell);
      const { starts, ends, next } = this.#cells;
      for (let at = starts[cell] as number; at < (ends[cell] as number); at += 2) {
        if (this.#moves.pool[next[at] as number] !== number) continue;
        const outcome = this.#go(row, process, at);
        if (outcome !== STUCK) made.push(number);
        if (outcome === BROKE || outcome === THREW) return made;
        break;
      }
    }
    return undefined;
  }

  /** The state of the beginning: every process has started. False if that breaks the promise. */
  #first(row: Int32Array): boolean {
    const rans = this.#steps.ids.map((_, process) => this.#steps.boot(process));
    rans.forEach(({ local }, process) => {
      row[process] = this.#cells.of(local, 0);
    });
    row[this.#budgetAt] = packed(this.#limits);
    for (const { sends, happened } of rans) {
      for (const envelope of sends) {
        const { to } = this.#steps.envelopes[envelope] as { to: number };
        row[to] = this.#cells.add(row[to] as number, envelope);
      }
      if (this.#seen === undefined) continue;
      row[this.#seenAt] = this.#seen.after(
        row[this.#seenAt] as number,
        this.#steps.watched(happened),
      );
      if (row[this.#seenAt] === BROKEN) return false;
    }
    return true;
  }

  #explore(): Explored {
    const { maxStates = MAX_STATES, firstStates } = this.#exploration;
    const limit = this.#limit;
    const store = this.#store;
    const moves = this.#moves;
    const cells = this.#cells;
    const seen = this.#seen;
    const symmetry = this.#symmetry;
    const seenAt = this.#seenAt;
    const budgetAt = this.#budgetAt;
    const row = new Int32Array(this.#width);
    const current = new Int32Array(this.#width);
    if (!this.#first(row)) return this.#violated([]);
    symmetry?.canonize(row);
    store.add(row, -1, -1);

    const depthFirst = this.#options.order === 'depth';
    const stack: number[] = [0];
    const sleep =
      this.#options.partialOrder === true && symmetry === undefined
        ? new SleepSets(moves)
        : undefined;
    /** Breadth first, the states before this one have been gone on from. */
    let first = 0;
    for (;;) {
      if (store.size > limit) break;
      const woken = sleep?.wake();
      const state = woken?.state ?? (depthFirst ? (stack.pop() ?? store.size) : first++);
      if (state === store.size) break;
      sleep?.begin(state, woken?.only);
      store.read(state, current);
      row.set(current);
      const seenNow = current[seenAt] as number;
      let isBusy = false;
      for (let process = 0; process < seenAt; process++) {
        const cell = current[process] as number;
        cells.expand(cell);
        const { next } = cells;
        const { pool } = moves;
        const end = cells.ends[cell] as number;
        for (let at = cells.starts[cell] as number; at < end; at += 2) {
          const move = next[at] as number;
          const target = next[at + 1] as number;
          const cost = pool[move + COST] as number;
          let budget = current[budgetAt] as number;
          if (cost > 0) {
            budget = (budget | GUARDS) - cost;
            if ((budget & GUARDS) !== GUARDS) continue;
            budget &= ~GUARDS;
          }
          if (sleep?.isAsleep(pool[move] as number)) continue;
          if (target === FAILED) this.#failed([...this.#path(state), pool[move] as number]);
          let seenNext = seenNow;
          if (seen !== undefined) {
            seenNext = seen.after(seenNow, pool[move + HAPPENED] as number);
            if (seenNext === BROKEN) {
              return this.#violated([...this.#path(state), pool[move] as number]);
            }
          }
          if (cost === NO_OP && seenNext === seenNow) continue;
          this.#generated++;
          row[process] = target;
          row[budgetAt] = budget;
          row[seenAt] = seenNext;
          const firstSend = move + HEAD;
          const lastSend = firstSend + 2 * (pool[move + SENDS] as number);
          for (let send = firstSend; send < lastSend; send += 2) {
            const to = pool[send] as number;
            row[to] = cells.add(row[to] as number, pool[send + 1] as number);
          }
          symmetry?.canonize(row);
          const found = store.add(row, state, pool[move] as number);
          if (depthFirst && store.isNew) stack.push(found);
          sleep?.enter(found, store.isNew, move);
          if (symmetry !== undefined) row.set(current);
          for (let send = firstSend; send < lastSend; send += 2) {
            const to = pool[send] as number;
            row[to] = current[to] as number;
          }
        }
        row[process] = cell;
        if (seen?.judgesRest && !isBusy) isBusy = cells.isBusy(cell);
      }
      if (seen?.judgesRest && !isBusy && !seen.isGoodAtRest(seenNow)) {
        return this.#violated(this.#path(state));
      }
    }
    if (store.size <= limit) return { verdict: 'holds', all: true, ...this.#covered() };
    if (firstStates !== undefined && firstStates <= maxStates) {
      return { verdict: 'holds', all: false, ...this.#covered() };
    }
    return {
      verdict: 'not decided',
      frontier: depthFirst ? stack.length : store.size - first,
      growing: growing(this.#steps, this.#inboxes),
      ...this.#covered(),
    };
  }

  #covered(): Covered {
    let depth = 0;
    for (let at = this.#store.size - 1; at > 0; at = this.#store.from(at)) depth++;
    return {
      states: Math.min(this.#store.size, this.#limit),
      generated: this.#generated,
      depth,
      handlersRun: this.#steps.runs,
      bytes: this.#store.bytes,
    };
  }

  /** The moves that led to a state. */
  #path(state: number): readonly number[] {
    const path: number[] = [];
    for (let at = state; at > 0; at = this.#store.from(at)) path.push(this.#store.how(at));
    return path.toReversed();
  }

  #violated(path: readonly number[]): Violation {
    const covered = this.#covered();
    checkPurity(this.#steps);
    const { trace, last } = this.#retell(path);
    const kinds = this.#exploration.watch?.kinds;
    const watched = last.filter(({ kind }) => kinds?.includes(kind as never) ?? true);
    const brokeAt = path.length === 0 ? undefined : this.#seen?.brokeAt;
    const mark = brokeAt === undefined ? undefined : watched[brokeAt]?.index;
    const by = this.#seen?.follow(trace);
    return { verdict: 'violated', by, steps: path.length, trace, mark, ...covered };
  }

  /** A handler threw: told by the run itself, which comes to the same end. */
  #failed(path: readonly number[]): never {
    const error = this.#moves.errors.get(path.at(-1) as number);
    checkPurity(this.#steps);
    this.#retell(path);
    throw error;
  }

  #retell(path: readonly number[]): Retold {
    const moves = path.map((move) => this.#moves.all[move] as Move);
    return retell(this.#steps, this.#symmetry === undefined ? moves : this.#literal(moves));
  }

  /**
   * The moves of one run. What was found is a path through states that stand for others: at each, the
   * processes may play other parts than before.
   */
  #literal(path: readonly Move[]): readonly Move[] {
    const symmetry = this.#symmetry as Symmetry;
    const row = new Int32Array(this.#width);
    this.#first(row);
    /** Which process of the run plays the part of each. */
    let players = inverse(symmetry.canonize(row));
    return path.map((move) => {
      const literal = symmetry.renamedMove(move, players);
      this.#make(row, move);
      const parts = inverse(symmetry.canonize(row));
      const before = players;
      players = parts.map((part) => before[part] as number);
      return literal;
    });
  }

  /** Lets a move happen to a row; what is seen and the budgets stay as they are. */
  #make(row: Int32Array, move: Move): void {
    const cells = this.#cells;
    const { pool } = this.#moves;
    const number = this.#moves.number(move);
    const cell = row[move.process] as number;
    cells.expand(cell);
    for (let at = cells.starts[cell] as number; at < (cells.ends[cell] as number); at += 2) {
      const place = cells.next[at] as number;
      if (pool[place] !== number || cells.next[at + 1] === FAILED) continue;
      row[move.process] = cells.next[at + 1] as number;
      if (this.#seen !== undefined) {
        const seen = this.#seen.after(
          row[this.#seenAt] as number,
          pool[place + HAPPENED] as number,
        );
        if (seen !== BROKEN) row[this.#seenAt] = seen;
      }
      for (let i = 0; i < (pool[place + SENDS] as number); i++) {
        const to = pool[place + HEAD + 2 * i] as number;
        row[to] = cells.add(row[to] as number, pool[place + HEAD + 2 * i + 1] as number);
      }
    }
  }
}

function inverse(permutation: readonly number[]): readonly number[] {
  const after = [...permutation];
  permutation.forEach((place, i) => {
    after[place] = i;
  });
  return after;
}

function limitsOf(exploration: Budgets): Required<Budgets> {
  const limits = { loses: 0, copies: 0, crashes: 0, timeouts: 0 };
  for (const budget of BUDGETS) {
    const limit = exploration[budget] ?? 0;
    const isCount = Number.isInteger(limit) && limit >= 0 && limit <= MAX_BUDGET;
    if (!isCount && limit !== Infinity) {
      throw new RuleBroken(
        `${budget}: ${show(limit)} is no budget: it takes a number from 0 to ${MAX_BUDGET}, or Infinity`,
        'nowhere',
      );
    }
    limits[budget] = limit;
  }
  return limits;
}

/** What became of a step of a walk. */
const STUCK = 0;
const MOVED = 1;
const BROKE = 2;
const THREW = 3;
const MAX_STATES = 500_000;
