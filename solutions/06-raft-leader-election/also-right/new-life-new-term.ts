/*
 * Also right: the vote is never on the disk. Whoever comes back from a crash goes on in the next term, and
 * so cannot vote a second time in the old one. It looks at who sent a request, not at `candidateId`.
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
  votedFor: ProcessId | null = null;
  readonly log = this.disk.read<readonly number[]>('log') ?? [];
  state: 'follower' | 'candidate' | 'leader' = 'follower';
  votes = new Set<ProcessId>();

  get lastLogIndex(): number {
    return this.log.length;
  }

  get lastLogTerm(): number {
    return this.log.at(-1) ?? 0;
  }

  override start(): void {
    if (this.disk.read<boolean>('hasLived') === true) this.currentTerm += 1;
    this.disk.write('hasLived', true);
    this.persist();
    this.resetElectionTimer();
  }

  receive(message: Message, from: ProcessId): void {
    this.seeTerm(message.term);
    switch (message.type) {
      case 'RequestVote':
        return this.handleRequestVote(message, from);
      case 'RequestVoteReply':
        return this.handleRequestVoteReply(message, from);
      case 'AppendEntries':
        return this.handleAppendEntries(message, from);
      case 'AppendEntriesReply':
        return; // of this one only the term matters here
    }
  }

  override timeout(timer: string): void {
    switch (timer) {
      case 'election':
        return this.onElectionTimeout();
      case 'heartbeat':
        return this.onHeartbeatTimeout();
    }
  }

  resetElectionTimer(): void {
    const { min, max } = electionTimeoutMs;
    this.setTimer('election', Math.round(min + (max - min) * this.random()));
  }

  persist(): void {
    this.disk.write('currentTerm', this.currentTerm);
    this.disk.flush();
  }

  onElectionTimeout(): void {
    this.state = 'candidate';
    this.currentTerm += 1;
    this.votedFor = this.id;
    this.persist();
    this.votes = new Set([this.id]);
    this.resetElectionTimer();
    for (const peer of this.peers) {
      this.send(peer, {
        type: 'RequestVote',
        term: this.currentTerm,
        candidateId: this.id,
        lastLogIndex: this.lastLogIndex,
        lastLogTerm: this.lastLogTerm,
      });
    }
  }

  seeTerm(term: number): void {
    if (term <= this.currentTerm) return;
    if (this.state === 'leader') this.resetElectionTimer();
    this.state = 'follower';
    this.currentTerm = term;
    this.votedFor = null;
    this.persist();
  }

  isUpToDate({ lastLogIndex, lastLogTerm }: RequestVote): boolean {
    if (lastLogTerm !== this.lastLogTerm) return lastLogTerm > this.lastLogTerm;
    return lastLogIndex >= this.lastLogIndex;
  }

  handleRequestVote(request: RequestVote, from: ProcessId): void {
    const isFree = this.votedFor === null || this.votedFor === from;
    const voteGranted = request.term === this.currentTerm && isFree && this.isUpToDate(request);
    if (voteGranted) {
      this.votedFor = from;
      this.resetElectionTimer();
    }
    this.send(from, { type: 'RequestVoteReply', term: this.currentTerm, voteGranted });
  }

  handleRequestVoteReply({ term, voteGranted }: RequestVoteReply, from: ProcessId): void {
    if (this.state !== 'candidate' || term !== this.currentTerm || !voteGranted) return;
    this.votes.add(from);
    if (2 * this.votes.size > this.everyone.length) this.becomeLeader();
  }

  becomeLeader(): void {
    this.note(`leads term ${this.currentTerm}`, { leads: this.currentTerm });
    this.state = 'leader';
    this.cancelTimer('election');
    this.sendHeartbeats();
  }

  onHeartbeatTimeout(): void {
    if (this.state === 'leader') this.sendHeartbeats();
  }

  sendHeartbeats(): void {
    this.setTimer('heartbeat', heartbeatMs);
    for (const peer of this.peers) {
      this.send(peer, { type: 'AppendEntries', term: this.currentTerm, leaderId: this.id });
    }
  }

  handleAppendEntries({ term }: AppendEntries, from: ProcessId): void {
    if (term === this.currentTerm) {
      this.state = 'follower';
      this.resetElectionTimer();
    }
    this.send(from, { type: 'AppendEntriesReply', term: this.currentTerm });
  }
}
