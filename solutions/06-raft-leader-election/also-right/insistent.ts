/*
 * Also right: a candidate asks all again every 50 ms, and a yes again begins a new wait, too; everything is
 * answered, also with no, and the votes are a record of everybody, filled in from the start.
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

export class RaftServer extends Server {
  term = this.disk.read<number>('currentTerm') ?? 0;
  voted = this.disk.read<Record<number, ProcessId>>('voted') ?? {};
  readonly log = this.disk.read<readonly number[]>('log') ?? [];
  state: 'follower' | 'candidate' | 'leader' = 'follower';
  answers = this.noAnswers();

  override start(): void {
    this.setTimer('heartbeat', heartbeatMs);
    this.becomeFollower();
  }

  receive(message: Message, from: ProcessId): void {
    const { term } = message;
    if (term > this.term) {
      this.term = term;
      this.disk.write('currentTerm', term);
      this.disk.flush();
      this.becomeFollower();
    }
    if (message.type === 'RequestVote') {
      this.send(from, {
        type: 'RequestVoteReply',
        term: this.term,
        voteGranted: this.votes(message),
      });
    } else if (message.type === 'AppendEntries') {
      if (term === this.term) this.becomeFollower();
      this.send(from, { type: 'AppendEntriesReply', term: this.term });
    } else if (
      message.type === 'RequestVoteReply' &&
      this.state === 'candidate' &&
      term === this.term
    ) {
      this.answers[from] = message.voteGranted ? 'yes' : 'no';
      const yes = this.everyone.filter((id) => this.answers[id] === 'yes').length;
      if (yes > this.everyone.length / 2) this.becomeLeader();
    }
  }

  votes({ term, candidateId, lastLogIndex, lastLogTerm }: RequestVote): boolean {
    if (term < this.term) return false;
    const [index, last] = [this.log.length, this.log.at(-1) ?? 0];
    if (last > lastLogTerm || (last === lastLogTerm && index > lastLogIndex)) return false;
    if (this.voted[term] === undefined) this.remember(candidateId);
    const isYes = this.voted[term] === candidateId;
    if (isYes) this.resetElectionTimer();
    return isYes;
  }

  override timeout(timer: string): void {
    if (timer === 'heartbeat') {
      this.setTimer('heartbeat', heartbeatMs);
      if (this.state === 'leader') this.beat();
      if (this.state === 'candidate') this.ask();
      return;
    }
    this.state = 'candidate';
    this.term++;
    this.disk.write('currentTerm', this.term);
    this.remember(this.id);
    this.answers = { ...this.noAnswers(), [this.id]: 'yes' };
    this.resetElectionTimer();
    this.ask();
  }

  ask(): void {
    for (const id of this.peers) {
      this.send(id, {
        type: 'RequestVote',
        term: this.term,
        candidateId: this.id,
        lastLogIndex: this.log.length,
        lastLogTerm: this.log.at(-1) ?? 0,
      });
    }
  }

  becomeFollower(): void {
    this.state = 'follower';
    this.resetElectionTimer();
  }

  becomeLeader(): void {
    this.state = 'leader';
    this.cancelTimer('election');
    this.note(`leads term ${this.term}`, { leads: this.term });
    this.beat();
  }

  beat(): void {
    for (const peer of this.peers.toReversed()) {
      this.send(peer, { type: 'AppendEntries', term: this.term, leaderId: this.id });
    }
  }

  resetElectionTimer(): void {
    this.setTimer('election', 300 - Math.floor(150 * this.random()));
  }

  /** Keeps the vote of every term: they are few. */
  remember(candidate: ProcessId): void {
    this.voted = { ...this.voted, [this.term]: candidate };
    this.disk.write('voted', this.voted);
    this.disk.flush();
  }

  noAnswers(): Record<ProcessId, 'yes' | 'no' | 'none'> {
    return Object.fromEntries(this.everyone.map((id) => [id, 'none']));
  }
}
