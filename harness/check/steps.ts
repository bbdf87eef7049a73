import { type Disk, DiskContents, type DiskLoss, type SavedDisk } from '../world/disk.ts';
import { copyPlain } from '../world/plain.ts';
import { construct, type Process, type ProcessId, type Surroundings } from '../world/process.ts';
import { RuleBroken, running, whereIn } from '../world/rules.ts';
import { type Maker, makeProcess } from '../world/seat.ts';
import { show } from '../world/show.ts';
import type { TraceEvent } from '../world/trace.ts';
import { canonical, fieldsOf, renamed, restoreFields } from './fields.ts';

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

/** What makes a process do a step. */
export type Stimulus =
  | { readonly kind: 'deliver'; readonly envelope: number; readonly crash?: MidCrash }
  | { readonly kind: 'timeout'; readonly timer: string; readonly crash?: MidCrash }
  | { readonly kind: 'call'; readonly call: number; readonly crash?: MidCrash }
  | { readonly kind: 'crash'; readonly loss: DiskLoss };

/** A crash in the middle of a handler, after its nth effect, from 1, and a restart. */
export interface MidCrash {
  readonly after: number;
  readonly loss: DiskLoss;
}

/** A message on its way. */
export interface Envelope {
  readonly from: number;
  readonly to: number;
  readonly message: unknown;
}

/** All that decides what a process does next. */
interface Local {
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

interface SetTimer {
  readonly name: string;
  readonly ms: number;
  /** Timers of one batch were set in one step, at one instant. */
  readonly batch: number;
  readonly dueMs: number;
}

/** What a step did: numbers of interned things. */
export interface Ran {
  readonly local: number;
  readonly sends: readonly number[];
  readonly happened: number;
  /** How many effects it had: after each of them it might have crashed. */
  readonly effects: number;
}

/** A step that was run: what it began with, and what came of it. */
export interface Remembered {
  readonly local: number;
  readonly stimulus: Stimulus;
  readonly ran: Ran;
}

/** A step as it looks from close by: for each thing that happened and each field, the line that did it. */
export interface ClosePlace {
  readonly happened: readonly Happening[];
  readonly places: readonly (string | undefined)[];
  readonly fields: Readonly<Record<string, unknown>>;
  readonly fieldPlaces: ReadonlyMap<string, string>;
}

export interface Cast<P extends Process<never>> {
  readonly processes: Readonly<Record<ProcessId, Maker<P>>>;
  readonly clients?: Readonly<Record<ProcessId, Maker<P>>>;
  readonly calls?: Readonly<Record<ProcessId, readonly Call<P>[]>>;
}

/**
 * Runs one step of one process, from any local state that it was ever in. Local states, messages and
 * what happened are *interned*: alike ones have one number, so that a search compares numbers.
 */
export class Steps {
  readonly ids: readonly ProcessId[];
  readonly calls: readonly (readonly Call<never>[])[];
  readonly envelopes: Envelope[] = [];
  readonly happenings: (readonly Happening[])[] = [];
  readonly locals: Local[] = [];
  /** Whether a handler read its clock: from then on two states at different times are different. */
  readsClock = false;
  /** How many handlers were run. */
  runs = 0;
  /** The first of them, for a second look. */
  readonly remembered: Remembered[] = [];
  readonly #booths: readonly Booth[];
  readonly #localNumbers = new Map<string, number>();
  readonly #envelopeNumbers = new Map<string, number>();
  readonly #happenedNumbers = new Map<string, number>();
  readonly #watched: number[] = [];
  readonly #loose: boolean;
  readonly #watches: (kind: Happening['kind']) => boolean;

