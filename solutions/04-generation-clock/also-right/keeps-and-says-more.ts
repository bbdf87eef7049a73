import { Process, type ProcessId } from '#harness';

/**
 * Right as well, with more of everything: it asks twice, writes as soon as it leads, counts who has
 * accepted, keeps a list of all that it heard, takes numbers that no other coordinator takes, and notes
 * what it does. There are far more states of it than of the solution.
 */
export type Message =
  | { readonly type: 'prepare'; readonly generation: number }
  | { readonly type: 'promise'; readonly generation: number }
  | { readonly type: 'accept'; readonly generation: number; readonly value: unknown }
  | { readonly type: 'accepted'; readonly generation: number; readonly value: unknown }
  | { readonly type: 'reject'; readonly generation: number; readonly promised: number };

const coordinators = ['east', 'west', 'north'];

export class Replica extends Process<Message> {
  promised = this.disk.read<number>('promised') ?? 0;

  receive(message: Message, from: ProcessId): void {
    const { type, generation } = message;
    if (type !== 'prepare' && type !== 'accept') return;
    if (generation < this.promised || (type === 'prepare' && generation === this.promised)) {
      this.note(`refuse ${generation}`, null);
      this.send(from, { type: 'reject', generation, promised: this.promised });
      return;
    }
    this.disk.write('promised', generation);
    this.disk.flush();
    this.promised = generation;
    this.note(`follow ${generation}`);
    if (type === 'prepare') this.send(from, { type: 'promise', generation });
    else this.send(from, { type: 'accepted', generation, value: message.value });
  }
}

export class Coordinator extends Process<Message> {
  number = this.disk.read<number>('number') ?? 0;
  state: 'idle' | 'running' | 'leading' = 'idle';
  heard: { readonly message: Message; readonly from: ProcessId }[] = [];
  taken = new Set<string>();

  run(): void {
    const rejects = this.heard.map(({ message }) => ('promised' in message ? message.promised : 0));
    const above = Math.max(this.number, ...rejects);
    const own = coordinators.indexOf(this.id);
    this.number = (Math.floor(above / coordinators.length) + 1) * coordinators.length + own;
    this.disk.write('number', this.number);
    this.disk.flush();
    this.state = 'running';
    this.note('runs', 'again');
    this.broadcast({ type: 'prepare', generation: this.number });
    this.broadcast({ type: 'prepare', generation: this.number });
  }

  receive(message: Message, from: ProcessId): void {
    this.heard.push({ message, from });
    if (message.type === 'accepted') this.taken.add(`${from} ${message.generation}`);
    if (message.type === 'reject' && message.promised > this.number) this.state = 'idle';
    if (message.type === 'promise' && this.state === 'running' && this.isMajority()) {
      this.state = 'leading';
      this.note(`leads ${this.number}`, { leads: this.number });
      this.write('first');
    }
  }

  isMajority(): boolean {
    const mine = this.heard.filter(({ message }) => {
      return message.type === 'promise' && message.generation === this.number;
    });
    return new Set(mine.map(({ from }) => from)).size >= majority(this.everyone.length);
  }

  write(value: unknown): void {
    if (this.state !== 'leading') return;
    this.broadcast({ type: 'accept', generation: this.number, value });
  }
}

export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}
