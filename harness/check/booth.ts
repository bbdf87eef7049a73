import { type Disk, DiskContents, type DiskLoss, type SavedDisk } from '../world/disk.ts';
import { copyPlain } from '../world/plain.ts';
import { construct, type Process, type ProcessId, type Surroundings } from '../world/process.ts';
import { RuleBroken, running, whereIn } from '../world/rules.ts';
import { type Maker, makeProcess } from '../world/seat.ts';
import { show } from '../world/show.ts';
import type { TraceEvent } from '../world/trace.ts';
import { fieldsOf, restoreFields } from './fields.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/**
 * One thing that happened, as in a trace. It has no time and no place while runs are searched, only when
 * one of them is told.
 */
export type Happening = Without<TraceEvent, 'index' | 'at' | 'cause' | 'nth'> &
  Partial<Pick<TraceEvent, 'index' | 'at'>>;

/** Something that a process does by itself, at any moment: a client's request. */
export interface Call<P> {
  readonly label: string;
  readonly act: (process: P) => void;
  /** It may happen again and again, whenever. Unless told, once, after the calls before it. */
  readonly again?: boolean;
}

/** All that decides what a process does next. */
export interface Local {
  readonly process: number;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The instance whose fields they were: a field may hold it. */
  readonly owner: object;
  readonly disk: SavedDisk;
  readonly timers: readonly SetTimer[];
  /** How many of its calls it has made. */
  readonly calls: number;
  readonly clockMs: number;
}

export interface SetTimer {
  readonly name: string;
  readonly ms: number;
  /** Timers of one batch were set in one step, at one instant. */
  readonly batch: number;
  readonly dueMs: number;
}

/** The place of one process, where it is put into a local state and does a step. */
export class Booth implements Surroundings {
  readonly id: ProcessId;
  readonly index: number;
  readonly everyone: readonly ProcessId[];
  readonly peers: readonly ProcessId[];
  readonly disk: Disk;
  happened: Happening[] = [];
  sent: { readonly to: number; readonly message: unknown }[] = [];
  effects = 0;
  /** Crashed in the middle of a handler: the rest of it does not happen. */
  muted = false;
  readClock = false;
  looksClosely = false;
  /** For each thing that happened the line that did it. */
  places: (string | undefined)[] = [];
  /** For each field the line that touched it last. */
  fieldPlaces = new Map<string, string>();
  readonly #ids: readonly ProcessId[];
  readonly #maker: Maker<Process<never>>;
  readonly #contents = new DiskContents();
  #instance: Process | undefined;
  #born: ReadonlyMap<string, unknown> = new Map();
  #timers: SetTimer[] = [];
  #batch = 0;
  #clockMs = 0;
  #crashAfter: number | undefined;
  /** What it sent to itself and has not received yet. */
  readonly #own: unknown[] = [];
  #active = false;

