import {
  covered,
  example,
  exhaustive,
  type Exploration,
  type FaultPlan,
  faultPlans,
  given,
  type Happening,
  liveness,
  Process,
  type ProcessId,
  safety,
  show,
  simulate,
  type Simulation,
  stuck,
  type Trace,
  type TraceEvent,
  violated,
} from '#harness';
import {
  allRemedies,
  type Message,
  type PreVote,
  RaftServer,
  type RequestVote,
  type Settings,
  type Stored,
} from './election-stall-lab.ts';
import {
  cutAtMs,
  measuredMs,
  type Run,
  run as runTopology,
  topologies,
  type Topology,
} from './lab.ts';

const servers = ['s1', 's2', 's3', 's4', 's5'] as const;
const clusters: readonly (readonly ProcessId[])[] = [
  servers.slice(0, 3),
  servers.slice(0, 4),
  servers,
];

type Log = readonly number[];

/** What is on the disks at first: the log of a cluster that is in its third term. */
const aged: Stored = { currentTerm: 3, log: [1, 1, 2] };
/** Logs of different ages, as a cluster may have them in its third term (see exercise 06). */
const logs: readonly Log[] = [
  [1, 1, 2, 2],
  [1, 3],
  [1, 1],
  [1, 3],
  [1, 1, 1],
];

const electionTimeoutMs = { min: 150, max: 300 } as const;
const plain: Settings = {
  stickiness: false,
  preVote: false,
  checkQuorum: false,
  electionTimeoutMs,
};
const sticky = { ...plain, stickiness: true };
const asking = { ...plain, preVote: true };
const checking = { ...plain, checkQuorum: true };

// ── Stickiness: s1 is a server, the others say what the script tells them ────────────────────────

example(
  'leader-alive',
  'Whoever leads, or has heard its leader within 150 ms, takes no notice of requests for votes.',
  { points: 10 },
  () => {
    for (const ids of clusters) {
      for (const waitMs of [0, 70, 140]) {
        const follower = besidePuppets(ids, sticky);
        tells(follower, 's3', { type: 'AppendEntries', term: 4, leaderId: 's3' });
        follower.runFor(waitMs);
        asks(follower, 's2', 9, aged.log);
        checkIgnored(follower, 's2', `heard the leader of term 4 ${waitMs + 1} ms before`);

        const leader = elected(ids, sticky);
        leader.runFor(waitMs);
        asks(leader, 's2', 9, aged.log);
        checkIgnored(leader, 's2', 'led term 4');
      }
      // At 0 ms, too: that is a time, and not never.
      const early = besidePuppets(ids, sticky, aged, 0);
      tells(early, 's3', { type: 'AppendEntries', term: 4, leaderId: 's3' });
      asks(early.runFor(100), 's2', 9, aged.log);
      checkIgnored(early, 's2', 'heard the leader of term 4 at 0 ms, 100 ms before');
      // Nobody has been heard for long, or ever: then a request is a request.
      const orphan = besidePuppets(ids, sticky);
      tells(orphan, 's3', { type: 'AppendEntries', term: 4, leaderId: 's3' });
      orphan.runFor(155);
      asks(orphan, 's2', 9, aged.log);
      checkVotesFor(orphan, 's2', 'had last heard a leader 156 ms before');
      const fresh = besidePuppets(ids, sticky);
      asks(fresh, 's2', 9, aged.log);
      checkVotesFor(fresh, 's2', 'had never heard a leader');
    }
  },
);

example(
  'transfer',
  'Whom the leader sends to take over gets votes, though everybody has just heard the leader.',
  { points: 5 },
  () => {
    for (const ids of clusters) {
      const world = clusterOf(ids, { settings: sticky }).fire('s1', 'election').runFor(500);
      const before = leaderAt(world.trace, 's1', 'after its campaign');
      world.call('s1', 'wants s2 to lead', (server) => {
        if (server instanceof RaftServer) server.transferTo('s2');
      });
      const askedAt = world.trace.events.at(-1);
      const { trace } = world.runFor(100);
      const win = wins(trace).find(({ leader, term }) => leader === 's2' && term > before.term);
      if (win !== undefined) continue;
      violated(
        `s1 led term ${before.term}, and at ${when(askedAt)} sent s2 to take over. 100 ms later s2 does not lead. It had asked for votes with isTransfer: whoever says that comes from the leader itself, and disturbs nobody.`,
        trace,
        trace.all('send').findLast(({ message }) => (message as Message).type === 'TimeoutNow'),
      );
    }
  },
);

// ── PreVote ──────────────────────────────────────────────────────────────────────────────────────

example(
  'ask-first',
  'Whoever has waited in vain asks everybody whether it would win, and begins no term.',
  { points: 10 },
  () => {
    for (const ids of clusters) {
      const world = besidePuppets(ids, asking);
      for (let attempt = 0; attempt < 4; attempt++) {
        runsOut(world, 's1');
        checkAsks(world.trace, ids);
        checkTimer(world.trace, 's1');
      }
      checkTermIs(world, 3, 'asked for pre-votes four times, and nobody answered');
      checkAskingIsNoVote(ids);
    }
  },
);

example(
  'would-vote',
  'A PreVote gets a yes from whoever would vote and hears no leader. It changes nothing there.',
  { points: 10 },
  () => {
    for (const ids of clusters) {
      for (const [mine, theirs] of pairs([[], ...logs])) {
        const world = besidePuppets(ids, asking, { currentTerm: 3, log: mine });
        // Two at once: a pre-vote is not given away.
        for (const candidate of ['s2', 's3']) {
          asksBefore(world, candidate, 4, theirs);
          checkPreVote(world.trace, candidate, isUpToDate(theirs, mine), { mine, theirs });
        }
        asksBefore(world, 's2', 9, theirs);
        checkPreVote(world.trace, 's2', isUpToDate(theirs, mine), { mine, theirs });
        checkTermIs(world, 3, 'was asked for pre-votes for terms 4 and 9');
        // And the vote itself is still free.
        asks(world, 's3', 4, mine);
        checkVotesFor(world, 's3', 'had given pre-votes, and no vote');
      }
      checkHearsLeader(ids);
      checkWithoutLeader(ids);
      checkKeepsVote(ids);
      checkVoteStaysFree(ids);
      checkTellsTerm(ids);
      checkWaitsOn(ids);
    }
  },
);

example(
  'pre-majority',
  'A campaign begins when a majority has said that it would vote: at once, and not before.',
  { points: 10 },
  () => {
    for (const ids of clusters) {
      // Whoever is a term behind would vote as well.
      for (const theirTerm of [3, 2]) {
        const world = besidePuppets(ids, asking);
        runsOut(world, 's1');
        answersBefore(world, 's2', 4, false, theirTerm);
        checkCampaigns(world.trace, ids, 4);
        for (const voter of ids.slice(2)) {
          for (let copy = 0; copy < 3; copy++) {
            answersBefore(world, voter, 4, true, theirTerm);
            checkCampaigns(world.trace, ids, 4);
          }
        }
      }
      checkStalePreVotes(ids);
      checkLeaderReturns(ids);
      checkAsksAnew(ids);
      checkNotAsked(ids);
      checkGoesOnAsking(ids);
    }
  },
);

// ── CheckQuorum ──────────────────────────────────────────────────────────────────────────────────

