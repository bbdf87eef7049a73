// A proposer gives no ballot up: it keeps a record of each, and issues under an old one, too, if the missing
// promise comes late. If a majority of promises tells of one ballot, it learns the value without phase 2.
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
  | { readonly type: 'news'; readonly value: Value };

export class Acceptor extends Process<Message> {
  promised: Ballot = lowest;
  accepted: Proposal[] = [];

  override start(): void {
    this.promised = this.disk.read<Ballot>('promised') ?? lowest;
    this.accepted = [...(this.disk.read<Proposal[]>('accepted') ?? [])];
  }

  receive(message: Message, from: ProcessId): void {
    if (message.type !== 'prepare' && message.type !== 'accept') return;
    if (compare(message.ballot, this.promised) < 0) return;
    this.promised = message.ballot;
    if (message.type === 'accept') {
      const { ballot, value } = message;
      // It never accepts anything lower after this, so the last one is the highest.
      this.accepted.push({ ballot, value });
      this.disk.write('accepted', this.accepted);
    }
    this.disk.write('promised', this.promised);
    this.disk.flush();
    if (message.type === 'accept') this.send(from, { ...message, type: 'accepted' });
    else this.send(from, { ...message, type: 'promise', accepted: this.accepted.at(-1) });
  }
}

interface Record {
  readonly promises: { readonly from: ProcessId; readonly told: Proposal | undefined }[];
  readonly votes: ProcessId[];
  issued: boolean;
}

export class Proposer extends Process<Message> {
  wanted: Value | undefined;
  readonly records = new Map<number, Record>();
  hasLearned = false;

  propose(value: Value): void {
    this.wanted = value;
    this.begin();
  }

  begin(): void {
    const round = (this.disk.read<number>('round') ?? 0) + 1;
    this.disk.write('round', round);
    this.disk.flush();
    this.records.set(round, { promises: [], votes: [], issued: false });
    this.broadcast({ type: 'prepare', ballot: { proposer: this.id, round } });
    this.setTimer('begin', 160 + Math.floor(this.random() * 200));
  }

  override timeout(): void {
    if (!this.hasLearned) this.begin();
  }

  receive(message: Message, from: ProcessId): void {
    if (message.type === 'news') return;
    // Only records of this life: what was begun before a restart is lost.
    const record = this.records.get(message.ballot.round);
    if (record === undefined || this.hasLearned) return;
    if (message.type === 'accepted') {
      if (!record.votes.includes(from)) record.votes.push(from);
      if (2 * record.votes.length > this.everyone.length) this.learn(message.value);
    }
    if (message.type === 'promise') this.onPromise(message.ballot, message.accepted, from, record);
  }

  onPromise(ballot: Ballot, told: Proposal | undefined, from: ProcessId, record: Record): void {
    const { promises } = record;
    if (record.issued || promises.some((each) => each.from === from)) return;
    promises.push({ from, told });
    if (2 * promises.length <= this.everyone.length) return;
    record.issued = true;
    let value = this.wanted as Value;
    let highest = lowest;
    for (const each of promises) {
      if (each.told === undefined || compare(each.told.ballot, highest) < 0) continue;
      ({ ballot: highest, value } = each.told);
    }
    const all = promises.every(({ told: one }) => one && compare(one.ballot, highest) === 0);
    if (all) this.learn(value);
    else this.broadcast({ type: 'accept', ballot, value });
  }

  learn(value: Value): void {
    this.hasLearned = true;
    this.note(`learned ${show(value)}`, { learned: value });
    this.broadcast({ type: 'news', value });
  }
}

export const retryMs = 200;

export interface Ballot {
  readonly proposer: ProcessId;
  readonly round: number;
}

export const lowest: Ballot = { proposer: '', round: -1 };

export function nextBallot({ round }: Ballot, proposer: ProcessId): Ballot {
  return { proposer, round: round + 1 };
}

export function compare(a: Ballot, b: Ballot): number {
  return a.round - b.round || (a.proposer < b.proposer ? -1 : Number(a.proposer > b.proposer));
}

export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}
