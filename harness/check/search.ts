import { RandomStream } from '../world/random.ts';
import { RuleBroken } from '../world/rules.ts';
import { show } from '../world/show.ts';
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
import { Steps } from './steps.ts';
import { Symmetry } from './symmetry.ts';

import type {
  Covered,
  Exploration,
  Explored,
  SearchOptions,
  Violation,
  Walked,
  WalkOptions,
} from './explore.ts';
/** A handler turned out to read its clock: the states have to tell times apart, so begin again. */
export const CLOCK_READ = Symbol('clock read');

/** One search, or one series of walks. */
export class Search {
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

  explore(): Explored | typeof CLOCK_READ {
    return this.#decided(() => this.#explore());
  }

  walk({ seed = 1, walks = 1_000, steps = 100 }: WalkOptions): Walked | typeof CLOCK_READ {
    return this.#decided(() => this.#walk(new RandomStream(seed, 'walk'), walks, steps));
  }

  #decided<Answer extends Explored | Walked>(search: () => Answer): Answer | typeof CLOCK_READ {
    const clock = this.#steps.readsClock;
    try {
      const answer = search();
      if (this.#steps.readsClock !== clock) return CLOCK_READ;
      if (answer.verdict !== 'violated') checkPurity(this.#steps);
      return answer;
    } catch (error) {
      if (this.#steps.readsClock !== clock) return CLOCK_READ;
      throw error;
    }
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

  /** Where in the list of all cells' moves a move is that may be made now; -1 if it may not. */
  #find(row: Int32Array, number: number): number {
    const cell = row[(this.#moves.all[number] as Move).process] as number;
    this.#cells.expand(cell);
    const { starts, ends, next } = this.#cells;
    for (let at = starts[cell] as number; at < (ends[cell] as number); at += 2) {
      if (this.#moves.pool[next[at] as number] === number) return at;
    }
    return -1;
  }

  /** A run that was found depth first takes many ways round. */
  #shortened(path: readonly number[]): readonly number[] {
    const beginning = new Int32Array(this.#width);
    const isPlain = this.#symmetry === undefined && this.#first(beginning);
    // What breaks only at rest would no longer be at rest.
    return isPlain && this.#breaks(beginning, path) ? this.#cutDown(beginning, path) : path;
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
      const at = this.#find(row, number);
      if (at < 0) continue;
      const outcome = this.#go(row, (this.#moves.all[number] as Move).process, at);
      if (outcome !== STUCK) made.push(number);
      if (outcome === BROKE || outcome === THREW) return made;
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

  #violated(found: readonly number[]): Violation {
    const covered = this.#covered();
    checkPurity(this.#steps);
    const path = this.#options.order === 'depth' ? this.#shortened(found) : found;
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
      this.#go(row, move.process, this.#find(row, this.#moves.number(move)));
      const parts = inverse(symmetry.canonize(row));
      const before = players;
      players = parts.map((part) => before[part] as number);
      return literal;
    });
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
