import {
  type Call,
  type ClientEvent,
  covered,
  type Draw,
  example,
  exhaustive,
  type Exploration,
  type Fault,
  type FaultPlan,
  faultPlans,
  given,
  type Happening,
  linearizable,
  listOf,
  liveness,
  type Operation,
  operationsOf,
  Process,
  type ProcessId,
  register,
  safety,
  show,
  simulate,
  type Simulation,
  stuck,
  type Trace,
  type TraceEvent,
  unfold,
  violated,
} from '#harness';
import {
  AbdRegister,
  majority,
  type Message,
  operationTimeoutMs,
  Replica,
  type Store,
  type Value,
  type Version,
  type Versioned,
} from './linearizable-register.ts';

// ── First steps: one read, one write ─────────────────────────────────────────────────────────────

const names = ['r1', 'r2', 'r3', 'r4', 'r5'] as const;
const later: Version = { counter: 2, writer: 'carol' };
/** Two versions each, the newer one last: it has a higher counter, or the same and a greater name. */
const pairs: readonly (readonly [older: Version, newer: Version])[] = [
  [{ counter: 1, writer: 'carol' }, later],
  [{ counter: 2, writer: 'bob' }, later],
  [
    { counter: 9, writer: 'carol' },
    { counter: 10, writer: 'bob' },
  ],
];
const clusters = [names.slice(0, 3), names.slice(0, 4), names.slice(0, 5)];

example(
  'majority-read',
  'A read returns the newest value that a majority has, and waits for no more than that.',
  { points: 10 },
  () => {
    for (const replicas of clusters) {
      const quorum = majority(replicas.length);
      const cases = orders(replicas).flatMap((one) => pairs.map((pair) => ({ ...one, pair })));
      for (const { order, value, pair } of cases) {
        // The last of the majority has something that the others have not heard of.
        const last = order[quorum - 1] as ProcessId;
        const world = worldOfPair(replicas, pair, last, value).hold();
        reads(world, 'alice');
        for (let size = 1; size < quorum; size++) {
          exchange(world, 'alice', order.slice(0, size));
          checkOpen(world.trace, 'alice', order.slice(0, size));
        }
        exchange(world, 'alice', order.slice(0, quorum));
        checkRead(world.trace, 'alice', order.slice(0, quorum), value);

        // Now it is the first.
        const again = worldOfPair(replicas, pair, order[0] as ProcessId, value).hold();
        reads(again, 'alice');
        exchange(again, 'alice', order.slice(0, quorum));
        checkRead(again.trace, 'alice', order.slice(0, quorum), value);
      }
      // The network delivers one reply several times, and it is the only one that is old.
      const recent = { version: later, value: 'new' };
      const held = Object.fromEntries(replicas.slice(1).map((id) => [id, recent]));
      const world = worldOfKeepers(replicas, held).hold();
      reads(world, 'alice');
      world.deliver('alice', 'r1', 'fetch');
      for (let i = 0; i < quorum; i++) world.deliverCopy('r1', 'alice', 'fetched');
      checkOpen(world.trace, 'alice', ['r1']);
      exchange(world, 'alice', replicas);
      checkRead(world.trace, 'alice', replicas, 'new');

      checkLateReply(replicas);
    }
  },
);

example(
  'write-then-read',
  'A write is done when a majority has it, and whoever reads after that finds it.',
  { points: 15 },
  () => {
    for (const replicas of clusters) {
      const quorum = majority(replicas.length);
      for (const { order, value } of orders(replicas)) {
        const world = worldOf(replicas).hold();
        // Carol is done, alice writes through some majority, and bob reads through another.
        writes(world, 'carol', 'old');
        exchangeUntilDone(world, 'carol', order.toReversed());
        writes(world, 'alice', value);
        exchangeUntilDone(world, 'alice', order);
        checkDone(world.trace, 'alice', order);
        checkReached(world.trace, 'alice');
        reads(world, 'bob');
        exchangeUntilDone(world, 'bob', fewestHolders(world, replicas, value));
        checkDone(world.trace, 'bob', replicas);
        checkHistory(world.trace);
      }
      // The network delivers one acknowledgement several times.
      const world = worldOfKeepers(replicas).hold();
      writes(world, 'alice', 'new');
      exchange(world, 'alice', replicas, isNoStore);
      world.deliver('alice', 'r1', 'store');
      for (let i = 0; i < quorum; i++) world.deliverCopy('r1', 'alice', 'stored');
      checkReached(world.trace, 'alice');

      // What the first write did not need arrives during the next one.
      const again = worldOfKeepers(replicas).hold();
      const [first, ...others] = replicas.toReversed() as [ProcessId, ...ProcessId[]];
      writes(again, 'alice', 'first');
      exchange(again, 'alice', replicas, isNoStore);
      flow(again, ['alice'], replicas);
      exchange(again, 'alice', others.slice(0, quorum));
      writes(again, 'alice', 'second');
      flow(again, ['alice'], replicas, isNoStore);
      flow(again, replicas, ['alice'], (message) => message.type === 'fetched');
      flow(again, [first], ['alice']);
      exchange(again, 'alice', others.slice(0, quorum - 1));
      checkReached(again.trace, 'alice');
      exchange(again, 'alice', replicas);
      checkDone(again.trace, 'alice', replicas);
    }
    for (const replicas of clusters) {
      checkUsedUp(replicas);
      checkAtOnce(replicas);
      checkLateStores(replicas);
      checkLateReplies(replicas);
      checkReplyTwice(replicas);
      checkThereAlready(replicas);
      checkApart(replicas);
      for (const earlier of earlierOperations) {
        const world = worldOf(replicas).hold();
        earlier(world, replicas);
        writes(world, 'alice', 'new');
        exchange(world, 'alice', replicas, isNoStore);
        exchange(world, 'alice', ['r1']);
        checkReached(world.trace, 'alice');
      }
    }
  },
);

// ── The figures: a write that has reached one replica, and two reads, one after the other ────────

