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
  electionTimeoutMs,
  type Message,
  RaftServer,
  type RequestVote,
  type Stored,
} from './raft-leader-election.ts';

const servers = ['s1', 's2', 's3', 's4', 's5'] as const;
const clusters: readonly (readonly ProcessId[])[] = [
  servers.slice(0, 3),
  servers.slice(0, 4),
  servers,
];

type Log = readonly number[];

/** What is on the disks at first: the log of a cluster that is in its third term. */
const aged: Stored = { currentTerm: 3, log: [1, 1, 2] };
const firstBoot: Stored = { currentTerm: 0, log: [] };
/**
 * Logs that a cluster may have in its third term: s5 led term 1 and wrote three entries. s1, which had
 * two of them, led term 2. s2, which had one, led term 3: s3 and s4, which had one as well, could vote
 * for it. From behind: s3, s5, s1, and s2 like s4.
 */
const logs: readonly Log[] = [[1, 1, 2, 2], [1, 3], [1], [1, 3], [1, 1, 1]];
/** Terms and lengths of one digit, and of two. */
const longLogs: readonly Log[] = [[9, 9], Array.from({ length: 13 }, () => 9), [9, 10]];

// ── First steps: s1 is a server, the others say what the script tells them ───────────────────────

example(
  'election-timer',
  'A server starts to wait at once, for a time that is drawn from 150 to 300 ms.',
  { points: 5 },
  () => {
    const drawn = clusters.flatMap((ids) =>
      Array.from({ length: 10 }, (_, seed) => {
        const { trace } = clusterOf(ids, { seed }).boot();
        return ids.map((id) => checkTimer(trace, id, 'has started'));
      }).flat(),
    );
    const [least, most] = [Math.min(...drawn), Math.max(...drawn)];
    if (least < 200 && most > 250) return;
    violated(
      `Of ${drawn.length} timeouts that servers drew, the shortest is ${round(least)} ms, the longest ${round(most)} ms. Use this.random() to draw each from the whole range of 150 to 300, or several servers will lose patience at once.`,
    );
  },
);

example(
  'campaign',
  'Whoever has waited in vain asks everybody for a vote, each time in the next term.',
  { points: 5 },
  () => {
    for (const ids of clusters) {
      for (const stored of [aged, firstBoot]) {
        const world = besidePuppets(ids, stored);
        const drawn: number[] = [];
        for (let term = stored.currentTerm + 1; term <= stored.currentTerm + 6; term++) {
          runsOut(world, 's1');
          checkCampaign(world.trace, ids, stored.log, term);
          drawn.push(checkTimer(world.trace, 's1', `has asked for votes in term ${term}`));
        }
        checkDrawnAnew(world.trace, drawn);
      }
    }
  },
);

example(
  'first-come-first-served',
  'A vote goes to the first candidate of a term whose log is up to date, and to no other.',
  { points: 10 },
  () => {
    for (const ids of clusters) {
      for (const [mine, theirs] of [...pairs([[], [1, 1], ...logs]), ...pairs(longLogs)]) {
        const currentTerm = Math.max(3, ...mine, ...theirs);
        const world = besidePuppets(ids, { currentTerm, log: mine });
        asks(world, 's2', currentTerm + 1, theirs);
        checkAnswer(world.trace, 's2', isUpToDate(theirs, mine), { mine, theirs, currentTerm });
        // After a yes the vote is gone; after a no it is not.
        asks(world, 's3', currentTerm + 1, mine);
        const own = { mine, theirs: mine, currentTerm };
        checkAnswer(world.trace, 's3', !isUpToDate(theirs, mine), own);
      }
      const { log } = aged;
      const same = { mine: log, theirs: log };
      const world = besidePuppets(ids, aged);
      asks(world, 's2', 5, []);
      asks(world, 's3', 4, log); // a term that is over
      checkAnswer(world.trace, 's3', false, same);
      asks(world, 's2', 6, log);
      checkAnswer(world.trace, 's2', true, same);
      asks(world, 's3', 6, log);
      checkAnswer(world.trace, 's3', false, same);
      asks(world, 's2', 6, log); // once more, for the answer may have been lost
      checkNotTakenBack(world.trace, 's2', 6);
      asks(world, 's3', 7, log);
      checkAnswer(world.trace, 's3', true, same);
      tells(world, 's3', 's1', { type: 'AppendEntries', term: 7, leaderId: 's3' });
      asks(world, 's2', 8, log); // that s3 led in term 7 is over
      checkAnswer(world.trace, 's2', true, same);
      runsOut(world, 's1'); // it votes for itself
      asks(world, 's2', 9, log);
      checkAnswer(world.trace, 's2', false, same);
      asks(world, 's3', 10, log);
      checkAnswer(world.trace, 's3', true, same);
      checkTerms(world.trace);
      checkVotes(world.trace);
    }
  },
);

example(
  'majority-wins',
  'A majority of votes makes a leader at once. Its heartbeats keep it, and nothing else.',
  { points: 5 },
  () => {
    for (const ids of clusters) {
      const world = besidePuppets(ids, aged);
      runsOut(world, 's1');
      // s2 refuses, says what it said in term 3, and then asks for votes of its own in term 4.
      // None of that ends the campaign of s1. Every yes comes three times.
      answers(world, 's2', 4, false);
      checkWins(world.trace, ids);
      for (const message of lateWords) tells(world, 's2', 's1', message);
      asks(world, 's2', 4, aged.log);
      for (const voter of ids.slice(2)) {
        for (let copy = 0; copy < 3; copy++) {
          answers(world, voter, 4, true);
          checkWins(world.trace, ids);
        }
      }
      // What comes too late changes nothing.
      answers(world, 's2', 4, false);
      for (const message of lateWords) tells(world, 's2', 's1', message);
      asks(world, 's2', 4, aged.log);
      // All but one confirm that they have heard of it.
      for (const peer of ids.slice(1, -1)) {
        tells(world, peer, 's1', { type: 'AppendEntriesReply', term: 4 });
      }
      checkAnnounces(world.trace, ids);
      checkGoesOn(world, ids);
      checkNotCalmed(ids);
    }
  },
);

