import type { DiskLoss } from '../world/disk.ts';
import type { Process, ProcessId } from '../world/process.ts';
import { RuleBroken } from '../world/rules.ts';
import type { Maker } from '../world/seat.ts';
import { show } from '../world/show.ts';
import { Booth, type Call, type Happening, type Local, type SetTimer } from './booth.ts';
import { canonical, renamed } from './fields.ts';

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

/** As many as are ever looked at a second time are spread over these. */
const MOST_REMEMBERED = 100_000;
