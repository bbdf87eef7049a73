/*
 * Also right: everything goes to everyone, the sender included, who votes for itself and hears its own
 * heartbeats like any other; a leader's election timer goes on running.
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
  currentTerm = this.disk.read<number>('currentTerm') ?? 0;
  votedFor = this.disk.read<ProcessId | null>('votedFor') ?? null;
  readonly log = this.disk.read<readonly number[]>('log') ?? [];
  voters: readonly ProcessId[] = [];
  leader: ProcessId | undefined;

  constructor(stored?: Stored) {
    super(stored);
    if (this.disk.read('votedFor') !== undefined) return;
    this.persist();
  }

  override start(): void {
    this.resetElectionTimer();
  }

  receive(message: Message, from: ProcessId): void {
    if (message.term > this.currentTerm) {
      this.currentTerm = message.term;
      this.votedFor = null;
      this.leader = undefined;
      this.persist();
    }
    const isCurrent = message.term === this.currentTerm;
    switch (message.type) {
      case 'RequestVote': {
        const free = [null, message.candidateId].includes(this.votedFor);
        const voteGranted = isCurrent && free && this.compare(message) >= 0;
        if (voteGranted) {
          this.votedFor = message.candidateId;
          this.persist();
          this.resetElectionTimer();
        }
        this.send(from, { type: 'RequestVoteReply', term: this.currentTerm, voteGranted });
        return;
      }
      case 'RequestVoteReply':
        if (!isCurrent || !message.voteGranted || this.leader !== undefined) return;
        this.voters = [...this.voters.filter((voter) => voter !== from), from];
        if (this.voters.length * 2 <= this.everyone.length) return;
        this.leader = this.id;
        this.note(`leads term ${this.currentTerm}`, { leads: this.currentTerm });
        this.onHeartbeat();
        return;
      case 'AppendEntries':
        if (isCurrent) this.leader = message.leaderId;
        if (isCurrent) this.resetElectionTimer();
        this.send(from, { type: 'AppendEntriesReply', term: this.currentTerm });
    }
  }

  override timeout(timer: string): void {
    if (timer === 'heartbeat') return this.onHeartbeat();
    this.currentTerm += 1;
    this.votedFor = this.id;
    this.persist();
    this.voters = [];
    this.leader = undefined;
    this.resetElectionTimer();
    this.broadcast({
      type: 'RequestVote',
      term: this.currentTerm,
      candidateId: this.id,
      lastLogIndex: this.log.length,
      lastLogTerm: this.lastTerm(),
    });
  }

  onHeartbeat(): void {
    if (this.leader !== this.id) return;
    this.setTimer('heartbeat', heartbeatMs);
    this.broadcast({ type: 'AppendEntries', term: this.currentTerm, leaderId: this.id });
  }

  /** Above 0 if the candidate's log is more up to date than mine, 0 if it is as much so. */
  compare({ lastLogIndex, lastLogTerm }: RequestVote): number {
    return lastLogTerm - this.lastTerm() || lastLogIndex - this.log.length;
  }

  lastTerm(): number {
    return [0, ...this.log].at(-1) as number;
  }

  persist(): void {
    this.disk.write('currentTerm', this.currentTerm);
    this.disk.write('votedFor', this.votedFor);
    this.disk.flush();
  }

  resetElectionTimer(): void {
    const { min, max } = electionTimeoutMs;
    this.setTimer('election', min + (max - min) * this.random());
  }
}
