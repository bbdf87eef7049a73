import { Process, type ProcessId, show } from '#harness';

/** What a client may want to be chosen. 0, '', false and null are values like any other. */
export type Value = string | number | boolean | null;

/** The paper's proposal: a number, here called a ballot, and a value. */
export interface Proposal {
  readonly ballot: Ballot;
  readonly value: Value;
}

/** The four messages of the paper. `accepted` in a promise is undefined if there is nothing to tell. */
export type Message =
  | { readonly type: 'prepare'; readonly ballot: Ballot }
  | {
      readonly type: 'promise';
      readonly ballot: Ballot;
      readonly accepted: Proposal | undefined;
    }
  | { readonly type: 'accept'; readonly ballot: Ballot; readonly value: Value }
  | { readonly type: 'accepted'; readonly ballot: Ballot; readonly value: Value };

/** Votes. It takes part in any ballot, but never in one below its promise. */
export class Acceptor extends Process<Message> {
  promised = this.disk.read<Ballot>('promised') ?? lowest;
  accepted = this.disk.read<Proposal>('accepted');

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'prepare':
        return this.onPrepare(message.ballot, from);
      case 'accept':
        return this.onAccept(message.ballot, message.value, from);
      default:
        return; // an answer, for proposers
    }
  }

  /** TODO 1 (phase 1b): a proposer asks for my promise, and for what I have accepted. */
  onPrepare(ballot: Ballot, from: ProcessId): void {
    if (compare(ballot, this.promised) <= 0) return;
    this.promised = ballot;
    this.save();
    this.send(from, { type: 'promise', ballot, accepted: this.accepted });
  }

  /** TODO 2 (phase 2b): a proposer asks me to accept a proposal. */
  onAccept(ballot: Ballot, value: Value, from: ProcessId): void {
    if (compare(ballot, this.promised) < 0) return;
    this.promised = ballot;
    this.accepted = { ballot, value };
    this.save();
    this.send(from, { type: 'accepted', ballot, value });
  }

  save(): void {
    this.disk.write('promised', this.promised);
    this.disk.write('accepted', this.accepted);
    this.disk.flush();
  }
}

/** Leads ballots, one after the other, until it has learned which value is chosen. */
export class Proposer extends Process<Message> {
  /** What my client wants. */
  wanted: Value = null;
  phase: 'idle' | 'prepare' | 'accept' | 'learned' = 'idle';
  /** The last ballot that I used, before a restart or after. */
  ballot = this.disk.read<Ballot>('ballot') ?? lowest;
  /** Who has answered in this phase of this ballot. */
  voices = new Set<ProcessId>();
  /** The proposal with the highest ballot that a promise told of; before that, what my client wants. */
  highest: Proposal = { ballot: lowest, value: null };

  /** A client wants this value to be chosen. The tests call this, at most once between two starts. */
  propose(value: Value): void {
    this.wanted = value;
    this.prepare();
  }

  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'promise':
        return this.onPromise(message.ballot, message.accepted, from);
      case 'accepted':
        return this.onAccepted(message.ballot, message.value, from);
      default:
        return; // a request, for acceptors
    }
  }

  /** TODO 3 (phase 1a): begin a ballot of my own, above all that I have used. */
  prepare(): void {
    this.ballot = nextBallot(this.ballot, this.id);
    this.disk.write('ballot', this.ballot);
    this.disk.flush();
    this.enter('prepare');
    this.highest = { ballot: lowest, value: this.wanted };
    this.broadcast({ type: 'prepare', ballot: this.ballot });
    this.setTimer('retry', Math.round(retryMs * (1 + this.random())));
  }

  /** Each phase counts voices of its own. */
  enter(phase: typeof this.phase): void {
    this.phase = phase;
    this.voices.clear();
  }

  /** TODO 4 (phase 2a): an acceptor has promised. A majority of promises lets me issue a proposal. */
  onPromise(ballot: Ballot, accepted: Proposal | undefined, from: ProcessId): void {
    if (this.phase !== 'prepare' || compare(ballot, this.ballot) !== 0) return;
    this.voices.add(from);
    if (accepted !== undefined && compare(accepted.ballot, this.highest.ballot) > 0) {
      this.highest = accepted;
    }
    if (this.voices.size < majority(this.everyone.length)) return;
    this.enter('accept');
    this.broadcast({ type: 'accept', ballot: this.ballot, value: this.highest.value });
  }

  /** TODO 5: an acceptor has accepted. Once a majority has accepted one ballot, its value is chosen. */
  onAccepted(ballot: Ballot, value: Value, from: ProcessId): void {
    if (this.phase !== 'accept' || compare(ballot, this.ballot) !== 0) return;
    this.voices.add(from);
    if (this.voices.size < majority(this.everyone.length)) return;
    this.enter('learned');
    this.cancelTimer('retry');
    this.learn(value);
  }

  /** TODO 6: a timer that I set has run out, and nothing is learned yet. */
  override timeout(): void {
    this.prepare();
  }

  /** Call this with the value that is chosen. The note appears in the diagram; the tests judge by it. */
  learn(value: Value): void {
    this.note(`learned ${show(value)}`, { learned: value });
  }
}

// ── Nothing to write below this line ─────────────────────────────────────────────────────────────

/** How long a proposer waits at least before it tries again, in ms. One ballot takes 40 ms here. */
export const retryMs = 200;

/** A timestamp as in exercise 01: 1.p2 in the pictures, above 1.p1 and below 2.p1. */
export interface Ballot {
  readonly round: number;
  readonly proposer: ProcessId;
}

/** Below all ballots, and never used. */
export const lowest: Ballot = { round: 0, proposer: '' };

/** A ballot above another one, which only this proposer can have. */
export function nextBallot(above: Ballot, proposer: ProcessId): Ballot {
  return { round: above.round + 1, proposer };
}

/** Below 0 if `a` is the lower ballot, above 0 if it is the higher one, 0 if they are the same. */
export function compare(a: Ballot, b: Ballot): number {
  if (a.round !== b.round) return a.round - b.round;
  if (a.proposer === b.proposer) return 0;
  return a.proposer < b.proposer ? -1 : 1;
}

/** As in exercise 00. */
export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}