example(
  'check-quorum',
  'A leader whom no majority answers for 600 ms leads no more; one that is answered goes on.',
  { points: 15 },
  () => {
    for (const ids of clusters) {
      const half = Math.ceil(ids.length / 2) - 1;
      // So many others are too few; with one more it is a majority.
      for (let answering = 0; answering < ids.length; answering++) {
        const world = elected(ids, checking);
        leadsFor(world, ids, 2000, (id) => ids.indexOf(id) <= answering);
        if (answering > half || 2 * (answering + 1) > ids.length) checkLeadsOn(world, answering);
        else checkSteppedDown(world, ids, answering);
      }
      // A majority answers, then falls silent for a moment, then for good.
      const patient = elected(ids, checking);
      leadsFor(patient, ids, 1000, () => true);
      leadsFor(patient, ids, 80, () => false);
      leadsFor(patient, ids, 1000, () => true);
      checkLeadsOn(patient, ids.length - 1);
      leadsFor(patient, ids, 2000, () => false);
      checkSteppedDown(patient, ids, 0);
      // Answers of a term that is over say nothing of this one.
      const old = elected(ids, checking);
      leadsFor(old, ids, 2000, () => true, 3);
      checkSteppedDown(old, ids, 0);
      // Those who answered a former term of it do not count, either.
      checkLeadsAgain(ids);
      checkAnyMoment(ids);
      checkIsFollower(ids);
      checkOldTimer(ids);
    }
  },
);

// ── Any run at all, with all three, on a network so slow that several campaigns are under way ────

const anything = faultPlans({
  processes: servers,
  kinds: ['lose', 'delay', 'duplicate', 'partition', 'cut', 'crash', 'crash-mid-step', 'disk-loss'],
  crashes: 3,
  messagesPerLink: 5,
  untilMs: 1500,
});

function run(ids: readonly ProcessId[], faults: FaultPlan, settings = allRemedies): Trace {
  return clusterOf(ids, { faults, logs, settings, latencyMs: [1, 80] }).runFor(2000).trace;
}

safety(
  'no-term-for-nothing',
  'A term begins only where a majority would vote. Asking for it changes neither term nor vote.',
  {
    points: 10,
    runs: 40,
    covers: {
      'a server asked for pre-votes twice without a campaign': 30,
      'a campaign began': 60,
    },
  },
  given(anything, (faults) => {
    for (const ids of clusters) {
      const trace = run(ids, faults);
      coverAttempts(trace);
      checkFounded(trace, ids);
      checkTermsFounded(trace);
    }
  }),
);

safety(
  'election-safety',
  'As ever: at most one vote a server and term, and at most one leader, whom a majority chose.',
  { points: 5, runs: 60, covers: { 'a server won an election': 60 } },
  given(anything, (faults) => {
    for (const ids of clusters) {
      const trace = run(ids, faults);
      if (wins(trace).length > 0) covered('a server won an election');
      checkVotes(trace);
      checkLeaders(trace, ids);
    }
  }),
);

// ── In the end ───────────────────────────────────────────────────────────────────────────────────

const calmFromMs = 500;
const electedByMs = calmFromMs + 10 * electionTimeoutMs.max;
const endMs = electedByMs + 4 * electionTimeoutMs.max;

const troubles = faultPlans({
  processes: servers,
  kinds: ['lose', 'delay', 'duplicate', 'partition', 'cut', 'pause', 'crash'],
  crashes: 3,
  messagesPerLink: 3,
  untilMs: calmFromMs,
});

liveness(
  'one-leader-stays',
  'Ten timeouts after the network is calm again, one server leads, and goes on leading.',
  { points: 5, runs: 30, covers: { 'nobody led when the calm began': 5 } },
  given(troubles, (faults) => {
    for (const ids of clusters) {
      const { trace } = clusterOf(ids, { faults, latencyMs: [5, 15], logs }).runFor(endMs);
      if (!wins(trace).some(({ event }) => event.at < calmFromMs))
        covered('nobody led when the calm began');
      checkStays(trace);
    }
  }),
);

example(
  'stable',
  'With all three, leaders change at most twice a minute wherever an up-to-date server can win.',
  { points: 10 },
  () => {
    for (const topology of topologies.filter(({ stale }) => stale === undefined)) {
      for (const seed of [1, 2, 3]) {
        const { trace, measures, stalledFromMs } = judged(topology, seed);
        const { changes, usablePercent, longestStallMs } = measures;
        const where = `In the topology '${topology.name}', from its cut at ${cutAtMs} ms on,`;
        if (changes > 2) {
          const leaders = wins(trace).filter(({ event }) => event.at > cutAtMs);
          violated(
            `${where} the leader changed ${changes} times in ${measuredMs / 1000} s. At most 2 changes should have been. ${SECONDS}`,
            judged(topology, seed, (leaders[2] as Win).event.at).trace,
            ...leaders.slice(0, 3).map(({ event }) => event),
          );
        }
        if (longestStallMs > longestElectionMs) {
          const toldUntilMs = stalledFromMs + longestElectionMs;
          violated(
            `${where} the longest stall took ${round(longestStallMs)} ms, and it began at ${round(stalledFromMs)} ms. A stall should have taken at most ${longestElectionMs} ms. A leader was usable ${usablePercent.toFixed(1)}% of the time. ${SECONDS}`,
            judged(topology, seed, toldUntilMs).trace,
            ...trace.events.filter(
              (event) =>
                event.at > toldUntilMs - 200 && event.at <= toldUntilMs && isCampaigning(event),
            ),
          );
        }
      }
    }
  },
);

/** A run with all remedies: all of it, or as far as a picture shows it. */
function judged(topology: Topology, seed: number, untilMs = cutAtMs + measuredMs): Run {
  return runTopology({ RaftServer }, topology, allRemedies, { seed, forMs: untilMs - cutAtMs });
}

/** Somebody asks who would vote for it, or gets an answer. */
function isCampaigning(event: TraceEvent): boolean {
  if (event.kind === 'timeout') return event.timer === 'election';
  return (
    event.kind === 'deliver' && /^(Request|Pre)VoteReply$/.test((event.message as Message).type)
  );
}

const SECONDS = 'npm run lab 07 shows it second by second.';

/** 600 ms until a leader has noticed that it is cut off, 300 until a timer runs out; and once more. */
const longestElectionMs = 1800;

example(
  'expected-stall',
  'Where only a server with an old log reaches a majority, nobody leads, whatever is switched on.',
  { points: 5 },
  () => {
    for (const topology of topologies.filter(({ stale }) => stale !== undefined)) {
      for (const seed of [1, 2, 3]) {
        const { trace } = runTopology({ RaftServer }, topology, allRemedies, {
          seed,
          forMs: 10_000,
        });
        const win = wins(trace).find(({ event }) => event.at > cutAtMs);
        if (win === undefined) continue;
        violated(
          `${win.leader} noted at ${when(win.event)} that it leads term ${win.term}. Only ${topology.stale} reached a majority, and its log lacks what the others have: as leader it would overwrite that. Here Raft stands still so as to lose nothing.`,
          trace,
          win.event,
        );
      }
    }
  },
);

// ── Every run there is, of a small cluster for a short time ──────────────────────────────────────

exhaustive(
  'every-order',
  'In no order of events are there two votes of a server, or two leaders, in a term.',
  { points: 5, covers: ['a term had two candidates', 'a server won an election'] },
  () => [
    small({ s1: [1, 1], s2: [1, 1], s3: [1] }, { timeouts: 2 }),
    small({ s1: [1], s2: [1], s3: [1] }, { timeouts: 1, crashes: 1 }),
  ],
);

