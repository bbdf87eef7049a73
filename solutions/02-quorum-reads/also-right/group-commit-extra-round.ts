/*
 * Also right: a replica flushes once for all that came within a millisecond, and replies after that; it
 * shows only what is safe. A read makes a second round: it sends what it found to all that it heard, at once.
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

export function isNewer(a: Version, b: Version): boolean {
  return a.counter > b.counter || (a.counter === b.counter && a.writer > b.writer);
}

export function newest([first, ...rest]: readonly Versioned[]): Versioned {
  let best = first as Versioned;
  for (const each of rest) best = isNewer(each.version, best.version) ? each : best;
  return best;
}

export class Replica extends Process<Message> {
  /** What came since the last flush. */
  batch: (Store & { readonly from: ProcessId })[] = [];

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'fetch':
        return this.fetch(message, from);
      case 'store':
        return this.store(message, from);
      default:
        return;
    }
  }

  fetch({ request, key }: Fetch, from: ProcessId): void {
    const { version, value } = this.cells()[key] ?? neverWritten;
    this.send(from, { type: 'fetched', request, key, version, value });
  }

  store(message: Store, from: ProcessId): void {
    this.batch.push({ ...message, from });
    this.setTimer('flush', 1);
  }

  override timeout(): void {
    const cells = { ...this.cells() };
    for (const { key, version, value } of this.batch) {
      if (isNewer(version, (cells[key] ?? neverWritten).version)) cells[key] = { version, value };
    }
    this.disk.write('cells', cells);
    this.disk.flush();
    for (const { from, request, key } of this.batch)
      this.send(from, { type: 'stored', request, key });
    this.batch = [];
  }

  cells(): Readonly<Record<string, Versioned>> {
    return this.disk.read<Record<string, Versioned>>('cells') ?? {};
  }
}

export class Client extends Process<Message> {
  operation: Operation | undefined;
  heard: ProcessId[] = [];
  best: Versioned = neverWritten;
  told = new Set<ProcessId>();
  last = 0;

  query({ request, key, quorum }: Operation): void {
    this.heard = [];
    this.told = new Set();
    this.best = neverWritten;
    quorum.replicas.forEach((replica) => this.send(replica, { type: 'fetch', request, key }));
  }

  onFetched(message: Fetched, from: ProcessId): void {
    const { operation } = this;
    if (operation === undefined || message.request !== operation.request) return;
    const { op, key, quorum } = operation;
    if (this.heard.length === quorum.R || this.heard.includes(from)) return;
    this.heard.push(from);
    if (!isNewer(this.best.version, message.version)) {
      this.best = { version: message.version, value: message.value };
    }
    if (this.heard.length < quorum.R) return;
    if (op === 'write') {
      this.last = Math.max(this.last, this.best.version.counter) + 1;
      this.best = { version: { counter: this.last, writer: this.id }, value: operation.value };
    }
    const to = op === 'write' ? quorum.replicas : this.heard;
    for (const each of to) {
      this.send(each, { type: 'store', request: operation.request, key, ...this.best });
    }
    if (op === 'read') this.respond(this.best.value);
  }

  onStored({ request }: Stored, from: ProcessId): void {
    const { operation } = this;
    if (operation?.op !== 'write' || operation.request !== request) return;
    this.told.add(from);
    if (this.told.size >= operation.quorum.W) this.respond();
  }

  onTimeout(): void {
    this.giveUp('pending');
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
    if (timer === 'operation' && this.operation !== undefined) this.onTimeout();
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