  constructor(
    id: ProcessId,
    index: number,
    ids: readonly ProcessId[],
    everyone: readonly ProcessId[],
    maker: Maker<Process<never>>,
  ) {
    this.id = id;
    this.index = index;
    this.#ids = ids;
    this.everyone = everyone;
    this.peers = Object.freeze(everyone.filter((other) => other !== id));
    this.#maker = maker;
    this.disk = {
      read: <T>(key: string) => this.#contents.read(key) as T | undefined,
      write: (key, value) => {
        if (!this.#may('disk.write()')) return;
        this.#contents.write(key, value);
        this.#effect({ kind: 'write', process: id, key, value: this.#contents.read(key) });
      },
      append: (key, text) => {
        if (!this.#may('disk.append()')) return;
        this.#contents.append(key, text);
        this.#effect({ kind: 'append', process: id, key, text });
      },
      flush: () => {
        if (!this.#may('disk.flush()')) return;
        this.#contents.flush();
        this.#effect({ kind: 'flush', process: id });
      },
    };
  }

  // ── What the world does to it ──────────────────────────────────────────────────────────────────

  /** Makes ready for a step from a local state; none: from the very beginning. */
  begin(local: Local | undefined, crashAfter?: number): void {
    this.happened = [];
    this.sent = [];
    this.effects = 0;
    this.muted = false;
    this.readClock = false;
    this.places = [];
    this.fieldPlaces = new Map();
    this.#own.length = 0;
    this.#crashAfter = crashAfter;
    this.#contents.load(local?.disk ?? EMPTY);
    this.#timers = [...(local?.timers ?? [])];
    this.#batch = (local?.timers.at(-1)?.batch ?? 0) + 1;
    this.#clockMs = local?.clockMs ?? 0;
    if (local === undefined) return;
    restoreFields(this.#instance as Process, local.fields, local.owner);
  }

  build(kind: 'start' | 'restart'): void {
    this.#happen({ kind, process: this.id });
    this.#handle('the constructor', () => {
      this.#instance = construct(() => makeProcess(this.#maker), this) as Process;
      const functions = Object.entries(this.#instance).filter(([, v]) => typeof v === 'function');
      this.#born = new Map(functions);
      running.handler = 'start()';
      return this.#instance.start();
    });
    this.settle();
  }

  deliver(message: unknown, from: ProcessId): void {
    const process = this.#instance as Process;
    this.#happen({ kind: 'deliver', process: this.id, from, to: this.id, message });
    this.#handle('receive()', () => process.receive(message, from));
  }

  timeOut(timer: string): void {
    const process = this.#instance as Process;
    const found = this.#timers.find(({ name }) => name === timer) as SetTimer;
    this.#timers = this.#timers.filter((each) => each !== found);
    this.#clockMs = Math.max(this.#clockMs, found.dueMs);
    this.#happen({ kind: 'timeout', process: this.id, timer });
    this.#handle('timeout()', () => process.timeout(timer));
  }

  call({ label, act }: Call<never>): void {
    this.#happen({ kind: 'step', process: this.id, label });
    this.#handle(`the step '${label}'`, () => act(this.#instance as never));
  }

  /** It crashes, and comes back at once: being down for a while is being slow to answer. */
  crash(loss: DiskLoss): void {
    this.muted = false;
    this.#crashAfter = undefined;
    this.#own.length = 0;
    this.#timers = [];
    this.#happen({ kind: 'crash', process: this.id });
    const keys = this.#contents.crash(loss);
    if (keys.length > 0) {
      const left = this.#contents.under(keys);
      this.#happen({ kind: 'forgot', process: this.id, keys, left });
    }
    this.build('restart');
  }

  /** What it sent to itself arrives at once. */
  settle(): void {
    for (let i = 0; this.#own.length > 0; i++) {
      if (i > MAX_OWN_MESSAGES) {
        const message = show(this.#own[0]);
        throw new RuleBroken(`${this.id} goes on sending to itself without end: ${message}`);
      }
      this.deliver(this.#own.shift(), this.id);
    }
  }

  save(): Omit<Local, 'calls'> {
    const instance = this.#instance as Process;
    return {
      process: this.index,
      fields: fieldsOf(instance, this.#born, this.id),
      owner: instance,
      disk: this.#contents.save(),
      timers: this.#timers,
      clockMs: this.#clockMs,
    };
  }

  // ── What it does to the world ──────────────────────────────────────────────────────────────────

  send(to: ProcessId, message: unknown): void {
    if (!this.#may('send()')) return;
    const target = this.#ids.indexOf(to);
    if (target < 0) {
      throw new RuleBroken(`there is no process ${show(to)}; there are ${this.#ids.join(', ')}`);
    }
    const copy = copyPlain(message, 'message');
    if (target === this.index) this.#own.push(copy);
    else this.sent.push({ to: target, message: copy });
    this.#effect({ kind: 'send', process: this.id, from: this.id, to, message: copy });
  }

  setTimer(timer: string, ms: number): void {
    if (!this.#may('setTimer()')) return;
    if (!Number.isFinite(ms) || ms < 0) {
      throw new RuleBroken(`setTimer('${timer}', ${show(ms)}) needs a number of ms, 0 or more`);
    }
    this.#timers = this.#timers.filter(({ name }) => name !== timer);
    this.#timers.push({ name: timer, ms, batch: this.#batch, dueMs: this.#clockMs + ms });
    this.#happen({ kind: 'timer-set', process: this.id, timer, ms });
  }

  cancelTimer(timer: string): void {
    if (!this.#may('cancelTimer()')) return;
    const before = this.#timers.length;
    this.#timers = this.#timers.filter(({ name }) => name !== timer);
    if (this.#timers.length < before) {
      this.#happen({ kind: 'timer-cancel', process: this.id, timer });
    }
  }

  now(): number {
    this.readClock = true;
    return this.#clockMs;
  }

  random(): number {
    return 0.5;
  }

  note(text: string, about?: unknown): void {
    if (!this.#may('note()')) return;
    const said = { text: String(text), about: copyPlain(about, 'note') };
    this.#happen({ kind: 'note', process: this.id, ...said });
  }

  #may(called: string): boolean {
    if (!this.#active) {
      throw new RuleBroken(`this.${called} of ${this.id} was called outside its handlers`);
    }
    return !this.muted;
  }

  #happen(event: Happening): void {
    this.happened.push(event);
    if (this.looksClosely) this.places.push(whereIn(new Error('here').stack));
  }

  /** Notices who touches the fields of an instance. Returns how to put an end to it. */
  #lookAtFields(instance: object): () => void {
    const fields = Object.entries(Object.getOwnPropertyDescriptors(instance));
    const watched = fields.filter(([, { value }]) => typeof value !== 'function');
    for (const [key, { value }] of watched) {
      let current: unknown = value;
      const touched = (): void => {
        const place = whereIn(new Error('here').stack);
        if (place !== undefined) this.fieldPlaces.set(key, place);
      };
      Object.defineProperty(instance, key, {
        configurable: true,
        enumerable: true,
        get: () => {
          touched();
          return current;
        },
        set: (next) => {
          touched();
          current = next;
        },
      });
    }
    return () => {
      for (const [key] of watched) {
        if (!Object.hasOwn(instance, key)) continue;
        const value: unknown = Reflect.get(instance, key);
        Object.defineProperty(instance, key, {
          value,
          configurable: true,
          enumerable: true,
          writable: true,
        });
      }
    };
  }

  #effect(event: Happening): void {
    this.#happen(event);
    if (++this.effects === this.#crashAfter) this.muted = true;
  }

  #handle(handler: string, act: () => unknown): void {
    if (this.muted) return;
    this.#active = true;
    running.handler = handler;
    running.turns = 0;
    running.log = (text) => this.#happen({ kind: 'log', process: this.id, text });
    const instance = this.#instance;
    const lookAway =
      this.looksClosely && instance !== undefined ? this.#lookAtFields(instance) : undefined;
    try {
      const returned = act();
      if (returned instanceof Promise) {
        returned.catch(() => {});
        throw new RuleBroken(`${handler} returned a promise: remove async and await`, 'nowhere');
      }
    } catch (error) {
      if (!this.muted || error instanceof RuleBroken) throw running.broken ?? error;
    } finally {
      running.handler = '';
      lookAway?.();
      this.#active = false;
    }
    if (running.broken !== undefined) throw running.broken;
  }
}

const EMPTY: SavedDisk = { durable: new Map(), current: new Map(), unflushed: [] };
const MAX_OWN_MESSAGES = 1_000;
