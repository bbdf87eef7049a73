/*
 * Also right: a role is one object, and the disk is written just before a message leaves, if there is
 * anything new to write.
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

type Role =
  | { readonly is: 'follower'; readonly votedFor: ProcessId | null }
  | { readonly is: 'candidate'; readonly votes: readonly ProcessId[] }
  | { readonly is: 'leader' };

export class RaftServer extends Server {
  term = this.disk.read<number>('currentTerm') ?? 0;
  role: Role = { is: 'follower', votedFor: this.disk.read<ProcessId | null>('votedFor') ?? null };
  readonly log = this.disk.read<readonly number[]>('log') ?? [];

  override start(): void {
    this.startTimer();
  }

  override timeout(timer: string): void {
    if (timer === 'heartbeat' && this.role.is === 'leader') this.lead();
    if (timer === 'election') this.campaign();
  }

  receive(message: Message, from: ProcessId): void {
    if (message.term > this.term) {
      if (this.role.is === 'leader') this.startTimer();
      this.term = message.term;
      this.role = { is: 'follower', votedFor: null };
    }
    if (message.term < this.term) return this.correct(message, from);
    switch (message.type) {
      case 'RequestVote':
        return this.consider(message, from);
      case 'RequestVoteReply': {
        const { role } = this;
        if (role.is !== 'candidate' || !message.voteGranted || role.votes.includes(from)) return;
        const votes = [...role.votes, from];
        this.role = { is: 'candidate', votes };
        if (votes.length > this.everyone.length / 2) this.win();
        return;
      }
      case 'AppendEntries':
        // Whom it voted for, itself perhaps, it must not forget.
        if (this.role.is === 'candidate') this.role = { is: 'follower', votedFor: this.id };
        this.startTimer();
        this.say(from, { type: 'AppendEntriesReply', term: this.term });
    }
  }

  /** Somebody speaks of a term that is over. */
  correct({ type }: Message, to: ProcessId): void {
    if (type === 'RequestVote') {
      this.say(to, { type: 'RequestVoteReply', term: this.term, voteGranted: false });
    } else if (type === 'AppendEntries') {
      this.say(to, { type: 'AppendEntriesReply', term: this.term });
    }
  }

  consider({ candidateId, lastLogIndex, lastLogTerm }: RequestVote, from: ProcessId): void {
    const mine = this.log.at(-1) ?? 0;
    const isBehind = lastLogTerm === mine ? lastLogIndex < this.log.length : lastLogTerm < mine;
    const { role } = this;
    const voteGranted =
      role.is === 'follower' && [null, candidateId].includes(role.votedFor) && !isBehind;
    if (voteGranted) {
      this.role = { is: 'follower', votedFor: candidateId };
      this.startTimer();
    }
    this.say(from, { type: 'RequestVoteReply', term: this.term, voteGranted });
  }

  campaign(): void {
    this.term += 1;
    this.role = { is: 'candidate', votes: [this.id] };
    this.startTimer();
    const [lastLogIndex, lastLogTerm] = [this.log.length, this.log.at(-1) ?? 0];
    for (const peer of this.peers) {
      const candidateId = this.id;
      this.say(peer, {
        type: 'RequestVote',
        term: this.term,
        candidateId,
        lastLogIndex,
        lastLogTerm,
      });
    }
  }

  win(): void {
    this.role = { is: 'leader' };
    this.note(`leads term ${this.term}`, { leads: this.term });
    this.cancelTimer('election');
    this.lead();
  }

  lead(): void {
    for (const peer of this.peers) {
      this.say(peer, { type: 'AppendEntries', term: this.term, leaderId: this.id });
    }
    this.setTimer('heartbeat', heartbeatMs);
  }

  /** What others hear is on disk before. */
  say(to: ProcessId, message: Message): void {
    const votedFor = this.role.is === 'follower' ? this.role.votedFor : this.id;
    const isKept =
      this.disk.read('currentTerm') === this.term &&
      (this.disk.read('votedFor') ?? null) === votedFor;
    if (!isKept) {
      this.disk.write('currentTerm', this.term);
      this.disk.write('votedFor', votedFor);
      this.disk.flush();
    }
    this.send(to, message);
  }

  startTimer(): void {
    const { min, max } = electionTimeoutMs;
    this.setTimer('election', Math.floor(min + (max - min) * this.random()));
  }
}
