/*
 * Also right: no functions that wait, but a field that says what is done, and a message handler that
 * goes on with it. Asks and tells again if nobody replies, notes that it does, and skips the write-back
 * of what a majority has already.
 */
import { linearizable, type Operation, Process, type ProcessId, register } from '#harness';

/**
 * One of the nodes that keep a register. Clients ask any of them, and it answers for all; it does one
 * operation at a time. It may crash; its disk stays.
 */
export class Node extends Process<Message> {
  /** TODO 1: respond with what is here. */
  readLocal(): void {
    this.respond(this.held().value);
  }

  /** TODO 2: keep the value, tell the others, and respond without waiting for them. */
  writeAsync(value: Value): void {
    const { counter } = this.held().version;
    const told = { version: { counter: counter + 1, writer: this.id }, value };
    this.keep(told);
    for (const peer of this.peers) this.send(peer, { type: 'store', request: 0, ...told });
    this.respond();
  }

  /** TODO 3: respond with the newest value that a majority has. */
  readQuorum(): void {
    this.query('read');
  }

  /** TODO 4: give the value a version above what a majority has, and respond when a majority has it. */
  writeQuorum(value: Value): void {
    this.query('write', value);
  }

  /** TODO 5: as `readQuorum`, but respond only when a majority has what is returned (exercise 03). */
  readAtomic(): void {
    this.query('atomic');
  }

  // ── Nothing to write from here to the end of the class: how operations begin, wait and end ─────

  busy = false;
  /** The number of the question that is open. The replies carry it, too. */
  request = 0;
  replies = new Map<ProcessId, Versioned>();
  acks = new Set<ProcessId>();
  doing: 'nothing' | 'read' | 'write' | 'atomic' = 'nothing';
  phase: 'query' | 'store' = 'query';
  value: Value = null;
  told: Versioned = neverWritten;

  /** After a restart the numbers go on far above those used before: replies to those may still come. */
  override start(): void {
    const restarts = (this.disk.read<number>('restarts') ?? -1) + 1;
    this.disk.write('restarts', restarts);
    this.disk.flush();
    this.request = restarts * 1_000_000;
  }

  query(what: 'read' | 'write' | 'atomic', value: Value = null): void {
    this.doing = what;
    this.phase = 'query';
    this.value = value;
    this.request += 1;
    this.replies.clear();
    this.replies.set(this.id, this.held());
    this.say();
    this.goOn();
  }

  say(): void {
    this.note(`says ${this.phase}`, this.phase === 'query' ? 'to all' : null);
    for (const peer of this.peers) {
      if (this.phase === 'query') this.send(peer, { type: 'fetch', request: this.request });
      else this.send(peer, { type: 'store', request: this.request, ...this.told });
    }
    this.setTimer('again', 55);
  }

  goOn(): void {
    const quorum = majority(this.everyone.length);
    if (this.doing === 'nothing') return;
    if (this.phase === 'store') {
      if (this.acks.size < quorum) return;
      return this.respond(...(this.doing === 'write' ? [] : [this.told.value]));
    }
    if (this.replies.size < quorum) return;
    const replies = [...this.replies.values()];
    const latest = newest(replies);
    if (this.doing === 'read') return this.respond(latest.value);
    const agree = replies.filter(({ version }) => !isNewer(latest.version, version)).length;
    if (this.doing === 'atomic' && agree >= quorum) return this.respond(latest.value);
    this.told =
      this.doing === 'write' ? { version: this.above(latest.version), value: this.value } : latest;
    this.keep(this.told);
    this.phase = 'store';
    this.request += 1;
    this.acks = new Set([this.id]);
    this.say();
    this.goOn();
  }

  /** A version of my own, above this one and above what is here. */
  above(version: Version): Version {
    const counter = Math.max(version.counter, this.held().version.counter) + 1;
    return { counter, writer: this.id };
  }

  /** What is here. */
  held(): Versioned {
    return this.disk.read<Versioned>('register') ?? neverWritten;
  }