example(
  'new-old-inversion',
  'When one read has returned a value, no later read returns an older one.',
  { points: 20 },
  () => {
    for (const replicas of clusters) {
      for (const reached of startsOf(replicas)) {
        for (const heard of majorities(replicas).filter((some) => some.includes('r1'))) {
          for (const order of [heard, heard.toReversed()]) {
            for (const others of majorities(replicas).toReversed()) {
              const world = worldOf(replicas).hold();
              slowWrite(world, replicas, reached);
              // Alice hears of it. The moment that she has it, bob reads from others.
              reads(world, 'alice');
              exchangeUntilDone(world, 'alice', order);
              checkDone(world.trace, 'alice', heard);
              reads(world, 'bob');
              exchangeUntilDone(world, 'bob', others);
              checkDone(world.trace, 'bob', others);
              checkHistory(world.trace);
            }
          }
        }
      }
    }
    for (const replicas of clusters) {
      checkOwnWrite(replicas, []);
      checkOwnWrite(replicas, ['r1']);
      checkLateNews(replicas);
      checkSameValue(replicas);
      checkSameCounter(replicas);
      checkSameCounterAgain(replicas);
      for (const value of oddValues) checkOddValue(replicas, value);
    }
  },
);

example(
  'one-ack-is-too-few',
  'A read that has told fewer than a majority has not responded, not even when time is up.',
  { points: 15 },
  () => {
    for (const readsAgain of ['not', 'from the same', 'from others'] as const) {
      for (const replicas of clusters.toReversed()) {
        for (const heard of majorities(replicas).filter((some) => some.includes('r1'))) {
          for (const few of parts(heard)) {
            if (few.length > 0 && few.length < heard.length) {
              checkTellsFew(replicas, heard, few, readsAgain);
            }
          }
        }
      }
    }
    for (const replicas of clusters) {
      for (const earlier of earlierOperations) {
        const world = worldOf(replicas).hold();
        earlier(world, replicas);
        slowWrite(world, replicas, ['r1']);
        reads(world, 'alice');
        exchange(world, 'alice', replicas.slice(0, majority(replicas.length)), isNoStore);
        exchange(world, 'alice', ['r1']);
        bobReads(world, replicas);
      }
    }
  },
);

// ── Any operations, over any network ─────────────────────────────────────────────────────────────

const clients = ['alice', 'bob', 'carol'] as const;
const anything = faultPlans({
  processes: [...clients, ...names],
  kinds: ['lose', 'delay', 'duplicate', 'partition', 'pause', 'clock-offset', 'crash', 'disk-loss'],
  messagesPerLink: 6,
  untilMs: 600,
  crashes: 4,
});
const deeds = listOf(26, deed, describeDeed);

const historyCover = {
  'two reads that overlapped a write came one after the other': 8,
  'two writes overlapped': 25,
  'a read returned what a pending write wrote': 2,
  'a replica restarted': 20,
  'there were four replicas': 12,
  'there were five replicas': 12,
};

safety(
  'linearizable',
  'Every operation seems to happen at one instant between its beginning and its end.',
  { points: 20, covers: historyCover },
  given(anything, deeds, (plan, done) => {
    const trace = play(plan.filter(isInScope), done);
    cover(trace, historyCover);
    checkHistory(trace);
  }),
);

const crashes = faultPlans({
  processes: names,
  kinds: ['crash'],
  crashes: 2,
  untilMs: 600,
  heals: false,
});
const endsCover = {
  'an operation was done although a replica crashed meanwhile': 15,
  'a read was done after a replica had crashed': 25,
  'a write was done after a replica had crashed': 25,
  'no majority was up': 3,
};

liveness(
  'ends-in-time',
  'With a majority up every operation is done; otherwise it ends when time is up.',
  { points: 10, covers: endsCover },
  given(crashes, deeds, (plan, done) => {
    const trace = play(plan, done);
    cover(trace, endsCover);
    checkEnds(trace);
  }),
);

// ── Every order there is ─────────────────────────────────────────────────────────────────────────

exhaustive(
  'every-order',
  'With three replicas no order of events makes two reads contradict each other.',
  {
    points: 10,
    covers: ['a read began after another operation was done', 'an operation was given up'],
  },
  () => [
    // Carol's write has reached r1. Alice reads, and when she has ended, bob does.
    system([reading, timeIsUp]),
    // Alice writes, and bob reads after her.
    system([writing]),
  ],
);

// ── The worlds ───────────────────────────────────────────────────────────────────────────────────

/** A replica that does all right, and has something from the start. */
class Keeper extends Process<Message> {
  held: Versioned;

  constructor(held: Versioned) {
    super();
    this.held = held;
  }

  receive(message: Message, from: ProcessId): void {
    const { request } = message;
    if (message.type === 'fetch') this.send(from, { type: 'fetched', request, ...this.held });
    if (message.type === 'store') {
      const { version, value } = message;
      if (isAbove(version, this.held.version)) this.held = { version, value };
      this.send(from, { type: 'stored', request });
    }
  }
}

type World = Simulation<Replica | AbdRegister | Keeper>;

/** Far more than a script, or a generated run, needs: who floods the network is told so soon. */
const mostScripted = 1_000;
const mostGenerated = 2_000;

function worldOf(
  replicas: readonly ProcessId[],
  faults: FaultPlan = [],
  maxEvents = mostScripted,
): World {
  return simulate<Replica | AbdRegister | Keeper>({
    processes: Object.fromEntries(replicas.map((id) => [id, Replica])),
    clients: { alice: AbdRegister, bob: AbdRegister, carol: AbdRegister },
    faults,
    maxEvents,
  });
}

/** Keepers: those named here have this, the others `old`. */
function worldOfKeepers(
  replicas: readonly ProcessId[],
  held: Readonly<Record<ProcessId, Versioned>> = {},
): World {
  const old: Versioned = { version: { counter: 1, writer: 'carol' }, value: 'old' };
  return simulate<Replica | AbdRegister | Keeper>({
    processes: Object.fromEntries(replicas.map((id) => [id, () => new Keeper(held[id] ?? old)])),
    clients: { alice: AbdRegister },
    maxEvents: mostScripted,
  });
}

/** Keepers: one of them has a value with the newer version, the others `old` with the older one. */
function worldOfPair(
  replicas: readonly ProcessId[],
  [older, newer]: readonly [Version, Version],
  ahead: ProcessId,
  value: Value,
): World {
  const old: Versioned = { version: older, value: 'old' };
  const held = Object.fromEntries(replicas.map((id) => [id, old]));
  return worldOfKeepers(replicas, { ...held, [ahead]: { version: newer, value } });
}