// ── The clusters ─────────────────────────────────────────────────────────────────────────────────

/** Says what the script tells it to, and takes no notice of what it is told. */
class Puppet extends Process<Message> {
  receive(): void {}

  say(to: ProcessId, message: Message): void {
    this.send(to, message);
  }
}

type World = Simulation<RaftServer | Puppet>;

interface ClusterOptions {
  readonly settings?: Settings;
  readonly faults?: FaultPlan;
  readonly latencyMs?: number | readonly [number, number];
  readonly stored?: Stored;
  /** One log for each server; the same for all unless told. */
  readonly logs?: readonly Log[];
  /** Who is no server, but a puppet. */
  readonly puppets?: readonly ProcessId[];
}

/** A cluster of these servers. The rest of the five stand beside it, so that a fault may hit anyone. */
function clusterOf(
  ids: readonly ProcessId[],
  {
    logs: own,
    stored = aged,
    settings = allRemedies,
    puppets = [],
    ...options
  }: ClusterOptions = {},
): World {
  class Member extends RaftServer {
    override get settings(): Settings {
      return settings;
    }
  }
  const makerOf = (id: ProcessId, i: number) =>
    puppets.includes(id) ? Puppet : () => new Member({ ...stored, log: own?.[i] ?? stored.log });
  const others = servers.filter((id) => !ids.includes(id));
  return simulate<RaftServer | Puppet>({
    processes: Object.fromEntries(ids.map((id, i) => [id, makerOf(id, i)])),
    clients: Object.fromEntries(others.map((id) => [id, Puppet])),
    ...options,
  });
}

/** Every message waits for the script, and then takes 1 ms: nobody loses patience meanwhile. */
function besidePuppets(
  ids: readonly ProcessId[],
  settings: Settings,
  stored = aged,
  latencyMs = 1,
): World {
  return clusterOf(ids, { settings, stored, puppets: ids.slice(1), latencyMs }).hold();
}

/** A puppet says something, and it arrives at s1. */
function tells(world: World, from: ProcessId, message: Message): void {
  world.call(from, DEEDS[message.type], (process) => {
    if (process instanceof Puppet) process.say('s1', message);
  });
  world.deliver(from, 's1').runFor(0);
}

const DEEDS: Readonly<Record<Message['type'], string>> = {
  RequestVote: 'asks for votes',
  RequestVoteReply: 'answers',
  PreVote: 'asks for pre-votes',
  PreVoteReply: 'answers',
  AppendEntries: 'leads',
  AppendEntriesReply: 'answers',
  TimeoutNow: 'leads',
};

function asks(world: World, from: ProcessId, term: number, log: Log): void {
  tells(world, from, requestVote(from, term, log));
}

function asksBefore(world: World, from: ProcessId, nextTerm: number, log: Log): void {
  tells(world, from, preVote(from, nextTerm, log));
}

function answersBefore(
  world: World,
  from: ProcessId,
  nextTerm: number,
  voteGranted: boolean,
  term = nextTerm - 1,
): void {
  tells(world, from, { type: 'PreVoteReply', term, nextTerm, voteGranted });
}

function requestVote(candidateId: ProcessId, term: number, log: Log): RequestVote {
  return { type: 'RequestVote', term, candidateId, ...endOf(log), isTransfer: false };
}

function preVote(candidateId: ProcessId, nextTerm: number, log: Log): PreVote {
  return { type: 'PreVote', nextTerm, candidateId, ...endOf(log) };
}

function endOf(log: Log): { readonly lastLogIndex: number; readonly lastLogTerm: number } {
  return { lastLogIndex: log.length, lastLogTerm: log.at(-1) ?? 0 };
}

/** s1 has won term 4: the other servers are puppets, and have voted for it. */
function elected(ids: readonly ProcessId[], settings: Settings): World {
  const world = besidePuppets(ids, settings);
  runsOut(world, 's1');
  for (const from of ids.slice(1))
    tells(world, from, { type: 'RequestVoteReply', term: 4, voteGranted: true });
  return world;
}

/** For so long, whoever `answers` says yes to each heartbeat of s1. The rest stay silent. */
function leadsFor(
  world: World,
  ids: readonly ProcessId[],
  ms: number,
  answers: (id: ProcessId) => boolean,
  term = 4,
  everyMs = 40,
): void {
  const answering = ids.slice(1).filter(answers);
  for (let at = 0; at < ms; at += everyMs) {
    for (const from of answering) tells(world, from, { type: 'AppendEntriesReply', term });
    world.runFor(everyMs - answering.length);
  }
}

/** Lets an election timer run out, which must be running. */
function runsOut(world: World, id: ProcessId): void {
  const { trace } = world.boot();
  const last = trace.events.findLast(
    (event) => event.process === id && (event.kind === 'crash' || isElectionTimer(event)),
  );
  if (last?.kind === 'timer-set') {
    world.fire(id, 'election').runFor(0);
    return;
  }
  violated(
    `${id} does not lead, and at ${world.nowMs} ms no timer 'election' of it is running: it would wait for a leader for ever.`,
    trace,
    trace.events.findLast(({ process }) => process === id),
  );
}

// ── What is judged: what servers sent, what reached them, and what they noted ────────────────────

type Sent = Extract<TraceEvent, { kind: 'send' }>;
type Delivered = Extract<TraceEvent, { kind: 'deliver' }>;

/** A message that a server sent, with the entry that shows it. */
interface Carried {
  readonly message: Message;
  readonly event: Sent;
}

/** What servers sent; the words that a script puts into the mouths of puppets are left out. */
function sendings(trace: Trace): readonly Carried[] {
  return trace
    .all('send')
    .filter(({ cause }) => cause === undefined || !isPuppets(trace.at(cause)))
    .map((event) => ({ message: event.message as Message, event }));
}

function isPuppets(event: TraceEvent): boolean {
  return event.kind === 'step' && Object.values(DEEDS).includes(event.label);
}

/** The term that the sender of a message is in; a PreVote does not say. */
function termOf(message: Message): number | undefined {
  return message.type === 'PreVote' ? undefined : message.term;
}

interface Win {
  readonly leader: ProcessId;
  readonly term: number;
  readonly event: TraceEvent;
}

/** Each time that a server noted that it leads. */
function wins(trace: Trace): readonly Win[] {
  return trace.all('note').flatMap((event): Win[] => {
    const term = ledTerm(event.about);
    return term === undefined ? [] : [{ leader: event.process, term, event }];
  });
}

function ledTerm(about: unknown): number | undefined {
  return ((about ?? {}) as { leads?: number }).leads;
}

function leaderAt(trace: Trace, id: ProcessId, since: string): Win {
  const win = wins(trace).findLast(({ leader }) => leader === id);
  if (win !== undefined) return win;
  return violated(`${id} should lead ${since}, and does not.`, trace, trace.events.at(-1));
}

interface Vote {
  readonly voter: ProcessId;
  readonly candidate: ProcessId;
  readonly term: number;
  readonly event: Sent;
}

/** Each vote that was given: in an answer, or by a candidate to itself when it asks for others. */
function votes(trace: Trace): readonly Vote[] {
  return sendings(trace).flatMap(({ message, event }): Vote[] => {
    const candidate = votedFor(message, event.process, event.to);
    if (candidate === undefined) return [];
    return [{ voter: event.process, candidate, term: termOf(message) as number, event }];
  });
}

