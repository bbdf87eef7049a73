// Distinguished learners: the acceptors tell each other what they accept, and whoever has counted a
// majority tells the proposers that asked it. Proposers send everything again until somebody answers, wait
// twice as long after each attempt, and go on after a restart. Ballots are lists: [round, proposer].
import { Process, type ProcessId, show } from '#harness';

export type Value = string | number | boolean | null;
export type Ballot = readonly [round: number, proposer: ProcessId];

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
  | { readonly type: 'chosen'; readonly value: Value };

export class Acceptor extends Process<Message> {
  state = this.disk.read<{ promised: Ballot; accepted?: Proposal }>('state') ?? {
    promised: lowest,
  };
  readonly askers = new Set<ProcessId>();
  readonly voters = new Map<string, Set<ProcessId>>();
  chosen: { readonly value: Value } | undefined;

  receive(message: Message, from: ProcessId): void {
    if (!this.everyone.includes(from)) this.askers.add(from);
    switch (message.type) {
      case 'prepare':
        if (this.chosen !== undefined) this.send(from, { type: 'chosen', ...this.chosen });
        if (compare(message.ballot, this.state.promised) < 0) return;
        this.save({ ...this.state, promised: message.ballot });
        this.send(from, {
          type: 'promise',
          ballot: message.ballot,
          accepted: this.state.accepted,
        });
        return;
      case 'accept': {
        const { ballot, value } = message;
        if (compare(ballot, this.state.promised) < 0) return;
        this.save({ promised: ballot, accepted: { ballot, value } });
        this.broadcast({ type: 'accepted', ballot, value });
        return;
      }
      case 'accepted': {
        const key = message.ballot.join('.');
        const voters = this.voters.get(key) ?? new Set();
        this.voters.set(key, voters.add(from));
        if (voters.size < majority(this.everyone.length)) return;
        this.chosen = { value: message.value };
        for (const asker of this.askers) this.send(asker, { type: 'chosen', ...this.chosen });
      }
    }
  }

  save(state: { promised: Ballot; accepted?: Proposal }): void {
    this.state = state;
    this.disk.write('state', state);
    this.disk.flush();
  }
}

interface Diary {
  readonly ballot: Ballot;
  readonly wanted?: { readonly value: Value };
}

export class Proposer extends Process<Message> {
  diary: Diary = this.disk.read<Diary>('diary') ?? { ballot: lowest };
  promises: [ProcessId, Proposal | undefined][] = [];
  proposal: Proposal | undefined;
  isDone = true;
  patienceMs = 150;

  override start(): void {
    if (this.diary.wanted !== undefined) this.propose(this.diary.wanted.value);
  }

  propose(value: Value): void {
    this.isDone = false;
    this.keep({ ...this.diary, wanted: { value } });
    this.begin();
  }

  keep(diary: Diary): void {
    this.diary = diary;
    this.disk.write('diary', diary);
    this.disk.flush();
  }

  begin(): void {
    this.keep({ ...this.diary, ballot: nextBallot(this.diary.ballot, this.id) });
    this.promises = [];
    this.proposal = undefined;
    this.ask();
    this.patienceMs = Math.min(2 * this.patienceMs, 1_000);
    this.setTimer('begin', this.patienceMs * (0.5 + this.random()));
    this.setTimer('ask', 60);
  }

  ask(): void {
    if (this.proposal === undefined) this.broadcast({ type: 'prepare', ballot: this.diary.ballot });
    else this.broadcast({ type: 'accept', ...this.proposal });
  }

  override timeout(timer: string): void {
    if (timer === 'begin') return this.begin();
    this.ask();
    this.setTimer('ask', 60);
  }

  receive(message: Message, from: ProcessId): void {
    if (this.isDone) return;
    if (message.type === 'chosen') {
      this.isDone = true;
      this.cancelTimer('begin');
      this.cancelTimer('ask');
      this.note(`learned ${show(message.value)}`, { learned: message.value });
    }
    if (message.type !== 'promise' || this.proposal !== undefined) return;
    if (compare(message.ballot, this.diary.ballot) !== 0) return;
    if (this.promises.some(([id]) => id === from)) return;
    this.promises.push([from, message.accepted]);
    if (this.promises.length < majority(this.everyone.length)) return;
    const told = this.promises.flatMap(([, accepted]) => (accepted ? [accepted] : []));
    told.sort((a, b) => compare(a.ballot, b.ballot));
    const { value } = told.at(-1) ?? (this.diary.wanted as { value: Value });
    this.proposal = { ballot: this.diary.ballot, value };
    this.ask();
  }
}

export const retryMs = 200;

export const lowest: Ballot = [0, ''];

export function nextBallot([round]: Ballot, proposer: ProcessId): Ballot {
  return [round + 1, proposer];
}

export function compare([a, p]: Ballot, [b, q]: Ballot): number {
  if (a !== b) return a - b;
  return p === q ? 0 : p < q ? -1 : 1;
}

export function majority(n: number): number {
  return Math.ceil((n + 1) / 2);
}