function reads(world: World, client: ProcessId): World {
  return world.call(client, 'reads', (process) => {
    if (process instanceof AbdRegister) process.read();
  });
}

function writes(world: World, client: ProcessId, value: Value): World {
  return world.call(client, `writes ${show(value)}`, (process) => {
    if (process instanceof AbdRegister) process.write(value);
  });
}

/** Carol writes a value, and it has reached so many. */
function slowWrite(
  world: World,
  replicas: readonly ProcessId[],
  reached: readonly ProcessId[],
  value: Value = 'new',
): void {
  writes(world, 'carol', value);
  exchange(world, 'carol', replicas, isNoStore);
  flow(world, ['carol'], reached);
}

/** Alice writes what carol is writing: that one replica has it is not enough for either. */
function checkThereAlready(replicas: readonly ProcessId[]): void {
  const world = worldOf(replicas).hold();
  slowWrite(world, replicas, ['r1']);
  writes(world, 'alice', 'new');
  exchangeUntilDone(world, 'alice', replicas);
  checkDone(world.trace, 'alice', replicas);
  checkReached(world.trace, 'alice');
}

/** Carol's write was given up. She reads it herself, and then bob reads. */
function checkOwnWrite(replicas: readonly ProcessId[], reached: readonly ProcessId[]): void {
  const world = worldOf(replicas).hold();
  slowWrite(world, replicas, reached);
  loseAll(world, 'carol', replicas);
  world.runFor(operationTimeoutMs);
  reads(world, 'carol');
  exchangeUntilDone(world, 'carol', replicas);
  checkDone(world.trace, 'carol', replicas);
  bobReads(world, replicas);
}

/** Alice reads from those that carol's write has not reached, and the one that has it replies late. */
function checkLateNews(replicas: readonly ProcessId[]): void {
  const last = replicas.at(-1) as ProcessId;
  const heard = replicas.slice(0, majority(replicas.length));
  const world = worldOf(replicas).hold();
  slowWrite(world, replicas, [last]);
  reads(world, 'alice');
  exchange(world, 'alice', heard, isNoStore);
  exchange(world, 'alice', heard.slice(1));
  exchange(world, 'alice', [last], isNoStore);
  exchangeUntilDone(world, 'alice', heard);
  exchangeUntilDone(world, 'alice', replicas);
  checkDone(world.trace, 'alice', replicas);
  bobReads(world, replicas);
}

/** One value, written twice, with another in between: who says the same need not mean the same. */
function checkSameValue(replicas: readonly ProcessId[]): void {
  const quorum = majority(replicas.length);
  const behind = replicas.slice(0, replicas.length - quorum);
  const ahead = replicas.slice(replicas.length - quorum);
  const world = worldOf(replicas).hold();
  writes(world, 'carol', 'this');
  exchange(world, 'carol', replicas);
  writes(world, 'bob', 'that');
  exchangeUntilDone(world, 'bob', ahead);
  writes(world, 'carol', 'this');
  exchange(world, 'carol', ahead, isNoStore);
  flow(world, ['carol'], ahead.slice(0, quorum - behind.length));
  reads(world, 'alice');
  exchangeUntilDone(world, 'alice', [...behind, ...ahead].slice(0, quorum));
  reads(world, 'bob');
  exchangeUntilDone(world, 'bob', [...behind, ...ahead.toReversed()].slice(0, quorum));
  checkDone(world.trace, 'bob', replicas);
  checkHistory(world.trace);
}

/** What bob wrote is there. Carol writes 0, '', false or null, and alice is the first to hear of it. */
function checkOddValue(replicas: readonly ProcessId[], value: Value): void {
  const world = worldOf(replicas).hold();
  writes(world, 'bob', 'old');
  exchange(world, 'bob', replicas);
  slowWrite(world, replicas, ['r1'], value);
  reads(world, 'alice');
  exchangeUntilDone(world, 'alice', replicas);
  checkDone(world.trace, 'alice', replicas);
  bobReads(world, replicas, value);
}

/** Alice and carol wrote with the same counter: who has the same counter need not have the same. */
function checkSameCounter(replicas: readonly ProcessId[]): void {
  const heard = replicas.slice(0, majority(replicas.length));
  const last = heard.at(-1) as ProcessId;
  const others = replicas.filter((id) => id !== last).slice(0, heard.length);
  const world = worldOf(replicas).hold();
  writes(world, 'alice', 'hers');
  writes(world, 'carol', 'mine');
  exchange(world, 'alice', replicas, isNoStore);
  exchange(world, 'carol', replicas, isNoStore);
  flow(world, ['alice'], heard.slice(0, -1));
  flow(world, ['carol'], [last]);
  for (const quorum of [heard, others, heard]) {
    reads(world, 'bob');
    exchange(world, 'bob', quorum, isNoStore);
    // The one that has it acknowledges it before the others do.
    if (quorum.includes(last)) exchangeUntilDone(world, 'bob', [last]);
    exchangeUntilDone(world, 'bob', quorum);
    checkDone(world.trace, 'bob', quorum);
    loseAll(world, 'bob', replicas);
  }
  checkHistory(world.trace);
  checkOneVersion(world.trace);
}

/** What alice wrote is done. Carol's write has the same counter and a greater name, and is on r1 only. */
function checkSameCounterAgain(replicas: readonly ProcessId[]): void {
  const world = worldOf(replicas).hold();
  writes(world, 'carol', 'new');
  exchange(world, 'carol', replicas, isNoStore);
  writes(world, 'alice', 'before');
  exchangeUntilDone(world, 'alice', replicas.slice(1));
  exchangeUntilDone(world, 'alice', replicas);
  flow(world, ['carol'], ['r1']);
  loseAll(world, 'carol', replicas);
  reads(world, 'alice');
  exchangeUntilDone(world, 'alice', replicas);
  checkDone(world.trace, 'alice', replicas);
  bobReads(world, replicas);
}

/** Alice hears of carol's write from a majority, and can tell only a few of them. */
function checkTellsFew(
  replicas: readonly ProcessId[],
  heard: readonly ProcessId[],
  few: readonly ProcessId[],
  readsAgain: 'not' | 'from the same' | 'from others',
): void {
  const world = worldOf(replicas).hold();
  slowWrite(world, replicas, ['r1']);
  reads(world, 'alice');
  exchange(world, 'alice', heard, isNoStore);
  exchange(world, 'alice', few);
  world.runFor(operationTimeoutMs);
  exchange(world, 'alice', few);
  if (readsAgain !== 'not') {
    // The rest is lost, and she hears of it once more, or maybe not.
    loseAll(world, 'alice', replicas);
    reads(world, 'alice');
    const others = fewestHolders(world, replicas, 'new');
    exchangeUntilDone(world, 'alice', readsAgain === 'from others' ? others : heard);
  }
  bobReads(world, replicas);
}

