// The paper to the letter. P1a asks only for promises, so accepting does not raise the promise; but an
// acceptor remembers the highest proposal that it has accepted, and not the latest. Accept requests go to
// the majority that promised. A proposer that has lost its ballot waits by its name, without chance.
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
  | { readonly type: 'accepted'; readonly ballot: Ballot; readonly value: Value };

export class Acceptor extends Process<Message> {
  respondedTo = this.disk.read<Ballot>('responded to') ?? lowest;
  /** Filled before anything is accepted: a proposal under a ballot that is none. */
  highest = this.disk.read<Proposal>('highest') ?? { ballot: lowest, value: null };

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'prepare':
        if (compare(message.ballot, this.respondedTo) <= 0) return;
        this.respondedTo = message.ballot;
        this.disk.write('responded to', this.respondedTo);
        this.disk.flush();
        this.send(from, { type: 'promise', ballot: message.ballot, accepted: this.highest });
        return;
      case 'accept': {
        const { ballot, value } = message;
        if (compare(ballot, this.respondedTo) < 0) return;
        if (compare(ballot, this.highest.ballot) > 0) this.highest = { ballot, value };
        this.disk.write('highest', this.highest);
        this.disk.flush();
        this.send(from, { type: 'accepted', ballot, value });
      }
    }
  }
}

export class Proposer extends Process<Message> {
  wanted: Value = null;
  ballot = lowest;
  attempts = 0;
  promises = new Map<ProcessId, Proposal>();
  acceptors = new Set<ProcessId>();
  state: 'idle' | 'phase 1' | 'phase 2' | 'done' = 'idle';

  propose(value: Value): void {
    this.wanted = value;
    this.phase1a();
  }

  phase1a(): void {
    const used = this.disk.read<Ballot>('used') ?? lowest;
    this.ballot = nextBallot(used, this.id);
    this.disk.write('used', this.ballot);
    this.disk.flush();
    this.state = 'phase 1';
    this.promises.clear();
    this.acceptors.clear();
    this.broadcast({ type: 'prepare', ballot: this.ballot });
    this.setTimer('attempt', 130 + 70 * Number(this.id.slice(1)) + 20 * this.attempts++);
  }

  receive(message: Message, from: ProcessId): void {
    if (
      compare(
        message.type === 'promise' || message.type === 'accepted' ? message.ballot : lowest,
        this.ballot,
      ) !== 0
    )
      return;
    if (message.type === 'promise' && this.state === 'phase 1') {
      this.promises.set(from, message.accepted as Proposal);
      if (this.promises.size === majority(this.everyone.length)) this.phase2a();
    }
    if (message.type === 'accepted' && this.state === 'phase 2') {
      this.acceptors.add(from);
      if (this.acceptors.size === majority(this.everyone.length)) {
        this.state = 'done';
        this.note(`learned ${show(message.value)}`, { learned: message.value });
      }
    }
  }

  phase2a(): void {
    this.state = 'phase 2';
    const told = [...this.promises.values()].filter(({ ballot }) => compare(ballot, lowest) > 0);
    const [highest] = told.toSorted((a, b) => compare(b.ballot, a.ballot));
    const { value } = highest ?? { value: this.wanted };
    for (const acceptor of this.promises.keys()) {
      this.send(acceptor, { type: 'accept', ballot: this.ballot, value });
    }
  }

  override timeout(): void {
    if (this.state !== 'done') this.phase1a();
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
  return a.round === b.round ? a.proposer.localeCompare(b.proposer) : a.round - b.round;
}

export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}
