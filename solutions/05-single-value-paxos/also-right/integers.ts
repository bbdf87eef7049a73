// Ballots are whole numbers: p1 has 1, 11, 21 …, p2 has 2, 12, 22 … Before anything happens, fields are
// undefined. Accept requests go to those who promised, and each phase has a timer of its own.
import { Process, type ProcessId, show } from '#harness';

export type Value = string | number | boolean | null;
export type Ballot = number;

export interface Proposal {
  readonly ballot: Ballot;
  readonly value: Value;
}

export type Message =
  | { readonly type: 'prepare'; readonly ballot: Ballot }
  | { readonly type: 'promise'; readonly ballot: Ballot; readonly accepted?: Proposal }
  | { readonly type: 'accept'; readonly ballot: Ballot; readonly value: Value }
  | { readonly type: 'accepted'; readonly ballot: Ballot; readonly value: Value };

export class Acceptor extends Process<Message> {
  promised: Ballot | undefined = this.disk.read('promised');
  accepted: Proposal | undefined = this.disk.read('accepted');

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'prepare':
        if (this.promised !== undefined && message.ballot <= this.promised) return;
        this.keep('promised', (this.promised = message.ballot));
        if (this.accepted === undefined) {
          this.send(from, { type: 'promise', ballot: message.ballot });
        } else {
          this.send(from, { type: 'promise', ballot: message.ballot, accepted: this.accepted });
        }
        return;
      case 'accept': {
        const { ballot, value } = message;
        if (this.promised !== undefined && ballot < this.promised) return;
        if (ballot !== this.promised) this.keep('promised', (this.promised = ballot));
        this.keep('accepted', (this.accepted = { value, ballot }));
        this.send(from, { value, ballot, type: 'accepted' });
      }
    }
  }

  keep(key: string, value: unknown): void {
    this.disk.write(key, value);
    this.disk.flush();
  }
}

export class Proposer extends Process<Message> {
  wanted: Value = null;
  ballot: Ballot | undefined = this.disk.read('ballot');
  promises: Map<ProcessId, Proposal | undefined> | undefined;
  proposal: Proposal | undefined;
  accepted: readonly ProcessId[] = [];

  propose(value: Value): void {
    this.wanted = value;
    this.prepare();
  }

  prepare(): void {
    this.ballot = nextBallot(this.ballot ?? lowest, this.id);
    this.disk.write('ballot', this.ballot);
    this.disk.flush();
    this.promises = new Map();
    this.proposal = undefined;
    this.accepted = [];
    for (const acceptor of this.everyone) {
      this.send(acceptor, { type: 'prepare', ballot: this.ballot });
    }
    this.setTimer('promises', retryMs / 2 + this.random() * retryMs);
  }

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'promise': {
        if (message.ballot !== this.ballot || this.promises === undefined) return;
        this.promises.set(from, message.accepted);
        if (this.promises.size < majority(this.everyone.length)) return;
        let best: Proposal = { ballot: -1, value: this.wanted };
        for (const told of this.promises.values())
          if (told && told.ballot > best.ballot) best = told;
        this.proposal = { ballot: this.ballot, value: best.value };
        for (const acceptor of this.promises.keys()) {
          this.send(acceptor, { type: 'accept', ...this.proposal });
        }
        this.promises = undefined;
        this.cancelTimer('promises');
        this.setTimer('acceptances', retryMs / 2 + this.random() * retryMs);
        return;
      }
      case 'accepted':
        if (message.ballot !== this.proposal?.ballot || this.accepted.includes(from)) return;
        this.accepted = [...this.accepted, from];
        if (this.accepted.length !== majority(this.everyone.length)) return;
        this.learn(this.proposal.value);
        this.cancelTimer('acceptances');
    }
  }

  override timeout(): void {
    this.prepare();
  }

  learn(value: Value): void {
    this.note(`learned ${show(value)}`, { learned: value });
  }
}

export const retryMs = 200;

export const lowest: Ballot = 0;

/** There are at most nine proposers, and the last letter of their names tells them apart. */
export function nextBallot(above: Ballot, proposer: ProcessId): Ballot {
  return (Math.floor(above / 10) + 1) * 10 + Number(proposer.at(-1));
}

export function compare(a: Ballot, b: Ballot): number {
  return a - b;
}

export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}
