/*
 * Also right: a replica that has something newer says so, and that counts as well; whoever has not
 * replied is asked again; a read repairs those that reply late, too.
 */
import { Process, type ProcessId } from '#harness';

type Phase =
  | { readonly kind: 'asking'; readonly replies: Map<ProcessId, Versioned> }
  | { readonly kind: 'telling'; readonly what: Versioned; readonly done: Set<ProcessId> };

export class AbdRegister extends Process<Message> {
  operation: Operation | undefined;
  phase: Phase = { kind: 'asking', replies: new Map() };
  clock = 0;

  query(operation: Operation): void {
    this.phase = { kind: 'asking', replies: new Map() };
    this.sendToThoseWhoOwe(operation);
  }

  sendToThoseWhoOwe({ request }: Operation): void {
    const { phase } = this;
    for (const replica of this.everyone) {
      if (phase.kind === 'asking' && !phase.replies.has(replica)) {
        this.send(replica, { type: 'fetch', request });
      }
      if (phase.kind === 'telling' && !phase.done.has(replica)) {
        this.send(replica, { type: 'store', request, ...phase.what });
      }
    }
    this.setTimer('again', 50);
  }

  onFetched({ request, version, value }: Fetched, from: ProcessId): void {
    const { operation, phase } = this;
    this.clock = Math.max(this.clock, version.counter);
    if (operation?.request !== request) return;
    if (phase.kind === 'telling') {
      // It is late, and may be behind.
      if (isNewer(phase.what.version, version))
        this.send(from, { type: 'store', request, ...phase.what });
      return;
    }
    phase.replies.set(from, { version, value });
    if (phase.replies.size < majority(this.everyone.length)) return;
    let what = [...phase.replies.values()].toSorted((a, b) =>
      isNewer(a.version, b.version) ? -1 : 1,
    )[0];
    if (what === undefined) return;
    if (operation.op === 'write') {
      what = { version: { counter: ++this.clock, writer: this.id }, value: operation.value };
    }
    this.phase = { kind: 'telling', what, done: new Set() };
    this.sendToThoseWhoOwe(operation);
  }

  onStored({ request }: Stored | Refused, from: ProcessId): void {
    const { operation, phase } = this;
    if (operation?.request !== request || phase.kind !== 'telling') return;
    phase.done.add(from);
    if (phase.done.size >= majority(this.everyone.length)) this.respond(phase.what.value);
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
      case 'refused':
        return this.onStored(message, from);
      case 'fetch':
      case 'store':
        return; // requests, for replicas
    }
  }

  /** Time is up. Nobody knows what became of the operation: it is pending, for good. */
  override timeout(timer: string): void {
    if (timer === 'again' && this.operation !== undefined) this.sendToThoseWhoOwe(this.operation);
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
      case 'refused':
        return; // replies, for clients
    }
  }

  fetch({ request }: Fetch, from: ProcessId): void {
    this.send(from, { type: 'fetched', request, ...this.held() });
  }

  store({ request, version, value }: Store, from: ProcessId): void {
    if (isNewer(this.held().version, version)) {
      return this.send(from, { type: 'refused', request, because: this.held().version });
    }
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

export type Message = Fetch | Fetched | Store | Stored | Refused;

export interface Refused {
  readonly type: 'refused';
  readonly request: number;
  readonly because: Version;
}

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
