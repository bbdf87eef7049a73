// Acceptors say no instead of keeping silent, and proposers jump above what stands in their way. An
// acceptor promises its own promise again: with ballots that nobody shares, it makes no difference.
import { Process, type ProcessId, show } from '#harness';

export type Value = string | number | boolean | null;

export interface Proposal {
  readonly ballot: Ballot;
  readonly value: Value;
}

export type Message =
  | { readonly type: 'prepare'; readonly ballot: Ballot }
  | {
      readonly type: 'promise';
      readonly ballot: Ballot;
      readonly accepted: Proposal | undefined;
    }
  | { readonly type: 'accept'; readonly ballot: Ballot; readonly value: Value }
  | { readonly type: 'accepted'; readonly ballot: Ballot; readonly value: Value }
  | { readonly type: 'reject'; readonly ballot: Ballot; readonly promised: Ballot };

interface Votes {
  readonly promised: Ballot;
  readonly accepted: Proposal | undefined;
}

export class Acceptor extends Process<Message> {
  get votes(): Votes {
    return this.disk.read<Votes>('votes') ?? { promised: lowest, accepted: undefined };
  }

  set votes(votes: Votes) {
    this.disk.write('votes', votes);
    this.disk.flush();
  }

  receive(message: Message, from: ProcessId): void {
    if (message.type !== 'prepare' && message.type !== 'accept') return;
    const { promised, accepted } = this.votes;
    const { ballot } = message;
    if (compare(ballot, promised) < 0) {
      this.send(from, { type: 'reject', ballot, promised });
    } else if (message.type === 'prepare') {
      this.votes = { promised: ballot, accepted };
      this.send(from, { type: 'promise', ballot, accepted });
    } else {
      const { value } = message;
      this.votes = { promised: ballot, accepted: { ballot, value } };
      this.send(from, { type: 'accepted', ballot, value });
    }
  }
}

/** One attempt: everything that a proposer forgets when it begins the next one. */
interface Attempt {
  readonly ballot: Ballot;
  readonly promises: Map<ProcessId, Proposal | undefined>;
  readonly acceptors: Set<ProcessId>;
  issued: boolean;
}

export class Proposer extends Process<Message> {
  wanted: Value = null;
  above: Ballot = this.disk.read<Ballot>('above') ?? lowest;
  attempt: Attempt | undefined;

  propose(value: Value): void {
    this.wanted = value;
    this.begin();
  }

  begin(): void {
    const ballot = nextBallot(this.above, this.id);
    this.above = ballot;
    this.disk.write('above', ballot);
    this.disk.flush();
    this.attempt = { ballot, promises: new Map(), acceptors: new Set(), issued: false };
    this.broadcast({ type: 'prepare', ballot });
    this.setTimer('give up', 300);
  }

  receive(message: Message, from: ProcessId): void {
    const { attempt } = this;
    if (attempt === undefined || compare(message.ballot, attempt.ballot) !== 0) return;
    const { ballot, promises, acceptors } = attempt;
    switch (message.type) {
      case 'promise': {
        promises.set(from, message.accepted);
        if (attempt.issued || 2 * promises.size <= this.everyone.length) return;
        attempt.issued = true;
        const told = [...promises.values()].filter((each) => each !== undefined);
        const best = told.toSorted((a, b) => compare(b.ballot, a.ballot))[0];
        const value = best === undefined ? this.wanted : best.value;
        this.broadcast({ type: 'accept', ballot, value });
        return;
      }
      case 'accepted':
        acceptors.add(from);
        if (2 * acceptors.size <= this.everyone.length) return;
        this.attempt = undefined;
        this.cancelTimer('give up');
        this.learn(message.value);
        return;
      case 'reject':
        if (compare(message.promised, this.above) > 0) this.above = message.promised;
        this.attempt = undefined;
        this.setTimer('give up', this.random() * 150);
    }
  }

  override timeout(): void {
    this.begin();
  }

  learn(value: Value): void {
    this.note(`learned ${show(value)}`, { learned: value });
  }
}

export const retryMs = 200;

export interface Ballot {
  readonly round: number;
  readonly proposer: ProcessId;
}

export const lowest: Ballot = { round: 0, proposer: '' };

export function nextBallot(above: Ballot, proposer: ProcessId): Ballot {
  return { round: above.round + 1, proposer };
}

export function compare(a: Ballot, b: Ballot): number {
  return a.round - b.round || Number(a.proposer > b.proposer) - Number(a.proposer < b.proposer);
}

export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}
