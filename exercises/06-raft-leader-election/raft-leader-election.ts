import { Process, type ProcessId, todo } from '#harness';

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

/** A server whose disk is not empty when it starts for the first time: it has lived before. */
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

/** One of several equal servers, of which one at a time is to lead (Ongaro and Ousterhout 2014). */
export class RaftServer extends Server {
  // Persistent state: it must be on disk before anybody hears of it (see step 2).
  currentTerm = this.disk.read<number>('currentTerm') ?? 0;
  votedFor = this.disk.read<ProcessId | null>('votedFor') ?? null;
  readonly log = this.disk.read<readonly number[]>('log') ?? [];

  // Volatile state: a restart forgets it. Add what you need.
  state: 'follower' | 'candidate' | 'leader' = 'follower';

  /** The index of the last entry of my log; the first entry has index 1. */
  get lastLogIndex(): number {
    return this.log.length;
  }

  /** The term of the last entry of my log, 0 if there is none. */
  get lastLogTerm(): number {
    return this.log.at(-1) ?? 0;
  }

  /** The world calls this at boot and after every restart. */
  override start(): void {
    this.resetElectionTimer();
  }

  /** The world calls this for every message that arrives, at any time, in any order. */
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

  /** The world calls this when a timer of mine has run out. */
  override timeout(timer: string): void {
    switch (timer) {
      case 'election':
        return this.onElectionTimeout();
      case 'heartbeat':
        return this.onHeartbeatTimeout();
    }
  }

  /** TODO 1 (§5.2): starts the timer 'election', with a timeout drawn anew, in place of the old one. */
  resetElectionTimer(): void {
    todo('1', 'start the election timer, with a random timeout');
  }

  /** TODO 2 (Figure 2, persistent state): takes care that no crash takes currentTerm and votedFor. */
  persist(): void {
    todo('2', 'write currentTerm and votedFor to the disk');
  }

  /** TODO 3 (§5.2): I have heard from no leader. The next term begins, with me as a candidate. */
  onElectionTimeout(): void {
    todo('3', 'begin a term, vote for myself, and ask the others');
  }

  /** TODO 4 (§5.1): every message carries a term. A higher one than mine makes me a follower in it. */
  seeTerm(term: number): void {
    todo('4', 'take over a higher term');
  }

  /** TODO 5 (§5.4.1): whether a candidate's log is at least as up to date as mine. */
  isUpToDate({ lastLogIndex, lastLogTerm }: RequestVote): boolean {
    return todo('5', 'compare the ends of two logs');
  }

  /** TODO 6 (§5.2, §5.4.1): a candidate asks for my vote. */
  handleRequestVote(request: RequestVote, from: ProcessId): void {
    todo('6', 'answer with my vote, or with a no');
  }

  /** TODO 7 (§5.2): an answer to a request of mine, of this term or of an old one. */
  handleRequestVoteReply({ term, voteGranted }: RequestVoteReply, from: ProcessId): void {
    todo('7', 'count the votes of this term, until I have won');
  }

  /** TODO 8 (§5.2): I have won. Everybody hears of it at once, and then again and again. */
  becomeLeader(): void {
    // The tests judge by this note who leads: once for each term that is won, before all else.
    this.note(`leads term ${this.currentTerm}`, { leads: this.currentTerm });
    todo('8', 'lead, and send heartbeats');
  }

  /** TODO 8, too: the timer 'heartbeat' has run out. Do I still lead? */
  onHeartbeatTimeout(): void {
    todo('8', 'send the next heartbeats, if I still lead');
  }

  /** TODO 9 (§5.2): somebody says that it leads, now or in an old term. */
  handleAppendEntries({ term }: AppendEntries, from: ProcessId): void {
    todo('9', 'follow the leader of my term');
  }
}
