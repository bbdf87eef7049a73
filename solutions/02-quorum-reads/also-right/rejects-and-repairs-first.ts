/*
 * Also right: a replica that has something newer says so instead of acknowledging; a read repairs those
 * that it heard, and waits for them, before it responds; replies are sorted; the last replica is asked
 * first.
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
  return order(a, b) > 0;
}

function order(a: Version, b: Version): number {
  return (
    Math.sign(a.counter - b.counter) || (a.writer > b.writer ? 1 : a.writer < b.writer ? -1 : 0)
  );
}

export function newest(replies: readonly Versioned[]): Versioned {
  return replies.toSorted((a, b) => order(a.version, b.version)).at(-1) as Versioned;
}

export class Replica extends Process<Message> {
  receive(message: Message, from: ProcessId): void {
    if (message.type === 'fetch') this.fetch(message, from);
    if (message.type === 'store') this.store(message, from);
  }

  fetch({ request, key }: Fetch, from: ProcessId): void {
    const cell = this.disk.read<[Value, Version]>(`cell ${key}`);
    const [value, version] = cell ?? [neverWritten.value, neverWritten.version];
    this.send(from, { type: 'fetched', request, key, version, value });
  }

  store({ request, key, version, value }: Store, from: ProcessId): void {
    const cell = this.disk.read<[Value, Version]>(`cell ${key}`);
    if (cell !== undefined && order(cell[1], version) > 0) {
      this.send(from, { type: 'rejected', request, key, because: cell[1] });
      return;
    }
    this.disk.write(`cell ${key}`, [value, version]);
    this.disk.flush();
    this.send(from, { type: 'stored', request, key });
  }
}

export class Client extends Process<Message> {
  operation: Operation | undefined;
  phase: 'asking' | 'telling' = 'asking';
  heard: { from: ProcessId; found: Versioned }[] = [];
  waitingFor: ProcessId[] = [];
  found: Value = null;
  highest = 0;

  query({ request, key, quorum }: Operation): void {
    this.phase = 'asking';
    this.heard = [];
    for (const replica of quorum.replicas.toReversed()) {
      this.send(replica, { type: 'fetch', request, key });
    }
  }

  onFetched({ request, version, value }: Fetched, from: ProcessId): void {
    const operation = this.operation;
    if (operation === undefined || operation.request !== request) return;
    if (this.phase === 'telling' || this.heard.some((each) => each.from === from)) return;
    this.heard.push({ from, found: { version, value } });
    if (this.heard.length < operation.quorum.R) return;
    this.phase = 'telling';
    const latest = newest(this.heard.map(({ found }) => found));
    if (operation.op === 'read') {
      this.found = latest.value;
      const stale = this.heard.filter(({ found }) => order(found.version, latest.version) < 0);
      this.tell(
        operation,
        latest,
        stale.map((each) => each.from),
        stale.length,
      );
    } else {
      this.highest = 1 + Math.max(this.highest, latest.version.counter);
      const mine = { version: { counter: this.highest, writer: this.id }, value: operation.value };
      this.tell(operation, mine, operation.quorum.replicas, operation.quorum.W);
    }
  }

  missing = 0;

  tell(
    { request, key }: Operation,
    { version, value }: Versioned,
    replicas: readonly ProcessId[],
    enough: number,
  ): void {
    this.waitingFor = [...replicas];
    this.missing = enough;
    for (const to of replicas) this.send(to, { type: 'store', request, key, version, value });
    this.endIfEnough();
  }

  onStored({ request }: Stored | Rejected, from: ProcessId): void {
    if (this.operation?.request !== request || this.phase === 'asking') return;
    const place = this.waitingFor.indexOf(from);
    if (place < 0) return;
    this.waitingFor.splice(place, 1);
    this.missing -= 1;
    this.endIfEnough();
  }

  endIfEnough(): void {
    if (this.missing > 0 || this.operation === undefined) return;
    if (this.operation.op === 'read') this.respond(this.found);
    else this.respond();
  }

  onTimeout({ op }: Operation): void {
    // Nothing was sent that could take effect, so this one is certain.
    this.giveUp(op === 'read' || this.phase === 'asking' ? 'failed' : 'pending');
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
      case 'rejected':
        return this.onStored(message, from);
      case 'fetch':
      case 'store':
        return; // requests, for replicas
    }
  }

  override timeout(timer: string): void {
    if (timer === 'operation' && this.operation !== undefined) this.onTimeout(this.operation);
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

export type Message = Fetch | Fetched | Store | Stored | Rejected;

export interface Rejected {
  readonly type: 'rejected';
  readonly request: number;
  readonly key: string;
  readonly because: Version;
}

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