/** For whom a server votes by sending a message. */
function votedFor(message: Message, from: ProcessId, to: ProcessId): ProcessId | undefined {
  if (message.type === 'RequestVote') return from;
  return message.type === 'RequestVoteReply' && message.voteGranted ? to : undefined;
}

interface Campaign {
  readonly candidate: ProcessId;
  readonly term: number;
  readonly isTransfer: boolean;
  readonly event: Sent;
}

/** The first request for votes of each campaign. */
function campaigns(trace: Trace): readonly Campaign[] {
  const first = new Map<string, Campaign>();
  for (const { message, event } of sendings(trace)) {
    if (message.type !== 'RequestVote') continue;
    const { term, isTransfer } = message;
    const key = `${event.process} ${term}`;
    if (!first.has(key)) first.set(key, { candidate: event.process, term, isTransfer, event });
  }
  return [...first.values()];
}

// ── Stickiness ───────────────────────────────────────────────────────────────────────────────────

/** s1 takes no notice of the request for term 9: no yes, and its term stays 4. */
function checkIgnored(world: World, from: ProcessId, having: string): void {
  const { trace } = world;
  const asked = lastHeard(trace, from);
  const since = sendings(trace).filter(({ event }) => event.index > asked.index);
  const yes = since.find(
    ({ message }) => message.type === 'RequestVoteReply' && message.voteGranted,
  );
  if (yes !== undefined) {
    violated(
      `s1 ${having}, and at ${when(yes.event)} it voted for ${from} in term 9. While there is a leader it should take no notice of the request.`,
      trace,
      asked,
      yes.event,
    );
  }
  checkTermIs(world, 4, `${having}, and then was asked by ${from} for its vote in term 9`, asked);
}

/** What term s1 is in shows in what it answers to somebody who thinks that it leads that term. */
function checkTermIs(world: World, term: number, having: string, mark?: TraceEvent): void {
  const leads = wins(world.trace).some((win) => win.leader === 's1' && win.term === term);
  const from = world.trace.length;
  if (leads) {
    world.runFor(100);
  } else {
    tells(world, 's3', { type: 'AppendEntries', term, leaderId: 's3' });
  }
  const next = sendings(world.trace).find(
    ({ message, event }) =>
      event.index >= from && event.process === 's1' && termOf(message) !== undefined,
  );
  if (next !== undefined && termOf(next.message) === term) return;
  const said =
    next === undefined
      ? `it says nothing any more`
      : `it is in term ${termOf(next.message)}, as its ${next.message.type} at ${when(next.event)} says`;
  violated(
    `s1 ${having}. It should still ${leads ? 'lead' : 'be in'} term ${term}; ${said}.`,
    world.trace,
    mark,
    next?.event ?? world.trace.events.at(-1),
  );
}

/** The request that reached s1 last got a yes. */
function checkVotesFor(world: World, candidate: ProcessId, having: string): void {
  const { trace } = world;
  const asked = lastHeard(trace, candidate);
  if (votes(trace).some((vote) => vote.event.index > asked.index && vote.candidate === candidate))
    return;
  const { term } = asked.message as RequestVote;
  violated(
    `s1 ${having}, and its vote in term ${term} was free. ${candidate}, whose log is up to date, asked for it at ${when(asked)}. It should have said yes.`,
    trace,
    asked,
  );
}

function lastHeard(trace: Trace, from: ProcessId): Delivered {
  return trace
    .all('deliver')
    .findLast((event) => event.from === from && event.process === 's1') as Delivered;
}

// ── PreVote ──────────────────────────────────────────────────────────────────────────────────────

function isElectionTimer(event: TraceEvent): boolean {
  return 'timer' in event && event.timer === 'election';
}

/** Since its timer last ran out, a server has started it, with a time in the range. */
function checkTimer(trace: Trace, id: ProcessId): void {
  const own = trace.events.filter(({ process }) => process === id);
  const last = own.findLast(isElectionTimer);
  if (last?.kind !== 'timer-set') {
    violated(
      `${id} has asked for pre-votes, and no timer 'election' is running: if nobody answers, it waits for ever.`,
      trace,
      own.at(-1),
    );
  }
  const { min, max } = electionTimeoutMs;
  if (last.ms >= min && last.ms <= max) return;
  violated(
    `${id} has asked for pre-votes, and its timer 'election' is to run out ${round(last.ms)} ms later. It must be between ${min} and ${max}.`,
    trace,
    last,
  );
}

/** After its timer has run out, s1 has asked every other server for its pre-vote in term 4. */
function checkAsks(trace: Trace, ids: readonly ProcessId[]): void {
  const timeout = trace.all('timeout').at(-1) as TraceEvent;
  const since = sendings(trace).filter(({ event }) => event.index > timeout.index);
  const request = since.find(({ message }) => message.type === 'RequestVote');
  if (request !== undefined) {
    violated(
      `s1 waited for a leader until ${when(timeout)}, in vain, and asked for votes at once. With PreVote it first asks for pre-votes, and begins no term.`,
      trace,
      request.event,
    );
  }
  const wanted = preVote('s1', 4, aged.log);
  const asked = since.filter(({ message }) => message.type === 'PreVote');
  for (const { message, event } of asked) {
    const wrong = differences(message, wanted);
    if (wrong.length === 0) continue;
    const fields = (all: object) =>
      wrong.map((key) => `${key} ${show((all as Record<string, unknown>)[key])}`).join(', ');
    violated(
      `s1 asked for pre-votes with ${fields(message)}. It is in term 3, and the entries of its log are of the terms ${show(aged.log)}, so it should have been ${fields(wanted)}.`,
      trace,
      event,
    );
  }
  const missing = ids.slice(1).find((peer) => !asked.some(({ event }) => event.to === peer));
  if (missing === undefined) return;
  violated(
    `s1 waited for a leader until ${when(timeout)}, in vain, and has not asked ${missing} for its pre-vote in term 4.`,
    trace,
    timeout,
  );
}

/** Whoever asks is still in its term: a vote that it has given there is given, and its own is free. */
function checkAskingIsNoVote(ids: readonly ProcessId[]): void {
  const voter = besidePuppets(ids, asking);
  asks(voter, 's2', 4, aged.log);
  runsOut(voter, 's1');
  asks(voter, 's3', 4, aged.log);
  checkVotes(voter.trace);
  const free = besidePuppets(ids, asking);
  runsOut(free, 's1');
  asks(free, 's2', 3, aged.log);
  checkVotesFor(free, 's2', 'had asked for pre-votes');
}

/** Of the fields that are wanted, those that a message has not. */
function differences(message: unknown, wanted: object): readonly string[] {
  return Object.entries(wanted).flatMap(([key, value]) =>
    (message as Record<string, unknown>)[key] === value ? [] : [key],
  );
}

interface Logs {
  readonly mine: Log;
  readonly theirs: Log;
}

/** The yes that s1 gave to the PreVote that reached it last, if it did. */
function preVoteGiven(trace: Trace, asked: Delivered): Carried | undefined {
  const { nextTerm } = asked.message as PreVote;
  return sendings(trace).find(
    ({ message, event }) =>
      event.index > asked.index &&
      event.to === asked.from &&
      message.type === 'PreVoteReply' &&
      message.voteGranted &&
      message.nextTerm === nextTerm,
  );
}