/** What alice did before, done or given up: others than r1 have acknowledged it. */
const earlierOperations: readonly ((world: World, replicas: readonly ProcessId[]) => void)[] = [
  reads,
  (world: World, client: ProcessId) => writes(world, client, 'before'),
].flatMap((begins) =>
  [true, false].map((isDone) => (world: World, replicas: readonly ProcessId[]) => {
    begins(world, 'alice');
    exchange(world, 'alice', replicas, isNoStore);
    const others = replicas.slice(1, majority(replicas.length));
    exchangeUntilDone(world, 'alice', isDone ? [...others, ...replicas] : others);
    loseAll(world, 'alice', replicas);
    world.runFor(operationTimeoutMs);
  }),
);

/** Bob reads from a majority, from those first that were not sent this value. */
function bobReads(world: World, replicas: readonly ProcessId[], value: Value = 'new'): void {
  reads(world, 'bob');
  const others = fewestHolders(world, replicas, value);
  exchangeUntilDone(world, 'bob', others);
  checkDone(world.trace, 'bob', others);
  checkHistory(world.trace);
}

/** A reply to alice's first read arrives during her second. A majority has got `new` in between. */
function checkLateReply(replicas: readonly ProcessId[]): void {
  const world = worldOfKeepers(replicas).hold();
  const [first, ...others] = replicas.toReversed() as [ProcessId, ...ProcessId[]];
  reads(world, 'alice');
  flow(world, ['alice'], replicas);
  exchangeUntilDone(world, 'alice', others);
  for (const id of [first, ...others].slice(0, majority(replicas.length))) {
    world.call(id, "gets 'new'", (process) => {
      if (process instanceof Keeper) process.held = { version: later, value: 'new' };
    });
  }
  reads(world, 'alice');
  flow(world, [first], ['alice']);
  exchange(world, 'alice', replicas);
  checkRead(world.trace, 'alice', replicas, 'new');
}

/** One's first write reaches r1 only. The version that it had must not come back. */
function checkUsedUp(replicas: readonly ProcessId[]): void {
  const [r1, ...others] = replicas as [ProcessId, ...ProcessId[]];
  for (const [one, other] of [['alice', 'carol'] as const, ['carol', 'alice'] as const]) {
    for (const order of [replicas, replicas.toReversed()]) {
      for (const { before, readsBetween } of [
        { before: [], readsBetween: false },
        { before: ['a', 'b', 'c'], readsBetween: false },
        { before: ['a'], readsBetween: true },
      ]) {
        const world = worldOf(replicas).hold();
        for (const value of before) {
          writes(world, other, value);
          exchange(world, other, replicas);
        }
        writes(world, one, 'lost');
        exchange(world, one, replicas, isNoStore);
        flow(world, [one], [r1]);
        loseAll(world, one, others);
        world.runFor(operationTimeoutMs);
        if (readsBetween) {
          reads(world, one);
          exchangeUntilDone(world, one, others);
        }
        writes(world, one, 'kept');
        exchangeUntilDone(world, one, others);
        checkDone(world.trace, one, others);
        for (const quorum of [others, majorityWith(r1, order), others]) {
          reads(world, 'bob');
          exchangeUntilDone(world, 'bob', quorum);
          checkDone(world.trace, 'bob', quorum);
        }
        checkHistory(world.trace);
      }
    }
  }
}

/** Alice and carol write at once, and r1 is the only one that hears of alice first. */
function checkAtOnce(replicas: readonly ProcessId[]): void {
  const [r1, ...others] = replicas as [ProcessId, ...ProcessId[]];
  for (const order of [replicas, replicas.toReversed()]) {
    const world = worldOf(replicas).hold();
    writes(world, 'alice', 'hers');
    writes(world, 'carol', 'mine');
    exchange(world, 'alice', replicas, isNoStore);
    exchange(world, 'carol', replicas, isNoStore);
    flow(world, ['alice'], [r1]);
    flow(world, ['carol'], others);
    exchange(world, 'alice', replicas);
    exchange(world, 'carol', replicas);
    for (const quorum of [others, majorityWith(r1, order), others]) {
      reads(world, 'bob');
      exchangeUntilDone(world, 'bob', quorum);
      checkDone(world.trace, 'bob', quorum);
    }
    checkHistory(world.trace);
  }
}

/** Bob writes, and hears late from some. Alice writes after that, and all that bob sent arrives. */
function checkLateStores(replicas: readonly ProcessId[]): void {
  const world = worldOf(replicas).hold();
  writes(world, 'bob', 'first');
  exchange(world, 'bob', replicas, isNoStore);
  exchangeUntilDone(world, 'bob', replicas);
  writes(world, 'alice', 'second');
  exchangeUntilDone(world, 'alice', replicas.toReversed());
  exchange(world, 'bob', replicas);
  reads(world, 'carol');
  exchangeUntilDone(world, 'carol', replicas);
  checkDone(world.trace, 'carol', replicas);
  checkHistory(world.trace);
}

/** Bob writes, and hears late from some. Alice writes meanwhile: his comes before hers or after it. */
function checkLateReplies(replicas: readonly ProcessId[]): void {
  const cases = [replicas, replicas.toReversed()].flatMap((order) =>
    [...replicas.keys()].map((size) => ({ order, size })),
  );
  for (const { order, size } of cases) {
    const world = worldOf(replicas).hold();
    writes(world, 'bob', 'first');
    const some = replicas.slice(0, size);
    exchange(world, 'bob', some, isNoStore);
    flow(world, ['bob'], some);
    reads(world, 'carol');
    exchangeUntilDone(world, 'carol', replicas);
    writes(world, 'alice', 'second');
    exchangeUntilDone(world, 'alice', replicas.toReversed());
    reads(world, 'carol');
    exchangeUntilDone(world, 'carol', replicas);
    exchange(world, 'bob', order);
    reads(world, 'carol');
    exchangeUntilDone(world, 'carol', replicas);
    checkDone(world.trace, 'carol', replicas);
    checkHistory(world.trace);
  }
}

