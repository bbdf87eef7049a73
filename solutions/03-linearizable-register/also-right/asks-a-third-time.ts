/*
 * Also right, and slower: after the write-back a read asks once more, and responds when a majority
 * agrees; otherwise it writes back again.
 */
import { Process, type ProcessId } from '#harness';

export class AbdRegister extends Process<Message> {
  operation: Operation | undefined;
  round: 'query' | 'store' | 'check' = 'query';
  heard: Record<ProcessId, Versioned> = {};
  best: Versioned = neverWritten;
  last = 0;

  query({ request }: Operation): void {
    this.round = 'query';
    this.heard = {};
    this.broadcast({ type: 'fetch', request });
  }

  onFetched(reply: Fetched, from: ProcessId): void {
    const { operation } = this;
    if (operation?.request !== reply.request || this.round === 'store') return;
    this.heard[from] = { version: reply.version, value: reply.value };
    const replies = Object.values(this.heard);
    if (2 * replies.length <= this.everyone.length) return;
    const latest = replies.reduce((a, b) => (isNewer(a.version, b.version) ? a : b));
    const agree = replies.every(({ version }) => !isNewer(latest.version, version));
    if (this.round === 'check' && agree) return this.respond(latest.value);
    this.store(operation, latest);
  }

  store({ request, op, value }: Operation, latest: Versioned): void {
    this.round = 'store';
    this.heard = {};
    this.best = latest;
    if (op === 'write') {
      this.last = Math.max(latest.version.counter, this.last) + 1;
      this.best = { version: { counter: this.last, writer: this.id }, value };
    }
    for (const replica of this.everyone) {
      this.send(replica, { type: 'store', request, ...this.best });
    }
    this.stored = [];
  }

  stored: ProcessId[] = [];

  onStored({ request }: Stored, from: ProcessId): void {
    const { operation } = this;
    if (operation?.request !== request || this.round !== 'store') return;
    if (!this.stored.includes(from)) this.stored.push(from);
    if (2 * this.stored.length <= this.everyone.length) return;
    if (operation.op === 'write') return this.respond(this.best.value);
    this.round = 'check';
    this.heard = {};
    this.broadcast({ type: 'fetch', request });
  }

  // ── Nothing to write from here on: operations begin and end, replicas keep what is newer ───────

  requests = 0;

  /** The tests call this. */
  read(): void {
    this.begin({ request: this.requests + 1, op: 'read', value: null });
  }

  /** The tests call this. */
  write(value: Value): void {
    this.begin({ request: this.requests + 1, op: 'write', value });
  }

  begin(operation: Operation): void {
    if (this.operation !== undefined) return this.note('is busy');
    const { op, value } = operation;
    this.requests = operation.request;
    this.operation = operation;
    this.note(op === 'read' ? 'reads' : `writes ${quoted(value)}`, { invoked: operation });
    this.setTimer('operation', operationTimeoutMs);
    this.query(operation);
  }

  /** Ends the operation under way: a read returns the value, a write is done. */
  respond(value: Value): void {
    const result = this.operation?.op === 'write' ? {} : { value };
    const text = this.operation?.op === 'write' ? 'done' : `gets ${quoted(value)}`;
    this.end(text, { responded: this.operation?.request, ...result });
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

  /** Time is up. Nobody knows what became of the operation: it is pending, for good. */
  override timeout(timer: string): void {
    if (timer === 'operation') this.end('gives up', { gaveUp: this.operation?.request });
  }
}

/** A replica as in exercise 02: it keeps the newest version that it was told of, on disk. */
export class Replica extends Process<Message> {
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

  fetch({ request }: Fetch, from: ProcessId): void {
    this.send(from, { type: 'fetched', request, ...this.held() });
  }

  store({ request, version, value }: Store, from: ProcessId): void {
    if (isNewer(version, this.held().version)) {
      this.disk.write('register', { version, value });
      this.disk.flush();
    }
    this.send(from, { type: 'stored', request });
  }

  held(): Versioned {
    return this.disk.read<Versioned>('register') ?? neverWritten;
  }
}

/** Of n replicas, how many at least, so that any two groups of that many share a replica. */
export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}

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

/** What a replica has before anybody has written: older than every write. */
export const neverWritten: Versioned = { version: { counter: 0, writer: 'nobody' }, value: null };

/** Whether `a` is newer than `b`: a higher counter, or the same and a greater name. */
export function isNewer(a: Version, b: Version): boolean {
  return a.counter === b.counter ? a.writer > b.writer : a.counter > b.counter;
}

/** The reply with the newest version, of one or more. */
export function newest(replies: readonly Versioned[]): Versioned {
  return replies.reduce((best, reply) => (isNewer(reply.version, best.version) ? reply : best));
}

export type Message = Fetch | Fetched | Store | Stored;

/** A client asks a replica what it has. */
export interface Fetch {
  readonly type: 'fetch';
  /** The operation that it belongs to, by number. The reply carries it, too. */
  readonly request: number;
}

export interface Fetched extends Versioned {
  readonly type: 'fetched';
  readonly request: number;
}

/** A client sends a version and its value to a replica. */
export interface Store extends Versioned {
  readonly type: 'store';
  readonly request: number;
}

export interface Stored {
  readonly type: 'stored';
  readonly request: number;
}

export interface Operation {
  /** Its number, from 1: no two operations of a client have the same. */
  readonly request: number;
  readonly op: 'read' | 'write';
  /** What a write is to store. */
  readonly value: Value;
}

/** How long a client waits for replies, in ms of its own clock: ten round trips here. */
export const operationTimeoutMs = 200;

function quoted(value: Value): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