/** Whether s1 said yes to the PreVote that reached it last; silence is a no, too. */
function checkPreVote(
  trace: Trace,
  candidate: ProcessId,
  yes: boolean,
  { mine, theirs }: Logs,
): void {
  const asked = lastHeard(trace, candidate);
  const { nextTerm } = asked.message as PreVote;
  if ((preVoteGiven(trace, asked) !== undefined) === yes) return;
  violated(
    `${candidate}, whose log is ${show(theirs)}, asked s1 for its pre-vote in term ${nextTerm}. s1 is in term 3, hears no leader, and its log is ${show(mine)}. It should have said ${yes ? `yes, for nextTerm ${nextTerm}` : 'no'}.`,
    trace,
    asked,
  );
}

/** Whoever leads or hears the leader says no. */
function checkHearsLeader(ids: readonly ProcessId[]): void {
  const refuses = (world: World, having: string): void => {
    asksBefore(world, 's2', 5, [...aged.log, 4]);
    const yes = preVoteGiven(world.trace, lastHeard(world.trace, 's2'));
    if (yes === undefined) return;
    violated(
      `s1 ${having}, and at ${when(yes.event)} it told s2 that it would vote for it in term 5. While there is a leader it would not.`,
      world.trace,
      yes.event,
    );
  };
  const follower = besidePuppets(ids, asking);
  tells(follower, 's3', { type: 'AppendEntries', term: 4, leaderId: 's3' });
  follower.runFor(140);
  refuses(follower, 'heard the leader of term 4 141 ms before');
  const leader = besidePuppets(ids, asking);
  tells(leader, 's3', { type: 'TimeoutNow', term: 3 });
  for (const from of ids.slice(1))
    tells(leader, from, { type: 'RequestVoteReply', term: 4, voteGranted: true });
  leaderAt(leader.trace, 's1', 'with the votes of all');
  refuses(leader, 'led term 4');
  checkTermIs(leader, 4, 'led term 4, and was asked by s2 for its pre-vote in term 5');
}

/** Whatever else it does: whoever hears no leader would vote in a term to come. */
function checkWithoutLeader(ids: readonly ProcessId[]): void {
  const agrees = (world: World, nextTerm: number, having: string): void => {
    asksBefore(world, 's2', nextTerm, [...aged.log, 4]);
    const asked = lastHeard(world.trace, 's2');
    if (preVoteGiven(world.trace, asked) !== undefined) return;
    violated(
      `s1 ${having}, and hears no leader. s2, whose log is up to date, asked at ${when(asked)} for its pre-vote in term ${nextTerm}. It should have said yes, for nextTerm ${nextTerm}: in that term its vote is free.`,
      world.trace,
      asked,
    );
  };
  const left = besidePuppets(ids, asking);
  tells(left, 's3', { type: 'AppendEntries', term: 4, leaderId: 's3' });
  agrees(left.runFor(155), 5, 'had last heard the leader of term 4 156 ms before');
  const voter = besidePuppets(ids, asking);
  asks(voter, 's3', 4, aged.log);
  agrees(voter, 5, 'had voted for s3 in term 4');
  const preCandidate = besidePuppets(ids, asking);
  runsOut(preCandidate, 's1');
  agrees(preCandidate, 4, 'had asked for pre-votes itself');
  const candidate = besidePuppets(ids, asking);
  tells(candidate, 's3', { type: 'TimeoutNow', term: 3 });
  agrees(candidate, 5, 'was a candidate in term 4');
}

/** s1 has voted for s3 in term 5. A PreVote of s2 for term 6 gives s2 nothing in term 5. */
function checkKeepsVote(ids: readonly ProcessId[]): void {
  const world = besidePuppets(ids, asking);
  asks(world, 's3', 5, aged.log);
  asksBefore(world, 's2', 6, aged.log);
  asks(world, 's2', 5, aged.log);
  checkVotes(world.trace);
}

/** A pre-vote for term 4 takes nothing away in term 3. */
function checkVoteStaysFree(ids: readonly ProcessId[]): void {
  const world = besidePuppets(ids, asking);
  asksBefore(world, 's2', 4, aged.log);
  asks(world, 's3', 3, aged.log);
  checkVotesFor(world, 's3', 'had given s2 its pre-vote for term 4');
}

/** Whoever asks for a term that has begun has to learn of it, or it would ask for ever. */
function checkTellsTerm(ids: readonly ProcessId[]): void {
  for (const nextTerm of [5, 7]) {
    const world = besidePuppets(ids, asking);
    asks(world, 's3', 7, aged.log);
    asksBefore(world, 's2', nextTerm, aged.log);
    const asked = lastHeard(world.trace, 's2');
    const yes = preVoteGiven(world.trace, asked);
    const answers = sendings(world.trace).filter(
      ({ event }) => event.index > asked.index && event.to === 's2',
    );
    if (yes === undefined && answers.some(({ message }) => termOf(message) === 7)) continue;
    const answer = yes ?? answers.at(-1);
    const said =
      answer?.message.type === 'PreVoteReply'
        ? `At ${when(answer.event)} it said ${answer.message.voteGranted ? 'yes' : 'no'}, with term ${answer.message.term}.`
        : 'It did not answer.';
    violated(
      `s1 had voted for s3 in term 7 when s2 asked for its pre-vote in term ${nextTerm}, which ${nextTerm === 7 ? 'has begun' : 'is over'}. ${said} It should have said no, with its own term, 7: s2 has to learn of it.`,
      world.trace,
      asked,
      answer?.event,
    );
  }
}

/** A pre-vote does not make anybody wait anew: others may go on asking for ever. */
function checkWaitsOn(ids: readonly ProcessId[]): void {
  const world = besidePuppets(ids, asking);
  for (let atMs = 0; atMs < electionTimeoutMs.max; atMs += 50) {
    asksBefore(world, 's2', 4, aged.log);
    world.runFor(49);
  }
  if (world.trace.all('timeout').some(isElectionTimer)) return;
  violated(
    `For ${world.nowMs} ms s1 has heard from no leader, and its timer 'election' has not run out: each PreVote of s2 set it anew. A pre-vote changes nothing, or whoever asks could keep all others from asking.`,
    world.trace,
    world.trace.all('timer-set').findLast(isElectionTimer),
  );
}

/** s1 has begun a campaign for this term if and only if a majority has told it that it would vote. */
function checkCampaigns(trace: Trace, ids: readonly ProcessId[], term: number): void {
  checkFounded(trace, ids);
  const last = trace.all('deliver').at(-1) as TraceEvent;
  const willing = willingFor(trace, 's1', term, trace.length);
  const own = campaigns(trace).filter(({ candidate }) => candidate === 's1');
  const [first, again] = own;
  if (again !== undefined) {
    violated(
      `s1 asked for votes in term ${first?.term} at ${when(first?.event)}, and in term ${again.term} at ${when(again.event)}. A pre-vote that comes after the campaign has begun changes nothing.`,
      trace,
      first?.event,
      again.event,
    );
  }
  if (2 * willing.length <= ids.length) return;
  const missing = ids.slice(1).find((peer) => {
    return !sendings(trace).some(
      ({ message, event }) =>
        message.type === 'RequestVote' && message.term === term && event.to === peer,
    );
  });
  if (missing === undefined) return;
  violated(
    `At ${when(last)} s1 knew that ${list(willing)} would vote for it in term ${term}. ${willing.length} of ${ids.length} is a majority, and yet it has not asked ${missing} for its vote.`,
    trace,
    last,
  );
}

