import { running } from '../world/rules.ts';
import { PairMap } from './pair-map.ts';
import type { Happening } from './booth.ts';
import type { Envelope, Ran, Steps, Stimulus } from './steps.ts';

/** One thing that may happen next, at one process. */
export type Move = { readonly process: number } & (
  | Stimulus
  | { readonly kind: 'lose'; readonly envelope: number }
  /** A copy of the message arrives, and the message is still on its way. */
  | { readonly kind: 'repeat'; readonly envelope: number }
);

/** How often each thing may go wrong, or a timer run out, in one run; 0 unless told. */
export interface Budgets {
  /** Messages that are lost. */
  readonly loses?: number;
  /** Messages that arrive once more. `Infinity`: every message for ever, as if the network were a set. */
  readonly copies?: number;
  /** Crashes, also in the middle of a handler, with a restart; what was not flushed may be lost. */
  readonly crashes?: number;
  /** Timers that run out. */
  readonly timeouts?: number;
}

export const BUDGETS = ['loses', 'copies', 'crashes', 'timeouts'] as const;

export interface MoveOptions {
  /** Remember what each step did. */
  readonly memo: boolean;
  /** Leave out deliveries that change nothing. */
  readonly skipNoOps: boolean;
}

/**
 * What may happen next at a process in a local state, as lists of moves in one array of numbers: first
 * how many there are, then each move as HEAD numbers and two for each message that it sends.
 */
export class Moves {
  readonly all: Move[] = [];
  /** What a move threw, by its number. */
  readonly errors = new Map<number, unknown>();
  pool = new Int32Array(FIRST_CAPACITY);
  readonly #steps: Steps;
  readonly #limits: Required<Budgets>;
  readonly #options: MoveOptions;
  readonly #numbers = new Map<string, number>();
  readonly #on = new PairMap();
  readonly #own: number[] = [];
  #top = 0;

  constructor(steps: Steps, limits: Required<Budgets>, options: MoveOptions) {
    this.#steps = steps;
    this.#limits = limits;
    this.#options = options;
  }

  /** Where in the pool the list of what a message may bring about begins. */
  on(local: number, envelope: number): number {
    const known = this.#on.get(local, envelope);
    if (known >= 0) return known;
    const start = this.#begin();
    this.#deliver(local, envelope);
    const { loses, copies } = this.#limits;
    if (loses > 0 && copies !== Infinity) this.#lose(local, envelope);
    if (this.#options.memo) this.#on.set(local, envelope, start);
    return start;
  }

  /** The same for what the process may do by itself: its calls, its timers, a crash. */
  own(local: number): number {
    const known = this.#own[local];
    if (known !== undefined) return known;
    const start = this.#begin();
    for (const call of this.#steps.nextCalls(local)) {
      const ran = this.#step(local, { kind: 'call', call }, FREE);
      if (ran?.local === local) this.#skipNoOp(local, ran);
    }
    if (this.#limits.timeouts > 0) {
      for (const timer of this.#steps.dueTimers(local)) {
        this.#step(local, { kind: 'timeout', timer }, this.price('timeouts'));
      }
    }
    if (this.#limits.crashes > 0) {
      this.#step(local, { kind: 'crash', loss: 'nothing' }, this.price('crashes'));
      if (this.#steps.hasUnflushed(local)) {
        this.#step(local, { kind: 'crash', loss: 'unflushed' }, this.price('crashes'));
      }
    }
    if (this.#options.memo) this.#own[local] = start;
    return start;
  }

  /** Whether a timer runs in a local state, be there a budget for it or not. */
  hasTimer(local: number): boolean {
    return this.#steps.dueTimers(local).length > 0;
  }

  /** Whether the move at a place in the pool is something that goes wrong. */
  isFault(at: number): boolean {
    const move = this.all[this.pool[at] as number] as Move;
    return (
      move.kind === 'lose' || move.kind === 'repeat' || move.kind === 'crash' || 'crash' in move
    );
  }

  /** Where nothing is to be remembered: makes room for the next. */
  forget(): void {
    this.#top = 0;
  }

  #begin(): number {
    const start = this.#top++;
    this.#reserve(0);
    this.pool[start] = 0;
    this.#list = start;
    return start;
  }

  #deliver(local: number, envelope: number): void {
    const ran = this.#step(local, { kind: 'deliver', envelope }, FREE);
    if (ran === undefined) return;
    const isNoOp = this.#skipNoOp(local, ran);
    if (isNoOp || this.#limits.copies === 0 || this.#limits.copies === Infinity) return;
    const process = this.#steps.processOf(local);
    this.#push({ kind: 'repeat', envelope, process }, ran, this.price('copies'));
  }

  /** Whether the step that was added last changes nothing; then it may be left out. */
  #skipNoOp(local: number, ran: Ran): boolean {
    const isNoOp = ran.local === local && ran.sends.length === 0;
    if (isNoOp && this.#options.skipNoOps) this.pool[this.#added + COST] = NO_OP;
    return isNoOp;
  }

  #lose(local: number, envelope: number): void {
    const { from, to, message } = this.#steps.envelopes[envelope] as Envelope;
    const lost: Happening = {
      kind: 'lose',
      process: 'network',
      from: this.#steps.ids[from] as string,
      to: this.#steps.ids[to] as string,
      message,
      why: 'lost on the way',
    };
    const ran = { local, sends: [], happened: this.#steps.happened([lost]), effects: 0 };
    this.#push({ kind: 'lose', envelope, process: to }, ran, this.price('loses'));
  }

  /** Adds the move that this step is, and, where crashes are, those that crash in the middle of it. */
  #step(local: number, stimulus: Stimulus, cost: number): Ran | undefined {
    const process = this.#steps.processOf(local);
    let ran: Ran;
    this.#added = this.#top;
    try {
      ran = this.#steps.run(local, stimulus);
    } catch (error) {
      running.broken = undefined;
      const failed = { local: FAILED, sends: [], happened: 0, effects: 0 };
      this.errors.set(this.#push({ ...stimulus, process }, failed, cost), error);
      return undefined;
    }
    this.#push({ ...stimulus, process }, ran, cost);
    if (this.#limits.crashes > 0 && stimulus.kind !== 'crash') {
      this.#crashesIn(local, stimulus, ran.effects, cost + this.price('crashes'));
    }
    return ran;
  }

  #crashesIn(
    local: number,
    stimulus: Exclude<Stimulus, { kind: 'crash' }>,
    effects: number,
    cost: number,
  ): void {
    const process = this.#steps.processOf(local);
    const known = new Set<string>();
    for (let after = 1; after < effects; after++) {
      for (const loss of ['nothing', 'unflushed'] as const) {
        const crashing = { ...stimulus, crash: { after, loss } };
        const ran = this.#steps.run(local, crashing);
        const happened = this.#steps.happenings[ran.happened] as readonly Happening[];
        const notes = happened.filter(({ kind }) => kind === 'note').length;
        const outcome = `${ran.local} ${ran.sends.join()} ${notes}`;
        if (known.has(outcome)) continue;
        known.add(outcome);
        this.#push({ ...crashing, process }, ran, cost);
      }
    }
  }

