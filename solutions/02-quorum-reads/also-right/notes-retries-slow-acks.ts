/*
 * Also right: it notes what it does, asks again after 50 ms, and its replicas acknowledge 25 ms later.
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
  if (a.counter !== b.counter) return a.counter > b.counter;
  return a.writer > b.writer;
}

export function newest(replies: readonly Versioned[]): Versioned {
  return replies.reduce((best, reply) => (isNewer(reply.version, best.version) ? reply : best));
}

// ── Replicas keep values ─────────────────────────────────────────────────────────────────────────

/** Keeps the newest version of each key that it was told of. It may crash; its disk stays. */
export class Replica extends Process<Message> {
  late: { to: ProcessId; atMs: number; reply: Stored }[] = [];

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'fetch':
        return this.fetch(message, from);
      case 'store':
        return this.store(message, from);
      case 'fetched':
      case 'stored':
        return; // replies, for clients
    }
  }

  fetch({ request, key }: Fetch, from: ProcessId): void {
    this.send(from, { type: 'fetched', request, key, ...this.held(key) });
  }

  store({ request, key, version, value }: Store, from: ProcessId): void {
    if (isNewer(version, this.held(key).version)) {
      this.disk.write(key, { version, value });
      this.disk.flush();
    }
    this.late.push({ to: from, atMs: this.now() + 25, reply: { type: 'stored', request, key } });
    this.setTimer(`acknowledge ${this.late.length}`, 25);
  }

  override timeout(): void {
    const due = this.late.filter(({ atMs }) => atMs <= this.now());
    this.late = this.late.filter(({ atMs }) => atMs > this.now());
    for (const { to, reply } of due) this.send(to, reply);
  }

  held(key: string): Versioned {
    return this.disk.read<Versioned>(key) ?? neverWritten;
  }
}

// ── Clients read and write ───────────────────────────────────────────────────────────────────────

/** Reads and writes, one operation at a time. It does not crash. */
export class Client extends Process<Message> {
  /** The operation under way. Its end (`respond` or `giveUp`) sets it back to undefined. */
  operation: Operation | undefined;
  replies = new Map<ProcessId, Versioned>();
  acks = new Set<ProcessId>();
  /** The highest counter that this client has given to a write. */
  counter = 0;

  query({ request, key, quorum }: Operation): void {
    this.replies.clear();
    this.note('asks', 'who has it');
    this.setTimer('retry', 50);
    for (const replica of quorum.replicas) this.send(replica, { type: 'fetch', request, key });
  }

  onFetched({ request, version, value }: Fetched, from: ProcessId): void {
    const { operation } = this;
    if (operation?.request !== request) return;
    const { R } = operation.quorum;
    if (this.replies.size >= R) return; // it has gone on already
    this.replies.set(from, { version, value });
    if (this.replies.size < R) return;

    const latest = newest([...this.replies.values()]);
    if (operation.op === 'write') return this.store(operation, latest.version);
    this.respond(latest.value);
    this.readRepair(operation, latest);
  }

  store({ request, key, value, quorum }: Operation, latest: Version): void {
    this.counter = Math.max(this.counter, latest.counter) + 1;
    const version = { counter: this.counter, writer: this.id };
    this.acks.clear();
    this.note('stores');
    this.note('value', null);
    this.note('version', { version, value });
    for (const replica of quorum.replicas) {
      this.send(replica, { type: 'store', request, key, version, value });
    }
  }

  onStored({ request }: Stored, from: ProcessId): void {
    const { operation } = this;
    if (operation?.request !== request) return;
    this.acks.add(from);
    if (this.acks.size >= operation.quorum.W) this.respond();
  }

  onTimeout(operation: Operation): void {
    this.giveUp('pending');
  }

  readRepair({ request, key }: Operation, { version, value }: Versioned): void {
    for (const [replica, reply] of this.replies) {
      if (!isNewer(version, reply.version)) continue;
      this.send(replica, { type: 'store', request, key, version, value });
    }
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
    const { operation } = this;
    if (timer === 'retry' && operation !== undefined) {
      const { request, key, quorum } = operation;
      for (const replica of quorum.replicas) {
        if (!this.replies.has(replica)) this.send(replica, { type: 'fetch', request, key });
      }
    }
    if (timer === 'operation' && this.operation !== undefined) this.onTimeout(this.operation);
  }
}

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