/** Who would vote for a candidate in a term, as far as it knows: itself, and all whose yes has come. */
function willingFor(
  trace: Trace,
  candidate: ProcessId,
  nextTerm: number,
  until: number,
): readonly ProcessId[] {
  const heard = trace.all('deliver').filter(({ process, message: sent, index }) => {
    const message = sent as Message;
    return (
      process === candidate &&
      index < until &&
      message.type === 'PreVoteReply' &&
      message.voteGranted &&
      message.nextTerm === nextTerm
    );
  });
  return [...new Set([candidate, ...heard.map(({ from }) => from)])];
}

/** Nobody begins a term unless a majority would vote for it there, or the leader has sent it. */
function checkFounded(trace: Trace, ids: readonly ProcessId[]): void {
  for (const { candidate, term, isTransfer, event } of campaigns(trace)) {
    const wasSent = trace.all('deliver').some(({ process, message: sent, index }) => {
      const message = sent as Message;
      const isOrder = message.type === 'TimeoutNow' && message.term === term - 1;
      return process === candidate && isOrder && index < event.index;
    });
    if (wasSent) continue;
    if (isTransfer) {
      violated(
        `${candidate} asked for votes in term ${term} at ${when(event)}, and said isTransfer. No leader had sent it: whoever believes that deposes a leader that is alive.`,
        trace,
        event,
      );
    }
    const willing = willingFor(trace, candidate, term, event.index);
    if (2 * willing.length > ids.length) continue;
    violated(
      `${candidate} asked for votes in term ${term} at ${when(event)}. That ${list(willing)} would vote for it there was all it knew: ${willing.length} of ${ids.length} is no majority.`,
      trace,
      event,
    );
  }
}

/** Pre-votes for a term that is over do not count. */
function checkStalePreVotes(ids: readonly ProcessId[]): void {
  const world = besidePuppets(ids, asking);
  runsOut(world, 's1'); // it asks for term 4
  asks(world, 's2', 7, []); // and learns of term 7
  runsOut(world, 's1'); // it asks for term 8
  for (const from of ids.slice(1)) answersBefore(world, from, 4, true, 7);
  checkFounded(world.trace, ids);
  // Nor do those that were counted before.
  if (ids.length > 3) {
    const again = besidePuppets(ids, asking);
    runsOut(again, 's1');
    answersBefore(again, 's2', 4, true);
    asks(again, 's2', 7, []);
    runsOut(again, 's1');
    answersBefore(again, 's3', 8, true, 7);
    checkFounded(again.trace, ids);
  }
  // One that tells of a later term is no yes, and it is news.
  for (const from of ids.slice(1)) answersBefore(world, from, 8, false, 9);
  checkTermIs(world, 9, 'was told in answers to its PreVote that the others are in term 9');
}

/** While s1 waits for pre-votes, the leader of its term is heard again. */
function checkLeaderReturns(ids: readonly ProcessId[]): void {
  const world = besidePuppets(ids, asking);
  runsOut(world, 's1');
  tells(world, 's3', { type: 'AppendEntries', term: 3, leaderId: 's3' });
  const heard = lastHeard(world.trace, 's3');
  for (const from of ids.slice(1)) answersBefore(world, from, 4, true);
  const [campaign] = campaigns(world.trace);
  if (campaign === undefined) return;
  violated(
    `s1 had asked for pre-votes, heard from the leader of its term at ${when(heard)}, and asked for votes at ${when(campaign.event)} all the same. It has a leader, and should depose nobody.`,
    world.trace,
    heard,
    campaign.event,
  );
}

/** The leader was heard again, and then no more: what was said before that says nothing now. */
function checkAsksAnew(ids: readonly ProcessId[]): void {
  if (ids.length <= 3) return;
  const world = besidePuppets(ids, asking);
  runsOut(world, 's1');
  answersBefore(world, 's2', 4, true);
  tells(world, 's3', { type: 'AppendEntries', term: 3, leaderId: 's3' });
  const heard = lastHeard(world.trace, 's3');
  runsOut(world.runFor(140), 's1');
  answersBefore(world, 's4', 4, true);
  const [campaign] = campaigns(world.trace);
  if (campaign === undefined) return;
  violated(
    `s1 had the pre-vote of s2, then heard its leader at ${when(heard)}, asked anew, got the pre-vote of s4, and asked for votes in term ${campaign.term} at ${when(campaign.event)}. Since it heard its leader, s1 and s4 were all: 2 of ${ids.length} is no majority. s2 may hear the leader, too, by now.`,
    world.trace,
    heard,
    campaign.event,
  );
}

/** Two ask at a time: whoever says yes to the other still waits for its own answers. */
function checkGoesOnAsking(ids: readonly ProcessId[]): void {
  for (const theirs of [aged.log, []]) {
    const world = besidePuppets(ids, asking);
    runsOut(world, 's1');
    asksBefore(world, 's2', 4, theirs);
    const asked = lastHeard(world.trace, 's2');
    for (const from of ids.slice(1)) answersBefore(world, from, 4, true);
    if (campaigns(world.trace).length > 0) continue;
    violated(
      `s1 had asked for pre-votes for term 4, and at ${when(asked)} s2, whose log is ${show(theirs)}, asked it for the same. Up to ${world.nowMs} ms all others said that they would vote for s1, and it has not asked for their votes. What s2 asked should have changed nothing in s1.`,
      world.trace,
      asked,
    );
  }
}

/** Answers to a question that was asked before a restart. */
function checkNotAsked(ids: readonly ProcessId[]): void {
  const world = besidePuppets(ids, asking);
  runsOut(world, 's1');
  world.crash('s1').restart('s1');
  for (const from of ids.slice(1)) answersBefore(world, from, 4, true);
  const [campaign] = campaigns(world.trace);
  if (campaign === undefined) return;
  violated(
    `s1 asked for pre-votes, crashed, and asked for votes at ${when(campaign.event)}, when answers to what it had asked before its crash came. It has waited for no leader since, and has asked nothing.`,
    world.trace,
    world.trace.all('restart').at(-1),
    campaign.event,
  );
}

// ── CheckQuorum ──────────────────────────────────────────────────────────────────────────────────

function beats(trace: Trace): readonly Carried[] {
  return sendings(trace).filter(
    ({ message, event }) => message.type === 'AppendEntries' && event.process === 's1',
  );
}

function checkLeadsOn({ trace, nowMs }: World, answering: number, howOften = ''): void {
  const win = leaderAt(trace, 's1', 'with the votes of all');
  const last = beats(trace).at(-1)?.event ?? win.event;
  if (nowMs - last.at <= 100) return;
  violated(
    `s1 led term 4, and ${answering} other ${answering === 1 ? 'server' : 'servers'}, with it a majority, answered its heartbeats${howOften}. Its last one left at ${when(last)}, and none since, up to ${nowMs} ms. It should have gone on leading.`,
    trace,
    last,
  );
}

