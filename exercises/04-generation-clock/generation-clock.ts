import { Process, type ProcessId, todo } from '#harness';

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
    todo('1', 'promise a higher generation, and reject every other');
  }

  /** TODO 2: the coordinator of a generation hands me a value. Answers with accepted or a reject. */
  onAccept(generation: number, value: unknown, from: ProcessId): void {
    todo('2', 'accept, unless I have promised a higher generation');
  }
}

/** Runs for a generation when it is told to, and leads once a majority has promised it. */
export class Coordinator extends Process<Message> {
  /** The last number that I ran with. After a restart it is what the disk remembers; 0 is none. */
  generation = this.disk.read<number>('generation') ?? 0;
  state: 'idle' | 'running' | 'leading' = 'idle';

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
    todo('3', 'take a new number, and ask all replicas to follow it');
  }

  /** TODO 4: a replica promised a generation. With a majority for mine, I lead it. */
  onPromise(generation: number, from: ProcessId): void {
    todo('4', 'count who promised my generation, and lead with a majority');
  }

  /** TODO 5: a replica rejected something, because it has promised this generation. */
  onReject(promised: number): void {
    todo('5', 'remember the highest, and step down for a higher one');
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
