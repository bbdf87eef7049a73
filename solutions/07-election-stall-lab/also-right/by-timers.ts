/*
 * Also right: a timer says how long the leader counts as alive, one Map counts by question, and each
 * heartbeat looks how long ago a majority has answered.
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
  /** The leader itself wants the candidate to take over. */
  readonly isTransfer: boolean;
}

export interface RequestVoteReply {
  readonly type: 'RequestVoteReply';
  readonly term: number;
  readonly voteGranted: boolean;
}

/** Would I get your vote in `nextTerm`? That term has not begun, and may never begin. */
export interface PreVote {
  readonly type: 'PreVote';
  readonly nextTerm: number;
  readonly candidateId: ProcessId;
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
}

/** `term` is the term of whoever answers, `nextTerm` the one that it was asked for. */
export interface PreVoteReply {
  readonly type: 'PreVoteReply';
  readonly term: number;
  readonly nextTerm: number;
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

/** The leader to a follower: take over, now. */
export interface TimeoutNow {
  readonly type: 'TimeoutNow';
  readonly term: number;
}

export type Message =
  | RequestVote
  | RequestVoteReply
  | PreVote
  | PreVoteReply
  | AppendEntries
  | AppendEntriesReply
  | TimeoutNow;

/** How long a leader waits between two heartbeats, in ms: several fit into any election timeout. */
export const heartbeatMs = 50;

/** What is switched on, so that each remedy can be measured alone; and how patient a server is. */
export interface Settings {
  readonly stickiness: boolean;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  /** How long an election timer may run, in ms of the server's own clock (§5.2). */
  readonly electionTimeoutMs: { readonly min: number; readonly max: number };
}

export const allRemedies: Settings = {
  stickiness: true,
  preVote: true,
  checkQuorum: true,
  electionTimeoutMs: { min: 150, max: 300 },
};

/** What earlier leaders have left on a server's disk: of each entry of the log, its term. */
export interface Stored {
  readonly currentTerm: number;
  readonly log: readonly number[];
}

/** A server whose disk is not empty when it starts for the first time: it has lived before. */
export abstract class Server extends Process<Message> {
  readonly settings: Settings;

  constructor({ currentTerm, log }: Stored = { currentTerm: 0, log: [] }, settings = allRemedies) {
    super();
    this.settings = settings;
    if (this.disk.read('log') !== undefined) return;
    this.disk.write('currentTerm', currentTerm);
    this.disk.write('log', log);
    this.disk.flush();
  }
}

/** One of several equal servers, of which one at a time is to lead (Ongaro 2014). */
export class RaftServer extends Server {
  // Persistent state: it must be on disk before anybody hears of it.
  currentTerm = this.disk.read<number>('currentTerm') ?? 0;
  votedFor = this.disk.read<ProcessId | null>('votedFor') ?? null;
  readonly log = this.disk.read<readonly number[]>('log') ?? [];

  // Volatile state: a restart forgets it. Add what you need.
  state: 'follower' | 'candidate' | 'leader' = 'follower';
  votes = new Set<ProcessId>();
  isCalm = false;
  /** For each term that I have asked about, who would vote for me there. */
  willing = new Map<number, ProcessId[]>();
  /** When each server has answered last, in this term. */
  lastAnswers = new Map<ProcessId, number>();

  // ── Yours: the remedies ────────────────────────────────────────────────────────────────────────

  hearLeader(): void {
    this.isCalm = true;
    this.setTimer('calm', this.settings.electionTimeoutMs.min - 1);
    this.willing.clear();
  }

  ignoreVoteWhileLeaderAlive({ isTransfer }: RequestVote): boolean {
    return (this.isCalm || this.state === 'leader') && !isTransfer;
  }

  askForPreVotes(): void {
    const nextTerm = this.currentTerm + 1;
    this.willing.clear();
    this.willing.set(nextTerm, [this.id]);
    for (const peer of [...this.peers].reverse()) {
      const { lastLogIndex, lastLogTerm } = this;
      this.send(peer, {
        type: 'PreVote',
        candidateId: this.id,
        lastLogTerm,
        lastLogIndex,
        nextTerm,
      });
    }
    this.resetElectionTimer();
  }

  handlePreVote(request: PreVote, from: ProcessId): void {
    // With a leader there is nothing to talk about.
    if (this.isCalm || this.state === 'leader') return;
    const isLate = request.nextTerm <= this.currentTerm;
    this.send(from, {
      type: 'PreVoteReply',
      voteGranted: !isLate && this.isUpToDate(request),
      nextTerm: request.nextTerm,
      term: this.currentTerm,
    });
  }

  handlePreVoteReply(reply: PreVoteReply, from: ProcessId): void {
    const own = this.willing.get(reply.nextTerm);
    if (own === undefined || reply.nextTerm <= this.currentTerm) return;
    if (reply.voteGranted && !own.includes(from)) own.push(from);
    if (own.length < Math.floor(this.everyone.length / 2) + 1) return;
    this.willing.clear();
    this.campaign();
  }

  handleAppendEntriesReply({ term }: AppendEntriesReply, from: ProcessId): void {
    if (this.state === 'leader' && term === this.currentTerm)
      this.lastAnswers.set(from, this.now());
  }