example(
  'steps-down',
  'Whoever hears of a higher term takes it over, and neither leads nor wins any more.',
  { points: 5 },
  () => {
    for (const ids of clusters) {
      for (const news of newsOfTerm7) {
        const leader = besidePuppets(ids, aged);
        runsOut(leader, 's1');
        for (const voter of ids.slice(1)) answers(leader, voter, 4, true);
        checkWins(leader.trace, ids);
        leader.runFor(400); // longer than any timer that it set before
        tells(leader, 's2', 's1', news);
        checkFollows(leader, ids, 'led term 4');

        const candidate = besidePuppets(ids, aged);
        runsOut(candidate, 's1');
        tells(candidate, 's2', 's1', news);
        for (const voter of ids.slice(2)) answers(candidate, voter, 4, true);
        checkFollows(candidate, ids, 'was a candidate in term 4');
      }
      for (const news of newsWithoutVote) {
        for (const leads of [true, false]) {
          const world = besidePuppets(ids, aged);
          runsOut(world, 's1');
          if (leads) for (const voter of ids.slice(1)) answers(world, voter, 4, true);
          tells(world, 's2', 's1', news);
          asks(world, 's3', 7, aged.log);
          checkAnswer(world.trace, 's3', true, { mine: aged.log, theirs: aged.log });
        }
      }
    }
  },
);

// ── Figures: what has broken Rafts in the field ──────────────────────────────────────────────────

example('stale-grant', 'A vote of an old term never makes a leader.', { points: 10 }, () => {
  for (const ids of clusters) {
    // s1 asks in term 4, and the votes are slow. It asks again in 5, which its rival wins. Then the
    // votes of term 4 arrive.
    const world = clusterOf(ids).hold();
    const rival = ids.at(-1) as ProcessId;
    const voters = ids.slice(1, -1);
    runsOut(world, 's1');
    for (const id of ids.slice(1)) passes(world, 's1', id, { type: 'RequestVote', term: 4 });
    runsOut(world, 's1');
    runsOut(world, rival);
    for (const id of voters) passes(world, rival, id, { type: 'RequestVote', term: 5 });
    for (const id of voters) passes(world, id, rival, grantIn(5));
    for (const id of voters) passes(world, id, 's1', grantIn(4));
    checkLeaders(world.trace, ids);
  }
  for (const ids of clusters.slice(1)) {
    // One vote comes in term 4, the other in term 5.
    const world = besidePuppets(ids, aged);
    runsOut(world, 's1');
    answers(world, 's2', 4, true);
    runsOut(world, 's1');
    answers(world, 's3', 5, true);
    checkLeaders(world.trace, ids);
  }
});

example(
  'vote-survives-crash',
  'What a server has said of its term and its vote still holds after a crash.',
  { points: 10 },
  () => {
    for (const loss of ['unflushed', 'nothing'] as const) {
      for (const deed of deeds) {
        // After all that it does; then in the middle of it, after the first send, write or flush, …
        for (let effect = 0; crashesWithin(deed, effect, loss); effect++);
      }
    }
  },
);

// ── Any run at all, on a network so slow that several campaigns are under way at once ────────────

const anything = faultPlans({
  processes: servers,
  kinds: ['lose', 'delay', 'duplicate', 'partition', 'crash', 'crash-mid-step', 'disk-loss'],
  crashes: 3,
  messagesPerLink: 5,
  untilMs: 1000,
});

function run(ids: readonly ProcessId[], faults: FaultPlan, options: ClusterOptions = {}): Trace {
  const short = { latencyMs: [1, 150], maxEvents: MOST_EVENTS / 3 } as const;
  return clusterOf(ids, { faults, ...short, ...options }).runFor(1200).trace;
}

safety(
  'terms-only-grow',
  'The term of a server never goes back, not even when it restarts.',
  { points: 5, runs: 40, covers: { 'a server restarted after it had sent a message': 30 } },
  given(anything, (faults) => {
    for (const ids of clusters) {
      const trace = run(ids, faults);
      coverRestarts(trace);
      checkTerms(trace);
    }
  }),
);

safety(
  'one-vote-per-term',
  'A server votes for at most one candidate in a term, restarts included.',
  {
    points: 10,
    runs: 60,
    covers: {
      'two candidates asked one server for its vote in the same term': 60,
      'a server restarted in a term in which it had voted': 20,
    },
  },
  given(anything, (faults) => {
    for (const ids of clusters) {
      const trace = run(ids, faults);
      coverVotes(trace);
      checkVotes(trace);
    }
  }),
);

safety(
  'election-safety',
  'At most one server leads a term: the one for which a majority voted in it.',
  {
    points: 10,
    runs: 60,
    covers: {
      'a server won an election': 60,
      'a vote came when its candidate was in a later term': 15,
    },
  },
  given(anything, (faults) => {
    for (const ids of clusters) {
      const trace = run(ids, faults);
      coverWins(trace);
      coverGrants(trace);
      checkLeaders(trace, ids);
    }
  }),
);

safety(
  'up-to-date-winner',
  'The log of a winner is at least as up to date as the log of each of its voters.',
  {
    points: 5,
    runs: 40,
    covers: {
      'a server won an election': 60,
      'a candidate asked for the vote of a server that is ahead of it': 60,
    },
  },
  given(anything, (faults) => {
    for (const ids of clusters) {
      const trace = run(ids, faults, { logs });
      coverWins(trace);
      coverLogs(trace);
      checkLogs(trace);
    }
  }),
);

safety(
  'patience',
  'A heartbeat, a vote that is given and a campaign begin a new wait, of 150 to 300 ms.',
  {
    points: 5,
    runs: 40,
    covers: { 'a server won an election': 60, 'a server asked for votes after a vote': 5 },
  },
  given(anything, (faults) => {
    for (const ids of clusters) {
      const trace = run(ids, faults, { latencyMs: [1, 40] });
      coverWins(trace);
      checkChance(trace);
      checkPatience(trace);
    }
    for (const ids of clusters) checkBeginnings(ids);
  }),
);

// ── In the end ───────────────────────────────────────────────────────────────────────────────────

const calmFromMs = 500;
const electedByMs = calmFromMs + 10 * electionTimeoutMs.max;
const endMs = electedByMs + 4 * electionTimeoutMs.max;

const troubles = faultPlans({
  processes: servers,
  kinds: ['lose', 'delay', 'duplicate', 'partition', 'pause', 'crash'],
  crashes: 3,
  messagesPerLink: 3,
  untilMs: calmFromMs,
});