/** What a client knows came from its own past and from messages, so the same makes it do the same. */
function checkApart(replicas: readonly ProcessId[]): void {
  let before: string | undefined;
  for (const _ of ['once', 'and in a new world']) {
    const { trace } = written(replicas);
    const sent = trace
      .all('send')
      .find(({ process, message }) => process === 'alice' && (message as Store).type === 'store');
    const { version } = (sent?.message ?? {}) as Partial<Store>;
    const now = version === undefined ? 'nothing' : `${version.counter}.${version.writer}`;
    if (now !== (before ?? now)) {
      violated(
        `alice sent 'new' as version ${before}; then, in a new world where the same happened to her, as ${now}. She knew something of the world before: what stands outside of the class, or is static, belongs to all clients at once.`,
        trace,
        sent,
      );
    }
    before = now;
  }
}

/** A world in which alice has written. */
function written(replicas: readonly ProcessId[]): World {
  const world = worldOf(replicas).hold();
  writes(world, 'alice', 'new');
  exchangeUntilDone(world, 'alice', replicas);
  return world;
}

/** Bob hears a majority and sends his value, and one of them has it. The last reply comes twice. */
function checkReplyTwice(replicas: readonly ProcessId[]): void {
  const [r1, ...others] = replicas as [ProcessId, ...ProcessId[]];
  const world = worldOf(replicas).hold();
  writes(world, 'bob', 'first');
  exchange(world, 'bob', others.slice(0, majority(replicas.length) - 1), isNoStore);
  world.deliver('bob', r1, 'fetch').deliverCopy(r1, 'bob', 'fetched');
  flow(world, ['bob'], [r1]);
  reads(world, 'carol');
  exchangeUntilDone(world, 'carol', replicas);
  writes(world, 'alice', 'second');
  exchangeUntilDone(world, 'alice', replicas.toReversed());
  flow(world, [r1], ['bob']);
  exchange(world, 'bob', replicas);
  checkDone(world.trace, 'bob', replicas);
  reads(world, 'carol');
  exchangeUntilDone(world, 'carol', replicas);
  checkHistory(world.trace);
  checkOneVersion(world.trace);
}

type Filter = (message: Message) => boolean;

/** Delivers what is held from some to others, and what is sent on these links meanwhile. */
function flow(
  world: World,
  from: readonly ProcessId[],
  to: readonly ProcessId[],
  filter: Filter = () => true,
): void {
  const links = from.flatMap((a) => to.map((b) => [a, b] as const));
  for (;;) {
    const link = links.find(([a, b]) => (world.held(a, b) as Message[]).some(filter));
    if (link === undefined) return;
    world.deliver(...link, filter as (message: never) => boolean);
  }
}

/** Lets everything flow between a client and some replicas, until nothing more is said. */
function exchange(
  world: World,
  client: ProcessId,
  replicas: readonly ProcessId[],
  filter: Filter = () => true,
): void {
  const links = replicas.flatMap((id) => [[client, id] as const, [id, client] as const]);
  while (links.some(([a, b]) => (world.held(a, b) as Message[]).some(filter))) {
    flow(world, [client], replicas, filter);
    flow(world, replicas, [client], filter);
  }
}

/** The same, one message after the other, and no longer than the client's operation takes. */
function exchangeUntilDone(world: World, client: ProcessId, replicas: readonly ProcessId[]): void {
  const links = replicas.flatMap((id) => [[id, client] as const, [client, id] as const]);
  while (lastOf(world.trace, client).end === undefined) {
    const link = links.find(([a, b]) => world.held(a, b).length > 0);
    if (link === undefined) return;
    world.deliver(...link);
  }
}

/** What is held from one to others never arrives. */
function loseAll(world: World, from: ProcessId, to: readonly ProcessId[]): void {
  for (const id of to) while (world.held(from, id).length > 0) world.lose(from, id);
}

function isNoStore(message: Message): boolean {
  return message.type !== 'store';
}

// ── Who hears what ───────────────────────────────────────────────────────────────────────────────

/** The replicas in several orders, each with another value. */
function orders(
  replicas: readonly ProcessId[],
): readonly { readonly order: readonly ProcessId[]; readonly value: Value }[] {
  const values: readonly Value[] = ['new', 0, '', false, null];
  return turns(replicas).map((order, i) => {
    return { order, value: values[(i + replicas.length) % values.length] as Value };
  });
}

/** All majorities of the smallest size. */
function majorities(replicas: readonly ProcessId[]): readonly (readonly ProcessId[])[] {
  return parts(replicas).filter((part) => part.length === majority(replicas.length));
}

/** A majority with this replica in it, in the order of the list. */
function majorityWith(id: ProcessId, order: readonly ProcessId[]): readonly ProcessId[] {
  const others = order.filter((each) => each !== id).slice(0, majority(order.length) - 1);
  return order.filter((each) => each === id || others.includes(each));
}

/** The first one, two … of the replicas, as long as they are no majority. */
function startsOf(replicas: readonly ProcessId[]): readonly (readonly ProcessId[])[] {
  const sizes = Array.from({ length: majority(replicas.length) - 1 }, (_, i) => i + 1);
  return sizes.map((size) => replicas.slice(0, size));
}

/** The list turned by one, two, three …: each is first once. */
function turns(ids: readonly ProcessId[]): readonly (readonly ProcessId[])[] {
  return ids.map((_, i) => [...ids.slice(i), ...ids.slice(0, i)]);
}

function parts(ids: readonly ProcessId[]): readonly (readonly ProcessId[])[] {
  return ids.reduce<readonly (readonly ProcessId[])[]>(
    (all, id) => [...all, ...all.map((part) => [...part, id])],
    [[]],
  );
}

/** A majority with as many as can be that were not sent a value. */
function fewestHolders(
  world: World,
  replicas: readonly ProcessId[],
  value: Value,
): readonly ProcessId[] {
  const holders = holdersOf(world.trace, value, world.trace.length);
  const others = replicas.filter((id) => !holders.includes(id));
  const all = [...others, ...replicas.filter((id) => holders.includes(id))];
  return all.slice(0, majority(replicas.length));
}

