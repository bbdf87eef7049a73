import {
  covered,
  type Draw,
  example,
  exhaustive,
  type Exploration,
  type FaultPlan,
  faultPlans,
  given,
  listOf,
  liveness,
  Process,
  type ProcessId,
  safety,
  scenarios,
  show,
  simulate,
  type Simulation,
  stuck,
  type Trace,
  violated,
} from '#harness';
import {
  Acceptor,
  type Ballot,
  compare,
  lowest,
  type Message,
  nextBallot,
  type Proposal,
  Proposer,
  type Value,
} from './single-value-paxos.ts';

const proposers = ['p1', 'p2', 'p3'] as const;
const acceptors = ['a1', 'a2', 'a3', 'a4', 'a5'] as const;
/** What they propose in figures: the order of values is not that of ballots. */
const WANTED = { p1: 'y', p2: 0, p3: 'x' } as const;
const values: readonly Value[] = ['x', 0, '', false, null];

// ── First steps: one acceptor, and what two proposers say to it ──────────────────────────────────

example(
  'promise',
  'An acceptor promises the first ballot and each higher one, and no lower one.',
  { points: 5 },
  () => {
    const { world, b1, b2, b3 } = oneAcceptor();
    says(world, 'p2', { type: 'prepare', ballot: b2 });
    checkPromised(world.trace, b2);
    says(world, 'p1', { type: 'prepare', ballot: b1 });
    says(world, 'p1', { type: 'prepare', ballot: b3 });
    checkPromised(world.trace, b3);
    check(world.trace, 'promises');
    inLaterRounds();
  },
);

example(
  'accept',
  'An acceptor accepts, unless it has promised a higher ballot, and tells of it later.',
  { points: 5 },
  () => {
    for (const [i, value] of values.entries()) {
      const { world, b1, b2, b3, b4, b5 } = oneAcceptor();
      says(world, 'p2', { type: 'prepare', ballot: b2 });
      says(world, 'p1', { type: 'accept', ballot: b1, value: 'too late' });
      says(world, 'p2', { type: 'accept', ballot: b2, value });
      checkAccepted(world.trace, b2);
      says(world, 'p1', { type: 'prepare', ballot: b3 });
      checkPromised(world.trace, b3);
      // It has not promised this one, but nothing above it, either.
      const other = values.at(i - 1) as Value;
      says(world, 'p2', { type: 'accept', ballot: b4, value: other });
      checkAccepted(world.trace, b4);
      says(world, 'p1', { type: 'prepare', ballot: b5 });
      checkPromised(world.trace, b5);
      check(world.trace, 'promises');
    }
  },
);

example(
  'restart',
  'A restart at any moment makes an acceptor forget no promise and no acceptance.',
  { points: 5 },
  () => {
    // Between promise and accept.
    restarts((world, { b1, b2 }) => {
      says(world, 'p2', { type: 'prepare', ballot: b2 });
      crashes(world);
      says(world, 'p1', { type: 'accept', ballot: b1, value: 'x' });
    });
    // Between acceptance and the next promise.
    restarts((world, { b1, b2 }) => {
      says(world, 'p1', { type: 'prepare', ballot: b1 });
      says(world, 'p1', { type: 'accept', ballot: b1, value: 'x' });
      crashes(world);
      says(world, 'p2', { type: 'prepare', ballot: b2 });
    });
    // Between an acceptance without promise and a late request from below.
    restarts((world, { b1, b2, b3 }) => {
      says(world, 'p1', { type: 'prepare', ballot: b1 });
      says(world, 'p2', { type: 'accept', ballot: b2, value: 'y' });
      crashes(world);
      says(world, 'p1', { type: 'accept', ballot: b1, value: 'x' });
      says(world, 'p1', { type: 'prepare', ballot: b3 });
    });
    // After an acceptance, a refusal and one promise more.
    restarts((world, { b1, b2, b3, b4, b5 }) => {
      says(world, 'p2', { type: 'accept', ballot: b2, value: 'y' });
      says(world, 'p1', { type: 'accept', ballot: b1, value: 'x' });
      says(world, 'p2', { type: 'prepare', ballot: b4 });
      crashes(world);
      says(world, 'p1', { type: 'accept', ballot: b3, value: 'x' });
      says(world, 'p1', { type: 'prepare', ballot: b5 });
    });
  },
);

// ── Proposers: one alone, and one that comes later ───────────────────────────────────────────────

example(
  'one-proposer',
  'While a majority is up, one proposer alone gets its value chosen, learns it, and is done.',
  { points: 5 },
  () => {
    for (const n of [3, 4, 5, 1]) {
      for (const value of values) {
        const world = cluster(n);
        for (const down of acceptors.slice(0, Math.ceil(n / 2) - 1)) world.crash(down);
        proposes(world, 'p1', value).runFor(soonMs);
        check(world.trace);
        checkLearned(world, 'p1', value);
      }
    }
  },
);

example(
  'latecomer',
  'Who comes later learns the value that was chosen before, be it 0, false or null.',
  { points: 5 },
  () => {
    for (const value of values) {
      const world = cluster(3);
      proposes(world, 'p1', value).runFor(soonMs);
      proposes(world, 'p2', 'z').runFor(soonMs);
      check(world.trace);
      checkLearned(world, 'p2', value);
    }
  },
);

// ── Figures: schedules that chance seldom finds ──────────────────────────────────────────────────

example(
  'value-trap',
  'Of the proposals in the promises the one with the highest ballot decides.',
  { points: 10 },
  () => {
    for (const wanted of [WANTED, { p1: 0, p2: 'y', p3: 'x' }]) {
      for (const order of ['a1 a2', 'a2 a1']) {
        // Three acceptors. Low is accepted at a1 only, mid is chosen, and high asks one of each.
        const { world, low, mid, high } = rivals(3, wanted);
        prepares(world, low, 'a1 a2');
        accepts(world, low, 'a1');
        prepares(world, mid, 'a2 a3');
        accepts(world, mid, 'a2 a3');
        prepares(world, high, order);
        finish(world);
      }
      for (const order of ['a1 a2 a3', 'a3 a2 a1', 'a1 a3 a2']) {
        // Five acceptors. High hears of low from two, and only from one of mid, which is chosen.
        const { world, low, mid, high } = rivals(5, wanted);
        prepares(world, low, 'a1 a2 a3');
        accepts(world, low, 'a1 a2');
        prepares(world, mid, 'a3 a4 a5');
        accepts(world, mid, 'a3 a4 a5');
        prepares(world, high, order);
        finish(world);
      }
    }
    sameAnswerAgain();
    trapInLaterRounds();
  },
);

example(
  'late-accept',
  'An accept request that comes late does not hide what was accepted above it.',
  { points: 5 },
  () => {
    const { world, low, mid, high } = rivals(3);
    prepares(world, low, 'a1 a2');
    prepares(world, mid, 'a2 a3');
    // Here a1 hears of mid's ballot for the first time, unless mid asks only those who promised.
    accepts(world, mid, asksToAccept(world, mid, 'a1') ? 'a1 a2' : 'a2 a3');
    accepts(world, low, 'a1');
    prepares(world, high, 'a1 a3');
    finish(world);
  },
);

