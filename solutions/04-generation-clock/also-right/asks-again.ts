import { Process, type ProcessId } from '#harness';

/**
 * Right as well: a journal on disk instead of one cell, and a coordinator that asks again, by a timer,
 * whoever has not promised yet. It keeps the promises of all its runs, by their number.
 */
export type Message =
  | { readonly type: 'prepare'; readonly generation: number }
  | { readonly type: 'promise'; readonly generation: number }
  | { readonly type: 'accept'; readonly generation: number; readonly value: unknown }
  | { readonly type: 'accepted'; readonly generation: number; readonly value: unknown }
  | { readonly type: 'reject'; readonly generation: number; readonly promised: number };

const askAgainMs = 30;

/** The highest number in a journal: a line each. */
function highestIn(journal: string | undefined): number {
  return Math.max(0, ...(journal ?? '').split('\n').map(Number));
}

export class Replica extends Process<Message> {
  highest = 0;

  override start(): void {
    this.highest = highestIn(this.disk.read<string>('journal'));
  }

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'prepare':
        return this.answer(message.generation > this.highest, from, message.generation, {
          type: 'promise',
          generation: message.generation,
        });
      case 'accept':
        return this.answer(message.generation >= this.highest, from, message.generation, {
          ...message,
          type: 'accepted',
        });
      default:
        return;
    }
  }

  answer(isGranted: boolean, to: ProcessId, generation: number, yes: Message): void {
    if (isGranted && generation > this.highest) {
      this.disk.append('journal', `${generation}\n`);
      this.disk.flush();
      this.highest = generation;
    }
    this.send(to, isGranted ? yes : { type: 'reject', generation, promised: this.highest });
  }
}

type Role =
  | { readonly name: 'idle' }
  | { readonly name: 'runs'; readonly generation: number }
  | { readonly name: 'leads'; readonly generation: number };

export class Coordinator extends Process<Message> {
  role: Role = { name: 'idle' };
  known = highestIn(this.disk.read<string>('journal'));
  promises: Record<number, Set<ProcessId>> = {};

  run(): void {
    this.known += 1;
    this.disk.append('journal', `${this.known}\n`);
    this.disk.flush();
    this.promises[this.known] = new Set();
    this.role = { name: 'runs', generation: this.known };
    this.timeout();
  }

  override timeout(): void {
    const { role } = this;
    if (role.name !== 'runs') return;
    const promised = this.promises[role.generation] ?? new Set();
    for (const to of this.everyone.toReversed()) {
      if (!promised.has(to)) this.send(to, { type: 'prepare', generation: role.generation });
    }
    this.setTimer('ask again', askAgainMs);
  }

  receive(message: Message, from: ProcessId): void {
    const { role } = this;
    if (message.type === 'reject') {
      if (role.name !== 'idle' && message.promised > role.generation) this.role = { name: 'idle' };
      if (message.promised > this.known) this.known = message.promised;
    }
    if (message.type === 'promise') {
      this.promises[message.generation]?.add(from);
      if (role.name !== 'runs') return;
      const votes = this.promises[role.generation]?.size ?? 0;
      if (votes <= this.everyone.length - votes) return;
      this.role = { name: 'leads', generation: role.generation };
      this.note(`now leads ${role.generation}`, { leads: role.generation });
    }
  }

  write(value: unknown): void {
    if (this.role.name !== 'leads') return;
    this.broadcast({ type: 'accept', generation: this.role.generation, value });
  }
}

export function majority(n: number): number {
  return (n - (n % 2)) / 2 + 1;
}