liveness(
  'one-leader-stays',
  'Ten timeouts after the network is calm again, one server leads, and goes on leading.',
  {
    points: 5,
    runs: 30,
    covers: { 'nobody led when the calm began': 10, 'somebody led when the calm began': 20 },
  },
  given(troubles, (faults) => {
    for (const ids of clusters) {
      const { trace } = clusterOf(ids, { faults, latencyMs: [5, 15], logs }).runFor(endMs);
      coverCalm(trace);
      checkStays(trace);
    }
  }),
);

// ── Every run there is, of a small cluster for a short time ──────────────────────────────────────

exhaustive(
  'every-order',
  'In no order of events are there two votes of a server, or two leaders, in a term.',
  { points: 10, covers: ['a term had two candidates', 'a server won the second term'] },
  () => [
    // With four, a vote that counts twice would make a majority.
    small({ s1: [1], s2: [1], s3: [1], s4: [1] }, { timeouts: 1, copies: 1 }),
    // Two campaigns, in one term or in two, with different logs.
    small({ s1: [1, 1, 2, 2], s2: [1, 3], s3: [1] }, { timeouts: 2 }),
    // Two campaigns, all logs alike, and a crash at any moment.
    small({ s1: aged.log, s2: aged.log, s3: aged.log }, { timeouts: 2, crashes: 1 }),
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
  readonly faults?: FaultPlan;
  readonly seed?: number;
  readonly latencyMs?: number | readonly [number, number];
  readonly stored?: Stored;
  readonly maxEvents?: number;
  /** One log for each server; the same for all unless told. */
  readonly logs?: readonly Log[];
  /** Who is no server, but a puppet. */
  readonly puppets?: readonly ProcessId[];
}

/** A cluster of these servers. The rest of the five stand beside it, so that a fault may hit anyone. */
function clusterOf(
  ids: readonly ProcessId[],
  { logs: own, stored = aged, puppets = [], ...options }: ClusterOptions = {},
): World {
  const makerOf = (id: ProcessId, i: number) =>
    puppets.includes(id)
      ? Puppet
      : () => new RaftServer({ ...stored, log: own?.[i] ?? stored.log });
  const others = servers.filter((id) => !ids.includes(id));
  return simulate<RaftServer | Puppet>({
    processes: Object.fromEntries(ids.map((id, i) => [id, makerOf(id, i)])),
    clients: Object.fromEntries(others.map((id) => [id, Puppet])),
    maxEvents: MOST_EVENTS,
    ...options,
  });
}

/** Several times what a run needs; servers that answer each other without end are told so soon. */
const MOST_EVENTS = 6_000;

/** Every message waits for the script, and then takes 1 ms: nobody loses patience meanwhile. */
function besidePuppets(ids: readonly ProcessId[], stored: Stored): World {
  return clusterOf(ids, { stored, puppets: ids.slice(1), latencyMs: 1 }).hold();
}

/** A puppet says something, and it arrives. */
function tells(world: World, from: ProcessId, to: ProcessId, message: Message): void {
  world.call(from, DEEDS[message.type], (process) => {
    if (process instanceof Puppet) process.say(to, message);
  });
  world.deliver(from, to).runFor(0);
}

const DEEDS: Readonly<Record<Message['type'], string>> = {
  RequestVote: 'asks for votes',
  RequestVoteReply: 'answers',
  AppendEntries: 'leads, it thinks',
  AppendEntriesReply: 'answers',
};

function asks(world: World, from: ProcessId, term: number, log: Log): void {
  tells(world, from, 's1', requestVote(from, term, log));
}

function answers(world: World, from: ProcessId, term: number, voteGranted: boolean): void {
  tells(world, from, 's1', { type: 'RequestVoteReply', term, voteGranted });
}

function requestVote(candidateId: ProcessId, term: number, log: Log): RequestVote {
  return {
    type: 'RequestVote',
    term,
    candidateId,
    lastLogIndex: log.length,
    lastLogTerm: log.at(-1) ?? 0,
  };
}

function grantIn(term: number): Message {
  return { type: 'RequestVoteReply', term, voteGranted: true };
}

/** What was said in the term before, and arrives now. */
const lateWords: readonly Message[] = [
  { type: 'AppendEntries', term: 3, leaderId: 's2' },
  { type: 'AppendEntriesReply', term: 3 },
  { type: 'RequestVoteReply', term: 3, voteGranted: true },
  { type: 'RequestVoteReply', term: 3, voteGranted: false },
  requestVote('s2', 3, aged.log),
];
const newsOfTerm7: readonly Message[] = [
  requestVote('s2', 7, aged.log),
  requestVote('s2', 7, []),
  { type: 'RequestVoteReply', term: 7, voteGranted: false },
  { type: 'AppendEntries', term: 7, leaderId: 's2' },
  { type: 'AppendEntriesReply', term: 7 },
];
/** After these nobody leads term 7, as far as s1 knows, and its vote of that term is free. */
const newsWithoutVote = newsOfTerm7.filter(
  (news) =>
    news.type !== 'AppendEntries' && !(news.type === 'RequestVote' && news.lastLogIndex > 0),
);

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

/** A message arrives that must have been sent by now. */
function passes(
  world: World,
  from: ProcessId,
  to: ProcessId,
  wanted: Readonly<Partial<Message>>,
): void {
  if (world.held(from, to).some((message) => differences(message, wanted).length === 0)) {
    world.deliver(from, to, { ...wanted }).runFor(0);
    return;
  }
  violated(
    `By ${world.nowMs} ms ${from} should have sent ${show(wanted)} to ${to}, and has not.`,
    world.trace,
    world.trace.events.findLast(({ process }) => process === from),
  );
}

/** What s1 does before it crashes, or while it does. */
const deeds: readonly ((world: World) => void)[] = [
  (world) => asks(world, 's2', 4, aged.log),
  (world) => runsOut(world, 's1'),
  (world) => asks(world, 's2', 7, []),
  (world) => {
    answers(world, 's2', 7, false); // it learns of the term, and has nothing to say yet
    asks(world, 's3', 7, []);
  },
  (world) => {
    asks(world, 's2', 4, aged.log);
    asks(world.restart('s1'), 's3', 5, aged.log);
  },
];

/** One crash, after an effect of what s1 does, from 1, or after all (0). Whether there was such a one. */
function crashesWithin(
  deed: (world: World) => void,
  effect: number,
  loss: 'unflushed' | 'nothing',
): boolean {
  const world = besidePuppets(servers.slice(0, 3), aged).loseAtCrash('s1', 1, loss);
  if (effect > 0) world.crashAfterEffect('s1', effect);
  deed(world.boot().restart('s1'));
  if (effect === 0) world.crash('s1').restart('s1').crash('s1');
  if (world.trace.all('crash').length === 0) return false;
  // As if nothing had been promised: s3 asks in the term in which s1 may have voted.
  asks(world.restart('s1'), 's3', 4, aged.log);
  runsOut(world, 's1');
  checkVotes(world.trace);
  checkTerms(world.trace);
  return true;
}

// ── What is judged: what servers sent, what reached them, and what they noted ────────────────────

type Sent = Extract<TraceEvent, { kind: 'send' }>;

/** A message that a server sent, with the entry that shows it. */
type Carried = Message & { readonly event: Sent };

/** What servers sent; the words that a script puts into the mouths of puppets are left out. */
function sendings(trace: Trace): readonly Carried[] {
  return trace
    .all('send')
    .filter(({ cause }) => cause === undefined || trace.at(cause).kind !== 'step')
    .map((event) => ({ ...(event.message as Message), event }));
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

interface Vote {
  readonly voter: ProcessId;
  readonly candidate: ProcessId;
  readonly term: number;
  readonly event: Sent;
}

/** Each vote that was given: in an answer, or by a candidate to itself when it asks for others. */
function votes(trace: Trace): readonly Vote[] {
  return sendings(trace).flatMap((sent): Vote[] => {
    const { event, term } = sent;
    const candidate = votedFor(sent, event.process, event.to);
    return candidate === undefined ? [] : [{ voter: event.process, candidate, term, event }];
  });
}

/** For whom a server votes by sending a message. */
function votedFor(message: Message, from: ProcessId, to: ProcessId): ProcessId | undefined {
  if (message.type === 'RequestVote') return from;
  return message.type === 'RequestVoteReply' && message.voteGranted ? to : undefined;
}

/** The first request for votes of each campaign. */
function campaigns(trace: Trace): readonly Vote[] {
  const own = votes(trace).filter(({ event }) => (event.message as Message).type === 'RequestVote');
  const isFirst = ({ voter, term }: Vote, i: number) =>
    own.findIndex((other) => other.voter === voter && other.term === term) === i;
  return own.filter(isFirst);
}

// ── First steps ──────────────────────────────────────────────────────────────────────────────────

function isElectionTimer(event: TraceEvent): boolean {
  return 'timer' in event && event.timer === 'election';
}

/** Since its timer last ran out, a server has started it, with a time in the range: so many ms. */
function checkTimer(trace: Trace, id: ProcessId, having: string): number {
  const own = trace.events.filter(({ process }) => process === id);
  const last = own.findLast(isElectionTimer);
  if (last?.kind !== 'timer-set') {
    violated(
      `${id} ${having}, and no timer 'election' is running: it would wait for ever.`,
      trace,
      own.at(-1),
    );
  }
  checkRange(trace, last, having);
  return last.ms;
}

type TimerSet = Extract<TraceEvent, { kind: 'timer-set' }>;

function checkRange(trace: Trace, set: TimerSet, having: string): void {
  const { min, max } = electionTimeoutMs;
  if (set.ms >= min && set.ms <= max) return;
  violated(
    `${set.process} ${having}, and its timer 'election' is to run out ${round(set.ms)} ms later. It must be between ${min} and ${max}.`,
    trace,
    set,
  );
}

/** Each time that s1 has voted, leads no more, or starts again, it draws how long to wait. */
function checkBeginnings(ids: readonly ProcessId[]): void {
  for (const [what, begin] of beginnings) {
    const world = besidePuppets(ids, aged).boot();
    const sets = Array.from({ length: 6 }, (_, i) => {
      const since = world.trace.length;
      begin(world, ids, 4 + 2 * i);
      const set = world.trace.all('timer-set').findLast(isElectionTimer) as TimerSet;
      checkRange(world.trace, set, what);
      return { ...set, isNew: set.index >= since };
    });
    const isDrawn = new Set(sets.map(({ ms }) => ms)).size > 1;
    if (isDrawn || sets.some(({ isNew }) => !isNew)) continue;
    violated(
      `Each time that s1 ${what}, ${sets.length} times, it waited for ${round(sets[0]?.ms ?? 0)} ms. Draw anew each time, or all that begin to wait at one moment may campaign at one moment, again and again.`,
      world.trace,
      ...sets.slice(-2),
    );
  }
}

type Beginning = (world: World, ids: readonly ProcessId[], term: number) => void;

const beginnings: readonly (readonly [string, Beginning])[] = [
  ['voted', (world, ids, term) => asks(world, 's2', term, aged.log)],
  [
    'started again',
    (world, ids, term) => {
      asks(world, 's2', term, aged.log);
      world.crash('s1').restart('s1');
    },
  ],
  [
    'had led and heard of a later term',
    (world, ids, term) => {
      runsOut(world, 's1');
      for (const voter of ids.slice(1)) answers(world, voter, term, true);
      asks(world, 's2', term + 1, []);
    },
  ],
];

function checkDrawnAnew(trace: Trace, drawn: readonly number[]): void {
  if (new Set(drawn).size > 1) return;
  violated(
    `s1 gave each of ${drawn.length} elections the same ${drawn[0]} ms. Draw anew each time: two servers that collide once would collide for ever.`,
    trace,
    trace.all('timeout').at(-1),
  );
}

/** After its timer has run out, s1 has asked every other server for its vote in this term. */
function checkCampaign(trace: Trace, ids: readonly ProcessId[], log: Log, term: number): void {
  const timeout = trace.all('timeout').at(-1) as TraceEvent;
  const requests = sendings(trace).filter(
    ({ type, event }) => type === 'RequestVote' && event.index > timeout.index,
  );
  const wanted = requestVote('s1', term, log);
  for (const { event } of requests) {
    const wrong = differences(event.message, wanted);
    if (wrong.length === 0) continue;
    const fields = (message: unknown) =>
      wrong.map((key) => `${key} ${show((message as Record<string, unknown>)[key])}`).join(', ');
    violated(
      `s1 asked for votes with ${fields(event.message)}. It was in term ${term - 1}, and the entries of its log are of the terms ${show(log)}, so it should have been ${fields(wanted)}.`,
      trace,
      timeout,
    );
  }
  const missing = ids.slice(1).find((peer) => !requests.some(({ event }) => event.to === peer));
  if (missing === undefined) return;
  violated(
    `s1 waited for a leader until ${when(timeout)}, in vain, and has not asked ${missing} for its vote in term ${term}.`,
    trace,
    timeout,
  );
}

/** s1 waits: for s2, which led and fell silent, or for votes. Nothing that s3 says makes it wait longer. */
function checkNotCalmed(ids: readonly ProcessId[]): void {
  for (const waitsFor of ['a leader', 'votes'] as const) {
    const term = waitsFor === 'votes' ? 4 : 5;
    const aYes: IdleWord = [grantIn(term), 's3 says yes, which is no majority: that'];
    const isTooFew = waitsFor === 'votes' && ids.length > 3;
    for (const [message, what] of [...idleWords(term), ...(isTooFew ? [aYes] : [])]) {
      const world = clusterOf(ids, { puppets: ids.slice(1) });
      const says = (atMs: number, from: ProcessId, words: Message) =>
        world.callAt(atMs, from, DEEDS[words.type], (process) => {
          if (process instanceof Puppet) process.say('s1', words);
        });
      if (waitsFor === 'votes') {
        runsOut(world, 's1');
      } else {
        says(0, 's2', requestVote('s2', term, aged.log));
        says(0, 's2', { type: 'AppendEntries', term, leaderId: 's2' });
      }
      for (let atMs = 20; atMs < 300; atMs += 50) says(atMs, 's3', message);
      world.runFor(10 + electionTimeoutMs.max);
      if (campaigns(world.trace).some((each) => each.term > term)) continue;
      const since =
        waitsFor === 'votes'
          ? `s1 asked for votes in term ${term} at 0 ms, and has not won`
          : `s1 heard the leader of term ${term} at 10 ms, and never again`;
      violated(
        `${since}. By ${world.nowMs} ms it has not asked for votes in term ${term + 1}. ${what} must not calm s1.`,
        world.trace,
        world.trace.all('deliver').at(-1),
      );
    }
  }
}

type IdleWord = readonly [words: Message, what: string];

/** What a server of this term hears, and goes on waiting as before. */
function idleWords(term: number): readonly IdleWord[] {
  return [
    [
      { type: 'AppendEntries', term: term - 1, leaderId: 's3' },
      `s3 believes that it still leads term ${term - 1}: what it says`,
    ],
    [
      requestVote('s3', term, []),
      `s3 asks for votes in term ${term}, and its log is empty: requests that are refused`,
    ],
    [
      requestVote('s3', term, aged.log),
      `s3 asks for votes in term ${term}, in which s1 has voted already: requests that are refused`,
    ],
    [
      requestVote('s3', term - 1, aged.log),
      `s3 asks for votes in term ${term - 1}, which is over: requests that are refused`,
    ],
    [{ type: 'RequestVoteReply', term, voteGranted: false }, 's3 says no: that'],
    [
      { type: 'RequestVoteReply', term: term - 1, voteGranted: true },
      `s3 says yes in term ${term - 1}, which is over: that`,
    ],
    [{ type: 'AppendEntriesReply', term: term - 1 }, 's3 confirms an old heartbeat: that'],
  ];
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
  /** What was on the disk of s1 at first. */
  readonly currentTerm?: number;
}

/** Whether s1 said yes to the request of a candidate that reached it last; silence is a no, too. */
function checkAnswer(
  trace: Trace,
  candidate: ProcessId,
  yes: boolean,
  { mine, theirs, currentTerm = aged.currentTerm }: Logs,
): void {
  const asked = lastHeard(trace, candidate);
  const { term } = asked.message as Message;
  const given = votes(trace).filter((vote) => vote.voter === 's1');
  const now = given.find((vote) => vote.event.index > asked.index && vote.candidate === candidate);
  if ((now !== undefined) === yes) return;
  const before = given.filter(({ event }) => event.index < asked.index);
  const voted = before.map((vote) => `${whom(vote)} in term ${vote.term}`);
  const highest = Math.max(currentTerm, ...heardTerms(trace, 's1', asked.index));
  violated(
    `${candidate}, whose log is ${show(theirs)}, asked s1 for its vote in term ${term}. s1 was in term ${highest}, had voted for ${list([...new Set(voted)])}, and its log is ${show(mine)}. It should have said ${yes ? 'yes' : 'no, or nothing'}.`,
    trace,
    asked,
  );
}

/** Asked again by the one for whom it voted, a server may be silent, but it does not say no. */
function checkNotTakenBack(trace: Trace, candidate: ProcessId, term: number): void {
  const asked = lastHeard(trace, candidate);
  const no = sendings(trace).find(
    (sent) =>
      sent.event.index > asked.index && sent.type === 'RequestVoteReply' && !sent.voteGranted,
  );
  if (no === undefined) return;
  violated(
    `s1 had voted for ${candidate} in term ${term}. Asked by ${candidate} once more, because the answer may have been lost, it said no at ${when(no.event)}. A vote stands: yes again.`,
    trace,
    no.event,
  );
}

function lastHeard(trace: Trace, from: ProcessId): Extract<TraceEvent, { kind: 'deliver' }> {
  return trace
    .all('deliver')
    .findLast((event) => event.from === from && event.process === 's1') as Extract<
    TraceEvent,
    { kind: 'deliver' }
  >;
}

function heardTerms(trace: Trace, id: ProcessId, until: number): readonly number[] {
  return trace
    .all('deliver')
    .filter(({ process, index }) => process === id && index < until)
    .map(({ message }) => (message as Message).term);
}

/** s1 has noted that it leads, if and only if the votes of a majority in its term have reached it. */
function checkWins(trace: Trace, ids: readonly ProcessId[]): void {
  checkLeaders(trace, ids);
  const { term } = campaigns(trace).at(-1) ?? { term: aged.currentTerm };
  const last = trace.all('deliver').at(-1) as TraceEvent;
  const voters = votersOf(trace, 's1', term, trace.length);
  const [win, again] = wins(trace);
  if (again !== undefined) {
    violated(
      `s1 noted at ${when(win?.event)} that it leads term ${term}, and at ${when(again.event)} once more. A vote that comes after the win changes nothing.`,
      trace,
      win?.event,
      again.event,
    );
  }
  if (win !== undefined || 2 * voters.length <= ids.length) return;
  violated(
    `At ${when(last)} s1 had the votes of ${list(voters)} in term ${term}. ${voters.length} of ${ids.length} is a majority, and yet s1 has not noted that it leads.`,
    trace,
    last,
  );
}

function beats(trace: Trace, peer: ProcessId): readonly Carried[] {
  return sendings(trace).filter(({ type, event }) => type === 'AppendEntries' && event.to === peer);
}

/** The winner of term 4 tells everybody at once. */
function checkAnnounces(trace: Trace, ids: readonly ProcessId[]): void {
  const [win] = wins(trace);
  const at = win?.event.at;
  for (const peer of ids.slice(1)) {
    const [first] = beats(trace, peer);
    const wrong = differences(first ?? {}, { term: 4, leaderId: 's1' });
    if (first?.event.at === at && wrong.length === 0) continue;
    const instead =
      first === undefined ? 'none' : `${show(first.event.message)} at ${when(first.event)}`;
    violated(
      `s1 won term 4 at ${at} ms. At once it should have sent AppendEntries to ${peer}, with term 4 and leaderId s1, before ${peer} becomes a candidate; it sent ${instead}.`,
      trace,
      win?.event,
    );
  }
}

/** It goes on before anybody loses patience, and does not campaign against itself. */
function checkGoesOn(world: World, ids: readonly ProcessId[]): void {
  const { trace } = world.release().runFor(500);
  const [win] = wins(trace);
  const campaign = campaigns(trace).find(({ term }) => term > 4);
  if (campaign !== undefined) {
    violated(
      `s1 led term 4 and heard of no later one, and asked for votes in term ${campaign.term} at ${when(campaign.event)}. A leader does not campaign.`,
      trace,
      win?.event,
      campaign.event,
    );
  }
  for (const peer of ids.slice(1)) {
    const sent = beats(trace, peer).map(({ event }) => event);
    const times = [...sent.map(({ at }) => at), world.nowMs];
    const next = times.findIndex((time, i) => i > 0 && time - (times[i - 1] as number) > 100);
    if (next < 0) continue;
    violated(
      `s1 led term 4, and between ${round(times[next - 1] ?? 0)} and ${round(times[next] ?? 0)} ms it sent no AppendEntries to ${peer}. At least every 100 ms one has to leave.`,
      trace,
      win?.event,
      sent[next - 1],
    );
  }
}

/** s1 has heard of term 7. From then on it is in that term, and a follower, which waits for a leader. */
function checkFollows(world: World, ids: readonly ProcessId[], was: string): void {
  const { trace } = world;
  const news = trace
    .all('deliver')
    .find(({ message }) => (message as Message).term === 7) as TraceEvent;
  world.release().runFor(electionTimeoutMs.max);
  checkTerms(trace);
  checkLeaders(trace, ids);
  const later = sendings(trace).find(
    ({ type, event }) => type === 'AppendEntries' && event.index > news.index,
  );
  if (later !== undefined) {
    violated(
      `s1 ${was}, and heard of term 7 at ${when(news)}. At ${when(later.event)} it sent AppendEntries of term ${later.term} all the same. It should lead no more.`,
      trace,
      news,
      later.event,
    );
  }
  if (campaigns(trace).some(({ event }) => event.index > news.index)) return;
  violated(
    `s1 ${was}, and heard of term 7 at ${when(news)}. By ${world.nowMs} ms it has heard from no leader, and has not asked for votes. A follower waits with its timer 'election' running.`,
    trace,
    news,
  );
}

// ── Terms, votes, leaders ────────────────────────────────────────────────────────────────────────

interface Known {
  readonly term: number;
  readonly event?: TraceEvent;
}

/** All messages are known, and of no lower term than their sender has sent in any life, or heard of in this one. */
function checkTerms(trace: Trace, { currentTerm }: Stored = aged): void {
  const judged = new Map(sendings(trace).map((sent) => [sent.event.index, sent]));
  const said = new Map<ProcessId, Known>();
  const heard = new Map<ProcessId, Known>();
  for (const event of trace.events) {
    const { process, kind } = event;
    if (kind === 'crash') heard.delete(process);
    if (kind === 'deliver') {
      const { term } = event.message as Message;
      if (term > (heard.get(process)?.term ?? currentTerm)) heard.set(process, { term, event });
    }
    const sent = judged.get(event.index);
    if (sent === undefined) continue;
    if (!(sent.type in DEEDS)) {
      violated(
        `${process} sent ${show(sent.event.message)} to ${sent.event.to} at ${when(event)}. There is no such message: servers say ${list(Object.keys(DEEDS))}, and nothing else.`,
        trace,
        event,
      );
    }
    const before = said.get(process) ?? { term: currentTerm };
    for (const known of [before, heard.get(process) ?? before]) {
      if (sent.term >= known.term) continue;
      const since =
        known.event === undefined
          ? `though its disk had said ${known.term} from the start`
          : known.event.kind === 'deliver'
            ? `though it had heard of term ${known.term} at ${when(known.event)}`
            : `though it had sent a message of term ${known.term} at ${when(known.event)}`;
      violated(
        `${process} sent ${sent.type} of term ${show(sent.term)} at ${when(event)}, ${since}. Terms never go back.${diskBetween(trace, process, known.event, event)}`,
        trace,
        known.event,
        event,
      );
    }
    if (!(sent.term >= before.term)) {
      violated(
        `${process} sent ${sent.type} at ${when(event)}, with ${show(sent.term)} for a term.`,
        trace,
        event,
      );
    }
    if (sent.term > before.term) said.set(process, { term: sent.term, event });
  }
}

/** One vote a server a term, and only for somebody who has asked for it. */
function checkVotes(trace: Trace): void {
  const asked = new Set(
    trace.all('send').flatMap(({ process, message }) => {
      const { type, term } = message as Message;
      return type === 'RequestVote' ? [`${process} ${term}`] : [];
    }),
  );
  const given = new Map<string, Vote>();
  for (const vote of votes(trace)) {
    const { voter, candidate, term, event } = vote;
    const first = given.get(`${voter} ${term}`) ?? vote;
    if (first.candidate !== candidate) {
      violated(
        `${voter} voted in term ${term} for ${whom(first)} at ${when(first.event)}, and for ${whom(vote)} at ${when(event)}. It has one vote in a term.${diskBetween(trace, voter, first.event, event)}`,
        trace,
        first.event,
        event,
      );
    }
    given.set(`${voter} ${term}`, first);
    if (asked.has(`${candidate} ${term}`)) continue;
    violated(
      `${voter} gave ${candidate} its vote of term ${term} at ${when(event)}. In that term ${candidate} has never asked for one.`,
      trace,
      event,
    );
  }
}

/** If a server came back from a crash between two events: what it found on its disk, but for the log. */
function diskBetween(
  trace: Trace,
  id: ProcessId,
  from: TraceEvent | undefined,
  to: TraceEvent,
): string {
  const own = trace.events.filter(({ process, index }) => process === id && index < to.index);
  const restart = own.findLast(({ kind }) => kind === 'restart');
  if (restart === undefined || restart.index < (from?.index ?? 0)) return '';
  const disk = new Map<string, unknown>();
  for (const event of own.filter(({ index }) => index < restart.index)) {
    if (event.kind === 'write') disk.set(event.key, event.value);
    if (event.kind === 'append') disk.set(event.key, `${disk.get(event.key) ?? ''}${event.text}`);
    if (event.kind !== 'forgot') continue;
    for (const key of event.keys) disk.delete(key);
    for (const [key, value] of event.left) disk.set(key, value);
  }
  disk.delete('log');
  const found = [...disk].map(([key, value]) => `${key} ${show(value)}`);
  return ` When it started again at ${when(restart)}, its disk held ${list(found)}.`;
}

function whom({ voter, candidate }: Vote): string {
  return voter === candidate ? 'itself' : candidate;
}

/** Election Safety (§5.2): one leader a term, which has the votes of a majority; nobody else leads. */
function checkLeaders(trace: Trace, ids: readonly ProcessId[]): void {
  const leaders = new Map<number, Win>();
  const all = wins(trace);
  for (const win of all) {
    const { leader, term, event } = win;
    const other = leaders.get(term) ?? win;
    leaders.set(term, other);
    if (other.leader === leader) continue;
    violated(
      `${leader} noted at ${when(event)} that it leads term ${term}, which ${other.leader} had won at ${when(other.event)}. A term has at most one leader.`,
      trace,
      other.event,
      event,
    );
  }
  for (const { leader, term, event } of all) {
    const voters = votersOf(trace, leader, term, event.index);
    if (2 * voters.length > ids.length) continue;
    violated(
      `${leader} noted at ${when(event)} that it leads term ${term}. In that term it had heard the yes of ${list(voters)}: ${voters.length} of ${ids.length} is no majority.`,
      trace,
      event,
    );
  }
  for (const { type, term, event } of sendings(trace)) {
    if (type !== 'AppendEntries' || leaders.get(term)?.leader === event.process) continue;
    violated(
      `${event.process} sent AppendEntries of term ${term} at ${when(event)}, and never noted that it leads that term. Only the leader of a term sends them.`,
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
    (each) => each.voter === candidate && each.term === term && each.event.index < until,
  );
  const heard = trace.all('deliver').filter(({ process, from, message, index }) => {
    const isVote = votedFor(message as Message, from, process) === candidate;
    return process === candidate && isVote && (message as Message).term === term && index < until;
  });
  return [...new Set([...own.map(({ voter }) => voter), ...heard.map(({ from }) => from)])];
}

/** Nobody votes for a candidate whose log is behind its own. */
function checkLogs(trace: Trace): void {
  for (const { voter, candidate, term, event } of votes(trace)) {
    const [theirs, mine] = [logOf(candidate), logOf(voter)];
    if (isUpToDate(theirs, mine)) continue;
    violated(
      `${voter} voted for ${candidate} in term ${term}, at ${when(event)}. The log of ${candidate} is ${show(theirs)}, that of ${voter} is ${show(mine)}, which is more up to date. As leader ${candidate} would overwrite what it lacks.`,
      trace,
      event,
    );
  }
}

function logOf(id: ProcessId): Log {
  return logs[servers.indexOf(id as 's1')] as Log;
}

/** Whether a log is at least as up to date as another: by the last term, then by length (§5.4.1). */
function isUpToDate(log: Log, other: Log): boolean {
  const [term, otherTerm] = [log.at(-1) ?? 0, other.at(-1) ?? 0];
  return term === otherTerm ? log.length >= other.length : term > otherTerm;
}

// ── Time ─────────────────────────────────────────────────────────────────────────────────────────

/** How long to wait is drawn each time, whatever begins the wait, and at every server. */
function checkChance(trace: Trace): void {
  const alike = new Map<string, TimerSet[]>();
  for (const wait of trace.all('timer-set').filter(isElectionTimer)) {
    checkRange(trace, wait, `started to wait at ${when(wait)}`);
    const { process, ms, cause } = wait;
    const reason = reasonOf(trace.at(cause as number));
    const others = alike.get(`${process} ${reason}`) ?? [];
    const same = others[0]?.ms === ms ? [...others, wait] : [wait];
    alike.set(`${process} ${reason}`, same);
    if (same.length < 8) continue;
    violated(
      `${same.length} times in a row ${process} waited anew after ${reason}, and each time for ${round(ms)} ms. Draw anew each time, or all that begin to wait at one moment may campaign at one moment, again and again.`,
      trace,
      ...same.slice(-2),
    );
  }
}

function reasonOf(event: TraceEvent): string {
  return event.kind === 'deliver' ? (event.message as Message).type : `a ${event.kind}`;
}

/** Nobody campaigns too soon after it heard from the leader, voted, campaigned or started. */
function checkPatience(trace: Trace): void {
  const started = new Map(campaigns(trace).map((each) => [each.event.index, each]));
  const granted = new Map(votes(trace).map((each) => [each.event.index, each]));
  const since = new Map<ProcessId, { readonly event: TraceEvent; readonly what: string }>();
  const voted = new Map<ProcessId, number>();
  const highest = new Map<ProcessId, number>();
  const knows = (id: ProcessId, term: number) =>
    highest.set(id, Math.max(term, highest.get(id) ?? 0));
  for (const event of trace.events) {
    const { process, kind } = event;
    const waits = (what: string) => since.set(process, { event, what });
    if (kind === 'start' || kind === 'restart') waits('it started');
    // It may be in a later term by now, of which nobody has heard: then who led is a former leader.
    // Which term it is in, its next message will say.
    if (kind === 'crash') highest.set(process, Infinity);
    if (event.kind === 'send') highest.set(process, (event.message as Message).term);
    if (kind === 'deliver') {
      const { type, term } = event.message as Message;
      const isCurrent = term >= (highest.get(process) ?? 0);
      if (type === 'AppendEntries' && isCurrent) waits(`it heard from the leader ${event.from}`);
      knows(process, term);
    }
    const campaign = started.get(event.index);
    if (campaign !== undefined) {
      const last = since.get(process);
      const waitedMs = event.at - (last?.event.at ?? 0);
      if (waitedMs < electionTimeoutMs.min) {
        violated(
          `${process} asked for votes in term ${campaign.term} at ${when(event)}, ${round(waitedMs)} ms after ${last?.what}. It should have waited for ${electionTimeoutMs.min} ms at least.`,
          trace,
          last?.event,
          event,
        );
      }
      if (last?.what.startsWith('it voted')) covered('a server asked for votes after a vote');
      waits('it asked for votes');
    }
    const vote = granted.get(event.index);
    if (vote === undefined) continue;
    // Asked again, it may say yes again, and go on waiting as before.
    const isNew = vote.term > (voted.get(process) ?? -1);
    if (isNew && vote.candidate !== process) waits(`it voted for ${vote.candidate}`);
    voted.set(process, vote.term);
    knows(process, vote.term);
  }
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
      : `The last to ask for votes was ${last.voter}, in term ${last.term} at ${when(last.event)}.`;
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

function coverRestarts(trace: Trace): void {
  const sent = new Set<ProcessId>();
  for (const { kind, process } of trace.events) {
    if (kind === 'send') sent.add(process);
    if (kind === 'restart' && sent.has(process))
      covered('a server restarted after it had sent a message');
  }
}

function coverVotes(trace: Trace): void {
  const asked = new Map<string, ProcessId>();
  const voted = new Map<ProcessId, number>();
  const given = new Map(votes(trace).map((vote) => [vote.event.index, vote]));
  for (const event of trace.events) {
    const { kind, process } = event;
    const vote = given.get(event.index);
    if (vote !== undefined) voted.set(process, vote.term);
    if (kind === 'restart' && voted.has(process))
      covered('a server restarted in a term in which it had voted');
    if (kind !== 'deliver') continue;
    const { type, term } = event.message as Message;
    if (type !== 'RequestVote') continue;
    const first = asked.get(`${process} ${term}`) ?? event.from;
    asked.set(`${process} ${term}`, first);
    if (first !== event.from)
      covered('two candidates asked one server for its vote in the same term');
  }
}

function coverWins(trace: Trace): void {
  if (wins(trace).length > 0) covered('a server won an election');
}

function coverGrants(trace: Trace): void {
  const terms = new Map<ProcessId, number>();
  const started = new Map(campaigns(trace).map((each) => [each.event.index, each]));
  for (const event of trace.events) {
    const campaign = started.get(event.index);
    if (campaign !== undefined) terms.set(campaign.voter, campaign.term);
    if (event.kind !== 'deliver') continue;
    const message = event.message as Message;
    if (votedFor(message, event.from, event.to) !== event.process) continue;
    if (message.term < (terms.get(event.process) ?? 0))
      covered('a vote came when its candidate was in a later term');
  }
}

function coverLogs(trace: Trace): void {
  for (const { from, to, message } of trace.all('deliver')) {
    if ((message as Message).type === 'RequestVote' && !isUpToDate(logOf(from), logOf(to)))
      covered('a candidate asked for the vote of a server that is ahead of it');
  }
}

function coverCalm(trace: Trace): void {
  const led = wins(trace).some(({ event }) => event.at < calmFromMs);
  covered(led ? 'somebody led when the calm began' : 'nobody led when the calm began');
}

// ── Every order: what has to be remembered of a run to judge what happens next ───────────────────

interface Seen {
  /** The highest term of a message that each server has sent. */
  readonly said: Readonly<Record<ProcessId, number>>;
  /** For each term: for whom each server has voted. */
  readonly votes: Readonly<Record<number, Readonly<Record<ProcessId, ProcessId>>>>;
  readonly leaders: Readonly<Record<number, ProcessId>>;
}

type Small = Exploration<RaftServer, Seen, 'send' | 'note'>;

/** Only elections take time here: a heartbeat more brings nothing new, and would use up the budget. */
class Elector extends RaftServer {
  protected override setTimer(timer: string, ms: number): void {
    if (timer === 'election') super.setTimer(timer, ms);
  }
}

/** All runs of a small cluster with these logs, within budgets. What is not delivered may be lost. */
function small(
  logOfEach: Readonly<Record<ProcessId, Log>>,
  budgets: Pick<Small, 'timeouts' | 'crashes' | 'copies'>,
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
    firstStates: 400_000,
    watch: {
      kinds: ['send', 'note'],
      start: { said: {}, votes: {}, leaders: {} },
      next: (seen, event) =>
        event.kind === 'note' ? judgeNote(seen, event, size) : judgeSend(seen, event, logOfEach),
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
  if (term === 5) covered('a server won the second term');
  return { ...seen, leaders: { ...seen.leaders, [term]: leader } };
}

function judgeSend(
  seen: Seen,
  { process: id, to, message: sent }: Extract<Happening, { kind: 'send' }>,
  logOfEach: Readonly<Record<ProcessId, Log>>,
): Seen {
  const message = sent as Message;
  const { type, term } = message;
  const before = seen.said[id] ?? 3;
  if (!(term >= before)) {
    violated(
      `${id} sent ${type} of term ${show(term)}, though it had been in term ${before}. Terms never go back.`,
    );
  }
  const candidate = votedFor(message, id, to);
  const said = term === before ? seen.said : { ...seen.said, [id]: term };
  if (candidate === undefined) return { ...seen, said };
  const inTerm = seen.votes[term] ?? {};
  const first = inTerm[id] ?? candidate;
  if (first !== candidate) {
    const name = (one: ProcessId) => (one === id ? 'itself' : one);
    violated(
      `${id} voted in term ${term} for ${name(first)}, and then for ${name(candidate)}. It has one vote in a term.`,
    );
  }
  const [theirs, mine] = [logOfEach[candidate] ?? [], logOfEach[id] ?? []];
  if (!isUpToDate(theirs, mine)) {
    violated(
      `${id} voted for ${candidate} in term ${term}. The log of ${candidate} is ${show(theirs)}, that of ${id} is ${show(mine)}, which is more up to date.`,
    );
  }
  if (
    Object.keys(inTerm).some((other) => other !== id && inTerm[other] === other) &&
    candidate === id
  )
    covered('a term had two candidates');
  return { ...seen, said, votes: { ...seen.votes, [term]: { ...inTerm, [id]: candidate } } };
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