example(
  'one-voice-each',
  'An acceptor has one voice in each phase of each ballot: repeats and old answers are none.',
  { points: 5 },
  () => {
    repeatedPromise();
    repeatedAcceptance();
    oldPromise();
    oldAcceptance();
    refusal();
  },
);

example(
  'ballots',
  'A ballot belongs to one proposer and to one value, for ever, restarts included.',
  { points: 5 },
  () => {
    manyBallots();
    risingBallots();
    restartedProposer(1);
    restartedProposer(2);
    furtherPromise();
  },
);

// ── Any clients, any network, any crashes ────────────────────────────────────────────────────────

const anything = faultPlans({
  processes: [...proposers, ...acceptors],
  kinds: ['lose', 'delay', 'duplicate', 'partition', 'crash', 'crash-mid-step', 'disk-loss'],
  crashes: 3,
  untilMs: 300,
});
const requests = listOf(4, request, describeRequest);

safety(
  'kept-promises',
  'An acceptor goes back behind no promise, and conceals nothing that it accepted.',
  {
    points: 5,
    runs: 100,
    covers: {
      'an acceptor met a ballot below its promise': 5,
      'an acceptor restarted between promise and accept': 3,
      'a promise told of a proposal': 5,
    },
  },
  given(anything, requests, (faults, asked) => {
    for (const n of [3, 4, 5]) {
      const trace = play(n, faults, asked);
      coverAcceptors(trace);
      check(trace, 'promises');
    }
  }),
);

safety(
  'p2c',
  "Lamport's P2c holds for each proposal issued, at that moment and ever after.",
  {
    points: 10,
    runs: 100,
    covers: {
      'something lower was accepted': 5,
      // Whoever is told what is chosen need not propose it again.
      'a proposer issued a value that was not its own': 1,
    },
  },
  given(anything, requests, (faults, asked) => {
    for (const n of [3, 4, 5]) {
      const trace = play(n, faults, asked);
      coverProposals(trace, check(trace, 'p2c'));
    }
  }),
);

safety(
  'agreement',
  'At most one value is ever chosen, and a client asked for it.',
  {
    points: 10,
    runs: 100,
    covers: {
      'a value was chosen': 70,
      'clients wanted different values': 50,
      'two proposers issued proposals': 5,
    },
  },
  given(anything, requests, (faults, asked) => {
    for (const n of [3, 4, 5]) {
      const trace = play(n, faults, asked);
      coverChoices(trace, check(trace, 'agreement', 'ballots'));
    }
  }),
);

safety(
  'learned-is-chosen',
  'Nobody learns a value before it is chosen.',
  {
    points: 5,
    runs: 100,
    covers: { 'a value was learned': 50, 'two proposers learned': 5 },
  },
  given(anything, requests, (faults, asked) => {
    for (const n of [3, 4, 5]) {
      const trace = play(n, faults, asked);
      const learners = new Set(learnings(trace).map(({ process }) => process));
      if (learners.size > 0) covered('a value was learned');
      if (learners.size > 1) covered('two proposers learned');
      check(trace, 'learned');
    }
  }),
);

// ── Progress: the faults stop ────────────────────────────────────────────────────────────────────

const failures = faultPlans({
  processes: ['p2', 'p3', ...acceptors],
  kinds: ['crash', 'crash-mid-step', 'disk-loss'],
  crashes: 3,
  untilMs: 300,
});
const badNetwork = faultPlans({
  processes: [...proposers, ...acceptors],
  kinds: ['lose', 'delay', 'duplicate', 'partition'],
  untilMs: 300,
});

liveness(
  'alone',
  'Once one proposer runs alone on a calm network, it learns a value within ten seconds.',
  {
    points: 5,
    runs: 100,
    covers: {
      'p1 had learned nothing when it was left alone': 50,
      'an acceptor had accepted a proposal of another proposer': 5,
    },
  },
  given(failures, badNetwork, requests, (crashes, network, asked) => {
    for (const n of [3, 4, 5]) {
      const world = cluster(n, [...crashes, ...network]);
      const others = asked.filter(({ proposer }) => proposer !== 'p1');
      follow(world, [...others, { atMs: calmMs - 10, proposer: 'p1', value: 'mine' }]);
      world.runFor(calmMs - world.nowMs);
      for (const other of ['p2', 'p3']) world.crash(other);
      coverLeftAlone(world.trace);
      checkLearns(world, 'p1', `was alone from ${calmMs} ms on`);
      check(world.trace);
    }
    checkLearns(unheard(), 'p1', 'was alone, and heard by nobody for five seconds');
  }),
);

liveness(
  'duel',
  'Two proposers that keep overtaking each other both learn a value in the end.',
  { points: 5, runs: 100, covers: { 'the second came before the first had learned': 50 } },
  given(listOf(1, rival, describeRival), (rivals) => {
    const everyMs = timeToRetry();
    const world = duel(everyMs, rivals);
    coverDuel(world.trace);
    for (const id of ['p1', ...(rivals.length > 0 ? ['p2'] : [])]) {
      if (hasLearned(world.trace, id)) continue;
      const { length } = ballotsOf(world.trace, id);
      stuck(
        `after ${Math.round(world.nowMs)} ms ${id} has learned nothing. ${length > 1 ? IN_STEP(length) : ONCE_ONLY}`,
        world.trace,
        world.trace.events.findLast(({ process }) => process === id),
      );
    }
    check(world.trace);
  }),
);

const IN_STEP = (ballots: number): string =>
  `It began ${ballots} ballots: whenever one of the two might have got its proposal accepted, the other one asked for promises. They must not stay in step.`;
const ONCE_ONLY = 'It began one ballot, and after the other one had overtaken it none.';

// ── Every order in which things can happen ───────────────────────────────────────────────────────

exhaustive(
  'every-order',
  'All this holds in every order of events, as far as a million states go.',
  {
    points: 10,
    covers: ['a value was learned', "a proposer issued another one's value"],
  },
  () => [
    small(1, Proposer, { copies: 2 }),
    small(1, Proposer, { timeouts: 1 }),
    small(2, Proposer),
    small(2, Deaf, { loses: 1 }),
    small(2, Deaf, { copies: 1 }),
    small(2, Deaf, { crashes: 1 }),
    small(2, Deaf, { timeouts: 1, firstStates: 700_000 }),
    small(3, Deaf, { firstStates: 40_000 }),
  ],
);

// ── The cluster ──────────────────────────────────────────────────────────────────────────────────

type World = Simulation<Acceptor | Proposer | Puppet>;

function cluster(n: number, faults: FaultPlan = [], latencyMs = 10, maxEvents = 8_000): World {
  const ids = acceptors.slice(0, n);
  return simulate<Acceptor | Proposer | Puppet>({
    processes: Object.fromEntries(ids.map((id) => [id, Acceptor])),
    clients: { p1: Proposer, p2: Proposer, p3: Proposer },
    faults: among([...proposers, ...ids], faults),
    latencyMs,
    // Far more than any run here needs: who floods the network is told so soon.
    maxEvents,
  });
}

