import { Process, type ProcessId } from '#harness';

/** What coordinators and replicas say to each other. Generations are whole numbers from 1 up. */
export type Message =
  | { readonly type: 'prepare'; readonly generation: number }
  | { readonly type: 'promise'; readonly generation: number }
  | { readonly type: 'accept'; readonly generation: number; readonly value: unknown }
  | { readonly type: 'accepted'; readonly generation: number; readonly value: unknown }
  | { readonly type: 'reject'; readonly generation: number; readonly promised: number };

/** Follows the coordinator with the highest generation that it has heard of. */
export class Replica extends Process<Message> {
  /** My promise: nothing below this. After a restart it is what the disk remembers; 0 is none. */
  promised = this.disk.read<number>('promised') ?? 0;

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'prepare':
        return this.onPrepare(message.generation, from);
      case 'accept':
        return this.onAccept(message.generation, message.value, from);
      default:
        return; // an answer, for coordinators
    }
  }

  /** TODO 1: a coordinator asks me to follow it. Answers with a promise or a reject. */
  onPrepare(generation: number, from: ProcessId): void {
    if (generation > this.promised) {
      this.keep(generation);
      this.send(from, { type: 'promise', generation });
    } else {
      this.send(from, { type: 'reject', generation, promised: this.promised });
    }
  }

  /** TODO 2: the coordinator of a generation hands me a value. Answers with accepted or a reject. */
  onAccept(generation: number, value: unknown, from: ProcessId): void {
    if (generation >= this.promised) {
      this.keep(generation);
      this.send(from, { type: 'accepted', generation, value });
    } else {
      this.send(from, { type: 'reject', generation, promised: this.promised });
    }
  }

  keep(generation: number): void {
    this.promised = generation;
    this.disk.write('promised', generation);
    this.disk.flush();
  }
}

/** Runs for a generation when it is told to, and leads once a majority has promised it. */
export class Coordinator extends Process<Message> {
  /** The last number that I ran with. After a restart it is what the disk remembers; 0 is none. */
  generation = this.disk.read<number>('generation') ?? 0;
  state: 'idle' | 'running' | 'leading' = 'idle';
  highest = 0;
  promises = new Set<ProcessId>();

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'promise':
        return this.onPromise(message.generation, from);
      case 'reject':
        return this.onReject(message.promised);
      default:
        return; // accepted: counting these is exercise 05
    }
  }

  /** TODO 3: run with a number that I never used, above all that I heard of. The tests call this. */
  run(): void {
    this.generation = Math.max(this.generation, this.highest) + 1;
    this.disk.write('generation', this.generation);
    this.disk.flush();
    this.promises.clear();
    this.state = 'running';
    this.broadcast({ type: 'prepare', generation: this.generation });
  }

  /** TODO 4: a replica promised a generation. With a majority for mine, I lead it. */
  onPromise(generation: number, from: ProcessId): void {
    if (this.state !== 'running' || generation !== this.generation) return;
    this.promises.add(from);
    if (this.promises.size >= majority(this.everyone.length)) this.lead();
  }

  /** TODO 5: a replica rejected something, because it has promised this generation. */
  onReject(promised: number): void {
    this.highest = Math.max(this.highest, promised);
    if (promised > this.generation) this.state = 'idle';
  }

  // ── Nothing to write below this line ───────────────────────────────────────────────────────────

  /** From here on I lead my generation. The note appears in the diagram; the tests judge by it. */
  lead(): void {
    this.state = 'leading';
    this.note(`leads ${this.generation}`, { leads: this.generation });
  }

  /** A client's request: whoever leads hands the value to all replicas. The tests call this. */
  write(value: unknown): void {
    if (this.state !== 'leading') return;
    this.broadcast({ type: 'accept', generation: this.generation, value });
  }
}

/** As in exercise 00. */
export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}