/** The replicas that a value had reached at an entry of the trace. */
function holdersOf(trace: Trace, value: Value, before: number): readonly ProcessId[] {
  const reached = trace.all('deliver').filter(({ index, message }) => {
    const store = message as Store;
    return index < before && store.type === 'store' && store.value === value;
  });
  return [...new Set(reached.map(({ process }) => process))];
}

// ── Generated runs ───────────────────────────────────────────────────────────────────────────────

/** An operation, or how many replicas there are in the whole run; the first of those counts. */
type Deed =
  | { readonly N: number }
  | {
      readonly atMs: number;
      readonly client: ProcessId;
      readonly toWrite: boolean;
      /** Which odd value it writes, if nobody has yet. */
      readonly odd: number;
    };

function deed(draw: Draw): Deed {
  if (draw.chance(6)) return { N: draw.pick([3, 4, 5]) };
  return {
    atMs: draw.integer(0, 30) * 20,
    client: draw.pick(clients),
    toWrite: draw.chance(3),
    odd: draw.integer(0, 9),
  };
}

function describeDeed(one: Deed): string {
  if ('N' in one) return `${one.N} replicas`;
  return `at ${one.atMs} ms ${one.client} ${one.toWrite ? 'writes' : 'reads'}`;
}

/** Everyone does what they should, if they are not busy. */
function play(faults: FaultPlan, done: readonly Deed[]): Trace {
  const { N } = done.find((one) => 'N' in one) ?? { N: 3 };
  const replicas = names.slice(0, N);
  const world = worldOf(replicas, within([...replicas, ...clients], faults), mostGenerated);
  const used = new Set<number>();
  done.forEach((one, i) => {
    if ('N' in one) return;
    const { atMs, client, toWrite, odd } = one;
    const value = used.has(odd) ? undefined : oddValues[odd];
    if (toWrite) used.add(odd);
    const word = value === undefined ? `${client[0]}${i}` : value;
    world.callAt(atMs, client, toWrite ? `writes ${show(word)}` : 'reads', (me) => {
      if (!(me instanceof AbdRegister)) return;
      if (toWrite) me.write(word);
      else me.read();
    });
  });
  return world.run().trace;
}

/** Clients do not crash. */
function isInScope(fault: Fault): boolean {
  return fault.kind !== 'crash' || fault.process.startsWith('r');
}

/** As much of a plan as is about these processes. */
function within(ids: readonly ProcessId[], plan: FaultPlan): FaultPlan {
  return plan.flatMap((fault): FaultPlan => {
    if (fault.kind === 'partition') {
      const groups = fault.groups.map((group) => group.filter((id) => ids.includes(id)));
      return [{ ...fault, groups }];
    }
    const named = 'process' in fault ? [fault.process] : [fault.from, fault.to];
    return named.every((id) => ids.includes(id)) ? [fault] : [];
  });
}

// ── Small systems, explored ──────────────────────────────────────────────────────────────────────

/** The replica that a write of carol's has reached before all else; she hears no more of it. */
class Ahead extends Replica {
  override start(): void {
    super.start();
    this.receive({ type: 'store', request: 1, version: later, value: 'new' }, 'carol');
  }
}

const carolsWrite: ClientEvent = {
  kind: 'invoked',
  client: 'carol',
  op: 'write',
  argument: 'new',
};

/** When alice has ended her last operation, bob reads. */
class Client extends AbdRegister {
  override end(text: string, about: object): void {
    super.end(text, about);
    if (this.id === 'alice') this.send('bob', yourTurn);
  }

  override receive(message: Message, from: ProcessId): void {
    if (message.type === yourTurn.type) this.read();
    else super.receive(message, from);
  }
}

const yourTurn = { type: 'your turn' } as unknown as Message;

/** Three replicas, and what alice is called for. */
function system(
  calls: readonly Call<Replica | AbdRegister>[],
): Exploration<Replica | AbdRegister, readonly ClientEvent[], 'note'> {
  return {
    processes: { r1: Ahead, r2: Replica, r3: Replica },
    clients: { alice: Client, bob: Client, carol: Client },
    calls: { alice: calls },
    // Who keeps more in mind, or says more, has more states; the first so many are enough.
    maxStates: 1_000_000,
    firstStates: 500_000,
    watch: { kinds: ['note'], start: [carolsWrite], next: watched },
  };
}

const reading: Call<Replica | AbdRegister> = {
  label: 'reads',
  act: (process) => {
    if (process instanceof AbdRegister) process.read();
  },
};

const writing: Call<Replica | AbdRegister> = {
  label: "writes 'hers'",
  act: (process) => {
    if (process instanceof AbdRegister) process.write('hers');
  },
};

/** At any moment, and not by its timer: other timers that somebody sets must not keep it from that. */
const timeIsUp: Call<Replica | AbdRegister> = {
  label: 'time is up',
  act: (process) => {
    if (process instanceof AbdRegister && process.operation) process.timeout('operation');
  },
};

/** Keeps the history, and judges it whenever somebody gets something. */
function watched(
  history: readonly ClientEvent[],
  { process: client, about }: Extract<Happening, { kind: 'note' }>,
): readonly ClientEvent[] {
  const noted = notedIn(about);
  if (noted.invoked !== undefined) {
    const { op, value } = noted.invoked;
    const hasReturned = history.some((each) => each.kind === 'responded');
    if (op === 'read' && hasReturned) covered('a read began after another operation was done');
    return unfold(history, { kind: 'invoked', client, op, argument: value });
  }
  if ('gaveUp' in noted) {
    covered('an operation was given up');
    return history;
  }
  if (!('responded' in noted)) return history;
  const after = unfold(history, { kind: 'responded', client, result: noted.value });
  checkLinearizable(operationsOf(after), undefined);
  return after;
}

// ── What is judged: what clients were asked to do, and what came of it ───────────────────────────

/** What clients note: that they were asked for something, and what came of it. */
interface Noted {
  readonly invoked?: Pick<Done, 'request' | 'op' | 'value'>;
  readonly responded?: number;
  readonly gaveUp?: number;
  readonly value?: Value;
}

/** What a note is about; whoever writes a client may note what else they like. */
function notedIn(about: unknown): Noted {
  return typeof about === 'object' && about !== null ? about : {};
}