/** The faults that hit these processes only. */
function among(ids: readonly ProcessId[], faults: FaultPlan): FaultPlan {
  return faults.flatMap((fault): FaultPlan => {
    if (fault.kind === 'partition') {
      const groups = fault.groups.map((group) => group.filter((id) => ids.includes(id)));
      return [{ ...fault, groups }];
    }
    const hit = 'process' in fault ? [fault.process] : [fault.from, fault.to];
    return hit.every((id) => ids.includes(id)) ? [fault] : [];
  });
}

function proposes(world: World, id: ProcessId, value: Value): World {
  return world.call(id, labelOf(value), (process) => {
    if (process instanceof Proposer) process.propose(value);
  });
}

function labelOf(value: Value): string {
  return `proposes ${show(value)}`;
}

/** Says what the script tells it to say. */
class Puppet extends Process<Message> {
  receive(): void {}

  say(to: ProcessId, message: Message): void {
    this.send(to, message);
  }
}

type Type = Message['type'];

// ── One acceptor and two puppets ─────────────────────────────────────────────────────────────────

/** An acceptor a1, and ballots of p1 and p2 in turn, each above the one before. */
function oneAcceptor() {
  const world: World = simulate<Acceptor | Proposer | Puppet>({
    processes: { a1: Acceptor },
    clients: { p1: Puppet, p2: Puppet },
  });
  const b1 = above(lowest, 'p1');
  const b2 = above(b1, 'p2');
  const b3 = above(b2, 'p1');
  const b4 = above(b3, 'p2');
  return { world, b1, b2, b3, b4, b5: above(b4, 'p1') };
}

function above(ballot: Ballot, proposer: ProcessId): Ballot {
  const next = nextBallot(ballot, proposer);
  if (compare(next, ballot) > 0 && compare(ballot, next) < 0) return next;
  violated(
    `nextBallot(${show(ballot)}, '${proposer}') is ${show(next)}, and compare does not put it above the first.`,
  );
}

/** Of two ballots in a row the second one is promised, too, whichever digits they have. */
function inLaterRounds(): void {
  let before = above(lowest, 'p1');
  for (let i = 0; i < 30; i++) {
    const { world } = oneAcceptor();
    const [one, other] = (i % 2 === 0 ? ['p1', 'p2'] : ['p2', 'p1']) as [ProcessId, ProcessId];
    const after = above(before, other);
    says(world, one, { type: 'prepare', ballot: before });
    says(world, other, { type: 'prepare', ballot: after });
    checkPromised(world.trace, after);
    says(world, one, { type: 'prepare', ballot: before });
    check(world.trace, 'promises');
    before = after;
  }
}

function says(world: World, from: ProcessId, message: Message): void {
  world.call(from, `says ${message.type}`, (process) => {
    if (process instanceof Puppet) process.say('a1', message);
  });
  world.runFor(50);
}

function crashes(world: World): void {
  world.crash('a1');
  world.restart('a1');
}

type Ballots = Omit<ReturnType<typeof oneAcceptor>, 'world'>;

/** Plays a figure as it is, and for each moment at which a1 may crash besides. */
function restarts(figure: (world: World, ballots: Ballots) => void): void {
  for (let effect = 0; effect <= 30; effect++) {
    // What was written and not flushed is gone, or not.
    for (const loss of ['unflushed', 'nothing'] as const) {
      const { world, ...ballots } = oneAcceptor();
      for (const nth of [1, 2]) world.loseAtCrash('a1', nth, loss);
      if (effect > 0) world.crashAfterEffect('a1', effect, 1);
      figure(world, ballots);
      check(world.trace, 'promises');
    }
  }
}

/** A prepare of this ballot, which the acceptor has to promise, has been answered. */
function checkPromised(trace: Trace, ballot: Ballot): void {
  checkAnswered(trace, 'promise', ballot, 'It had promised nothing above.');
}

function checkAccepted(trace: Trace, ballot: Ballot): void {
  checkAnswered(trace, 'accepted', ballot, 'It had promised nothing above, so it must accept.');
}

function checkAnswered(trace: Trace, type: Type, ballot: Ballot, why: string): void {
  const requests = trace.all('deliver').filter(({ process, from }) => process !== from);
  const request = requests.findLast(({ process }) => process === 'a1');
  const isIt = ({ event }: { event: { to: ProcessId } }) =>
    type !== 'promise' || event.to === request?.from;
  const sent = sends(trace, 'a1', type).filter(isIt);
  if (sent.some((each) => same(each.ballot, ballot))) return;
  const answers = trace.all('send').filter(({ cause }) => cause === request?.index);
  const said = answers.map(({ to, message }) => `${show(message)} to ${to}`);
  violated(
    `${request?.from} sent a1 ${show(request?.message)}. ${why} It should have answered ${request?.from} with { type: '${type}', ballot: ${show(ballot)}, … }, but ${said.length === 0 ? 'sent nothing' : `sent ${said.join(', ')}`}.`,
    trace,
    request,
    ...answers,
  );
}

// ── Figures: who hears what, message by message ──────────────────────────────────────────────────

/** All three propose, and nothing arrives yet. Their ballots decide who is low, mid and high. */
function rivals(n: number, wanted: Record<(typeof proposers)[number], Value> = WANTED) {
  const world = cluster(n).hold();
  for (const id of proposers) proposes(world, id, wanted[id]);
  world.runFor(0);
  for (const id of proposers) begins(world, id);
  checkOrder(world.trace);
  const byBallot = proposers.toSorted((a, b) => compare(ballotOf(world, a), ballotOf(world, b)));
  const [low, mid, high] = byBallot as [ProcessId, ProcessId, ProcessId];
  return { world, low, mid, high };
}

/** These acceptors hear the proposer's prepare, and it hears their promises, in that order. */
function prepares(world: World, proposer: ProcessId, heard: string): void {
  for (const acceptor of heard.split(' ')) hand(world, proposer, acceptor, 'prepare');
  for (const acceptor of heard.split(' ')) hand(world, acceptor, proposer, 'promise');
}

/** These acceptors get the proposer's accept request. */
function accepts(world: World, proposer: ProcessId, by: string): void {
  for (const acceptor of by.split(' ')) hand(world, proposer, acceptor, 'accept');
}

/** Whether a proposer has sent this acceptor an accept request: to all, or to those who promised? */
function asksToAccept(world: World, proposer: ProcessId, acceptor: ProcessId): boolean {
  return world.held(proposer, acceptor).some((message) => isOf(message, 'accept'));
}

/** One message arrives: that of the proposer's latest ballot, unless told. */
function hand(world: World, from: ProcessId, to: ProcessId, type: Type, ballot?: Ballot): void {
  world.deliver(from, to, onTheWay(world, from, to, type, ballot));
}

/** The same, and the network keeps a copy. */
function handCopy(world: World, from: ProcessId, to: ProcessId, type: Type, ballot?: Ballot): void {
  world.deliverCopy(from, to, onTheWay(world, from, to, type, ballot));
}

/** All who are told of it hear that an acceptor has accepted this ballot: its proposer, or others. */
function tells(world: World, acceptor: ProcessId, ballot: Ballot): void {
  for (const to of world.ids) {
    const isIt = (message: unknown) => isOf(message, 'accepted', ballot);
    if (world.held(acceptor, to).some(isIt)) world.deliverCopy(acceptor, to, isIt);
  }
}

