// Whatever is known to be chosen is told: by the proposer that learns it to the acceptors, and by them to all
// who ever asked. If a majority of promises tells of one ballot, its value is learned without phase 2. What
// acceptors know is on their disks only. Ballots are texts of equal length.

import { Process, type ProcessId, show } from '#harness';

export type Value = string | number | boolean | null;

export interface Proposal {
  readonly ballot: Ballot;
  readonly value: Value;
}

export type Message =
  | { readonly type: 'prepare'; readonly ballot: Ballot }
  | { readonly type: 'promise'; readonly ballot: Ballot; readonly accepted: Proposal | undefined }
  | { readonly type: 'accept'; readonly ballot: Ballot; readonly value: Value }
  | { readonly type: 'accepted'; readonly ballot: Ballot; readonly value: Value }
  | { readonly type: 'decided'; readonly value: Value };

export class Acceptor extends Process<Message> {
  readonly known = new Set<ProcessId>();

  receive(message: Message, from: ProcessId): void {
    const decided = this.disk.read<{ value: Value }>('decided');
    if (message.type === 'decided') {
      this.disk.write('decided', { value: message.value });
      this.disk.flush();
      for (const p of this.known) this.send(p, { type: 'decided', value: message.value });
      return;
    }
    this.known.add(from);
    if (decided) {
      this.send(from, { type: 'decided', value: decided.value });
      return;
    }
    const promised = this.disk.read<Ballot>('promised') ?? lowest;
    const accepted = this.disk.read<Proposal>('accepted');
    if (message.type === 'prepare' && compare(message.ballot, promised) >= 0) {
      this.disk.write('promised', message.ballot);
      this.disk.flush();
      this.send(from, { type: 'promise', ballot: message.ballot, accepted });
    }
    if (message.type === 'accept' && compare(message.ballot, promised) >= 0) {
      const { ballot, value } = message;
      this.disk.write('promised', ballot);
      this.disk.write('accepted', { ballot, value });
      this.disk.flush();
      for (const p of this.known) this.send(p, { type: 'accepted', ballot, value });
    }
  }
}

type State =
  | { readonly is: 'idle' }
  | {
      readonly is: 'preparing';
      readonly promises: readonly {
        readonly from: ProcessId;
        readonly accepted: Proposal | undefined;
      }[];
    }
  | { readonly is: 'issued'; readonly value: Value }
  | { readonly is: 'done' };

export class Proposer extends Process<Message> {
  wanted: Value = null;
  used: Ballot = this.disk.read<Ballot>('used') ?? lowest;
  state: State = { is: 'idle' };
  tally: readonly { readonly ballot: Ballot; readonly value: Value; readonly from: ProcessId }[] =
    [];

  propose(value: Value): void {
    if (this.state.is === 'done') return;
    this.wanted = value;
    this.prepare();
  }

  prepare(): void {
    this.used = nextBallot(this.used, this.id);
    this.disk.write('used', this.used);
    this.disk.flush();
    this.state = { is: 'preparing', promises: [] };
    this.broadcast({ type: 'prepare', ballot: this.used });
    this.setTimer(`ballot ${this.used}`, Math.ceil(retryMs * (1 + 0.5 * this.random())));
  }

  receive(message: Message, from: ProcessId): void {
    if (this.state.is === 'done') return;
    if (message.type === 'decided') return this.decide(message.value);
    if (message.type === 'accepted') return this.count(message.ballot, message.value, from);
    if (message.type !== 'promise' || this.state.is !== 'preparing' || message.ballot !== this.used)
      return;
    const { accepted } = message;
    if (this.state.promises.some((p) => p.from === from)) return;
    const promises = [...this.state.promises, { from, accepted }];
    this.state = { is: 'preparing', promises };
    if (promises.length * 2 <= this.everyone.length) return;
    const best = promises
      .map((p) => p.accepted)
      .reduce(
        (a, b) => (a === undefined || (b !== undefined && compare(b.ballot, a.ballot) > 0) ? b : a),
        undefined,
      );
    if (
      best &&
      promises.filter((p) => p.accepted?.ballot === best.ballot).length * 2 > this.everyone.length
    ) {
      return this.decide(best.value);
    }
    const value = best ? best.value : this.wanted;
    this.state = { is: 'issued', value };
    this.broadcast({ type: 'accept', ballot: this.used, value });
  }

  count(ballot: Ballot, value: Value, from: ProcessId): void {
    if (this.tally.some((v) => v.ballot === ballot && v.from === from)) return;
    this.tally = [...this.tally, { ballot, value, from }];
    if (this.tally.filter((v) => v.ballot === ballot).length * 2 > this.everyone.length)
      this.decide(value);
  }

  decide(value: Value): void {
    this.state = { is: 'done' };
    this.cancelTimer(`ballot ${this.used}`);
    this.learn(value);
    this.broadcast({ type: 'decided', value });
  }

  override timeout(name: string): void {
    if (name === `ballot ${this.used}` && this.state.is !== 'done' && this.state.is !== 'idle')
      this.prepare();
  }

  learn(value: Value): void {
    this.note(`learned ${show(value)}`, { learned: value });
  }
}

export const retryMs = 200;

export type Ballot = string;

export const lowest: Ballot = '000000.';

export function nextBallot(above: Ballot, proposer: ProcessId): Ballot {
  return `${String(Number(above.split('.')[0]) + 1).padStart(6, '0')}.${proposer}`;
}

export function compare(a: Ballot, b: Ballot): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}
