/*
 * Also right: it asks for pre-votes again after 40 ms, says yes for a term that it is in if its vote is
 * free there, checks its quorum at half the patience and steps down at the second failure, and takes no
 * notice of questions while it leads.
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
  state: 'follower' | 'pre-candidate' | 'candidate' | 'leader' = 'follower';
  votes = new Set<ProcessId>();
  /** When I last heard from the leader of my term, on my own clock. */
  leaderHeardAt: number | undefined = undefined;
  preVotes = new Set<ProcessId>();
  answered = new Set<ProcessId>();
  failures = 0;

  // ── Yours: the remedies ────────────────────────────────────────────────────────────────────────

  /** TODO 1 (§4.2.3): whether I lead, or have lately heard from who does. */
  isLeaderAlive(): boolean {
    if (this.state === 'leader') return true;
    if (this.leaderHeardAt === undefined) return false;
    return this.now() - this.leaderHeardAt < this.settings.electionTimeoutMs.min;
  }

  /** TODO 1, too (§4.2.3): whether I take no notice at all of a request for my vote. */
  ignoreVoteWhileLeaderAlive({ isTransfer }: RequestVote): boolean {
    return !isTransfer && this.isLeaderAlive();
  }

  /** TODO 2 (§9.6): I have heard from no leader. Would I win an election? No term begins yet. */
  askForPreVotes(): void {
    this.state = 'pre-candidate';
    this.preVotes = new Set([this.id]);
    this.resetElectionTimer();
    this.setTimer('repeat', 40);
    this.sendPreVotes();
  }

  sendPreVotes(): void {
    for (const peer of this.peers) {
      this.send(peer, {
        type: 'PreVote',
        nextTerm: this.currentTerm + 1,
        candidateId: this.id,
        lastLogIndex: this.lastLogIndex,
        lastLogTerm: this.lastLogTerm,
      });
    }
  }

  /** TODO 3 (§9.6): somebody wants to know whether it would get my vote in a term to come. */
  handlePreVote(request: PreVote, from: ProcessId): void {
    const { nextTerm } = request;
    if (this.state === 'leader') return;
    const isFree = this.votedFor === null || this.votedFor === from;
    const isOpen = nextTerm > this.currentTerm || (nextTerm === this.currentTerm && isFree);
    const voteGranted = isOpen && this.isUpToDate(request) && !this.isLeaderAlive();
    this.send(from, { type: 'PreVoteReply', term: this.currentTerm, nextTerm, voteGranted });
  }

  /** TODO 4 (§9.6): an answer to a PreVote of mine, to the last one or to an old one. */
  handlePreVoteReply({ nextTerm, voteGranted }: PreVoteReply, from: ProcessId): void {
    if (this.state !== 'pre-candidate' || nextTerm !== this.currentTerm + 1 || !voteGranted) return;
    this.preVotes.add(from);
    if (2 * this.preVotes.size > this.everyone.length) this.campaign();
  }

  /** TODO 5 (§6.2): I have become the leader. Nobody has answered me yet. */
  watchQuorum(): void {
    this.failures = 0;
    this.checkLater();
  }

  checkLater(): void {
    this.answered = new Set([this.id]);
    this.setTimer('check-quorum', this.settings.electionTimeoutMs.max / 2);
  }

  /** TODO 5, too (§6.2): an answer to a heartbeat, of this term or of an old one. */
  handleAppendEntriesReply({ term }: AppendEntriesReply, from: ProcessId): void {
    if (term === this.currentTerm) this.answered.add(from);
  }

  /** TODO 6 (§6.2): the timer 'check-quorum' has run out. Who has answered since it was set? */
  checkQuorum(): void {
    if (this.state !== 'leader') return;
    if (2 * this.answered.size > this.everyone.length) return this.watchQuorum();
    this.failures += 1;
    if (this.failures < 2) return this.checkLater();
    this.state = 'follower';
    this.resetElectionTimer();
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
      case 'repeat':
        return this.state === 'pre-candidate' ? this.sendPreVotes() : undefined;
      case 'check-quorum':
        return this.checkQuorum();
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
    this.leaderHeardAt = undefined;
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
    this.leaderHeardAt = undefined;
    this.persist();
  }

  handleRequestVote(request: RequestVote, from: ProcessId): void {
    const isFree = this.votedFor === null || this.votedFor === request.candidateId;
    const voteGranted = request.term === this.currentTerm && isFree && this.isUpToDate(request);
    if (voteGranted) {
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
    if (this.settings.checkQuorum) this.watchQuorum();
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
      this.leaderHeardAt = this.now();
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