function onTheWay(
  world: World,
  from: ProcessId,
  to: ProcessId,
  type: Type,
  ballot = ballotOf(world, isAcceptor(from) ? to : from),
): (message: unknown) => boolean {
  const fits = (message: unknown) => isOf(message, type, ballot);
  const isHeld = () => world.held(from, to).some(fits);
  // An answer may wait for a disk.
  waitFor(world, isHeld, 50);
  if (isHeld()) return fits;
  const why: Record<string, string> = {
    prepare: `was asked for a proposal, so it should have sent ${to} the request`,
    promise: `heard the request prepare ${name(ballot)}, and had promised nothing above, so it should have sent ${to} the`,
    accept: `heard promises under ${name(ballot)} from a majority, so it should have sent ${to} the request`,
  };
  violated(
    `${from} ${why[type]} ${type} ${name(ballot)}. By ${world.nowMs} ms it has not.`,
    world.trace,
    world.trace.events.findLast(({ process }) => process === from),
  );
}

/** Waits until a proposer has begun its first ballot. */
function begins(world: World, id: ProcessId): void {
  waitFor(world, () => ballotsOf(world.trace, id).length > 0);
  if (ballotsOf(world.trace, id).length > 0) return;
  stuck(
    `${id} was asked for a proposal at 0 ms, and by ${world.nowMs} ms it has sent no prepare request.`,
    world.trace,
    world.trace.events.findLast(({ process }) => process === id),
  );
}

/** Waits until a proposer, which hears nothing, has begun a ballot above this one. */
function triesAgain(world: World, id: ProcessId, above: Ballot): void {
  const isAbove = () => compare(ballotOf(world, id), above) > 0;
  waitFor(world, isAbove);
  if (isAbove()) return;
  const used = ballotsOf(world.trace, id).map(name).join(', ');
  stuck(
    `${id} has heard nothing for ${world.nowMs} ms, and should have tried again with a ballot above ${name(above)}. So far it used ${used}.`,
    world.trace,
    world.trace.events.findLast(({ process }) => process === id),
  );
}

/** Waits until a proposer, which hears nothing, has begun so many ballots, unless it waits for long. */
function triesOften(world: World, id: ProcessId, times: number, above: Ballot): void {
  const isAbove = () => compare(ballotOf(world, id), above) > 0;
  waitFor(world, () => ballotsOf(world.trace, id).length >= times && isAbove());
  if (!isAbove()) triesAgain(world, id, above);
}

function waitFor(world: World, isThere: () => boolean, forMs = patienceMs): void {
  const untilMs = world.nowMs + forMs;
  while (!isThere() && world.nowMs < untilMs) world.runFor(10);
}

/** From here on every message arrives, and the figure is judged from its beginning to its end. */
function finish(world: World): void {
  check(world.release().runFor(soonMs).trace);
}

/** Nobody gets high's accept requests. It asks the same two again and again, and hears the same. */
function sameAnswerAgain(): void {
  const { world, low, mid, high } = rivals(3);
  prepares(world, low, 'a1 a2');
  accepts(world, low, 'a1');
  prepares(world, mid, 'a2 a3');
  accepts(world, mid, 'a2 a3');
  for (let attempt = 1; attempt <= 4; attempt++) {
    if (attempt > 1) triesAgain(world, high, ballotOf(world, high));
    prepares(world, high, 'a1 a2');
  }
  finish(world);
}

/** The trap once more, when each has tried so often that rounds have one digit more. */
function trapInLaterRounds(): void {
  const { world, low, mid, high } = rivals(3);
  triesOften(world, low, 9, ballotOf(world, low));
  const first = ballotOf(world, low);
  prepares(world, low, 'a1 a2');
  accepts(world, low, 'a1');
  triesOften(world, mid, 12, first);
  const second = ballotOf(world, mid);
  prepares(world, mid, 'a2 a3');
  accepts(world, mid, 'a2 a3');
  triesOften(world, high, 13, second);
  prepares(world, high, 'a1 a2');
  finish(world);
}

/** One promise arrives three times. Meanwhile the other acceptors accept something lower. */
function repeatedPromise(): void {
  const { world, low, high } = rivals(3);
  prepares(world, low, 'a2 a3');
  hand(world, high, 'a1', 'prepare');
  for (let i = 0; i < 3; i++) handCopy(world, 'a1', high, 'promise');
  accepts(world, low, 'a2 a3');
  finish(world);
}

/** One acceptance arrives three times. */
function repeatedAcceptance(): void {
  const { world, low } = rivals(3);
  prepares(world, low, 'a1 a2');
  accepts(world, low, 'a1');
  for (let i = 0; i < 3; i++) tells(world, 'a1', ballotOf(world, low));
  finish(world);
}

/** A promise arrives whose ballot was given up. What it says about a1 is no longer true. */
function oldPromise(): void {
  const { world, low, high } = rivals(3);
  hand(world, low, 'a1', 'prepare');
  const old = ballotOf(world, low);
  prepares(world, high, 'a1 a2');
  accepts(world, high, 'a1 a2');
  triesAgain(world, low, ballotOf(world, high));
  prepares(world, low, 'a3');
  hand(world, 'a1', low, 'promise', old);
  finish(world);
}

/** An acceptance arrives whose ballot was given up: two acceptors, but not under one ballot. */
function oldAcceptance(): void {
  const { world, low } = rivals(3);
  prepares(world, low, 'a1 a2');
  accepts(world, low, 'a1');
  const old = ballotOf(world, low);
  triesAgain(world, low, old);
  prepares(world, low, 'a2 a3');
  accepts(world, low, 'a2');
  tells(world, 'a2', ballotOf(world, low));
  tells(world, 'a1', old);
  finish(world);
}

/** A refusal arrives, if there are any, and after it one promise. Two answers are not two promises. */
function refusal(): void {
  const { world, low, mid, high } = rivals(3);
  prepares(world, low, 'a1 a2');
  accepts(world, low, 'a1 a2');
  hand(world, high, 'a1', 'prepare');
  hand(world, mid, 'a1', 'prepare');
  world.runFor(10);
  for (const _ of world.held('a1', mid)) world.deliver('a1', mid, () => true);
  prepares(world, mid, 'a3');
  finish(world);
}

/** Ballots that `nextBallot` gives one after the other are each above all before. */
function risingBallots(): void {
  const before: Ballot[] = [lowest];
  for (let i = 0; i < 200; i++) {
    const ballot = nextBallot(before.at(-1) as Ballot, proposers[i % 3] as ProcessId);
    for (const each of before) {
      if (compare(ballot, each) > 0 && compare(each, ballot) < 0) continue;
      violated(
        `nextBallot, asked again and again, gave ${show(each)} and later ${show(ballot)}, which compare does not put above it.`,
      );
    }
    before.push(ballot);
  }
}

/** Nobody hears the three proposers, so they try again and again. */
function manyBallots(): void {
  const { world } = rivals(3);
  check(world.runFor(patienceMs).trace, 'ballots');
  checkOrder(world.trace);
  for (const id of proposers) {
    ballotsOf(world.trace, id).reduce((before, ballot) => {
      if (compare(ballot, before) > 0) return ballot;
      violated(
        `${id} used ${name(before)} and then ${name(ballot)}, which compare does not put above it. A new ballot is above all that its proposer has used.`,
      );
    });
  }
}

