/*
 * Also right: says everything again every 10 ms, does not write back where nobody has written, and
 * completes a write of its own that was given up before it reads anything older.
 */
import { Process, type ProcessId } from '#harness';

/**
 * A register on all replicas of the cluster, as one client sees it: it reads and writes, one operation
 * at a time (Attiya, Bar-Noy and Dolev 1995). It does not crash.
 */
export class AbdRegister extends Process<Message> {
  /** The operation under way. Its end (`respond`, or when time is up) sets it back to undefined. */
  operation: Operation | undefined;
  replies = new Map<ProcessId, Versioned>();
  acks = new Set<ProcessId>();
  /** What the second phase tells the replicas. */
  told: Versioned = neverWritten;
  /** The highest counter that this client has given to a write. */
  counter = 0;
  mine: Versioned = neverWritten;

  query({ request }: Operation): void {
    this.replies.clear();
    this.broadcast({ type: 'fetch', request });
    this.setTimer('again', 10);
  }

  sayAgain(): void {
    if (this.operation === undefined) return;
    const { request } = this.operation;
    const isAsking = this.replies.size < majority(this.everyone.length);
    this.broadcast(
      isAsking ? { type: 'fetch', request } : { type: 'store', request, ...this.told },
    );
    this.setTimer('again', 10);
  }

  onFetched({ request, version, value }: Fetched, from: ProcessId): void {
    const { operation } = this;
    if (operation?.request !== request) return;
    const quorum = majority(this.everyone.length);
    if (this.replies.size >= quorum) return; // it has gone on already
    this.replies.set(from, { version, value });
    if (this.replies.size < quorum) return;

    const latest = newest([...this.replies.values()]);
    if (operation.op === 'read') this.writeBack(operation, latest);
    else {
      this.mine = { version: this.above(latest.version), value: operation.value };
      this.store(operation, this.mine);
    }
  }

  above(latest: Version): Version {
    this.counter = Math.max(this.counter, latest.counter) + 1;
    return { counter: this.counter, writer: this.id };
  }

  store({ request }: Operation, { version, value }: Versioned): void {
    this.acks.clear();
    this.told = { version, value };
    this.broadcast({ type: 'store', request, version, value });
  }

  onStored({ request }: Stored, from: ProcessId): void {
    if (this.operation?.request !== request) return;
    this.acks.add(from);
    if (this.acks.size >= majority(this.everyone.length)) this.respond(this.told.value);
  }

  writeBack(operation: Operation, latest: Versioned): void {
    const found = newest([latest, this.mine]);
    if (found.version.counter === 0) return this.respond(found.value);
    this.store(operation, found);
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
    if (timer === 'again') this.sayAgain();
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
