// Every proposer is a learner, and hears the acceptors directly: they tell everybody who ever asked them
// something. It learns whatever is chosen, under whose ballot ever. Acceptors keep a log on their disk.
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
      readonly accepted: Proposal | null;
    }
  | { readonly type: 'accept'; readonly ballot: Ballot; readonly value: Value }
  | { readonly type: 'accepted'; readonly ballot: Ballot; readonly value: Value };

type Entry = { readonly promised: Ballot } | { readonly accepted: Proposal };

export class Acceptor extends Process<Message> {
  promised: Ballot = lowest;
  accepted: Proposal | null = null;
  readonly learners: ProcessId[] = [];

  override start(): void {
    for (const line of (this.disk.read<string>('log') ?? '').split('\n')) {
      // A crash may have left half a line at the end; then nobody was told of it.
      if (line.endsWith('.')) this.apply(JSON.parse(line.slice(0, -1)) as Entry);
    }
  }

  apply(entry: Entry): void {
    if ('promised' in entry) this.promised = entry.promised;
    else {
      this.accepted = entry.accepted;
      this.promised = entry.accepted.ballot;
    }
  }

  log(entry: Entry): void {
    this.disk.append('log', `\n${JSON.stringify(entry)}.`);
    this.disk.flush();
    this.apply(entry);
  }

  receive(message: Message, from: ProcessId): void {
    if (!this.learners.includes(from)) this.learners.push(from);
    const order = compare(message.ballot, this.promised);
    if (message.type === 'prepare' && order > 0) {
      this.log({ promised: message.ballot });
      this.send(from, { type: 'promise', ballot: message.ballot, accepted: this.accepted });
    }
    if (message.type === 'accept' && order >= 0) {
      const { ballot, value } = message;
      this.log({ accepted: { ballot, value } });
      for (const learner of this.learners) this.send(learner, { type: 'accepted', ballot, value });
    }
  }
}

export class Proposer extends Process<Message> {
  wanted: Value = null;
  round = this.disk.read<number>('round') ?? 0;
  isAsking = false;
  promises: Record<ProcessId, Proposal | null> = {};
  /** Who has accepted which ballot, by its name. */
  votes: Record<string, ProcessId[]> = {};
  isDone = false;

  get ballot(): Ballot {
    return { round: this.round, proposer: this.id };
  }

  propose(value: Value): void {
    this.wanted = value;
    // Not at once: others may be about to do the same.
    this.setTimer('begin', this.random() * 50);
  }

  override timeout(): void {
    if (this.isDone) return;
    this.round += 1;
    this.disk.write('round', this.round);
    this.disk.flush();
    this.promises = {};
    this.isAsking = true;
    this.broadcast({ type: 'prepare', ballot: this.ballot });
    this.setTimer('begin', 200 + this.random() * 200);
  }

  receive(message: Message, from: ProcessId): void {
    if (message.type === 'promise') this.onPromise(message.ballot, message.accepted, from);
    if (message.type === 'accepted') this.onAccepted(message.ballot, message.value, from);
  }

  onPromise(ballot: Ballot, accepted: Proposal | null, from: ProcessId): void {
    if (!this.isAsking || compare(ballot, this.ballot) !== 0) return;
    this.promises[from] = accepted;
    const told = Object.values(this.promises);
    if (2 * told.length <= this.everyone.length) return;
    this.isAsking = false;
    const highest = told.reduce((best, each) => {
      if (each === null) return best;
      return best === null || compare(each.ballot, best.ballot) > 0 ? each : best;
    }, null);
    const value = highest === null ? this.wanted : highest.value;
    this.broadcast({ type: 'accept', ballot, value });
  }

  onAccepted({ round, proposer }: Ballot, value: Value, from: ProcessId): void {
    if (this.isDone) return;
    const voters = (this.votes[`${round} ${proposer}`] ??= []);
    if (voters.includes(from)) return;
    voters.push(from);
    if (2 * voters.length <= this.everyone.length) return;
    this.isDone = true;
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

/** Of two ballots of one round that of the last name is lower: any order will do. */
export function compare(a: Ballot, b: Ballot): number {
  if (a.round !== b.round) return a.round < b.round ? -1 : 1;
  if (a.proposer === b.proposer) return 0;
  return a.proposer > b.proposer ? -1 : 1;
}

export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}
