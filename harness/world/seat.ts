import { Clock } from './clock.ts';
import { type Disk, DiskContents, type DiskLoss, FlushFailed } from './disk.ts';
import { copyPlain } from './plain.ts';
import type { Process, ProcessId, Surroundings } from './process.ts';
import { RandomStream } from './random.ts';
import { RuleBroken } from './rules.ts';
import { show } from './show.ts';
import { NOT_RUNNING, type Timer, Timers } from './timers.ts';
import { NO_CAUSE, type TraceKind } from './trace.ts';

/** A Process class, or a function that makes one (for roles that need a constructor argument). */
export type Maker<P extends Process<never>> = (new () => P) | (() => P);

/** What a seat may do to the world: everything that a process causes goes through here. */
export interface Effects {
  send(seat: Seat, to: ProcessId, message: unknown): void;
  record(seat: Seat, kind: TraceKind, data: unknown): number;
  setTimer(seat: Seat, timer: Timer, ms: number): void;
  nowMs(): number;
}

/** What goes wrong at one process: what the fault plan has in store for it, and what is under way. */
class Mishaps {
  /** What its nth crash takes from its disk. */
  readonly losses = new Map<number, DiskLoss>();
  /** Which of its flushes fail, from 1. */
  readonly failingFlushes = new Set<number>();
  /** After which effects, from 1, it crashes, and for how many ms. */
  readonly crashAfter = new Map<number, number | undefined>();
  /** The pauses that hold it still: they may overlap. */
  readonly pauses = new Set<symbol>();
  /** What waits for the end of the pauses. */
  readonly backlog: number[] = [];
}

/**
 * One process's place in the simulation: it stays while instances come and go.
 *
 * With thousands of processes most of an event's time is spent on fetching its seat into the cache.
 * So what every event touches comes first here, and what few processes need is made on demand.
 */
export class Seat implements Surroundings {
  instance: Process | undefined;
  up = false;
  paused = false;
  /** Whether a handler of this process is running now. */
  active = false;
  /** Crashed in the middle of a handler: the rest of it does not happen. */
  muted = false;
  readonly index: number;
  /** The trace index of the step that is running. */
  step = NO_CAUSE;
  sends = 0;
  effects = 0;
  readonly #effects: Effects;
  #mishaps: Mishaps | undefined;
  readonly everyone: readonly ProcessId[];
  readonly timers = new Timers();
  #clock: Clock | undefined;
  #random: RandomStream | undefined;
  #latencies: RandomStream | undefined;
  readonly #seed: number;
  readonly id: ProcessId;
  readonly #maker: Maker<Process<never>>;
  #peers: readonly ProcessId[] | undefined;
  #disk: Disk | undefined;
  #contents: DiskContents | undefined;
  flushes = 0;
  crashes = 0;
  /** The trace index of the last crash. */
  crashed = NO_CAUSE;

  constructor(
    effects: Effects,
    id: ProcessId,
    index: number,
    everyone: readonly ProcessId[],
    maker: Maker<Process<never>>,
    seed: number,
  ) {
    this.#effects = effects;
    this.#seed = seed;
    this.id = id;
    this.index = index;
    this.everyone = everyone;
    this.#maker = maker;
  }

  // Built when first asked for: ten thousand processes would keep a hundred million names.
  get peers(): readonly ProcessId[] {
    this.#peers ??= Object.freeze(this.everyone.filter((other) => other !== this.id));
    return this.#peers;
  }

  /** A fresh instance. */
  make(): Process<never> {
    return makeProcess(this.#maker);
  }

  /** Its own clock, which is right until a fault plan sets it wrong. */
  get clock(): Clock {
    this.#clock ??= new Clock();
    return this.#clock;
  }

  /** How much virtual time (ms) passes while this process counts `ms`. */
  virtual(ms: number): number {
    return this.#clock === undefined ? ms : this.#clock.virtual(ms);
  }

  get disk(): Disk {
    this.#disk ??= this.#guardedDisk();
    return this.#disk;
  }

  get contents(): DiskContents {
    this.#contents ??= new DiskContents();
    return this.#contents;
  }

  get mishaps(): Mishaps {
    this.#mishaps ??= new Mishaps();
    return this.#mishaps;
  }

  /** How long its messages take, if that varies. */
  get latencies(): RandomStream {
    this.#latencies ??= new RandomStream(this.#seed, `latency from ${this.id}`);
    return this.#latencies;
  }

  send(to: ProcessId, message: unknown): void {
    if (!this.#may('send()')) return;
    this.#effects.send(this, to, message);
    this.#count();
  }

  setTimer(timer: string, ms: number): void {
    if (!this.#may('setTimer()')) return;
    if (!Number.isFinite(ms) || ms < 0) {
      throw new RuleBroken(`setTimer('${timer}', ${show(ms)}) needs a number of ms, 0 or more`);
    }
    this.#effects.setTimer(this, this.timers.named(timer), ms);
  }

  cancelTimer(timer: string): void {
    if (!this.#may('cancelTimer()')) return;
    const found = this.timers.named(timer);
    if (found.setBy === NOT_RUNNING) return;
    found.setBy = NOT_RUNNING;
    this.#effects.record(this, 'timer-cancel', timer);
  }

  now(): number {
    return this.clock.read(this.#effects.nowMs());
  }

  random(): number {
    this.#random ??= new RandomStream(this.#seed, `random of ${this.id}`);
    return this.#random.fraction();
  }

  note(text: string, about?: unknown): void {
    if (!this.#may('note()')) return;
    this.#effects.record(this, 'note', { text: String(text), about: copyPlain(about, 'note') });
  }

  #guardedDisk(): Disk {
    return {
      read: <T>(key: string) => this.contents.read(key) as T | undefined,
      write: (key, value) => {
        if (!this.#may('disk.write()')) return;
        this.contents.write(key, value);
        this.#effects.record(this, 'write', { key, value: this.contents.read(key) });
        this.#count();
      },
      append: (key, text) => {
        if (!this.#may('disk.append()')) return;
        this.contents.append(key, text);
        this.#effects.record(this, 'append', { key, text });
        this.#count();
      },
      flush: () => {
        if (!this.#may('disk.flush()')) return;
        const failed = this.mishaps.failingFlushes.has(++this.flushes);
        this.#effects.record(this, failed ? 'flush-failed' : 'flush', undefined);
        if (failed) throw new FlushFailed(`the disk of ${this.id} failed to flush`);
        this.contents.flush();
        this.#count();
      },
    };
  }

  /** Whether an effect counts: a handler of this process must be running, and not have crashed. */
  #may(called: string): boolean {
    if (!this.active) {
      throw new RuleBroken(`this.${called} of ${this.id} was called ${OUTSIDE_A_HANDLER}`);
    }
    return !this.muted;
  }

  #count(): void {
    this.effects++;
    if (this.#mishaps?.crashAfter.has(this.effects)) this.muted = true;
  }
}

/** A fresh instance: to be called inside `construct`. */
export function makeProcess<P extends Process<never>>(maker: Maker<P>): P {
  return isClass(maker) ? new maker() : maker();
}

function isClass<P extends Process<never>>(maker: Maker<P>): maker is new () => P {
  return /^class\b/.test(Function.prototype.toString.call(maker));
}

const OUTSIDE_A_HANDLER =
  'outside its handlers (after an await, from a callback, or by another process): act inside receive, timeout or start';