  /** What a move takes from a budget. */
  price(budget: keyof Budgets): number {
    return this.#limits[budget] === Infinity ? FREE : 1 << (BUDGET_BITS * BUDGETS.indexOf(budget));
  }

  /** Where the list that is being written begins, and the last whole step in it. */
  #list = 0;
  #added = 0;

  #push(move: Move, ran: Ran, cost: number): number {
    this.#reserve(HEAD + 2 * ran.sends.length);
    const at = this.#top;
    const number = this.number(move);
    this.pool[at] = number;
    this.pool[at + TARGET] = ran.local;
    this.pool[at + HAPPENED] = this.#steps.watched(ran.happened);
    this.pool[at + COST] = cost;
    this.pool[at + SENDS] = ran.sends.length;
    this.#top += HEAD;
    for (const envelope of ran.sends) {
      this.pool[this.#top++] = (this.#steps.envelopes[envelope] as Envelope).to;
      this.pool[this.#top++] = envelope;
    }
    (this.pool[this.#list] as number)++;
    return number;
  }

  #reserve(size: number): void {
    if (this.#top + size < this.pool.length) return;
    const larger = new Int32Array(2 * (this.pool.length + size));
    larger.set(this.pool);
    this.pool = larger;
  }

  /** The number of a move. */
  number(move: Move): number {
    const text = JSON.stringify(move);
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.all.push(move) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }
}

/** A move in the pool: its number, then these, then for each message the process and the envelope. */
export const TARGET = 1;
export const HAPPENED = 2;
export const COST = 3;
export const SENDS = 4;
export const HEAD = 5;
/** The target of a move that throws. */
export const FAILED = -1;

/** What a move costs is subtracted from all budgets at once: they stand side by side in one number. */
const BUDGET_BITS = 7;
export const MAX_BUDGET = 2 ** (BUDGET_BITS - 1) - 1;
const FREE = 0;
/** The cost of a step that changes nothing. */
export const NO_OP = -1;
/** The bit above each budget: set before a subtraction, it is gone after it if there was too little. */
export const GUARDS = BUDGETS.reduce(
  (bits, _, i) => bits | (1 << (BUDGET_BITS * i + BUDGET_BITS - 1)),
  0,
);

/** All budgets in one number; what has no limit is never subtracted from. */
export function packed(limits: Required<Budgets>): number {
  return BUDGETS.reduce((bits, budget, i) => {
    const limit = limits[budget] === Infinity ? 0 : limits[budget];
    return bits | (limit << (BUDGET_BITS * i));
  }, 0);
}

const FIRST_CAPACITY = 1 << 12;
