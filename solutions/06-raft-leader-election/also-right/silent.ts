/*
 * Also right: it says nothing instead of no, counts in a Map, keeps term and vote under one key, and waits
 * anew whenever it hears of a higher term.
 */
import { Process, type ProcessId } from '#harness';

// ── Given: what servers say to each other, and what is on their disks ────────────────────────────

/** A candidate asks for a vote. `lastLogIndex` and `lastLogTerm` say where its log ends. */
export interface RequestVote {
  readonly type: 'RequestVote';
  readonly term: number;
  readonly candidateId: ProcessId;
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
}

export interface RequestVoteReply {
  readonly type: 'RequestVoteReply';
  readonly term: number;
  readonly voteGranted: boolean;
}

/** A heartbeat: in Raft this message brings entries for the log, too; here it never does. */
export interface AppendEntries {
  readonly type: 'AppendEntries';
  readonly term: number;
  readonly leaderId: ProcessId;
}

export interface AppendEntriesReply {
  readonly type: 'AppendEntriesReply';
  readonly term: number;
}

export type Message = RequestVote | RequestVoteReply | AppendEntries | AppendEntriesReply;

/** How long an election timer may run, in ms of the server's own clock (§5.2). */
export const electionTimeoutMs = { min: 150, max: 300 } as const;
/** How long a leader waits between two heartbeats, in ms: several fit into any election timeout. */
export const heartbeatMs = 50;

/** What earlier leaders have left on a server's disk: of each entry of the log, its term. */
export interface Stored {
  readonly currentTerm: number;
  readonly log: readonly number[];
}

/** A server whose disk is not empty when it starts for the first time. */
export abstract class Server extends Process<Message> {
  constructor({ currentTerm, log }: Stored = { currentTerm: 0, log: [] }) {
    super();
    if (this.disk.read('log') !== undefined) return;
    this.disk.write('currentTerm', currentTerm);
    this.disk.write('log', log);
    this.disk.flush();
  }
}

// ── Yours: the election ──────────────────────────────────────────────────────────────────────────

interface Kept {
  readonly term: number;
  readonly vote: ProcessId | '';
}

export class RaftServer extends Server {
  kept: Kept = this.disk.read<Kept>('kept') ?? {
    term: this.disk.read<number>('currentTerm') ?? 0,
    vote: '',
  };
  readonly log = this.disk.read<readonly number[]>('log') ?? [];
  leads = false;
  /** For each term, who has voted for me. */
  votes = new Map<number, ProcessId[]>();

  override start(): void {
    this.wait();
  }

  receive(message: Message, from: ProcessId): void {
    if (message.term < this.kept.term) return;
    if (message.term > this.kept.term) {
      this.keep({ term: message.term, vote: '' });
      this.leads = false;
      this.votes.clear();
      this.wait();
    }
    switch (message.type) {
      case 'RequestVote':
        return this.vote(message, from);
      case 'RequestVoteReply':
        return this.count(message, from);
      case 'AppendEntries':
        return this.wait();
      case 'AppendEntriesReply':
        return;
    }
  }

  override timeout(timer: string): void {
    if (timer === 'heartbeat') {
      if (this.leads) this.beat();
      return;
    }
    const term = this.kept.term + 1;
    this.keep({ term, vote: this.id });
    this.votes.clear();
    this.votes.set(term, [this.id]);
    this.tell({
      type: 'RequestVote',
      term,
      candidateId: this.id,
      lastLogIndex: this.log.length,
      lastLogTerm: this.log[this.log.length - 1] ?? 0,
    });
    this.wait();
  }

  vote({ term, candidateId, lastLogIndex, lastLogTerm }: RequestVote, from: ProcessId): void {
    const mine = this.log[this.log.length - 1] ?? 0;
    const isBehind = lastLogTerm < mine || (lastLogTerm === mine && lastLogIndex < this.log.length);
    if (isBehind || (this.kept.vote !== '' && this.kept.vote !== candidateId)) return;
    if (this.kept.vote === '') this.keep({ term, vote: candidateId });
    this.wait();
    this.send(from, { type: 'RequestVoteReply', term, voteGranted: true });
  }

  count({ term, voteGranted }: RequestVoteReply, from: ProcessId): void {
    const voters = this.votes.get(term);
    if (!voteGranted || this.leads || voters === undefined || voters.includes(from)) return;
    voters.push(from);
    if (voters.length < Math.floor(this.everyone.length / 2) + 1) return;
    this.leads = true;
    this.note(`leads term ${term}`, { leads: term });
    this.cancelTimer('election');
    this.beat();
  }

  beat(): void {
    this.tell({ type: 'AppendEntries', term: this.kept.term, leaderId: this.id });
    this.setTimer('heartbeat', heartbeatMs);
  }

  wait(): void {
    const { min, max } = electionTimeoutMs;
    this.setTimer('election', min + Math.floor((max - min + 1) * this.random()));
  }

  keep(kept: Kept): void {
    this.kept = kept;
    this.disk.write('kept', kept);
    this.disk.flush();
  }

  tell(message: Message): void {
    for (const peer of this.peers) this.send(peer, message);
  }
}
