/*
 * Also right: the write-back goes only to those that are behind, counts those that agreed, and is skipped
 * when a whole majority agrees; it notes that. No Map and no Set.
 */
import { Process, type ProcessId } from '#harness';

export class AbdRegister extends Process<Message> {
  operation: Operation | undefined;
  heard: { readonly from: ProcessId; readonly found: Versioned }[] = [];
  /** Who has what is to be returned, or something newer; undefined while it is not known. */
  holders: ProcessId[] | undefined;
  result: Value = null;
  used = 0;

  query({ request }: Operation): void {
    this.heard = [];
    this.holders = undefined;
    for (const replica of this.everyone.toReversed())
      this.send(replica, { type: 'fetch', request });
  }

  onFetched({ request, version, value }: Fetched, from: ProcessId): void {
    const operation = this.operation;
    if (operation === undefined || operation.request !== request) return;
    if (this.holders !== undefined || this.heard.some((each) => each.from === from)) return;
    this.heard = [...this.heard, { from, found: { version, value } }];
    if (!this.isMajority(this.heard.length)) return;
    const latest = newest(this.heard.map(({ found }) => found));
    if (operation.op === 'read') this.writeBack(operation, latest);
    else {
      const mine = { version: this.above(latest.version), value: operation.value };
      this.holders = [];
      this.tell(operation, mine, this.everyone);
    }
  }

  above(latest: Version): Version {
    this.used = 1 + (latest.counter > this.used ? latest.counter : this.used);
    return { counter: this.used, writer: this.id };
  }

  writeBack(operation: Operation, latest: Versioned): void {
    const agree = this.heard.filter(({ found }) => !isNewer(latest.version, found.version));
    this.holders = agree.map(({ from }) => from);
    const holders = this.holders;
    if (this.isMajority(holders.length)) {
      this.note('skips the second phase', 'responded');
      return this.respond(latest.value);
    }
    this.tell(
      operation,
      latest,
      this.everyone.filter((id) => !holders.includes(id)),
    );
  }

  tell(
    { request }: Operation,
    { version, value }: Versioned,
    replicas: readonly ProcessId[],
  ): void {
    this.result = value;
    for (const replica of replicas) this.send(replica, { type: 'store', request, version, value });
  }

  onStored({ request }: Stored, from: ProcessId): void {
    if (this.operation?.request !== request || this.holders === undefined) return;
    if (this.holders.includes(from)) return;
    this.holders.push(from);
    if (this.isMajority(this.holders.length)) this.respond(this.result);
  }

  isMajority(count: number): boolean {
    return 2 * count > this.everyone.length;
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