  /** Keeps what is newer than what is here, safe from a crash. */
  keep({ version, value }: Versioned): void {
    if (!isNewer(version, this.held().version)) return;
    this.disk.write('register', { version, value });
    this.disk.flush();
  }

  /** Ends the operation under way: a read with its value, a write without one. */
  respond(value?: Value): void {
    const result = value === undefined ? {} : { value };
    this.end(value === undefined ? 'done' : `gets ${quoted(value)}`, {
      responded: true,
      ...result,
    });
  }

  /** The tests and the lab call this. */
  read(mode: Mode): void {
    this.begin(`reads, ${mode}`, { op: 'read', mode }, () => this[modes[mode].read]());
  }

  /** The tests and the lab call this. */
  write(mode: Mode, value: Value): void {
    this.begin(`writes ${quoted(value)}, ${mode}`, { op: 'write', mode, value }, () =>
      this[modes[mode].write](value),
    );
  }

  begin(text: string, invoked: object, act: () => void): void {
    if (this.busy) return this.note('is busy');
    this.busy = true;
    this.note(text, { invoked });
    this.setTimer('operation', operationTimeoutMs);
    act();
  }

  end(text: string, about: object): void {
    this.busy = false;
    this.note(text, about);
    this.cancelTimer('operation');
    this.doing = 'nothing';
    this.cancelTimer('again');
  }

  receive(message: Message, from: ProcessId): void {
    const { request } = message;
    switch (message.type) {
      case 'fetch':
        return this.send(from, { type: 'fetched', request, ...this.held() });
      case 'store':
        this.keep(message);
        return this.send(from, { type: 'stored', request });
      case 'fetched':
        if (request !== this.request) return;
        this.replies.set(from, { version: message.version, value: message.value });
        return this.goOn();
      case 'stored':
        if (request !== this.request) return;
        this.acks.add(from);
        return this.goOn();
    }
  }

  /** Time is up. Nobody knows what became of the operation: it is pending, for good. */
  override timeout(timer: string): void {
    if (timer === 'again' && this.doing !== 'nothing') return this.say();
    if (timer === 'operation' && this.busy) this.end('gives up', { gaveUp: true });
  }
}

// ── What is measured ─────────────────────────────────────────────────────────────────────────────

/**
 * TODO 6: by nearest rank: the smallest of these times such that `percent` in 100 of them, at least,
 * are no larger. Of no times there is none: null.
 */
export function percentile(times: readonly number[], percent: number): number | null {
  if (times.length === 0) return null;
  const sorted = Float64Array.from(times).sort();
  let rank = 1;
  while (rank * 100 < percent * times.length) rank++;
  return sorted[rank - 1] as number;
}

/** TODO 7: how many of these operations were answered, and how long they took. */
export function measure(operations: readonly Operation[]): Measures {
  const times: number[] = [];
  let answered = 0;
  for (const { invokedAt, respondedAt } of operations) {
    if (respondedAt !== undefined) answered += 1;
    times.push(respondedAt === undefined ? Infinity : respondedAt - invokedAt);
  }
  return {
    asked: operations.length,
    answered,
    p99Ms: percentile(times, 99),
    medianMs: percentile(times, 50),
  };
}

/** TODO 8: in which phase of a run an operation belongs: the one in which it was asked for. */
export function phaseOf({ invokedAt }: Operation, { cutAtMs, healedAtMs }: Run): Phase {
  if (invokedAt < cutAtMs) return 'before';
  return invokedAt < healedAtMs ? 'during' : 'after';
}

/** TODO 9: what became of a run: a row for each side, phase and op, and the two words of CAP. */
export function report(history: readonly Operation[], run: Run): Report {
  const working = history.filter(({ client }) => !run.failed.includes(client));
  const rows = run.sides.flatMap((side) =>
    phases.flatMap((phase) =>
      ops.map((op): Row => {
        const asked = working.filter(
          (each) => side.includes(each.client) && phaseOf(each, run) === phase && each.op === op,
        );
        return { side, phase, op, ...measure(asked) };
      }),
    ),
  );
  return {
    rows,
    available: !working.some(({ respondedAt }) => respondedAt === undefined),
    linearizable: isLinearizable(history),
  };
}