/** A proposer restarts and gets another request; then its old promises arrive once more. */
function restartedProposer(attempts: number): void {
  const { world, low } = rivals(3);
  if (attempts > 1) triesAgain(world, low, ballotOf(world, low));
  for (const acceptor of ['a1', 'a2']) {
    hand(world, low, acceptor, 'prepare');
    handCopy(world, acceptor, low, 'promise');
  }
  const old = ballotOf(world, low);
  world.loseAtCrash(low, 1, 'unflushed').crash(low).restart(low);
  // Alone, they mean nothing: it has asked nobody since.
  for (const acceptor of ['a1', 'a2']) handCopy(world, acceptor, low, 'promise', old);
  proposes(world, low, 'w').runFor(0);
  for (const acceptor of ['a1', 'a2']) hand(world, acceptor, low, 'promise', old);
  finish(world);
  checkLearns(world, low, `was asked again after its restart`);
}

/** A third promise comes when the proposal has been issued, and tells of another value. */
function furtherPromise(): void {
  const { world, low, high } = rivals(3);
  prepares(world, low, 'a1 a3');
  accepts(world, low, 'a3');
  prepares(world, high, 'a1 a2');
  prepares(world, high, 'a3');
  finish(world);
}

// ── Schedules of chance ──────────────────────────────────────────────────────────────────────────

interface Request {
  readonly atMs: number;
  readonly proposer: ProcessId;
  readonly value: Value;
}

function request(draw: Draw): Request {
  const atMs = draw.pick([0, 10, 20, 30, 50, 100, 200]);
  return { atMs, proposer: draw.pick(proposers), value: draw.pick(['x', 'y', 'z', ...values]) };
}

function describeRequest({ atMs, proposer, value }: Request): string {
  return `at ${atMs} ms ${proposer} ${labelOf(value)}`;
}

function play(n: number, faults: FaultPlan, requests: readonly Request[]): Trace {
  const world = cluster(n, faults, 10, 2_000);
  follow(world, requests);
  return world.runFor(endMs - world.nowMs).trace;
}

/** Clients come at their times; a proposer that has one already, or is down, sends them away. */
function follow(world: World, requests: readonly Request[]): void {
  for (const { atMs, proposer, value } of requests.toSorted((a, b) => a.atMs - b.atMs)) {
    world.runFor(atMs - world.nowMs);
    const last = world.trace.events.findLast(
      ({ process, kind }) => process === proposer && LIFE.has(kind),
    );
    if (last?.kind === 'start' || last?.kind === 'restart') proposes(world, proposer, value);
  }
}

const LIFE: ReadonlySet<string> = new Set(['start', 'step', 'crash', 'restart']);

interface Rival {
  /** When p2 comes, in percent of the time between two attempts of p1. */
  readonly percent: number;
}

function rival(draw: Draw): Rival {
  return { percent: draw.integer(30, 70) };
}

function describeRival({ percent }: Rival): string {
  return `p2 begins when ${percent}% of the time to p1's next attempt is over`;
}

/** How long a proposer that hears nothing waits for its second attempt. */
function timeToRetry(): number {
  const world = proposes(cluster(3).hold(), 'p1', 'x').runFor(0);
  begins(world, 'p1');
  const beganMs = world.nowMs;
  triesAgain(world, 'p1', ballotOf(world, 'p1'));
  return world.nowMs - beganMs;
}

/** Nobody hears p1 for five seconds. */
function unheard(): World {
  const faults = scenarios.alone('p1', ['p1', 'a1', 'a2', 'a3'], 0, 5_000);
  return proposes(cluster(3, faults).runFor(0), 'p1', 'x').runFor(5_000);
}

/**
 * P1 and p2 propose, on a network that is fast but for accept requests, for values are large: these
 * take 60% of the time between two attempts.
 */
function duel(everyMs: number, [second]: readonly Rival[]): World {
  const world = cluster(3, [], 1);
  const duellists = second === undefined ? ['p1'] : ['p1', 'p2'];
  for (const id of duellists) for (const acceptor of ['a1', 'a2', 'a3']) world.hold(id, acceptor);
  const secondMs = (everyMs * (second?.percent ?? Infinity)) / 100;
  const onTheWay: { dueMs: number; from: ProcessId; to: ProcessId; message: unknown }[] = [];
  let seen = 0;
  let isBusy = false;
  proposes(world, 'p1', 'x');
  const learned = new Set<ProcessId>();
  while (world.nowMs < mostAttempts * everyMs && learned.size < duellists.length) {
    world.runFor(Math.ceil(everyMs / 50));
    if (!isBusy && world.nowMs >= secondMs) {
      proposes(world, 'p2', 'y');
      isBusy = true;
    }
    for (const event of world.trace.events.slice(seen)) {
      if (event.kind === 'note' && isLearning(event.about)) learned.add(event.process);
      if (event.kind !== 'send' || isAcceptor(event.from)) continue;
      const { at, from, to, message } = event;
      const takesMs = isOf(message, 'accept') ? 0.6 * everyMs : 0;
      onTheWay.push({ dueMs: at + takesMs, from, to, message });
    }
    seen = world.trace.length;
    for (const letter of onTheWay.filter(({ dueMs }) => dueMs <= world.nowMs)) {
      onTheWay.splice(onTheWay.indexOf(letter), 1);
      world.deliver(letter.from, letter.to, (message) => same(message, letter.message));
    }
  }
  return world;
}

/** A proposer learns within ten seconds from now. */
function checkLearns(world: World, id: ProcessId, why: string): void {
  const fromMs = world.nowMs;
  while (!hasLearned(world.trace, id) && world.nowMs < fromMs + patienceMs) world.runFor(100);
  if (hasLearned(world.trace, id)) return;
  stuck(
    `${id} ${why}, and by ${world.nowMs} ms, ten seconds later, it has learned nothing. Its last ballot is ${name(ballotOf(world, id))}.`,
    world.trace,
    world.trace.events.findLast(({ process, at }) => process === id && at <= fromMs + 1000),
  );
}

/** What a proposer has learned is this value. */
function checkLearned({ trace, nowMs }: World, id: ProcessId, value: Value): void {
  const last = trace.events.findLast(({ process }) => process === id);
  const noted = learnings(trace).find(({ process }) => process === id);
  if (noted === undefined) {
    stuck(
      `no message was lost, and yet by ${nowMs} ms ${id} has learned nothing. It should have learned ${show(value)}.`,
      trace,
      last,
    );
  }
  if (!same(noted.learned, value)) {
    violated(
      `${id} learned ${show(noted.learned)} at ${noted.at} ms. It should have learned ${show(value)}.`,
      trace,
      trace.at(noted.index),
    );
  }
  const further = sends(trace, id, 'prepare').find(({ event }) => event.index > noted.index);
  const request = trace.all('step').findLast(({ process }) => process === id);
  // Who has heard of it before it was asked may look once more.
  if (further === undefined || (request?.index ?? 0) > noted.index) return;
  violated(
    `${id} learned ${show(value)} at ${noted.at} ms, and at ${further.event.at} ms it began the ballot ${name(further.ballot)}. There is nothing left to do: it should have stopped.`,
    trace,
    trace.at(noted.index),
    further.event,
  );
}

