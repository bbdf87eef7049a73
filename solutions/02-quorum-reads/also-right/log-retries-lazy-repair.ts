/*
 * Also right: a replica keeps a log and replays it; a client asks again those that have not replied, and
 * repairs later, on a timer, all that it has heard of by then, late replies included.
 */
import { Process, type ProcessId } from '#harness';

/** What can be stored. Each of them is a value, 0, '', false and null too. */
export type Value = string | number | boolean | null;

/** Which write a value comes from: a counter, and the client that wrote. */
export interface Version {
  readonly counter: number;
  readonly writer: ProcessId;
}

export interface Versioned {
  readonly version: Version;
  readonly value: Value;
}

/** What a replica has under a key that nobody wrote: older than every write. */
export const neverWritten: Versioned = { version: { counter: 0, writer: 'nobody' }, value: null };

export const isNewer = (a: Version, b: Version): boolean => {
  const [first] = [a, b].toSorted((x, y) =>
    x.counter !== y.counter ? y.counter - x.counter : x.writer < y.writer ? 1 : -1,
  );
  return first === a && (a.counter !== b.counter || a.writer !== b.writer);
};

export function newest(replies: readonly Versioned[]): Versioned {
  let best = neverWritten;
  for (const reply of replies) if (!isNewer(best.version, reply.version)) best = reply;
  return best;
}

export class Replica extends Process<Message> {
  cells: Record<string, Versioned> = {};

  override start(): void {
    const log = this.disk.read<string>('log') ?? '';
    for (const line of log.split('\n').slice(0, -1)) {
      try {
        const { key, version, value } = JSON.parse(line) as Store;
        this.keep(key, { version, value });
      } catch {
        // Half of a line: the crash came before the flush, so nobody was told.
      }
    }
  }

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'fetch':
        return this.fetch(message, from);
      case 'store':
        return this.store(message, from);
    }
  }

  fetch({ request, key }: Fetch, from: ProcessId): void {
    const { version, value } = this.cells[key] ?? neverWritten;
    this.send(from, { type: 'fetched', request, key, version, value });
  }

  store(message: Store, from: ProcessId): void {
    const { request, key, version, value } = message;
    // Old ones are logged, too: the replay decides again. The line break in front ends a torn line.
    this.disk.append('log', `\n${JSON.stringify(message)}\n`);
    this.disk.flush();
    this.keep(key, { version, value });
    this.send(from, { type: 'stored', request, key });
  }

  keep(key: string, { version, value }: Versioned): void {
    const before = this.cells[key];
    if (before === undefined || isNewer(version, before.version)) {
      this.cells[key] = { version, value };
    }
  }
}

export class Client extends Process<Message> {
  operation: Operation | undefined;
  replies: Record<ProcessId, Versioned> = {};
  mine: Versioned | undefined;
  acks: Record<ProcessId, true> = {};
  /** Everything that reads have heard, late replies too, until the next repair. */
  rumours: { from: ProcessId; key: string; found: Versioned }[] = [];
  used = 0;

  query(operation: Operation): void {
    this.replies = {};
    this.acks = {};
    this.mine = undefined;
    this.ask(operation);
  }

  /** Asks, or tells, those that have not replied. */
  ask({ request, key, quorum }: Operation): void {
    for (const to of quorum.replicas) {
      if (this.mine === undefined) {
        if (this.replies[to] === undefined) this.send(to, { type: 'fetch', request, key });
      } else if (this.acks[to] === undefined) {
        this.send(to, { type: 'store', request, key, ...this.mine });
      }
    }
    this.setTimer('ask again', 45);
  }

  onFetched({ request, key, version, value }: Fetched, from: ProcessId): void {
    this.rumours.push({ from, key, found: { version, value } });
    this.setTimer('repair', 70);
    const { operation } = this;
    if (operation?.request !== request || this.mine !== undefined) return;
    this.replies[from] = { version, value };
    const all = Object.values(this.replies);
    if (all.length < operation.quorum.R) return;
    const latest = newest(all);
    if (operation.op === 'read') return this.respond(latest.value);
    this.used = Math.max(this.used + 1, latest.version.counter + 1);
    this.mine = { version: { counter: this.used, writer: this.id }, value: operation.value };
    this.ask(operation);
  }

  onStored({ request }: Stored, from: ProcessId): void {
    const { operation } = this;
    if (operation?.request !== request || this.mine === undefined) return;
    this.acks[from] = true;
    if (Object.keys(this.acks).length === operation.quorum.W) this.respond();
  }