  constructor(
    cast: Cast<never>,
    { loose, watches }: { loose: boolean; watches: (kind: Happening['kind']) => boolean },
  ) {
    this.#loose = loose;
    this.#watches = watches;
    const makers = Object.entries({ ...cast.processes, ...cast.clients });
    const everyone = Object.freeze(Object.keys(cast.processes));
    this.ids = makers.map(([id]) => id);
    this.calls = this.ids.map((id) => cast.calls?.[id] ?? []);
    const stranger = Object.keys(cast.calls ?? {}).find((id) => !this.ids.includes(id));
    if (stranger !== undefined) {
      throw new RuleBroken(
        `calls names ${show(stranger)}, which is no process; there are ${this.ids.join(', ')}`,
        'nowhere',
      );
    }
    this.#booths = makers.map(([id, maker], i) => new Booth(id, i, this.ids, everyone, maker));
    this.happenings.push([]);
    this.#happenedNumbers.set('', 0);
  }

  /** Brings a process to life for the first time. */
  boot(process: number): Ran {
    const booth = this.#booth(process);
    booth.begin(undefined);
    booth.build('start');
    return this.#ran(booth, 0);
  }

  /** Lets a process in that local state do that step. @throws what a handler throws */
  run(local: number, stimulus: Stimulus): Ran {
    this.runs++;
    const { booth, calls } = this.#do(local, stimulus);
    if (booth.readClock) this.readsClock = true;
    const ran = this.#ran(booth, calls);
    if (this.runs < MOST_REMEMBERED) this.remembered.push({ local, stimulus, ran });
    return ran;
  }

  /** The same once more, looking at which line does what. @throws what a handler throws */
  runClosely(local: number, stimulus: Stimulus): ClosePlace {
    const { process } = this.locals[local] as Local;
    const booth = this.#booth(process);
    booth.looksClosely = true;
    try {
      this.#do(local, stimulus);
      const { happened, places, fieldPlaces } = booth;
      return { happened, places, fields: booth.save().fields, fieldPlaces };
    } finally {
      booth.looksClosely = false;
    }
  }

  #do(local: number, stimulus: Stimulus): { readonly booth: Booth; readonly calls: number } {
    const before = this.locals[local] as Local;
    const booth = this.#booth(before.process);
    booth.begin(before, stimulus.kind === 'crash' ? undefined : stimulus.crash?.after);
    let { calls } = before;
    switch (stimulus.kind) {
      case 'deliver': {
        const { from, message } = this.envelopes[stimulus.envelope] as Envelope;
        booth.deliver(message, this.ids[from] as ProcessId);
        break;
      }
      case 'timeout':
        booth.timeOut(stimulus.timer);
        break;
      case 'call': {
        const call = this.calls[before.process]?.[stimulus.call] as Call<never>;
        if (call.again !== true) calls++;
        booth.call(call);
        break;
      }
      case 'crash':
        booth.crash(stimulus.loss);
        break;
    }
    if (stimulus.kind !== 'crash' && stimulus.crash !== undefined) {
      if (booth.muted) booth.crash(stimulus.crash.loss);
    } else {
      booth.settle();
    }
    return { booth, calls };
  }

  /** What had happened at a process in its last step: all there is of a step that threw. */
  happenedAt(process: number): readonly Happening[] {
    return this.#booth(process).happened;
  }

  /** Which timers of a local state may run out next: not one that is due after another for sure. */
  dueTimers(local: number): readonly string[] {
    const { timers } = this.locals[local] as Local;
    // They stand in the order in which they were set.
    const isSooner = (other: SetTimer, j: number, timer: SetTimer, i: number) =>
      j < i ? other.ms <= timer.ms : other.batch === timer.batch && other.ms < timer.ms;
    return timers
      .filter((timer, i) => !timers.some((other, j) => isSooner(other, j, timer, i)))
      .map(({ name }) => name);
  }

  /** The calls that a process in that local state may make next, by their place in the list. */
  nextCalls(local: number): readonly number[] {
    const { process, calls } = this.locals[local] as Local;
    const all = this.calls[process] as readonly Call<never>[];
    const once = all.flatMap(({ again }, i) => (again === true ? [] : [i]))[calls];
    const again = all.flatMap((call, i) => (call.again === true ? [i] : []));
    return once === undefined ? again : [once, ...again];
  }

  /** Whether a crash now could take something from its disk. */
  hasUnflushed(local: number): boolean {
    return (this.locals[local] as Local).disk.unflushed.length > 0;
  }