// ── Every order: small systems ───────────────────────────────────────────────────────────────────

/**
 * A proposer that never hears what was accepted. For the acceptors that makes no difference: it is as if
 * these messages were still on their way.
 */
class Deaf extends Proposer {
  override receive(message: Message, from: ProcessId): void {
    if (message.type !== 'accepted') super.receive(message, from);
  }
}

type Small = Exploration<Acceptor | Proposer, Seen, 'send' | 'note'>;

/** Three acceptors, and one, two or three proposers, each of which is asked once, at any moment. */
function small(
  n: number,
  maker: typeof Proposer,
  { timeouts = 0, ...budgets }: Partial<Small> = {},
): Small {
  const ids = proposers.slice(0, n);
  return {
    processes: { a1: Acceptor, a2: Acceptor, a3: Acceptor },
    clients: Object.fromEntries(ids.map((id) => [id, maker])),
    calls: Object.fromEntries(ids.map((id) => [id, [asks(WANTED[id])]])),
    firstStates: 100_000,
    maxStates: 1_000_000,
    // Who begins with a timer needs one more for each proposer.
    timeouts: beginsAtOnce() ? timeouts : timeouts + n,
    ...budgets,
    watch: {
      kinds: ['send', 'note'],
      // Who asked when is not watched: that would only take time.
      start: { ...NOTHING, wanted: ids.map((id) => labelOf(WANTED[id])) },
      next: (seen: Seen, event: Happened, trace?: Trace) => {
        coverOrder(event);
        return next(seen, event, 3, breaking(event, trace, []));
      },
    },
  };
}

function beginsAtOnce(): boolean {
  const world = proposes(cluster(1).hold(), 'p1', 'x').runFor(0);
  return ballotsOf(world.trace, 'p1').length > 0;
}

function asks(value: Value) {
  const act = (process: Acceptor | Proposer) => {
    if (process instanceof Proposer) process.propose(value);
  };
  return { label: labelOf(value), act };
}

// ── What is judged: messages, and the notes of those who have learned ────────────────────────────

/** The promises that are judged of every entry of a trace. */
type Law = 'ballots' | 'promises' | 'p2c' | 'agreement' | 'learned';

/** An entry of a trace, or of an exploration, where there is no time. */
interface Happened {
  readonly kind: string;
  readonly process: ProcessId;
  readonly label?: unknown;
  readonly message?: unknown;
  readonly about?: unknown;
  readonly at?: number;
  readonly index?: number;
}

/** Who did what under which ballot. */
interface Deed {
  readonly by: ProcessId;
  readonly ballot: Ballot;
  readonly value: Value;
  readonly at?: number;
  readonly index?: number;
}

/** All that the laws need to know of what has happened. */
interface Seen {
  /** What clients asked for, as the labels of their steps. */
  readonly wanted: readonly string[];
  /** The highest promise of each acceptor. */
  readonly promised: readonly Deed[];
  readonly issued: readonly Deed[];
  readonly accepted: readonly Deed[];
}

const NOTHING: Seen = { wanted: [], promised: [], issued: [], accepted: [] };
type Breaks = (law: Law, sentence: string, ...deeds: readonly Deed[]) => void;

/** Judges a whole trace by some of the laws, or by all. Returns what has been seen in it. */
function check(trace: Trace, ...laws: readonly Law[]): Seen {
  const n = acceptorsIn(trace);
  return trace.events.reduce(
    (seen, event) => next(seen, event, n, breaking(event, trace, laws)),
    NOTHING,
  );
}

function seenIn(trace: Trace): Seen {
  const n = acceptorsIn(trace);
  return trace.events.reduce((seen, event) => next(seen, event, n, () => {}), NOTHING);
}

/** Tells which law an event breaks, and marks what shows it, if there is a trace. */
function breaking(event: Happened, trace: Trace | undefined, laws: readonly Law[]): Breaks {
  return (law, sentence, ...deeds) => {
    if (laws.length > 0 && !laws.includes(law)) return;
    const marks = [...deeds, event].flatMap(({ index = -1 }) => trace?.events[index] ?? []);
    const restart = trace
      ?.all('restart')
      .find(({ process, index }) => process === event.process && index > (marks[0]?.index ?? 0));
    const isWhy = restart && restart.index < (event.index ?? 0) && FORGETFUL.includes(law);
    violated(isWhy ? `${sentence} It restarted${when(restart)}.` : sentence, trace, ...marks);
  };
}

/** Where a restart between two deeds is worth a word. */
const FORGETFUL: readonly Law[] = ['promises', 'ballots'];

function acceptorsIn(trace: Trace): number {
  return trace.processes.filter(isAcceptor).length;
}

/** What has been seen after one thing more. `breaks` is told which law it breaks, and how. */
function next(seen: Seen, event: Happened, n: number, breaks: Breaks): Seen {
  if (event.kind === 'step') return afterRequest(seen, event);
  if (event.kind === 'note') judgeLearned(seen, event, n, breaks);
  if (event.kind !== 'send') return seen;
  // Whatever else is sent is not our business.
  const message = event.message as Message | null | undefined;
  switch (message?.type) {
    case 'promise':
      return afterPromise(seen, deed(event), message.accepted, n, breaks);
    case 'accept':
      return afterIssue(seen, deed(event), n, breaks);
    case 'accepted':
      return afterAccepted(seen, deed(event), n, breaks);
    default:
      return seen;
  }
}

function deed({ process, message, at, index }: Happened): Deed {
  const { type, ballot, value } = message as Message & Pick<Deed, 'ballot' | 'value'>;
  if (ballot === undefined || ballot === null) {
    violated(`${process} sent ${show(message)}: it must carry a ballot.`);
  }
  if (value === undefined && type !== 'promise') {
    violated(`${process} sent ${show(message)}: it must carry a value.`);
  }
  return { by: process, ballot, value, ...(at === undefined ? {} : { at, index }) } as Deed;
}

function afterRequest(seen: Seen, { label }: Happened): Seen {
  return { ...seen, wanted: [...new Set([...seen.wanted, String(label)])].toSorted() };
}