  onTimeout(): void {
    this.giveUp('pending');
  }

  readRepair(): void {
    for (const { from, key, found } of this.rumours) {
      const best = newest(
        this.rumours.filter((each) => each.key === key).map((each) => each.found),
      );
      if (isNewer(best.version, found.version)) {
        this.send(from, { type: 'store', request: 0, key, ...best });
      }
    }
    this.rumours = [];
  }

  // ── Nothing to write from here to the end of the class: it begins and ends operations ──────────

  requests = 0;

  /** The tests call this. */
  read(key: string, quorum: Quorum): void {
    this.begin({ request: this.requests + 1, op: 'read', key, value: null, quorum });
  }

  /** The tests call this. */
  write(key: string, value: Value, quorum: Quorum): void {
    this.begin({ request: this.requests + 1, op: 'write', key, value, quorum });
  }

  begin(operation: Operation): void {
    checkQuorum(operation.quorum);
    if (this.operation !== undefined) return this.note('is busy');
    this.requests = operation.request;
    this.operation = operation;
    this.note(told(operation), { invoked: operation });
    this.setTimer('operation', operationTimeoutMs);
    this.query(operation);
  }

  /** Ends the operation under way: a read with the value that it found, a write without one. */
  respond(value?: Value): void {
    const what = value === undefined ? 'done' : `gets ${quoted(value)}`;
    this.end(what, { responded: this.operation?.request, value });
  }

  /** Ends it without a response: it *failed* if it certainly had no effect and never will. */
  giveUp(outcome: 'pending' | 'failed'): void {
    this.end(`gives up: ${outcome}`, { gaveUp: this.operation?.request, outcome });
  }

  end(text: string, about: object): void {
    this.note(text, about);
    this.cancelTimer('operation');
    this.operation = undefined;
  }

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'fetched':
        return this.onFetched(message, from);
      case 'stored':
        return this.onStored(message, from);
      case 'fetch':
      case 'store':
        return; // requests, for replicas
    }
  }

  override timeout(timer: string): void {
    if (timer === 'repair') return this.readRepair();
    if (this.operation === undefined) return;
    if (timer === 'operation') this.onTimeout();
    else this.ask(this.operation);
  }
}

/**
 * `old` is on r1, r2 and r3. Now alice cannot reach them, and writes `new` to
 * the substitutes s1, s2 and s3, with W = 2: it is acknowledged. Then bob, who can reach everybody,
 * reads from r1, r2 and r3 with R = 2. What is he told?
 */
export function sloppyRead(): 'old' | 'new' {
  return 'old';
}

// ── Nothing to write below this line: what goes over the network, and what an operation is ───────

export type Message = Fetch | Fetched | Store | Stored;

/** A client asks a replica what it has under a key. */
export interface Fetch {
  readonly type: 'fetch';
  /** The operation that it belongs to, by number. The reply carries it, too. */
  readonly request: number;
  readonly key: string;
}

export interface Fetched extends Versioned {
  readonly type: 'fetched';
  readonly request: number;
  readonly key: string;
}

/** A client sends a version of a value to a replica. */
export interface Store extends Versioned {
  readonly type: 'store';
  readonly request: number;
  readonly key: string;
}

export interface Stored {
  readonly type: 'stored';
  readonly request: number;
  readonly key: string;
}

/** The N replicas of a key, and how many of them a read (R) and a write (W) wait for. */
export interface Quorum {
  readonly replicas: readonly ProcessId[];
  readonly R: number;
  readonly W: number;
}

export interface Operation {
  /** Its number, from 1: no two operations of a client have the same. */
  readonly request: number;
  readonly op: 'read' | 'write';
  readonly key: string;
  /** What a write is to store. */
  readonly value: Value;
  readonly quorum: Quorum;
}

/** How long a client waits for replies, in ms of its own clock: ten round trips here. */
export const operationTimeoutMs = 200;

/** @throws RangeError if no operation could ever end, or would end without a reply. */
function checkQuorum({ replicas, R, W }: Quorum): void {
  const N = new Set(replicas).size;
  for (const [name, size] of [['R', R] as const, ['W', W] as const]) {
    if (Number.isInteger(size) && size >= 1 && size <= N) continue;
    throw new RangeError(
      `${name} = ${size} of ${N} replicas: it has to be a whole number, 1 to ${N}`,
    );
  }
}

function told({ op, key, value }: Operation): string {
  return op === 'read' ? `reads ${key}` : `writes ${key} = ${quoted(value)}`;
}

function quoted(value: Value): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