  fieldsOf(local: number): Readonly<Record<string, unknown>> {
    return (this.locals[local] as Local).fields;
  }

  processOf(local: number): number {
    return (this.locals[local] as Local).process;
  }

  envelope(from: number, to: number, message: unknown): number {
    const text = `${from} ${to} ${canonical(message, this.#loose)}`;
    let number = this.#envelopeNumbers.get(text);
    if (number === undefined) {
      number = this.envelopes.push({ from, to, message }) - 1;
      this.#envelopeNumbers.set(text, number);
    }
    return number;
  }

  /** The number of a message under other names of processes. */
  envelopeNamed(
    from: number,
    to: number,
    message: unknown,
    names: ReadonlyMap<string, string>,
  ): number {
    return this.envelope(from, to, renamed(message, names));
  }

  envelopeText(envelope: number, names: ReadonlyMap<string, string>): string {
    const { from, to, message } = this.envelopes[envelope] as Envelope;
    return canonical([this.ids[from], this.ids[to], message], true, names);
  }

  /** What happened, as one number; the same things in the same order have the same one. */
  happened(list: readonly Happening[]): number {
    const text = list.map((each) => canonical(each)).join('\n');
    let number = this.#happenedNumbers.get(text);
    if (number === undefined) {
      number = this.happenings.push(list) - 1;
      this.#happenedNumbers.set(text, number);
    }
    return number;
  }

  /** The number of what is watched of it. */
  watched(happened: number): number {
    let watched = this.#watched[happened];
    if (watched === undefined) {
      const all = this.happenings[happened] as readonly Happening[];
      watched = this.happened(all.filter(({ kind }) => this.#watches(kind)));
      this.#watched[happened] = watched;
    }
    return watched;
  }

  /** The local state of another process that is alike, with the names of processes changed. */
  renamedLocal(local: number, process: number, names: ReadonlyMap<string, string>): number {
    const before = this.locals[local] as Local;
    const { durable, current, unflushed } = before.disk;
    return this.#intern({
      ...before,
      process,
      fields: renamed(before.fields, names),
      disk: renamed({ durable, current, unflushed }, names),
    });
  }

  /** What a local state looks like under other names of processes, its own included. */
  localText(local: number, names: ReadonlyMap<string, string>): string {
    const { fields, disk, timers, calls } = this.locals[local] as Local;
    const rest = [disk.durable, disk.current, timers.map(({ name }) => name), calls];
    return canonical([fields, ...rest], true, names);
  }

  #booth(process: number): Booth {
    return this.#booths[process] as Booth;
  }

  #ran(booth: Booth, calls: number): Ran {
    const sends = booth.sent.map(({ to, message }) => this.envelope(booth.index, to, message));
    const local = this.#intern({ ...booth.save(), calls });
    return { local, sends, happened: this.happened(booth.happened), effects: booth.effects };
  }

  #intern(local: Local): number {
    const { process, fields, disk, timers, calls, clockMs } = local;
    const text = [
      process,
      canonical(fields, this.#loose),
      canonical([disk.durable, disk.current], true),
      timers.map((timer, i) => this.#timerText(timer, timers[i - 1])).join(),
      calls,
      this.readsClock ? clockMs : '',
    ].join('\n');
    let number = this.#localNumbers.get(text);
    if (number === undefined) {
      number = this.locals.push(local) - 1;
      this.#localNumbers.set(text, number);
    }
    return number;
  }

  #timerText({ name, ms, batch, dueMs }: SetTimer, before: SetTimer | undefined): string {
    const together = before?.batch === batch ? '+' : '';
    return `${together}${JSON.stringify(name)} ${ms} ${this.readsClock ? dueMs : ''}`;
  }
}

/** The place of one process, where it is put into a local state and does a step. */
class Booth implements Surroundings {
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
    if (keys.length > 0) this.#happen({ kind: 'forgot', process: this.id, keys });
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
/** As many as are ever looked at a second time are spread over these. */
const MOST_REMEMBERED = 100_000;
const MAX_OWN_MESSAGES = 1_000;