interface Done {
  readonly client: ProcessId;
  readonly request: number;
  readonly op: 'read' | 'write';
  /** What was to be written. */
  readonly value: Value;
  readonly invoked: TraceEvent;
  /** How it ended; undefined as long as it has not. */
  end?: {
    readonly how: 'responded' | 'gave up';
    /** What a read returned. */
    readonly value?: Value;
    readonly event: TraceEvent;
  };
}

/** The operations of a run, as the clients noted them. An operation ends once, or not at all. */
function operations(trace: Trace): readonly Done[] {
  const all: Done[] = [];
  for (const event of trace.all('note')) {
    const about = notedIn(event.about);
    if (about.invoked !== undefined) {
      all.push({ ...about.invoked, client: event.process, invoked: event });
    } else if ('responded' in about || 'gaveUp' in about) {
      const one = all.findLast(({ client }) => client === event.process);
      if (one === undefined || one.end !== undefined) {
        violated(
          `${event.process} noted “${event.text}” at ${event.at} ms, with no operation under way${one === undefined ? '' : `: ${did(one)} had ended at ${one.end?.event.at} ms`}.`,
          trace,
          one?.end?.event,
          event,
        );
      }
      const { value } = about;
      const how = 'gaveUp' in about ? 'gave up' : 'responded';
      one.end = { how, event, ...(value === undefined ? {} : { value }) };
    }
  }
  return all;
}

function lastOf(trace: Trace, client: ProcessId): Done {
  return operations(trace).findLast((one) => one.client === client) as Done;
}

/** Whether one ended before another began. */
function precedes(a: Done, b: Done): boolean {
  return a.end !== undefined && a.end.event.index < b.invoked.index;
}

/** What the clients did and got, as it is judged: an operation that was given up is pending. */
function historyOf(trace: Trace): readonly Operation[] {
  return operations(trace).map(({ client, op, value, invoked, end }): Operation => {
    const asked = { client, op, argument: value, invokedAt: invoked.index };
    if (end?.how !== 'responded') return asked;
    return { ...asked, result: end.value, respondedAt: end.event.index };
  });
}

/** The whole run, as one register. */
function checkHistory(trace: Trace): void {
  checkLinearizable(historyOf(trace), trace);
}

function checkLinearizable(history: readonly Operation[], trace: Trace | undefined): void {
  const answer = linearizable(history, register);
  if (answer.verdict === 'yes') return;
  if (answer.verdict === 'not decided') throw new Error('a history took too long to judge');
  const { blocked, witness } = answer;
  const others = witness.filter((each) => !isSame(each, blocked));
  const isLater = others.some(({ respondedAt = Infinity }) => respondedAt < blocked.invokedAt);
  const told = [
    ...others.map((each) => `${tell(each, trace)}.`),
    `${isLater ? 'Then ' : ''}${tell(blocked, trace)}: ${shouldHaveGot(history, blocked)}.`,
  ];
  const marks = witness.flatMap(({ invokedAt, respondedAt = invokedAt }) => [
    invokedAt,
    respondedAt,
  ]);
  violated(
    told.join(' '),
    trace,
    ...marks.toSorted((a, b) => a - b).map((index) => trace?.at(index)),
  );
}

function isSame(a: Operation, b: Operation): boolean {
  return a.client === b.client && a.invokedAt === b.invokedAt;
}

/** What an operation might have returned instead, for the history up to then to be right. */
function shouldHaveGot(history: readonly Operation[], blocked: Operation): string {
  const end = blocked.respondedAt as number;
  const before = history.filter(({ invokedAt }) => invokedAt <= end);
  const values = new Map<string, unknown>([['null', null]]);
  for (const { op, argument } of before) if (op === 'write') values.set(show(argument), argument);
  const right = [...values.values()].filter((result) => {
    const other = before.map((each): Operation => {
      if (isSame(each, blocked)) return { ...each, result };
      if ((each.respondedAt ?? Infinity) <= end) return each;
      const { respondedAt: _, ...pending } = each;
      return pending;
    });
    return linearizable(other, register).verdict === 'yes';
  });
  if (right.length === 0) return 'whatever it got, no order of these explains it';
  return `it should have been ${right.map(show).join(' or ')}`;
}

/** One operation of a history in words. */
function tell(operation: Operation, trace: Trace | undefined): string {
  const { client, op, argument, result, invokedAt, respondedAt } = operation;
  const at = (index: number) => (trace === undefined ? '' : ` at ${trace.at(index).at} ms`);
  const began = `${client} ${op === 'read' ? 'read' : `wrote ${show(argument)}`}${at(invokedAt)}`;
  if (respondedAt === undefined) return `${began}, and that is pending`;
  return `${began}, and ${op === 'read' ? `got ${show(result)}` : 'was done'}${at(respondedAt)}`;
}

// ── Clients, one message after the other ─────────────────────────────────────────────────────────

/** Its last operation has not ended: too few have replied. */
function checkOpen(trace: Trace, client: ProcessId, heard: readonly ProcessId[]): void {
  const read = lastOf(trace, client);
  if (read.end === undefined) return;
  const only = heard.length === 0 ? 'nobody' : `only ${list(heard)}`;
  const all = clusterOf(trace);
  violated(
    `${did(read)}, and ${ended(read)}, when of ${list(all)} ${only} had replied. It has to wait for a majority, ${majority(all.length)} of ${all.length}.`,
    trace,
    read.invoked,
    read.end.event,
  );
}

/** Its last operation, a read, has returned this. */
function checkRead(
  trace: Trace,
  client: ProcessId,
  heard: readonly ProcessId[],
  value: Value,
): void {
  checkDone(trace, client, heard);
  const read = lastOf(trace, client);
  if (read.end?.value === value) return;
  violated(
    `${did(read)}, heard ${list(heard)}, and ${ended(read)}. The newest that they had is ${show(value)}.`,
    trace,
    read.invoked,
    read.end?.event,
  );
}

/** Its last operation is done, for a majority has replied. */
function checkDone(trace: Trace, client: ProcessId, heard: readonly ProcessId[]): void {
  const one = lastOf(trace, client);
  if (one.end?.how === 'responded') return;
  checkAsked(trace, one);
  const at = trace.at(trace.length - 1);
  const instead = one.end === undefined ? 'it still waits' : `it ${ended(one)}`;
  stuck(
    `${did(one)}. By ${at.at} ms it has heard all that ${list(heard)} had to say, and that is a majority. It should be done, but ${instead}.`,
    trace,
    one.invoked,
    at,
  );
}