function afterPromise(
  seen: Seen,
  promise: Deed,
  told: Proposal | null | undefined,
  n: number,
  breaks: Breaks,
): Seen {
  const { by, ballot } = promise;
  if (told !== undefined && told !== null && (told.ballot === undefined || told.ballot === null)) {
    violated(
      `${by} promised ${name(ballot)}${when(promise)}, with accepted: ${show(told)}. It must be a proposal, { ballot, value }, or undefined.`,
    );
  }
  const before = seen.promised.find((each) => each.by === by);
  if (before !== undefined && compare(ballot, before.ballot) < 0) {
    breaks(
      'promises',
      `${by} promised ${name(before.ballot)}${when(before)}, and ${name(ballot)}${when(promise)}, which is lower. What is below its promise it must leave alone.`,
      before,
    );
  }
  const own = seen.accepted.filter((each) => each.by === by && compare(each.ballot, ballot) < 0);
  const highest = own.toSorted((a, b) => compare(b.ballot, a.ballot))[0];
  const tellsLess = !told || (highest && compare(told.ballot, highest.ballot) < 0);
  if (highest !== undefined && tellsLess) {
    breaks(
      'promises',
      `${by} accepted ${title(highest)}${when(highest)}. Its promise of ${name(ballot)}${when(promise)} should have told of that, but told of ${told ? title(told) : 'nothing'}.`,
      highest,
    );
  }
  const isHigher = before === undefined || compare(ballot, before.ballot) > 0;
  const promised = isHigher ? put(seen.promised, promise, before) : seen.promised;
  // Whoever fills its fields before anything is accepted may tell of a ballot that is none.
  if (!told || compare(told.ballot, lowest) <= 0) return { ...seen, promised };
  const source = seen.issued.find((each) => same(each.ballot, told.ballot));
  if (source === undefined || !same(told.value, source.value)) {
    breaks(
      'promises',
      `${by} promised ${name(ballot)}${when(promise)}, and told of ${title(told)}, which nobody has issued.`,
    );
  }
  // Who tells of an acceptance has accepted, even if a crash kept it from saying so before.
  return withAcceptance({ ...seen, promised }, { ...promise, ...told }, n, breaks);
}

function afterIssue(seen: Seen, issue: Deed, n: number, breaks: Breaks): Seen {
  const before = seen.issued.find(({ ballot }) => same(ballot, issue.ballot));
  if (before?.by === issue.by && same(before.value, issue.value)) return seen;
  if (before !== undefined) {
    breaks(
      'ballots',
      `${before.by} issued ${title(before)}${when(before)}, and ${issue.by} ${title(issue)}${when(issue)}: one ballot, two proposals.`,
      before,
    );
  }
  if (!seen.wanted.includes(labelOf(issue.value))) {
    breaks(
      'agreement',
      `${issue.by} issued ${title(issue)}${when(issue)}, but no client has asked for ${show(issue.value)}.`,
    );
  }
  judgeP2c(seen, issue, issue, n, breaks);
  return { ...seen, issued: put(seen.issued, issue) };
}

function afterAccepted(seen: Seen, acceptance: Deed, n: number, breaks: Breaks): Seen {
  const { by, ballot } = acceptance;
  const promise = seen.promised.find((each) => each.by === by && compare(each.ballot, ballot) > 0);
  const isNew = !seen.accepted.some((each) => each.by === by && same(each.ballot, ballot));
  if (promise !== undefined && isNew) {
    breaks(
      'promises',
      `${by} promised ${name(promise.ballot)}${when(promise)}, and accepted ${title(acceptance)}${when(acceptance)}, which is lower. What is below its promise it must leave alone.`,
      promise,
    );
  }
  return withAcceptance(seen, acceptance, n, breaks);
}

function withAcceptance(seen: Seen, acceptance: Deed, n: number, breaks: Breaks): Seen {
  const { by, ballot, value } = acceptance;
  const isSame = (each: Deed) => same(each.ballot, ballot) && same(each.value, value);
  if (seen.accepted.some((each) => each.by === by && isSame(each))) return seen;
  if (!seen.issued.some(isSame)) {
    breaks(
      'agreement',
      `${by} accepted ${title(acceptance)}${when(acceptance)}, which nobody has issued.`,
    );
  }
  const after = { ...seen, accepted: put(seen.accepted, acceptance) };
  const voters = votersOf(after, acceptance);
  const others = isMajority(voters, n)
    ? seen.issued.filter((each) => !same(each.value, value))
    : [];
  for (const other of others) {
    const before = votersOf(after, other);
    if (!isMajority(before, n)) continue;
    breaks(
      'agreement',
      `Two values are chosen${when(acceptance)}: ${title(other)}, accepted by ${list(before.map((voter) => voter.by))}; and ${title(acceptance)}, accepted by ${list(voters.map((voter) => voter.by))}.`,
      ...before,
      ...voters,
    );
  }
  for (const issue of seen.issued) {
    if (compare(issue.ballot, ballot) > 0) judgeP2c(after, issue, acceptance, n, breaks);
  }
  return after;
}

/** Who has accepted this proposal. */
function votersOf({ accepted }: Seen, { ballot, value }: Proposal): readonly Deed[] {
  return accepted.filter((each) => same(each.ballot, ballot) && same(each.value, value));
}

function isMajority(voters: readonly Deed[], n: number): boolean {
  return 2 * new Set(voters.map(({ by }) => by)).size > n;
}

/** The proposals that a majority has accepted. */
function chosen(seen: Seen, n: number): readonly Proposal[] {
  return seen.issued.filter((each) => isMajority(votersOf(seen, each), n));
}

/**
 * P2c of a proposal (n, v): there is a majority S of acceptors such that either nobody in S has accepted
 * anything below n, or v is the value of the highest that they have accepted below n.
 */
function judgeP2c(seen: Seen, issue: Deed, now: Deed, n: number, breaks: Breaks): void {
  const below = seen.accepted.filter((each) => compare(each.ballot, issue.ballot) < 0);
  const highest = [...new Set(below.map(({ by }) => by))].map(
    (by) =>
      below
        .filter((each) => each.by === by)
        .toSorted((a, b) => compare(b.ballot, a.ballot))[0] as Deed,
  );
  const free = n - highest.length;
  if (2 * free > n) return;
  const allowed = highest.filter((top) => {
    const notAbove = highest.filter((each) => compare(each.ballot, top.ballot) <= 0);
    return 2 * (free + notAbove.length) > n;
  });
  if (allowed.some(({ value }) => same(value, issue.value))) return;
  // The paper lets an acceptor accept what it has not promised, and then promise something lower. That
  // promise tells of a proposal from above, whose value is as safe as one from below.
  const above = seen.accepted.filter((each) => compare(each.ballot, issue.ballot) > 0);
  if (above.some(({ value }) => same(value, issue.value))) return;
  const only = [...new Set(allowed.map(({ value }) => show(value)))].join(' or ');
  const later = now.at === undefined ? 'Since then' : `Since ${Math.round(now.at)} ms`;
  const since =
    issue === now
      ? ', where P2c allows only the value'
      : `. ${later} P2c allows there only the value`;
  const facts = highest.map((each) => `${each.by} ${title(each)}${when(each)}`);
  breaks(
    'p2c',
    `${issue.by} issued ${title(issue)}${when(issue)}${since} ${only}. Highest accepted below ${name(issue.ballot)}: ${facts.join(', ')}.`,
    ...highest,
    issue,
  );
}

function judgeLearned(seen: Seen, event: Happened, n: number, breaks: Breaks): void {
  if (!isLearning(event.about)) return;
  const { learned } = event.about;
  if (chosen(seen, n).some(({ value }) => same(value, learned))) return;
  const votes = seen.issued.flatMap((issue) => {
    const voters = seen.accepted.filter(({ ballot }) => same(ballot, issue.ballot));
    const who = [...new Set(voters.map(({ by }) => by))];
    return who.length === 0 ? [] : [`${title(issue)} was accepted by ${list(who)}`];
  });
  breaks(
    'learned',
    `${event.process} learned ${show(learned)}${when(event)}, which is not chosen: ${votes.join(', ') || 'nobody has accepted anything'}. A majority of ${n} is ${Math.floor(n / 2) + 1}, under one ballot.`,
  );
}