/** s1 does not lead any more, as a follower that waits. */
function checkSteppedDown(
  world: World,
  ids: readonly ProcessId[],
  answering: number,
  silentFromMs = world.nowMs - 2000,
): void {
  const { trace, nowMs } = world;
  const win = leaderAt(trace, 's1', 'with the votes of all');
  const late = beats(trace).find(({ event }) => event.at > silentFromMs + 600);
  const who = `${answering === 0 ? 'nobody' : `only ${list(ids.slice(1, 1 + answering))}`} answered in term 4`;
  if (late !== undefined) {
    violated(
      `s1 led term 4 of ${ids.length} servers. From ${silentFromMs} ms on ${who}: with s1 that is no majority. At ${when(late.event)} it still sent heartbeats. After 600 ms at the latest it should have stepped down.`,
      trace,
      late.event,
    );
  }
  const waits = trace
    .all('timer-set')
    .find((event) => isElectionTimer(event) && event.index > win.event.index);
  if (waits !== undefined && waits.at > silentFromMs + 600) {
    violated(
      `s1 led term 4 of ${ids.length} servers. From ${silentFromMs} ms on ${who}: with s1 that is no majority. Not before ${when(waits)} did it stop leading, and start its timer 'election'. After 600 ms at the latest it should have stepped down.`,
      trace,
      waits,
    );
  }
  const campaign = campaigns(trace).find(({ term }) => term > 4);
  if (campaign !== undefined) return;
  violated(
    `s1 stepped down from term 4, and up to ${nowMs} ms it has not asked for votes. A follower waits with its timer 'election' running.`,
    trace,
    beats(trace).at(-1)?.event,
  );
}

/** s1 leads a second time, and only those who answered in its first term are heard. */
function checkLeadsAgain(ids: readonly ProcessId[]): void {
  const world = elected(ids, checking);
  leadsFor(world, ids, 200, () => true);
  tells(world, 's2', { type: 'AppendEntries', term: 5, leaderId: 's2' });
  runsOut(world, 's1');
  for (const from of ids.slice(1))
    tells(world, from, { type: 'RequestVoteReply', term: 6, voteGranted: true });
  const win = leaderAt(world.trace, 's1', 'with the votes of all');
  world.runFor(1000);
  const late = beats(world.trace).find(({ event }) => event.at > win.event.at + 700);
  if (late === undefined) return;
  violated(
    `s1 led term 6 from ${when(win.event)} on, and nobody answered. At ${when(late.event)} it still sent heartbeats. After 600 ms at the latest it should have stepped down.`,
    world.trace,
    win.event,
    late.event,
  );
}

/** It does not matter at what moment, between two checks of s1, a silence begins. */
function checkAnyMoment(ids: readonly ProcessId[]): void {
  const others = Math.floor(ids.length / 2);
  const enough = (id: ProcessId) => ids.indexOf(id) <= others;
  // A silence of 119 ms after the other, in which every moment has its turn.
  const patient = elected(ids, checking);
  leadsFor(patient, ids, 15_000, enough, 4, 119);
  checkLeadsOn(patient, others, ' every 119 ms');
  for (let laterMs = 20; laterMs <= 620; laterMs += 20) {
    const world = elected(ids, checking);
    leadsFor(world, ids, 1000, enough, 4, 100);
    leadsFor(world, ids, laterMs, enough, 4, 20);
    const silentFromMs = lastHeard(world.trace, ids[others] as ProcessId).at;
    checkSteppedDown(world.runFor(1000), ids, 0, silentFromMs);
  }
}

/** Whoever has stepped down is still in its term, in which it has voted and leads no more. */
function checkIsFollower(ids: readonly ProcessId[]): void {
  const world = sentToLead(ids);
  // Votes for it go on arriving.
  for (let at = 0; at < 700; at += 20) {
    tells(world, 's2', { type: 'RequestVoteReply', term: 4, voteGranted: true });
    world.runFor(19);
  }
  const [first, again] = wins(world.trace);
  if (again !== undefined) {
    violated(
      `s1 led term ${first?.term} from ${when(first?.event)} on, and nobody answered its heartbeats. At ${when(again.event)} it noted again that it leads term ${again.term}, when one more vote of s2 arrived. A vote is no answer: it should lead no more.`,
      world.trace,
      first?.event,
      again.event,
    );
  }
  asks(world, 's2', 4, aged.log);
  checkVotes(world.trace);
}

/** A leader is deposed by term 5, and asks for pre-votes. Then its last check of term 4 would be due. */
function checkOldTimer(ids: readonly ProcessId[]): void {
  const world = sentToLead(ids).runFor(200);
  asks(world, 's2', 5, []);
  runsOut(world, 's1');
  const asked = world.trace.events.at(-1);
  world.runFor(110);
  for (const from of ids.slice(1)) answersBefore(world, from, 6, true, 5);
  if (campaigns(world.trace).some(({ term }) => term === 6)) return;
  violated(
    `s1 led term 4, was deposed by term 5, and asked for pre-votes for term 6 at ${when(asked)}. Up to ${world.nowMs} ms all others said that they would vote for it, and it has not asked for their votes. It led no more, so there was no quorum to check.`,
    world.trace,
    asked,
  );
}

/** s1 leads term 4, as the leader of term 3 has wished. It asks before it campaigns, and checks its quorum. */
function sentToLead(ids: readonly ProcessId[]): World {
  const world = besidePuppets(ids, { ...checking, preVote: true });
  tells(world, 's3', { type: 'TimeoutNow', term: 3 });
  for (const from of ids.slice(1))
    tells(world, from, { type: 'RequestVoteReply', term: 4, voteGranted: true });
  leaderAt(world.trace, 's1', 'with the votes of all');
  return world;
}

// ── Terms, votes, leaders ────────────────────────────────────────────────────────────────────────

/** No server is in a term of which it has not heard, and which it has not begun itself. */
function checkTermsFounded(trace: Trace): void {
  const highest = new Map<ProcessId, number>();
  const judged = new Map(sendings(trace).map((sent) => [sent.event.index, sent]));
  const knows = (id: ProcessId, term: number | undefined) =>
    highest.set(id, Math.max(term ?? 0, highest.get(id) ?? aged.currentTerm));
  for (const event of trace.events) {
    const { process, kind } = event;
    // A campaign may have begun, with a crash before anybody heard of it.
    if (kind === 'crash') knows(process, (highest.get(process) ?? aged.currentTerm) + 1);
    if (kind === 'deliver') knows(process, termOf(event.message as Message));
    const sent = judged.get(event.index);
    if (sent === undefined) continue;
    const { message } = sent;
    const term = termOf(message) ?? (message as PreVote).nextTerm - 1;
    const known = highest.get(process) ?? aged.currentTerm;
    if (message.type === 'RequestVote') knows(process, term);
    else if (!(term <= known)) {
      violated(
        `${process} was in term ${term} when it sent ${message.type} at ${when(event)}. The highest of which it had heard, or which it had begun, was ${known}. Somebody who asks for pre-votes has begun nothing yet.`,
        trace,
        event,
      );
    }
  }
}

/** One vote a server a term. */
function checkVotes(trace: Trace): void {
  const whom = ({ voter, candidate }: Vote) => (voter === candidate ? 'itself' : candidate);
  const given = new Map<string, Vote>();
  for (const vote of votes(trace)) {
    const { voter, candidate, term, event } = vote;
    const first = given.get(`${voter} ${term}`) ?? vote;
    given.set(`${voter} ${term}`, first);
    if (first.candidate === candidate) continue;
    violated(
      `${voter} voted in term ${term} for ${whom(first)} at ${when(first.event)}, and for ${whom(vote)} at ${when(event)}. It has one vote in a term.`,
      trace,
      first.event,
      event,
    );
  }
}