/** An operation has been sent to replicas, and in messages that they know. */
function checkAsked(trace: Trace, { client, ...one }: Done): void {
  const what = did({ client, ...one });
  const sent = trace
    .all('send')
    .filter(({ process, index }) => process === client && index > one.invoked.index);
  if (sent.length === 0) {
    const all = list(clusterOf(trace));
    stuck(`${what}, and has sent nothing. It should ask ${all}.`, trace, one.invoked);
  }
  for (const event of sent) {
    const { type } = event.message as { readonly type?: unknown };
    if (type === 'fetch' || type === 'store') continue;
    stuck(
      `${what}, and sent ${event.to} a message of type ${show(type)} at ${event.at} ms. No replica knows ${show(type)}: they reply to 'fetch' and 'store'.`,
      trace,
      one.invoked,
      event,
    );
  }
}

/** If a client's last operation, a write, is done, then a majority had been sent it. */
function checkReached(trace: Trace, client: ProcessId): void {
  const write = lastOf(trace, client);
  if (write.end?.how !== 'responded') return;
  const { event } = write.end;
  const reached = holdersOf(trace, write.value, event.index);
  const all = clusterOf(trace);
  if (reached.length >= majority(all.length)) return;
  violated(
    `${did(write)}, and ${ended(write)}, when it had reached ${list(reached)}. It has to reach a majority first, ${majority(all.length)} of ${all.length}.`,
    trace,
    write.invoked,
    event,
  );
}

/** Each value was sent under one version, by whomever: here nothing is written twice. */
function checkOneVersion(trace: Trace): void {
  const first = new Map<Value, { readonly version: Version; readonly event: TraceEvent }>();
  for (const event of trace.all('send')) {
    const { type, version, value } = event.message as Store;
    if (type !== 'store' || version.counter === 0) continue;
    const before = first.get(value) ?? { version, event };
    first.set(value, before);
    const [is, was] = [version, before.version].map((each) => `${each.counter}.${each.writer}`);
    if (is === was) continue;
    violated(
      `${event.process} sent ${show(value)} as version ${is} at ${event.at} ms. At ${before.event.at} ms ${before.event.process} had sent it as ${was}. A write has one version, and who reads passes that on.`,
      trace,
      before.event,
      event,
    );
  }
}

/** Every operation ended, and if a majority was up it is done. */
function checkEnds(trace: Trace): void {
  const down = trace.all('crash').map(({ process }) => process);
  const all = clusterOf(trace);
  const up = all.filter((id) => !down.includes(id));
  for (const one of operations(trace)) {
    const what = `${did(one)}; of ${list(all)} ${list(up)} stayed up`;
    if (one.end === undefined) {
      const at = trace.at(trace.length - 1);
      stuck(`${what}. It never ended, not even when time was up.`, trace, one.invoked, at);
    }
    if (one.end.how === 'responded' || up.length < majority(all.length)) continue;
    checkAsked(trace, one);
    stuck(`${what}. That is a majority, but it ${ended(one)}.`, trace, one.invoked, one.end.event);
  }
}

// ── What the runs must have met, for the promises to mean anything ───────────────────────────────

/** Says which of these things happened in a run. */
function cover(trace: Trace, declared: Readonly<Record<string, number>>): void {
  const all = operations(trace);
  const overlap = (a: Done, b: Done) => a !== b && !precedes(a, b) && !precedes(b, a);
  const written = all.filter(({ op }) => op === 'write');
  const read = all.filter(({ op }) => op === 'read');
  const down = trace.all('crash').map(({ process }) => process);
  const cluster = clusterOf(trace);
  const up = cluster.filter((id) => !down.includes(id)).length;
  const crashed = trace.all('crash').map(({ index }) => index);
  const done = all.filter(({ end }) => end?.how === 'responded');
  const without = done.filter(({ invoked }) => crashed.some((index) => index < invoked.index));
  const happened: Readonly<Record<string, boolean>> = {
    'two reads that overlapped a write came one after the other': written.some((write) =>
      read.some((a) => read.some((b) => overlap(a, write) && overlap(b, write) && precedes(a, b))),
    ),
    'two writes overlapped': written.some((a) => written.some((b) => overlap(a, b))),
    'a read returned what a pending write wrote': written.some((write) => {
      const isPending = write.end?.how !== 'responded';
      return isPending && read.some(({ end }) => end?.value === write.value);
    }),
    'a replica restarted': trace.all('restart').length > 0,
    'there were four replicas': cluster.length === 4,
    'there were five replicas': cluster.length === 5,
    'an operation was done although a replica crashed meanwhile': done.some(({ invoked, end }) =>
      crashed.some((index) => index > invoked.index && index < (end?.event.index ?? 0)),
    ),
    'a read was done after a replica had crashed': without.some(({ op }) => op === 'read'),
    'a write was done after a replica had crashed': without.some(({ op }) => op === 'write'),
    'no majority was up': 2 * up <= cluster.length && all.length > 0,
  };
  for (const name of Object.keys(declared)) if (happened[name] === true) covered(name);
}

// ── Words ────────────────────────────────────────────────────────────────────────────────────────

/** `alice wrote 'new' at 20 ms`. */
function did({ client, op, value, invoked }: Done): string {
  return `${client} ${op === 'read' ? 'read' : `wrote ${show(value)}`} at ${invoked.at} ms`;
}

/** `got 'old' at 40 ms`. */
function ended({ op, end }: Done): string {
  if (end === undefined) return 'has not ended';
  const { how, event, value } = end;
  if (how !== 'responded') return `was given up at ${event.at} ms`;
  return op === 'read' ? `got ${show(value)} at ${event.at} ms` : `was done at ${event.at} ms`;
}

function clusterOf(trace: Trace): readonly ProcessId[] {
  return trace.processes.filter((id) => id.startsWith('r'));
}

/** `r1`, `r1 and r2`, `r1, r2 and r3`. */
function list(ids: readonly string[]): string {
  if (ids.length < 2) return ids[0] ?? 'none';
  return `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}`;
}

/** The order of versions. */
function isAbove(a: Version, b: Version): boolean {
  return a.counter === b.counter ? a.writer > b.writer : a.counter > b.counter;
}

/** What is taken for nothing by code that asks `if (value)`. */
const oddValues: readonly Value[] = [0, '', false, null];