// ── Ballots, whatever they are ───────────────────────────────────────────────────────────────────

/** The ballots that a proposer has used, one after the other. */
function ballotsOf(trace: Trace, id: ProcessId): readonly Ballot[] {
  const all = sends(trace, id, 'prepare').map(({ ballot }) => ballot);
  return all.filter((ballot, i) => i === 0 || !same(ballot, all[i - 1]));
}

/** The ballot that a proposer is at. */
function ballotOf({ trace }: World, id: ProcessId): Ballot {
  return ballotsOf(trace, id).at(-1) as Ballot;
}

/** Compare puts all ballots of a trace into one order, and no two proposers have the same. */
function checkOrder(trace: Trace): void {
  const all = proposers.flatMap((by) => ballotsOf(trace, by).map((ballot) => ({ by, ballot })));
  const sorted = all.toSorted((a, b) => compare(a.ballot, b.ballot));
  sorted.forEach((one, i) => {
    for (const other of sorted.slice(i + 1)) {
      const forth = compare(one.ballot, other.ballot);
      const back = compare(other.ballot, one.ballot);
      if (forth < 0 && back > 0) continue;
      violated(
        `${one.by} used the ballot ${show(one.ballot)}, and ${other.by} ${show(other.ballot)}. Compare says ${forth}, and the other way round ${back}: of two proposers' ballots one must be above the other, whoever asks.`,
      );
    }
  });
}

/** `1.p2`, or the number if ballots are numbers. */
function name(ballot: Ballot): string {
  return typeof ballot === 'object' ? Object.values(ballot).join('.') : String(ballot);
}

function title({ ballot, value }: Proposal): string {
  return `${show(value)} under ${name(ballot)}`;
}

// ── Small things ─────────────────────────────────────────────────────────────────────────────────

function when({ at }: { readonly at?: number }): string {
  return at === undefined ? '' : ` at ${Math.round(at)} ms`;
}

function isAcceptor(id: ProcessId): boolean {
  return id.startsWith('a');
}

/** Puts a deed into a list, in the place of another one if told; always in the same order. */
function put<D extends Pick<Deed, 'by' | 'ballot'>>(
  all: readonly D[],
  one: D,
  old?: D,
): readonly D[] {
  const rest = all.filter((each) => each !== old);
  const at = rest.findIndex(
    (each) => each.by > one.by || (each.by === one.by && compare(each.ballot, one.ballot) > 0),
  );
  return rest.toSpliced(at < 0 ? rest.length : at, 0, one);
}

/** Whether two pieces of plain data are alike. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a) as (keyof typeof a)[];
  return (
    keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]))
  );
}

/** Whether it is a message of this type, and, if told, of this ballot. */
function isOf(message: unknown, type: Type, ballot?: Ballot): boolean {
  const { type: its, ballot: own } = (message ?? {}) as Partial<Message>;
  return its === type && (ballot === undefined || same(own, ballot));
}

function sends(trace: Trace, from: ProcessId, type: Type) {
  return trace.all('send').flatMap((event) => {
    const isIt = event.process === from && isOf(event.message, type);
    return isIt ? [{ ...(event.message as Message), event }] : [];
  });
}

interface Learning {
  readonly learned: Value;
}

function isLearning(about: unknown): about is Learning {
  return typeof about === 'object' && about !== null && 'learned' in about;
}

function learnings(trace: Trace) {
  return trace
    .all('note')
    .flatMap((event) => (isLearning(event.about) ? [{ ...event, ...event.about }] : []));
}

function hasLearned(trace: Trace, id: ProcessId): boolean {
  return learnings(trace).some(({ process }) => process === id);
}

/** `a1`, `a1 and a2`, `a1, a2 and a3`. */
function list(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? 'nobody';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

// ── What the runs must have met, for the promises to mean anything ───────────────────────────────

function coverAcceptors(trace: Trace): void {
  const restarts = trace.all('restart');
  for (const id of trace.processes.filter(isAcceptor)) {
    const promises = sends(trace, id, 'promise');
    if (promises.some((each) => 'accepted' in each && each.accepted)) {
      covered('a promise told of a proposal');
    }
    for (const { process, index, message } of trace.all('deliver')) {
      if (process !== id || !(isOf(message, 'prepare') || isOf(message, 'accept'))) continue;
      const { type, ballot } = message as Message;
      const before = promises.filter(({ event }) => event.index < index);
      if (before.some((promise) => compare(ballot, promise.ballot) < 0)) {
        covered('an acceptor met a ballot below its promise');
      }
      const first = before[0]?.event.index ?? Infinity;
      const isBetween = (at: number) => first < at && at < index;
      if (
        type === 'accept' &&
        restarts.some((restart) => restart.process === id && isBetween(restart.index))
      ) {
        covered('an acceptor restarted between promise and accept');
      }
    }
  }
}

function coverProposals(trace: Trace, { issued, accepted }: Seen): void {
  const steps = trace.all('step');
  for (const issue of issued) {
    const own = steps.findLast(
      ({ process, index }) => process === issue.by && index < (issue.index ?? 0),
    );
    if (own !== undefined && own.label !== labelOf(issue.value)) {
      covered('a proposer issued a value that was not its own');
    }
    if (accepted.some((each) => compare(each.ballot, issue.ballot) < 0)) {
      covered('something lower was accepted');
    }
  }
}

function coverChoices(trace: Trace, seen: Seen): void {
  const n = acceptorsIn(trace);
  if (seen.wanted.length > 1) covered('clients wanted different values');
  if (chosen(seen, n).length > 0) covered('a value was chosen');
  const issuers = new Set(seen.issued.map(({ by }) => by));
  if (issuers.size > 1) covered('two proposers issued proposals');
}

function coverLeftAlone(trace: Trace): void {
  if (!hasLearned(trace, 'p1')) covered('p1 had learned nothing when it was left alone');
  const { issued, accepted } = seenIn(trace);
  const others = accepted.filter(({ ballot }) =>
    issued.some((issue) => issue.by !== 'p1' && same(issue.ballot, ballot)),
  );
  if (others.length > 0) covered('an acceptor had accepted a proposal of another proposer');
}

function coverOrder({ kind, process, message, about }: Happened): void {
  if (isLearning(about)) covered('a value was learned');
  if (kind !== 'send' || isAcceptor(process)) return;
  const { type, value } = message as Message & Pick<Deed, 'value'>;
  const own = WANTED[process as keyof typeof WANTED];
  if (type === 'accept' && value !== own) covered("a proposer issued another one's value");
}

function coverDuel(trace: Trace): void {
  const second = trace.all('step').find(({ process }) => process === 'p2');
  const [first] = learnings(trace);
  if (second && !(first && first.index < second.index)) {
    covered('the second came before the first had learned');
  }
}

/** Long enough for everything that is on its way on a calm network, and for some attempts more. */
const soonMs = 2_000;
/** Schedules of chance are over by 300 ms, but for what is late. */
const endMs = 1_500;
const calmMs = 400;
/** How long anything may take that has to happen. */
const patienceMs = 10_000;
const mostAttempts = 40;