/** Election Safety (§5.2): one leader a term, which has the votes of a majority. */
function checkLeaders(trace: Trace, ids: readonly ProcessId[]): void {
  const leaders = new Map<number, Win>();
  for (const win of wins(trace)) {
    const { leader, term, event } = win;
    const other = leaders.get(term) ?? win;
    leaders.set(term, other);
    if (other.leader !== leader) {
      violated(
        `${leader} noted at ${when(event)} that it leads term ${term}, which ${other.leader} had won at ${when(other.event)}. A term has at most one leader.`,
        trace,
        other.event,
        event,
      );
    }
    const voters = votersOf(trace, leader, term, event.index);
    if (2 * voters.length > ids.length) continue;
    violated(
      `${leader} noted at ${when(event)} that it leads term ${term}. In that term it had the votes of ${list(voters)}: ${voters.length} of ${ids.length} is no majority.`,
      trace,
      event,
    );
  }
}

/** Who has voted for a candidate in a term, as far as it knows: itself, and all whose yes has come. */
function votersOf(
  trace: Trace,
  candidate: ProcessId,
  term: number,
  until: number,
): readonly ProcessId[] {
  const own = campaigns(trace).filter(
    (each) => each.candidate === candidate && each.term === term && each.event.index < until,
  );
  const heard = trace.all('deliver').filter(({ process, from, message: sent, index }) => {
    const message = sent as Message;
    const isVote = votedFor(message, from, process) === candidate && termOf(message) === term;
    return process === candidate && isVote && index < until;
  });
  return [...new Set([...own.map((each) => each.candidate), ...heard.map(({ from }) => from)])];
}

/** Whether a log is at least as up to date as another: by the last term, then by length (§5.4.1). */
function isUpToDate(log: Log, other: Log): boolean {
  const [term, otherTerm] = [log.at(-1) ?? 0, other.at(-1) ?? 0];
  return term === otherTerm ? log.length >= other.length : term > otherTerm;
}

/** When the time for electing is over, somebody leads the last term, and nobody campaigns any more. */
function checkStays(trace: Trace): void {
  const all = campaigns(trace);
  const last = all.at(-1);
  const term = Math.max(0, ...all.map((each) => each.term));
  const win = wins(trace).find((each) => each.term === term);
  if (win !== undefined && win.event.at <= electedByMs && (last?.event.at ?? 0) <= electedByMs)
    return;
  const asked =
    last === undefined
      ? 'Nobody ever asked for votes.'
      : `The last to ask for votes was ${last.candidate}, in term ${last.term} at ${when(last.event)}.`;
  const before = wins(trace).at(-1);
  const led =
    before === undefined
      ? 'Nobody has ever led.'
      : `The last to lead was ${before.leader}, in term ${before.term} from ${when(before.event)} on.`;
  stuck(
    `the network was calm from ${calmFromMs} ms on. From ${electedByMs} ms on, ten timeouts later, one server should lead without a further campaign. ${asked} ${led}`,
    trace,
    last?.event ?? trace.events.at(-1),
  );
}

// ── What the runs must have met, for the promises to mean anything ───────────────────────────────

function coverAttempts(trace: Trace): void {
  if (campaigns(trace).length > 0) covered('a campaign began');
  const asked = new Map<ProcessId, number>();
  for (const { message, event } of sendings(trace)) {
    const { process } = event;
    if (message.type === 'RequestVote') asked.delete(process);
    if (message.type !== 'PreVote') continue;
    if (event.at - (asked.get(process) ?? event.at) >= electionTimeoutMs.min)
      covered('a server asked for pre-votes twice without a campaign');
    asked.set(process, event.at);
  }
}

// ── Every order: what has to be remembered of a run to judge what happens next ───────────────────

interface Seen {
  /** For each term: for whom each server has voted. */
  readonly votes: Readonly<Record<number, Readonly<Record<ProcessId, ProcessId>>>>;
  readonly leaders: Readonly<Record<number, ProcessId>>;
}

type Small = Exploration<RaftServer, Seen, 'send' | 'note'>;

/**
 * Only elections take time here: a heartbeat more brings nothing new, and would use up the budget. And
 * the clock stands still: whoever has heard its leader goes on believing in it.
 */
class Elector extends RaftServer {
  protected override now(): number {
    return 0;
  }

  protected override setTimer(timer: string, ms: number): void {
    if (timer === 'election') super.setTimer(timer, ms);
  }
}

/** All runs of a small cluster with these logs, within budgets. What is not delivered may be lost. */
function small(
  logOfEach: Readonly<Record<ProcessId, Log>>,
  budgets: Pick<Small, 'timeouts' | 'crashes'>,
): Small {
  const makers = Object.entries(logOfEach).map(([id, log]) => [
    id,
    () => new Elector({ currentTerm: 3, log }),
  ]);
  const size = makers.length;
  return {
    processes: Object.fromEntries(makers) as Small['processes'],
    ...budgets,
    maxStates: 1_000_000,
    firstStates: 700_000,
    watch: {
      kinds: ['send', 'note'],
      start: { votes: {}, leaders: {} },
      next: (seen, event) =>
        event.kind === 'note' ? judgeNote(seen, event, size) : judgeSend(seen, event),
    },
  };
}

function judgeNote(seen: Seen, note: Extract<Happening, { kind: 'note' }>, size: number): Seen {
  const { process: leader, about } = note;
  const term = ledTerm(about);
  if (term === undefined) return seen;
  const other = seen.leaders[term] ?? leader;
  if (other !== leader) {
    violated(
      `${leader} noted that it leads term ${term}, which ${other} had won. A term has at most one leader.`,
    );
  }
  const all = Object.entries(seen.votes[term] ?? {});
  const voters = all.flatMap(([voter, candidate]) => (candidate === leader ? [voter] : []));
  if (2 * voters.length <= size) {
    violated(
      `${leader} noted that it leads term ${term}. In that term ${list(voters)} had voted for it: ${voters.length} of ${size} is no majority.`,
    );
  }
  covered('a server won an election');
  return { ...seen, leaders: { ...seen.leaders, [term]: leader } };
}

function judgeSend(
  seen: Seen,
  { process: id, to, message: sent }: Extract<Happening, { kind: 'send' }>,
): Seen {
  const message = sent as Message;
  const candidate = votedFor(message, id, to);
  if (candidate === undefined) return seen;
  const term = termOf(message) as number;
  const inTerm = seen.votes[term] ?? {};
  const first = inTerm[id] ?? candidate;
  if (first !== candidate) {
    const name = (one: ProcessId) => (one === id ? 'itself' : one);
    violated(
      `${id} voted in term ${term} for ${name(first)}, and then for ${name(candidate)}. It has one vote in a term.`,
    );
  }
  if (
    candidate === id &&
    Object.keys(inTerm).some((other) => other !== id && inTerm[other] === other)
  )
    covered('a term had two candidates');
  return { ...seen, votes: { ...seen.votes, [term]: { ...inTerm, [id]: candidate } } };
}

// ── Words ────────────────────────────────────────────────────────────────────────────────────────

/** Every two of a list, in both orders, and each with itself. */
function pairs<T>(all: readonly T[]): readonly (readonly [T, T])[] {
  return all.flatMap((a) => all.map((b) => [a, b] as const));
}

/** `s1`, `s1 and s2`, `s1, s2 and s3`. */
function list(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? 'nobody';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `343 ms`: some timers run for a fraction of a ms. */
function when(event: TraceEvent | undefined): string {
  return `${round(event?.at ?? 0)} ms`;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