  /** Whether a majority has answered within the longest patience of a follower. */
  isHeard(): boolean {
    const since = this.now() - this.settings.electionTimeoutMs.max;
    const heard = this.peers.filter((peer) => (this.lastAnswers.get(peer) ?? -Infinity) >= since);
    return heard.length + 1 > this.everyone.length / 2;
  }

  // ── Given: the election of exercise 06, which asks for the remedies ────────────────────────────

  /** The world calls this at boot and after every restart. */
  override start(): void {
    this.resetElectionTimer();
  }

  /** The world calls this for every message that arrives, at any time, in any order. */
  receive(message: Message, from: ProcessId): void {
    const { stickiness, checkQuorum } = this.settings;
    if (message.type === 'RequestVote' && stickiness && this.ignoreVoteWhileLeaderAlive(message))
      return;
    // A PreVote has no term of its own: it is about one that has not begun.
    if (message.type !== 'PreVote') this.seeTerm(message.term);
    switch (message.type) {
      case 'RequestVote':
        return this.handleRequestVote(message, from);
      case 'RequestVoteReply':
        return this.handleRequestVoteReply(message, from);
      case 'PreVote':
        return this.handlePreVote(message, from);
      case 'PreVoteReply':
        return this.handlePreVoteReply(message, from);
      case 'AppendEntries':
        return this.handleAppendEntries(message, from);
      case 'AppendEntriesReply':
        return checkQuorum ? this.handleAppendEntriesReply(message, from) : undefined;
      case 'TimeoutNow':
        return this.handleTimeoutNow(message);
    }
  }

  /** The world calls this when a timer of mine has run out. */
  override timeout(timer: string): void {
    switch (timer) {
      case 'election':
        return this.settings.preVote ? this.askForPreVotes() : this.campaign();
      case 'heartbeat':
        return this.onHeartbeatTimeout();
      case 'calm':
        this.isCalm = false;
    }
  }

  /** The index of the last entry of my log; the first entry has index 1. */
  get lastLogIndex(): number {
    return this.log.length;
  }

  /** The term of the last entry of my log, 0 if there is none. */
  get lastLogTerm(): number {
    return this.log.at(-1) ?? 0;
  }

  /** Whether a candidate's log is at least as up to date as mine (§5.4.1). */
  isUpToDate({ lastLogIndex, lastLogTerm }: RequestVote | PreVote): boolean {
    if (lastLogTerm !== this.lastLogTerm) return lastLogTerm > this.lastLogTerm;
    return lastLogIndex >= this.lastLogIndex;
  }

  resetElectionTimer(): void {
    const { min, max } = this.settings.electionTimeoutMs;
    this.setTimer('election', Math.round(min + (max - min) * this.random()));
  }

  persist(): void {
    this.disk.write('currentTerm', this.currentTerm);
    this.disk.write('votedFor', this.votedFor);
    this.disk.flush();
  }

  /** A term begins, with me as a candidate. */
  campaign(isTransfer = false): void {
    this.state = 'candidate';
    this.currentTerm += 1;
    this.votedFor = this.id;
    this.isCalm = false;
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
        isTransfer,
      });
    }
  }

  /** A higher term than mine makes me a follower in it; who leads it I do not know yet. */
  seeTerm(term: number): void {
    if (term <= this.currentTerm) return;
    if (this.state === 'leader') this.resetElectionTimer();
    this.state = 'follower';
    this.currentTerm = term;
    this.votedFor = null;
    this.isCalm = false;
    this.willing.clear();
    this.persist();
  }

  handleRequestVote(request: RequestVote, from: ProcessId): void {
    const isFree = this.votedFor === null || this.votedFor === request.candidateId;
    const voteGranted = request.term === this.currentTerm && isFree && this.isUpToDate(request);
    if (voteGranted) {
      this.willing.clear();
      this.state = 'follower';
      this.votedFor = request.candidateId;
      this.persist();
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
    // The tests and the lab judge by this note who leads.
    this.note(`leads term ${this.currentTerm}`, { leads: this.currentTerm });
    this.state = 'leader';
    this.cancelTimer('election');
    for (const peer of this.peers) this.lastAnswers.set(peer, this.now());
    this.sendHeartbeats();
  }

  onHeartbeatTimeout(): void {
    if (this.state !== 'leader') return;
    if (!this.settings.checkQuorum || this.isHeard()) return this.sendHeartbeats();
    this.state = 'follower';
    this.resetElectionTimer();
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
      this.hearLeader();
      this.resetElectionTimer();
    }
    this.send(from, { type: 'AppendEntriesReply', term: this.currentTerm });
  }

  /** Whoever operates the cluster wants another server to lead (§3.10). */
  transferTo(successor: ProcessId): void {
    if (this.state === 'leader')
      this.send(successor, { type: 'TimeoutNow', term: this.currentTerm });
  }

  /** The leader has chosen me: no need to wait, or to ask whether there is one. */
  handleTimeoutNow({ term }: TimeoutNow): void {
    if (term === this.currentTerm) this.campaign(true);
  }
}
