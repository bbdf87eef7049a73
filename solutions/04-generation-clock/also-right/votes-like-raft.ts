import { Process, type ProcessId } from '#harness';

/**
 * Right as well: a replica remembers to whom it promised, as Raft's votedFor does, and promises that
 * one again when it asks again. Numbers grow in steps of ten. Whether a coordinator leads is not kept,
 * but worked out.
 */
export type Message =
  | { readonly type: 'prepare'; readonly generation: number }
  | { readonly type: 'promise'; readonly generation: number }
  | { readonly type: 'accept'; readonly generation: number; readonly value: unknown }
  | { readonly type: 'accepted'; readonly generation: number; readonly value: unknown }
  | { readonly type: 'reject'; readonly generation: number; readonly promised: number };

interface Vote {
  readonly term: number;
  readonly votedFor: ProcessId;
}

export class Replica extends Process<Message> {
  receive(message: Message, from: ProcessId): void {
    const { generation } = message;
    const vote = this.disk.read<Vote>('vote') ?? { term: 0, votedFor: '' };
    const isNewer = generation > vote.term;
    const isMine = generation === vote.term && from === vote.votedFor;
    if (message.type !== 'prepare' && message.type !== 'accept') return;
    if (!isNewer && !isMine) {
      this.send(from, { type: 'reject', generation, promised: vote.term });
      return;
    }
    if (isNewer) {
      this.disk.write('vote', { term: generation, votedFor: from });
      this.disk.flush();
    }
    if (message.type === 'prepare') this.send(from, { type: 'promise', generation });
    else this.send(from, { type: 'accepted', generation, value: message.value });
  }
}

export class Coordinator extends Process<Message> {
  term = this.disk.read<number>('term') ?? 0;
  voters: ProcessId[] | undefined;
  seen = 0;

  receive(message: Message, from: ProcessId): void {
    if (message.type === 'promise' && message.generation === this.term) this.hear(from);
    if (message.type === 'reject' && message.promised > this.seen) this.seen = message.promised;
  }

  hear(from: ProcessId): void {
    if (this.voters === undefined || this.voters.includes(from)) return;
    const led = this.leads();
    this.voters.push(from);
    if (this.leads() && !led) this.note('leads', { leads: this.term });
  }

  leads(): boolean {
    const votes = this.voters?.length ?? 0;
    return 2 * votes > this.everyone.length && this.seen <= this.term;
  }

  run(): void {
    while (this.term <= this.seen) this.term += 10;
    if (this.voters !== undefined) this.term += 10;
    this.term += 10;
    this.disk.write('term', this.term);
    this.disk.flush();
    this.voters = [];
    for (const to of this.everyone) this.send(to, { type: 'prepare', generation: this.term });
  }

  write(value: unknown): void {
    if (!this.leads()) return;
    for (const to of this.everyone) {
      this.send(to, { type: 'accept', generation: this.term, value });
    }
  }
}

export function majority(n: number): number {
  return Math.ceil((n + 1) / 2);
}