// ── Nothing to write below this line ─────────────────────────────────────────────────────────────

/** Which operations the clients of a run use. */
export const modes = {
  local: { read: 'readLocal', write: 'writeAsync' },
  mixed: { read: 'readLocal', write: 'writeQuorum' },
  quorum: { read: 'readQuorum', write: 'writeQuorum' },
  atomic: { read: 'readAtomic', write: 'writeQuorum' },
} as const;

export type Mode = keyof typeof modes;

export const phases = ['before', 'during', 'after'] as const;

export type Phase = (typeof phases)[number];

export const ops = ['read', 'write'] as const;

/** A run of some nodes that are cut apart for a while. */
export interface Run {
  /** Which operations the clients used. */
  readonly mode: Mode;
  /** All nodes, in groups. While the network is cut, no message gets from one group to another. */
  readonly sides: readonly (readonly ProcessId[])[];
  /** From this time on it is cut, */
  readonly cutAtMs: number;
  /** and from this time on it is whole again. */
  readonly healedAtMs: number;
  /** The nodes that were down at any time. */
  readonly failed: readonly ProcessId[];
}

export interface Measures {
  /** How many operations were asked for. */
  readonly asked: number;
  /** How many of them were answered. */
  readonly answered: number;
  /** How long they took, from the invocation to the response; an operation without one, for ever. */
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
}

export interface Row extends Measures {
  readonly side: readonly ProcessId[];
  readonly phase: Phase;
  readonly op: 'read' | 'write';
}

export interface Report {
  /** One for each side, phase and op, in any order; for those with no operation, too. */
  readonly rows: readonly Row[];
  /** Whether every operation that was asked of a node that never failed was answered. */
  readonly available: boolean;
  /** Whether the history is linearizable: all of it, as one register. */
  readonly linearizable: boolean;
}

/** Whether one order of all these operations explains what they returned (exercise 03). */
export function isLinearizable(history: readonly Operation[]): boolean {
  const { verdict } = linearizable(history, register);
  if (verdict === 'not decided') throw new Error('this history takes too long to judge');
  return verdict === 'yes';
}

/** Of n nodes, how many at least, so that any two groups of that many share a node. */
export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}

/** What can be stored. Each of them is a value, 0, '', false and null too. */
export type Value = string | number | boolean | null;

/** Which write a value comes from: a counter, and the node that wrote. */
export interface Version {
  readonly counter: number;
  readonly writer: ProcessId;
}

export interface Versioned {
  readonly version: Version;
  readonly value: Value;
}

/** What a node has before anybody has written: older than every write. */
export const neverWritten: Versioned = { version: { counter: 0, writer: 'nobody' }, value: null };

/** Whether `a` is newer than `b`: a higher counter, or the same and a greater name. */
export function isNewer(a: Version, b: Version): boolean {
  return a.counter === b.counter ? a.writer > b.writer : a.counter > b.counter;
}

/** The reply with the newest version, of one or more. */
export function newest(replies: readonly Versioned[]): Versioned {
  return replies.reduce((best, reply) => (isNewer(reply.version, best.version) ? reply : best));
}

/** A node asks another what it has, or tells it what to keep; the other replies. */
export type Message =
  | { readonly type: 'fetch'; readonly request: number }
  | ({ readonly type: 'fetched'; readonly request: number } & Versioned)
  | ({ readonly type: 'store'; readonly request: number } & Versioned)
  | { readonly type: 'stored'; readonly request: number };

/** How long a node tries, in ms of its own clock: ten round trips here. */
export const operationTimeoutMs = 200;

function quoted(value: Value): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
