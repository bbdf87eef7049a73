import {
  type Call,
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
  listOf,
  liveness,
  Process,
  type ProcessId,
  RunStopped,
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
  Client,
  type Fetched,
  isNewer,
  type Message,
  newest,
  operationTimeoutMs,
  type Quorum,
  Replica,
  sloppyRead,
  type Store,
  type Value,
  type Version,
  type Versioned,
} from './quorum-reads.ts';

// ── First steps: which one is newer ──────────────────────────────────────────────────────────────

example(
  'newest',
  'Of several replies the newest has the highest version, in whatever order they come.',
  { points: 5 },
  () => {
    const line = '0.nobody 1.alice 1.bob 2.alice 9.ben 9.bob 10.alice 10.bob';
    const oldestFirst = line.split(' ');
    for (const [a, b] of pairs(oldestFirst.map(versionOf))) {
      checkNewer(b, a, true);
      checkNewer(a, b, false);
      checkNewer(a, a, false);
    }
    for (const [a, b] of pairs(oldestFirst.map(versionOf))) {
      for (const value of ['new', ...oddValues]) {
        const old: Versioned = { version: a, value: 'old' };
        const recent: Versioned = { version: b, value };
        checkNewest([recent], recent);
        checkNewest([old, recent], recent);
        checkNewest([recent, old], recent);
        checkNewest([old, recent, recent, old], recent);
      }
    }
  },
);

// ── A replica alone ──────────────────────────────────────────────────────────────────────────────

safety(
  'replica-keeps-newest',
  'A replica replies with the newest version that it was sent, and never goes back.',
  {
    points: 15,
    covers: {
      'an older version arrived after a newer one': 30,
      'a replica was sent 0, the empty text, false or null': 30,
      'a replica restarted': 15,
    },
  },
  given(
    faultPlans({
      processes: ['r1', 'alice', 'bob'],
      kinds: ['lose', 'delay', 'duplicate', 'crash', 'disk-loss'],
      messagesPerLink: 4,
      crashes: 3,
    }),
    listOf(16, request, describeRequest),
    (plan, requests) => {
      const world = simulate<Replica | Puppet>({
        processes: { r1: Replica },
        clients: { alice: Puppet, bob: Puppet },
        faults: plan.filter(isInScope),
      });
      const ask = (atMs: number, client: ProcessId, message: Message) =>
        world.callAt(atMs, client, `sends ${message.type}`, (process) => {
          if (process instanceof Puppet) process.say('r1', message);
        });
      requests.forEach(({ atMs, client, key, version, toFetch }, i) => {
        const about = { request: i + 1, key };
        const value = valueOf(key, version);
        if (toFetch) ask(atMs, client, { type: 'fetch', ...about });
        else ask(atMs, client, { type: 'store', ...about, version, value });
      });
      // When all is over, and long after.
      ask(afterAllMs, 'alice', { type: 'fetch', request: 101, key: 'x' });
      ask(afterAllMs, 'bob', { type: 'fetch', request: 102, key: 'y' });
      // What a replica does not know it leaves alone.
      ask(afterAllMs + 100, 'bob', { type: 'gossip' } as unknown as Message);
      const { trace } = world.run();
      coverReplica(trace);
      checkReplica(trace);
    },
  ),
);

// ── Figures: one replica after the other ─────────────────────────────────────────────────────────

/** N of them are the replicas of a key; what is not among them knows nothing of it. */
const names = ['r1', 'r2', 'r3', 'r4', 'r5'] as const;
const sizes = [3, 4, 5];
/** Every N, R and W with R + W > N, small quorums first. */
const quorums = sizes.flatMap(quorumsOf);

example(
  'read-hears-r',
  'A read responds with the newest of R replies, and with no fewer.',
  { points: 10 },
  () => {
    for (const quorum of quorums) {
      for (const { order, value } of orders(quorum)) {
        // The last of the R that bob hears has the newest value.
        const last = order[quorum.R - 1] as ProcessId;
        const world = worldOfKeepers({ [last]: { version: versionOf('2.carol'), value } }).hold();
        reads(world, 'bob', 'x', quorum);
        order.forEach((_, i) => {
          exchange(world, 'bob', order.slice(0, i + 1));
          const heard = order.slice(0, i + 1);
          if (i + 1 < quorum.R) checkOpen(world.trace, 'bob', heard, quorum.R);
          else checkRead(world.trace, 'bob', heard, value);
        });
        checkAsked(world.trace);

        // Now the first has it.
        const first = order[0] as ProcessId;
        const other = worldOfKeepers({ [first]: { version: versionOf('2.carol'), value } }).hold();
        reads(other, 'bob', 'x', quorum);
        exchange(other, 'bob', order.slice(0, quorum.R));
        checkRead(other.trace, 'bob', order.slice(0, quorum.R), value);
      }
      // The network delivers one reply several times; a stranger to the key has a say as well.
      const world = worldOfKeepers().hold();
      reads(world, 'bob', 'x', quorum);
      world.deliver('bob', 'r1', 'fetch');
      for (let i = 0; i < quorum.R; i++) world.deliverCopy('r1', 'bob', 'fetched');
      exchange(world, 'bob', names.slice(quorum.replicas.length));
      if (quorum.R > 1) checkOpen(world.trace, 'bob', ['r1'], quorum.R);

      // Replies that the first read did not need arrive during the next one.
      const again = worldOfKeepers().hold();
      const [first, ...others] = quorum.replicas.toReversed() as [ProcessId, ...ProcessId[]];
      reads(again, 'bob', 'x', quorum);
      flow(again, ['bob'], quorum.replicas);
      exchange(again, 'bob', others.slice(0, quorum.R));
      reads(again, 'bob', 'x', quorum);
      flow(again, [first], ['bob']);
      const heard = others.slice(0, quorum.R - 1);
      if (quorum.R < quorum.replicas.length) {
        exchange(again, 'bob', heard);
        checkOpen(again.trace, 'bob', heard, quorum.R);
      }
      exchange(again, 'bob', quorum.replicas);
      checkRead(again.trace, 'bob', quorum.replicas, 'old');
      checkOwnWrite(quorum);
    }
  },
);

example(
  'write-reaches-w',
  'A write is done when W replicas have it, not before, and its version is the highest.',
  { points: 10 },
  () => {
    for (const quorum of quorums) {
      for (const { order, value } of orders(quorum)) {
        const last = order[quorum.R - 1] as ProcessId;
        const there = { version: versionOf('7.carol'), value: 'old' };
        const world = worldOfKeepers({ [last]: there }).hold();
        writes(world, 'alice', 'x', value, quorum);
        order.forEach((_, i) => {
          exchange(world, 'alice', order.slice(0, i + 1));
          checkReached(world.trace, 'alice');
          if (i + 1 >= Math.max(quorum.R, quorum.W)) checkDone(world.trace, 'alice');
        });
        checkVersions(world.trace);
        checkAbove(world.trace, 'alice', last, there.version);
        checkAsked(world.trace);

        const other = worldOfKeepers({ [order[0] as ProcessId]: there }).hold();
        writes(other, 'alice', 'x', value, quorum);
        exchange(other, 'alice', order.slice(0, Math.max(quorum.R, quorum.W)));
        checkDone(other.trace, 'alice');
      }
      checkReplyTwice(quorum);
      // The network delivers one acknowledgement several times.
      const world = worldOfKeepers().hold();
      writes(world, 'alice', 'x', 'new', quorum);
      exchange(world, 'alice', quorum.replicas, isNoStore);
      world.deliver('alice', 'r1', 'store');
      for (let i = 0; i < quorum.W; i++) world.deliverCopy('r1', 'alice', 'stored');
      checkReached(world.trace, 'alice');

      // Acknowledgements that the first write did not need arrive during the next one.
      const again = worldOfKeepers().hold();
      const [first, ...others] = quorum.replicas.toReversed() as [ProcessId, ...ProcessId[]];
      writes(again, 'alice', 'x', 'first', quorum);
      exchange(again, 'alice', quorum.replicas, isNoStore);
      flow(again, ['alice'], quorum.replicas);
      exchange(again, 'alice', others.slice(0, quorum.W));
      if (quorum.W === quorum.replicas.length) exchange(again, 'alice', [first]);
      writes(again, 'alice', 'x', 'second', quorum);
      flow(again, ['alice'], quorum.replicas, isNoStore);
      flow(again, quorum.replicas, ['alice'], (message) => message.type === 'fetched');
      flow(again, [first], ['alice']);
      exchange(again, 'alice', others.slice(0, quorum.W - 1));
      checkReached(again.trace, 'alice');
      exchange(again, 'alice', quorum.replicas);
      checkDone(again.trace, 'alice');
      checkVersions(again.trace);
      checkRepairsDoNotCount(quorum);
      checkRepairComesFirst(quorum);
      checkCrashBetween(quorum);
    }
    checkImpossible();
  },
);

example(
  'time-out-is-pending',
  'A write that timed out is pending: not failed, not undone, and its version is used up.',
  { points: 15 },
  () => {
    for (const quorum of quorums) {
      checkLateReplies(quorum);
      checkFewReplies(quorum);
    }
    for (const [quorum, isAcknowledged] of quorums.flatMap((each) => {
      return [false, true].map((is) => [each, is] as const);
    })) {
      if (quorum.W === 1) continue; // one replica that has it is enough
      const [r1, ...others] = quorum.replicas as [ProcessId, ...ProcessId[]];
      const world = worldOf(Replica).hold();
      writes(world, 'carol', 'x', 'old', quorum);
      exchange(world, 'carol', quorum.replicas);

      // Alice's write reaches r1 only, which acknowledges it in time or not, and then time is up.
      writes(world, 'alice', 'x', 'new', quorum);
      exchange(world, 'alice', quorum.replicas, isNoStore);
      flow(world, ['alice'], [r1]);
      if (isAcknowledged) flow(world, [r1], ['alice']);
      world.runFor(operationTimeoutMs);
      checkPending(world.trace, 'alice');

      // Bob hears of it, and what r1 acknowledged arrives late.
      reads(world, 'bob', 'x', quorum);
      exchange(world, 'bob', quorum.replicas);
      exchange(world, 'alice', [r1]);
      checkPending(world.trace, 'alice');
      checkVersions(world.trace);
      checkFresh(world.trace);

      // Alice writes again. If R replicas besides r1 are enough, she does not hear of her own write.
      writes(world, 'alice', 'x', 'newer', quorum);
      exchange(world, 'alice', others.slice(0, quorum.R), isNoStore);
      exchange(world, 'alice', quorum.replicas);
      reads(world, 'bob', 'x', quorum);
      exchange(world, 'bob', quorum.replicas.toReversed());
      checkVersions(world.trace);
      checkFresh(world.trace);
    }
  },
);

example(
  'read-repair',
  'A read brings the replicas up to date whose replies were older.',
  { points: 5 },
  () => {
    for (const quorum of quorums) {
      for (const { order, value } of orders(quorum)) {
        const heard = order.slice(0, quorum.R);
        const version = versionOf('2.carol');
        // The others have an older one, or one that was written at the same time, or nothing.
        for (const older of ['1.carol', '2.bob', '0.nobody'].map(versionOf)) {
          const held = { [heard[0] as ProcessId]: { version, value } };
          const others = { version: older, value: older.counter === 0 ? null : 'older' };
          const world = worldOfKeepers(held, others).hold();
          reads(world, 'bob', 'x', quorum);
          exchange(world, 'bob', heard);
          // Whoever takes time for it has time.
          world.runFor(afterAllMs);
          exchange(world, 'bob', heard);
          checkRepaired(world.trace, 'bob', heard, version, value);
          checkVersions(world.trace, { version, value });
          checkAsked(world.trace);
        }
      }
      checkTwoKeys(quorum);
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
const deeds = listOf(24, deed, describeDeed);

const versionsCover = {
  'two writes overlapped': 15,
  'a write began after another was done': 25,
  'a write was given up': 6,
};

safety(
  'one-version-each',
  'Each write has one version, its own, and above those of all writes done before it.',
  { points: 10, covers: versionsCover },
  given(anything, deeds, (plan, done) => {
    const trace = play(plan.filter(isInScope), done);
    cover(trace, versionsCover);
    checkVersions(trace);
  }),
);

const readsCover = {
  'a read began after a write was done': 25,
  'a read overlapped a write': 25,
  'a replica restarted': 25,
  'there were four replicas': 12,
  'there were five replicas': 12,
};

safety(
  'fresh-reads',
  'With R + W > N a read returns the last write that was done before it, or a newer one.',
  { points: 10, covers: readsCover },
  given(anything, deeds, (plan, done) => {
    const trace = play(plan.filter(isInScope), done);
    cover(trace, readsCover);
    checkFresh(trace);
  }),
);

example(
  'survives-crashes',
  'A write that was done survives N − W crashes, with all that was not flushed.',
  { points: 5 },
  () => {
    checkTornWrites();
    for (const quorum of quorums) {
      const { replicas, W } = quorum;
      // W replicas get alice's write. As many of them crash as may, and come back.
      for (const reached of turns(replicas, W)) {
        const others = replicas.filter((id) => !reached.includes(id));
        const hit = reached.slice(0, others.length);
        // After the write, or in the middle of it: after the nth message or disk operation.
        for (const afterEffect of hit.length === 0 ? [] : [undefined, 1, 2, 3, 4, 5]) {
          checkSurvival(quorum, reached, hit, others, afterEffect);
        }
      }
    }
  },
);

const downForGood = faultPlans({
  processes: names,
  kinds: ['crash'],
  crashes: 3,
  untilMs: 600,
  heals: false,
});

const endsCover = {
  'an operation was done without a replica that was down': 15,
  'a replica crashed during a write': 8,
  'fewer than R replicas were up': 8,
  'two writes overlapped': 12,
};

liveness(
  'ends-in-time',
  'With enough replicas up every operation is done; otherwise it ends when time is up.',
  { points: 5, covers: endsCover },
  given(downForGood, deeds, (plan, done) => {
    const trace = play(plan, done);
    cover(trace, endsCover);
    checkEnds(trace);
  }),
);

// ── Every order there is, in clusters of two and three ──────────────────────────────────────────

exhaustive(
  'every-order',
  'In small clusters no order of events makes a read stale or gives two writes one version.',
  {
    points: 5,
    covers: ['a read overlapped a write', 'a replica crashed'],
  },
  () => [
    // Alice writes while bob reads.
    ...quorumsOf(3)
      .filter(isMinimal)
      .map((quorum) => system(quorum, { alice: 'w', bob: 'r' })),
    // Both write, and bob reads after that.
    ...quorumsOf(2).map((quorum) => system(quorum, { alice: 'w', bob: 'wr' })),
    // Alice writes, maybe in vain, writes again, and reads.
    ...quorumsOf(2).map((quorum) =>
      system(quorum, { alice: 'wwr' }, { timeouts: 1, firstStates: 30_000 }),
    ),
    // A replica crashes, maybe in the middle of a step.
    ...quorumsOf(2)
      .filter(({ R }) => R === 2)
      .map((quorum) => system(quorum, { alice: 'w', bob: 'r' }, { crashes: 1 })),
  ],
);

// ── What R + W > N does not promise ──────────────────────────────────────────────────────────────

example(
  'sloppy-quorum',
  'You know what a read returns after a write that went to substitutes.',
  { points: 5 },
  () => {
    const enoughMs = 2 * operationTimeoutMs;
    const home = ['r1', 'r2', 'r3'];
    const substitutes = ['s1', 's2', 's3'];
    const world: World = simulate<Replica | Client | Keeper>({
      processes: { r1: Replica, r2: Replica, r3: Replica, s1: Replica, s2: Replica, s3: Replica },
      clients: { alice: Client, bob: Client },
    });
    writes(world, 'alice', 'x', 'old', { replicas: home, R: 2, W: 2 }).runFor(enoughMs);
    const unreachable = home.flatMap((id) => [['alice', id] as const, [id, 'alice'] as const]);
    world.cut(unreachable, 'alice cannot reach r1, r2 and r3');
    writes(world, 'alice', 'x', 'new', { replicas: substitutes, R: 2, W: 2 }).runFor(enoughMs);
    reads(world, 'bob', 'x', { replicas: home, R: 2, W: 2 }).run();
    checkPrediction(world.trace, sloppyRead());
  },
);

// ── The worlds ───────────────────────────────────────────────────────────────────────────────────

/** Says what the test tells it to say. */
class Puppet extends Process<Message> {
  receive(): void {}

  say(to: ProcessId, message: Message): void {
    this.send(to, message);
  }
}

/** A replica that does all right. It has something under x from the start. */
class Keeper extends Process<Message> {
  held: Versioned;

  constructor(held: Versioned) {
    super();
    this.held = held;
  }

  receive(message: Message, from: ProcessId): void {
    const { request, key } = message;
    if (message.type === 'fetch') {
      this.send(from, { type: 'fetched', request, key, ...this.held });
    }
    if (message.type === 'store') {
      const { version, value } = message;
      if (isAbove(version, this.held.version)) this.held = { version, value };
      this.send(from, { type: 'stored', request, key });
    }
  }
}

type World = Simulation<Replica | Client | Keeper>;

/** Clients do not crash. */
function isInScope(fault: Fault): boolean {
  return !fault.kind.startsWith('crash') || ('process' in fault && fault.process.startsWith('r'));
}

/** Five replicas that an attendee wrote, and three clients. */
function worldOf(kind: typeof Replica, faults: FaultPlan = []): World {
  return simulate<Replica | Client | Keeper>({
    processes: { r1: kind, r2: kind, r3: kind, r4: kind, r5: kind },
    clients: { alice: Client, bob: Client, carol: Client },
    faults,
  });
}

/** Five keepers: those named here have this under x, the others `old`, unless told. */
function worldOfKeepers(
  held: Readonly<Record<ProcessId, Versioned>> = {},
  old: Versioned = { version: versionOf('1.carol'), value: 'old' },
): World {
  return simulate<Replica | Client | Keeper>({
    processes: Object.fromEntries(names.map((id) => [id, () => new Keeper(held[id] ?? old)])),
    clients: { alice: Client, bob: Client },
  });
}

function reads(world: World, client: ProcessId, key: string, quorum: Quorum): World {
  return world.call(client, `reads ${key}`, (process) => {
    if (process instanceof Client) process.read(key, quorum);
  });
}

function writes(world: World, client: ProcessId, key: string, value: Value, quorum: Quorum): World {
  return world.call(client, `writes ${key} = ${show(value)}`, (process) => {
    if (process instanceof Client) process.write(key, value, quorum);
  });
}

type Filter = (message: Message) => boolean;

/** Delivers what is held from some to others, and what they say on these links meanwhile. */
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
  filter?: Filter,
): void {
  const links = replicas.flatMap((id) => [[client, id] as const, [id, client] as const]);
  const isHeld = ([a, b]: readonly [ProcessId, ProcessId]) =>
    (world.held(a, b) as Message[]).some(filter ?? (() => true));
  while (links.some(isHeld)) {
    flow(world, [client], replicas, filter);
    flow(world, replicas, [client], filter);
  }
}

function isNoStore(message: Message): boolean {
  return message.type !== 'store';
}

// ── N, R and W ───────────────────────────────────────────────────────────────────────────────────

function quorumsOf(N: number): readonly Quorum[] {
  const replicas = names.slice(0, N);
  const all = Array.from({ length: N * N }, (_, i) => {
    return { replicas, R: 1 + (i % N), W: 1 + Math.floor(i / N) };
  });
  return all.filter(({ R, W }) => R + W > N).toSorted(bySize);
}

/** Small quorums first, and among these the even ones. */
function bySize(a: Quorum, b: Quorum): number {
  return a.R + a.W - b.R - b.W || Math.abs(a.R - a.W) - Math.abs(b.R - b.W);
}

/** The list turned by one, two, three …: each is first once. The first `size` of each. */
function turns(replicas: readonly ProcessId[], size: number): readonly (readonly ProcessId[])[] {
  return replicas.map((_, i) => [...replicas.slice(i), ...replicas.slice(0, i)].slice(0, size));
}

/** The replicas in several orders, each with another value. */
function orders({
  replicas,
  R,
  W,
}: Quorum): readonly { order: readonly ProcessId[]; value: Value }[] {
  const values = ['new', 'old', ...oddValues];
  return turns(replicas, replicas.length).map((order, i) => {
    return { order, value: values[(i + R + W) % values.length] as Value };
  });
}

// ── Generated runs ───────────────────────────────────────────────────────────────────────────────

interface Request {
  readonly atMs: number;
  readonly client: ProcessId;
  readonly key: string;
  readonly version: Version;
  readonly toFetch: boolean;
}

function request(draw: Draw): Request {
  return {
    atMs: draw.integer(0, 25) * 10,
    client: draw.pick(['alice', 'bob']),
    key: draw.pick(['x', 'x', 'y']),
    version: { counter: draw.integer(1, 12), writer: draw.pick(clients) },
    toFetch: draw.chance(3),
  };
}

function describeRequest({ atMs, client, key, version, toFetch }: Request): string {
  if (toFetch) return `at ${atMs} ms ${client} fetches ${key}`;
  return `at ${atMs} ms ${client} stores ${versioned({ version, value: valueOf(key, version) })} under ${key}`;
}

/** One value for each version. */
function valueOf(key: string, version: Version): Value {
  return oddValues[version.counter - 1] ?? `${key}${version.counter}${version.writer[0]}`;
}

/** An operation, or what N, R and W are in the whole run; the first of those counts. */
type Deed =
  | { readonly N: number; readonly R: number; readonly W: number }
  | {
      readonly atMs: number;
      readonly client: ProcessId;
      readonly key: string;
      readonly toWrite: boolean;
      /** Which odd value it writes, if nobody has yet. */
      readonly odd: number;
    };

function deed(draw: Draw): Deed {
  if (draw.chance(4)) {
    const { replicas, R, W } = draw.pick(quorumsOf(draw.pick(sizes)));
    // Mostly no larger than needed: what is wrong shows there.
    return { N: replicas.length, R, W: draw.chance(4) ? W : replicas.length + 1 - R };
  }
  return {
    atMs: draw.integer(0, 12) * 50,
    client: draw.pick(clients),
    key: draw.pick(['x', 'x', 'x', 'y']),
    toWrite: draw.chance(2),
    odd: draw.integer(0, 9),
  };
}

function describeDeed(one: Deed): string {
  if ('N' in one) return `${one.N} replicas, R = ${one.R}, W = ${one.W}`;
  return `at ${one.atMs} ms ${one.client} ${one.toWrite ? 'writes' : 'reads'} ${one.key}`;
}

/** Everyone does what they should, if they are not busy; no value is written twice. */
function play(faults: FaultPlan, done: readonly Deed[]): Trace {
  const world = worldOf(Replica, faults);
  const { N, R, W } = done.find((one) => 'N' in one) ?? { N: 3, R: 2, W: 2 };
  const quorum = { replicas: names.slice(0, N), R, W };
  const used = new Set<number>();
  done.forEach((one, i) => {
    if ('N' in one) return;
    const { atMs, client, key, toWrite, odd } = one;
    const value = used.has(odd) ? undefined : [0, '', false][odd];
    used.add(odd);
    const word = value ?? `${client[0]}${i}`;
    world.callAt(atMs, client, toWrite ? `writes ${key} = ${show(word)}` : `reads ${key}`, (me) => {
      if (!(me instanceof Client)) return;
      if (toWrite) me.write(key, word, quorum);
      else me.read(key, quorum);
    });
  });
  return world.run().trace;
}

// ── Small systems, explored ──────────────────────────────────────────────────────────────────────

function isMinimal({ replicas, R, W }: Quorum): boolean {
  return R + W === replicas.length + 1;
}

/** Clients that do something one after the other: `wr` is a write and then a read. */
function system(
  quorum: Quorum,
  does: Readonly<Record<ProcessId, string>>,
  limits: Pick<Exploration, 'timeouts' | 'crashes' | 'firstStates'> = {},
): Exploration<Replica | Client, Seen, 'note' | 'send' | 'crash'> {
  const { replicas } = quorum;
  return {
    processes: Object.fromEntries(replicas.map((id) => [id, Replica])),
    clients: Object.fromEntries(Object.keys(does).map((id) => [id, Client])),
    calls: Object.fromEntries(
      Object.entries(does).map(([id, ops]) => [id, [nextOf(id, ops, quorum)]]),
    ),
    // Who keeps more in mind, or says more, has more states; the first so many are enough.
    firstStates: 100_000,
    ...limits,
    watch: { kinds: ['note', 'send', 'crash'], start: nothingSeen, next: watched },
  };
}

/** Begins the next operation whenever the one before has ended. */
function nextOf(id: ProcessId, ops: string, quorum: Quorum): Call<Replica | Client> {
  return {
    label: 'goes on',
    again: true,
    act: (process) => {
      if (!(process instanceof Client) || process.operation !== undefined) return;
      const { requests } = process;
      if (requests >= ops.length) return;
      if (ops[requests] === 'r') process.read('x', quorum);
      else process.write('x', `${id[0]}${requests + 1}`, quorum);
    },
  };
}

/** As much of a run as it takes to judge what comes next. */
interface Seen {
  /** How each value was sent first. */
  readonly sent: Readonly<Record<string, Sending>>;
  /** The highest version among the writes that are done. */
  readonly done: Version;
  /** The operation under way at each client, and what was done when it began. */
  readonly open: Readonly<
    Record<ProcessId, { readonly write?: string; readonly doneBefore: Version }>
  >;
  /** Something happened that does not happen in this exercise: nothing is judged any more. */
  readonly isVoid: boolean;
}

/** Who sent a version first and, when the run is told, where in it. */
interface Sending {
  readonly version: Version;
  readonly from: ProcessId;
  readonly at: number | undefined;
  readonly index: number | undefined;
}

const nothingSeen: Seen = { sent: {}, done: versionOf('0.nobody'), open: {}, isVoid: false };

function watched(
  seen: Seen,
  event: Extract<Happening, { kind: 'note' | 'send' | 'crash' }>,
  trace?: Trace,
): Seen {
  if (seen.isVoid) return seen;
  if (event.kind === 'crash') {
    // A client that crashes forgets what it has used. Clients do not crash here.
    if (!event.process.startsWith('r')) return { ...nothingSeen, isVoid: true };
    covered('a replica crashed');
  }
  if (event.kind === 'send') return watchedStore(seen, event, trace);
  if (event.kind !== 'note') return seen;
  const { process: client } = event;
  const about = notedIn(event.about);
  const { [client]: own, ...open } = seen.open;
  if (about.invoked !== undefined) {
    const { op, value } = about.invoked;
    const others = Object.values(open);
    const overlaps = others.some(({ write }) => (write === undefined) !== (op === 'read'));
    if (overlaps) covered('a read overlapped a write');
    const began = { doneBefore: seen.done, ...(op === 'write' ? { write: String(value) } : {}) };
    return { ...seen, open: { ...open, [client]: began } };
  }
  if (own === undefined) return seen;
  if ('gaveUp' in about) return { ...seen, open };
  if (!('responded' in about)) return seen; // a note of their own
  const here = trace?.events[event.index ?? 0];
  if (own.write === undefined) {
    const value = about.value ?? null;
    const sending = seen.sent[String(value)];
    const version = value === null ? versionOf('0.nobody') : sending?.version;
    const read = `At ${event.at} ms ${client} read`;
    if (version === undefined) violated(`${read} ${show(value)}, which nobody wrote.`, trace, here);
    if (isAbove(own.doneBefore, version)) {
      const [missed, its] = Object.entries(seen.sent).find(([, { version: each }]) => {
        return named(each) === named(own.doneBefore);
      }) as [string, Sending];
      violated(
        `${read} ${versioned({ version, value })}. Before that read began, the write of ${show(missed)} (${named(own.doneBefore)}), sent by ${its.from} at ${its.at} ms, was done: it should have returned that, or something newer.`,
        trace,
        trace?.events[its.index ?? 0],
        here,
      );
    }
    return { ...seen, open };
  }
  const version = seen.sent[own.write]?.version;
  if (version === undefined) {
    violated(
      `${client}'s write of ${show(own.write)} was done at ${event.at} ms without having been sent to anybody.`,
      trace,
      here,
    );
  }
  return { ...seen, done: isAbove(version, seen.done) ? version : seen.done, open };
}

function watchedStore(
  seen: Seen,
  event: Extract<Happening, { kind: 'send' }>,
  trace: Trace | undefined,
): Seen {
  const message = event.message as Message;
  if (message.type !== 'store' || message.version?.counter === 0) return seen;
  const { version } = message;
  const value = String(message.value);
  const before = seen.sent[value];
  const here = trace?.events[event.index ?? 0];
  const sent = `${event.process} sent ${versioned(message)} at ${event.at} ms`;
  if (before !== undefined) {
    if (named(before.version) === named(version)) return seen;
    violated(
      `${sent}. At ${before.at} ms ${before.from} had sent that value as ${named(before.version)}: a write has one version.`,
      trace,
      trace?.events[before.index ?? 0],
      here,
    );
  }
  for (const [other, its] of Object.entries(seen.sent)) {
    if (named(its.version) !== named(version)) continue;
    violated(
      `${sent}. ${its.from} had sent ${show(other)} as that version at ${its.at} ms: no two writes may have one version.`,
      trace,
      trace?.events[its.index ?? 0],
      here,
    );
  }
  const own = Object.values(seen.open).find(({ write }) => write === value);
  if (own !== undefined && !isAbove(version, own.doneBefore)) {
    violated(
      `${sent}. Before that write began, one with version ${named(own.doneBefore)} was done: it has to be higher.`,
      trace,
      here,
    );
  }
  const { process: from, at, index } = event;
  return { ...seen, sent: { ...seen.sent, [value]: { version, from, at, index } } };
}

// ── What is judged: what clients were asked to do, and what came of it ───────────────────────────

interface Done {
  readonly client: ProcessId;
  readonly op: 'read' | 'write';
  readonly key: string;
  /** What was to be written. */
  readonly value: Value;
  readonly request: number;
  readonly quorum: Quorum;
  readonly invoked: TraceEvent;
  /** How it ended; undefined as long as it has not. */
  end?: {
    readonly how: 'responded' | 'pending' | 'failed';
    /** What a read returned. */
    readonly value?: Value;
    readonly event: TraceEvent;
  };
}

/** What clients note: that they were asked for something, and what came of it. */
interface Noted {
  readonly invoked?: Omit<Done, 'client' | 'invoked'>;
  readonly outcome?: 'pending' | 'failed';
  readonly value?: Value;
}

/** What a note is about; whoever writes a client may note what else they like. */
function notedIn(about: unknown): Noted {
  return typeof about === 'object' && about !== null ? about : {};
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
      const how = about.outcome ?? 'responded';
      one.end = { how, event, ...(value === undefined ? {} : { value }) };
    }
  }
  return all;
}

function lastOf(trace: Trace, client: ProcessId): Done {
  return operations(trace).findLast((one) => one.client === client) as Done;
}

/** Writes that were done: acknowledged to their client. */
function isDone({ op, end }: Done): boolean {
  return op === 'write' && end?.how === 'responded';
}

/** Whether one ended before another began. */
function precedes(a: Done, b: Done): boolean {
  return a.end !== undefined && a.end.event.index < b.invoked.index;
}

/** The stores that were sent, by whomever, until an entry of the trace. */
function stores(trace: Trace): readonly (Store & { readonly event: TraceEvent })[] {
  return trace.all('send').flatMap((event) => {
    const message = event.message as Message;
    return message.type === 'store' ? [{ ...message, event }] : [];
  });
}

/** The version under which a value was sent first. */
function versionIn(trace: Trace, key: string, value: Value): Version | undefined {
  return stores(trace).find((sent) => sent.key === key && sent.value === value)?.version;
}

// ── Newer and newest ─────────────────────────────────────────────────────────────────────────────

/** The order of versions, as the README has it. */
function isAbove(a: Version, b: Version): boolean {
  return a.counter === b.counter ? a.writer > b.writer : a.counter > b.counter;
}

function checkNewer(a: Version, b: Version, should: boolean): void {
  const is: unknown = isNewer(a, b);
  if (is === should) return;
  violated(`isNewer(${named(a)}, ${named(b)}) is ${show(is)}. It should be ${should}.`);
}

function checkNewest(replies: readonly Versioned[], should: Versioned): void {
  const found = newest(replies) as Versioned | undefined;
  if (found !== undefined && versioned(found) === versioned(should)) return;
  violated(
    `newest([${replies.map(versioned).join(', ')}]) is ${found === undefined ? 'undefined' : versioned(found)}. It should be ${versioned(should)}.`,
  );
}

// ── Replicas ─────────────────────────────────────────────────────────────────────────────────────

/** What a replica must not fall below, and why. */
interface Floor {
  readonly version: Version;
  readonly why: string;
  readonly event: TraceEvent;
}

/** Everything that r1 replied: what it was sent, and never less than it had acknowledged or shown. */
function checkReplica(trace: Trace): void {
  const sent: (Store & { readonly from: ProcessId; readonly event: TraceEvent })[] = [];
  const floors = new Map<string, Floor>();
  const raise = (key: string, floor: Floor) => {
    const before = floors.get(key);
    if (before === undefined || isAbove(floor.version, before.version)) floors.set(key, floor);
  };
  const neverCrashed = trace.all('crash').length === 0;
  for (const event of trace.events) {
    if (event.process !== 'r1') continue;
    if (event.kind === 'deliver') {
      const message = event.message as Message;
      if (message.type === 'store') sent.push({ ...message, from: event.from, event });
      if (event.at < afterAllMs || !neverCrashed) continue;
      for (const each of sent) {
        const why = `was sent ${versioned(each)} at ${each.event.at} ms`;
        raise(each.key, { version: each.version, why, event: each.event });
      }
    }
    if (event.kind !== 'send') continue;
    const message = event.message as Message;
    if (message.type === 'stored') {
      const done = sent.findLast((each) => {
        return each.from === event.to && each.request === message.request;
      });
      if (done === undefined) continue;
      const why = `acknowledged ${versioned(done)} at ${event.at} ms`;
      raise(done.key, { version: done.version, why, event });
    }
    if (message.type !== 'fetched') continue;
    checkFound(trace, message, event, sent);
    checkFloor(trace, message, event, floors.get(message.key));
    const why = `replied ${versioned(message)} at ${event.at} ms`;
    raise(message.key, { version: message.version, why, event });
  }
  for (const event of trace.all('deliver')) {
    const message = event.message as Message;
    if (event.process === 'r1' && event.at > afterAllMs && message.type === 'fetch') {
      checkReplied(trace, event, message);
    }
  }
}

/** It has the value that came with the version. */
function checkFound(
  trace: Trace,
  { key, version, value }: Fetched,
  event: TraceEvent,
  sent: readonly Store[],
): void {
  const told = sent.find((each) => each.key === key && named(each.version) === named(version));
  const never = told === undefined && version?.counter === 0 && value === null;
  if (never || (told !== undefined && told.value === value)) return;
  const should =
    told === undefined
      ? 'nobody had sent it that version of that key'
      : `it was sent ${versioned(told)}`;
  violated(
    `At ${event.at} ms r1 replied ${versioned({ version, value })} for ${key}, and ${should}.`,
    trace,
    event,
  );
}

function checkFloor(
  trace: Trace,
  { key, version, value }: Fetched,
  event: TraceEvent,
  floor: Floor | undefined,
): void {
  if (floor === undefined || !isAbove(floor.version, version)) return;
  const restart = trace.all('restart').findLast(({ index }) => index < event.index);
  const between =
    restart === undefined || restart.index < floor.event.index
      ? ''
      : `, restarted at ${restart.at} ms`;
  violated(
    `r1 ${floor.why}${between}, and at ${event.at} ms replied ${versioned({ version, value })} for ${key}: older. It must never go back.`,
    trace,
    floor.event,
    event,
  );
}

/** When all is over r1 is up, and replies to whoever asks. */
function checkReplied(trace: Trace, asked: TraceEvent & { from: ProcessId }, fetch: Message): void {
  const reply = trace.all('send').find(({ process, to, message, index }) => {
    const { type, request, key } = message as Message;
    const fits = type === 'fetched' && request === fetch.request && key === fetch.key;
    return process === 'r1' && to === asked.from && index > asked.index && fits;
  });
  if (reply !== undefined) return;
  stuck(
    `${asked.from} asked r1 for ${fetch.key} at ${asked.at} ms (request ${fetch.request}), and should have been sent a 'fetched' with that key and request.`,
    trace,
    asked,
  );
}

// ── Clients ──────────────────────────────────────────────────────────────────────────────────────

/** Its last operation has not ended: too few have replied. */
function checkOpen(trace: Trace, client: ProcessId, heard: readonly ProcessId[], R: number): void {
  const read = lastOf(trace, client);
  if (read.end === undefined) return;
  const only = heard.length === 0 ? 'nobody' : `only ${list(heard)}`;
  const of = `of ${list(read.quorum.replicas)} ${only} had replied`;
  violated(
    `${did(read)} with R = ${R}, and ${ended(read)}, when ${of}. It has to wait for ${R} of them.`,
    trace,
    read.invoked,
    read.end.event,
  );
}

/** Its last operation, a read, returned this. */
function checkRead(
  trace: Trace,
  client: ProcessId,
  heard: readonly ProcessId[],
  value: Value,
): void {
  const read = lastOf(trace, client);
  const { R } = read.quorum;
  const should = `should have returned ${show(value)}, the newest that the first ${R} of them had`;
  if (read.end === undefined) {
    const at = trace.at(trace.length - 1);
    stuck(
      `${did(read)} with R = ${R}. At ${at.at} ms ${list(heard)} had replied; it ${should}, and still waits.`,
      trace,
      read.invoked,
      at,
    );
  }
  if (read.end.how === 'responded' && read.end.value === value) return;
  violated(
    `${did(read)} with R = ${R}, heard ${list(heard)}, and ${ended(read)}. It ${should}.`,
    trace,
    read.invoked,
    read.end.event,
  );
}

/** If a client's last operation, a write, is done, then W replicas had been sent it. */
function checkReached(trace: Trace, client: ProcessId): void {
  const write = lastOf(trace, client);
  if (!isDone(write)) return;
  const { event } = write.end as NonNullable<Done['end']>;
  const { replicas, W } = write.quorum;
  const reached = replicas.filter((id) =>
    trace.all('deliver').some(({ process, message, index }) => {
      const { type, key, value } = message as Store;
      const isIt = type === 'store' && key === write.key && value === write.value;
      return process === id && index < event.index && isIt;
    }),
  );
  if (reached.length >= W) return;
  violated(
    `${did(write)} with W = ${W}, and it was done at ${event.at} ms, when it had reached ${list(reached)}. It has to reach ${W === 1 ? 'one replica' : `${W} different replicas`} first.`,
    trace,
    write.invoked,
    event,
  );
}

/** A client's last operation is done, for enough have replied. */
function checkDone(trace: Trace, client: ProcessId): void {
  const one = lastOf(trace, client);
  if (one.end?.how === 'responded') return;
  const { R, W } = one.quorum;
  const at = trace.at(trace.length - 1);
  const enough = one.op === 'read' ? `R = ${R} replicas` : `R = ${R} and W = ${W} replicas`;
  const instead = one.end === undefined ? 'still waits' : ended(one);
  stuck(
    `${did(one)}. By ${at.at} ms ${enough} had replied, so it should be done, but ${instead}.`,
    trace,
    one.invoked,
    at,
  );
}

/** A client's last write has a version above the one that it heard of. */
function checkAbove(trace: Trace, client: ProcessId, from: ProcessId, heard: Version): void {
  const write = lastOf(trace, client);
  const version = versionIn(trace, write.key, write.value);
  if (version === undefined || isAbove(version, heard)) return;
  const sent = stores(trace).find(({ value }) => value === write.value);
  violated(
    `${did(write)}, heard from ${from} of version ${named(heard)}, and sent its value as ${named(version)}, which is not above that.`,
    trace,
    write.invoked,
    sent?.event,
  );
}

/** A client's last write, which reached one replica, was given up, and nothing more was said of it. */
function checkPending(trace: Trace, client: ProcessId): void {
  const write = lastOf(trace, client);
  const { W } = write.quorum;
  const state = `${did(write)} with W = ${W}, and when time was up it had reached r1 only`;
  if (write.end === undefined) {
    stuck(
      `${state}. It should be given up as pending then, and still waits.`,
      trace,
      write.invoked,
    );
  }
  if (write.end.how === 'pending') return;
  const why =
    write.end.how === 'failed'
      ? 'r1 has it, and readers may find it'
      : `${W} replicas must have it`;
  violated(
    `${state}; it ${ended(write)}. But ${why}: the write is pending.`,
    trace,
    write.invoked,
    trace.all('deliver').find(({ process, message }) => {
      const { type, value } = message as { type: string; value?: Value };
      return process === 'r1' && type === 'store' && value === write.value;
    }),
    write.end.event,
  );
}

/** Alice's time is up before anybody has replied; the replies come later. Is it as she says? */
function checkLateReplies(quorum: Quorum): void {
  const world = worldOf(Replica).hold();
  writes(world, 'carol', 'x', 'old', quorum);
  exchange(world, 'carol', quorum.replicas);
  writes(world, 'alice', 'x', 'new', quorum);
  flow(world, ['alice'], quorum.replicas);
  world.runFor(operationTimeoutMs);
  exchange(world, 'alice', quorum.replicas);
  reads(world, 'bob', 'x', quorum);
  exchange(world, 'bob', quorum.replicas);
  checkFresh(world.trace);
  checkVersions(world.trace);
}

/** Alice's time is up when only r1 has replied, which has missed what carol wrote. */
function checkFewReplies(quorum: Quorum): void {
  const [r1, ...others] = quorum.replicas as [ProcessId, ...ProcessId[]];
  if (quorum.R === 1 || others.length < Math.max(quorum.R, quorum.W)) return;
  const world = worldOf(Replica).hold();
  writes(world, 'carol', 'x', 'old', quorum);
  exchange(world, 'carol', others);
  writes(world, 'alice', 'x', 'new', quorum);
  exchange(world, 'alice', [r1]);
  world.runFor(operationTimeoutMs);
  exchange(world, 'alice', quorum.replicas);
  checkVersions(world.trace);
}

/** Bob reads x and then y, which was written more often. Late replies about x say nothing about y. */
function checkTwoKeys(quorum: Quorum): void {
  const { replicas, R } = quorum;
  const world = worldOf(Replica).hold();
  for (const [key, value] of [
    ['x', 'this'],
    ['y', 'that'],
    ['y', 'that again'],
  ] as const) {
    writes(world, 'carol', key, value, quorum);
    exchange(world, 'carol', replicas);
  }
  for (const key of ['x', 'y']) {
    reads(world, 'bob', key, quorum);
    exchange(world, 'bob', replicas.slice(0, R));
  }
  exchange(world, 'bob', replicas);
  world.runFor(afterAllMs);
  exchange(world, 'bob', replicas);
  reads(world, 'carol', 'x', quorum);
  exchange(world, 'carol', replicas.toReversed());
  checkFresh(world.trace);
  checkVersions(world.trace);
}

/** What bob wrote has reached nobody, and was given up. He reads what the replicas have. */
function checkOwnWrite(quorum: Quorum): void {
  const world = worldOfKeepers().hold();
  writes(world, 'bob', 'x', 'lost', quorum);
  exchange(world, 'bob', quorum.replicas, isNoStore);
  world.runFor(operationTimeoutMs);
  for (const id of quorum.replicas) while (world.held('bob', id).length > 0) world.lose('bob', id);
  reads(world, 'bob', 'x', quorum);
  exchange(world, 'bob', quorum.replicas);
  checkRead(world.trace, 'bob', quorum.replicas, 'old');
}

/** Alice has R replies and sends her value. Then the network delivers the last reply once more. */
function checkReplyTwice({ replicas, R, W }: Quorum): void {
  const [r1, ...others] = replicas as [ProcessId, ...ProcessId[]];
  const world = worldOfKeepers().hold();
  writes(world, 'alice', 'x', 'new', { replicas, R, W });
  exchange(world, 'alice', others.slice(0, R - 1), isNoStore);
  world.deliver('alice', r1, 'fetch').deliverCopy(r1, 'alice', 'fetched');
  exchange(world, 'alice', [r1], isNoStore);
  exchange(world, 'alice', replicas);
  checkDone(world.trace, 'alice');
  checkVersions(world.trace);
}

/** Bob repairs with what alice is writing: some replicas have it before she sends it to them. */
function checkRepairComesFirst(quorum: Quorum): void {
  const { replicas, R } = quorum;
  const world = worldOf(Replica).hold();
  writes(world, 'alice', 'x', 'new', quorum);
  exchange(world, 'alice', replicas, isNoStore);
  flow(world, ['alice'], replicas.slice(0, 1));
  reads(world, 'bob', 'x', quorum);
  exchange(world, 'bob', replicas.slice(0, R));
  // Those that reply later have time to.
  for (let i = 0; i < 3; i++) {
    exchange(world, 'alice', replicas);
    world.runFor(30);
  }
  checkDone(world.trace, 'alice');
}

/** A replica crashes for good between the two halves of alice's write: the others are enough, if they are. */
function checkCrashBetween(quorum: Quorum): void {
  for (const id of quorum.replicas) {
    const world = worldOfKeepers();
    writes(world, 'alice', 'x', 'new', quorum).runFor(25).crash(id).run();
    checkEnds(world.trace);
  }
}

/** Bob reads and repairs, and then writes: those that acknowledge the repair do not have what he wrote. */
function checkRepairsDoNotCount(quorum: Quorum): void {
  const { replicas, R, W } = quorum;
  const heard = replicas.slice(0, R);
  const held = { [heard[0] as ProcessId]: { version: versionOf('2.carol'), value: 'found' } };
  const world = worldOfKeepers(held).hold();
  reads(world, 'bob', 'x', quorum);
  exchange(world, 'bob', heard, isNoStore);
  world.runFor(operationTimeoutMs / 2); // some repair later
  flow(world, ['bob'], heard);
  if (operations(world.trace).some(({ end }) => end === undefined)) return; // it waits for them
  writes(world, 'bob', 'x', 'new', quorum);
  flow(world, ['bob'], replicas, isNoStore);
  flow(world, replicas, ['bob'], (message) => message.type === 'fetched');
  // What he wrote reaches one replica too few, none that was repaired if others are enough.
  const reached = replicas.toSorted((a, b) => repaired(a) - repaired(b)).slice(0, W - 1);
  function repaired(id: ProcessId): number {
    return Number(heard.indexOf(id) > 0);
  }
  flow(world, ['bob'], reached);
  flow(world, replicas, ['bob']);
  checkReached(world.trace, 'bob');
}

/** Each value that was written has one version everywhere, no other has it, and later ones are higher. */
function checkVersions(trace: Trace, known?: Versioned): void {
  const writes = operations(trace).filter(({ op }) => op === 'write');
  const first = new Map<string, Store & { readonly event: TraceEvent }>();
  const byVersion = new Map<string, Store & { readonly event: TraceEvent }>();
  for (const sent of stores(trace)) {
    const { key, value, version, event } = sent;
    if (value === known?.value && named(version) === named(known.version)) continue;
    if (value === null && version?.counter === 0) continue;
    const name = `${key} ${show(value)}`;
    const before = first.get(name) ?? sent;
    first.set(name, before);
    if (named(before.version) !== named(version)) {
      violated(
        `${event.process} sent ${show(value)} for ${key} as version ${named(version)} at ${event.at} ms. At ${before.event.at} ms ${before.event.process} had sent it as ${named(before.version)}. A write has one version, wherever it goes.`,
        trace,
        before.event,
        event,
      );
    }
    const other = byVersion.get(`${key} ${named(version)}`) ?? sent;
    byVersion.set(`${key} ${named(version)}`, other);
    if (other.value !== value) {
      violated(
        `Version ${named(version)} of ${key} is ${show(other.value)} at ${other.event.at} ms, sent by ${other.event.process}, and ${show(value)} at ${event.at} ms, sent by ${event.process}. No two writes may have one version.`,
        trace,
        other.event,
        event,
      );
    }
  }
  for (const [a, b] of pairs(writes)) {
    const older = first.get(`${a.key} ${show(a.value)}`);
    const newer = first.get(`${b.key} ${show(b.value)}`);
    if (a.key !== b.key || !isDone(a) || !precedes(a, b)) continue;
    if (older === undefined || newer === undefined) continue;
    if (isAbove(newer.version, older.version)) continue;
    violated(
      `${did(a)}, and it was done at ${a.end?.event.at} ms, with version ${named(older.version)}. After that ${did(b)}, with version ${named(newer.version)}: it has to be higher.`,
      trace,
      a.end?.event,
      newer.event,
    );
  }
}

/** A read returns what was written, and nothing older than what was done before it began. */
function checkFresh(trace: Trace): void {
  const all = operations(trace);
  for (const read of all) {
    if (read.op !== 'read' || read.end?.how !== 'responded') continue;
    const { key, end } = read;
    const value = end.value as Value;
    const wasWritten = all.some(
      (one) => one.op === 'write' && one.key === key && one.value === value,
    );
    const found =
      versionIn(trace, key, value) ?? (value === null ? versionOf('0.nobody') : undefined);
    if (found === undefined || !(wasWritten || value === null)) {
      violated(
        `${did(read)}, and ${ended(read)}. Nobody wrote that to ${key}.`,
        trace,
        read.invoked,
        end.event,
      );
    }
    const failed = all.find((one) => {
      return (
        one.key === key && one.end?.how === 'failed' && one.op === 'write' && one.value === value
      );
    });
    if (failed !== undefined) {
      violated(
        `${did(failed)}, and it ${ended(failed)}. ${did(read)}, and ${ended(read)}. Failed means that nobody ever reads it; whoever cannot be sure says pending.`,
        trace,
        failed.end?.event,
        end.event,
      );
    }
    for (const write of all) {
      if (write.key !== key || !isDone(write) || !precedes(write, read)) continue;
      const version = versionIn(trace, key, write.value);
      if (version === undefined) {
        violated(
          `${did(write)}, and it was done at ${write.end?.event.at} ms, without having been sent to anybody.`,
          trace,
          write.invoked,
          write.end?.event,
        );
      }
      if (!isAbove(version, found)) continue;
      violated(
        `${did(write)}, version ${named(version)}, and it was done at ${write.end?.event.at} ms. After that ${did(read)}, and ${ended(read)}, version ${named(found)}: stale. It should have returned ${show(write.value)} or something newer.`,
        trace,
        write.end?.event,
        end.event,
      );
    }
  }
}

/** Those whose replies were older got what the read returned. */
function checkRepaired(
  trace: Trace,
  client: ProcessId,
  heard: readonly ProcessId[],
  version: Version,
  value: Value,
): void {
  const read = lastOf(trace, client);
  for (const id of heard.slice(1)) {
    const wasSent = trace.all('deliver').some(({ process, message }) => {
      const sent = message as Store;
      const isIt = sent.type === 'store' && sent.key === read.key;
      return process === id && isIt && versioned(sent) === versioned({ version, value });
    });
    if (wasSent) continue;
    violated(
      `${did(read)}, and heard of ${versioned({ version, value })} from ${heard[0]}. ${id} replied something older, and was not sent it.`,
      trace,
      read.invoked,
      read.end?.event,
    );
  }
}

/** Nobody is asked, or sent a value, but the replicas of the operation. */
function checkAsked(trace: Trace): void {
  for (const { client, quorum, ...one } of operations(trace)) {
    const stranger = trace.all('send').find(({ process, to, message }) => {
      const { type } = message as Message;
      return process === client && isRequest(type) && !quorum.replicas.includes(to);
    });
    if (stranger === undefined) continue;
    violated(
      `${did({ client, quorum, ...one })}, and sent ${show((stranger.message as Message).type)} to ${stranger.to} at ${stranger.at} ms. Its replicas are ${list(quorum.replicas)}, and only these are asked.`,
      trace,
      one.invoked,
      stranger,
    );
  }
}

function isRequest(type: Message['type']): boolean {
  return type === 'fetch' || type === 'store';
}

/** Quorums that no operation can have are refused, in words, whoever asks. */
function checkImpossible(): void {
  const replicas = names.slice(0, 3);
  const impossible: Quorum[] = [
    { replicas, R: 0, W: 3 },
    { replicas, R: 3, W: 0 },
    { replicas, R: 4, W: 2 },
    { replicas, R: 2, W: 4 },
    { replicas, R: 1.5, W: 2 },
  ];
  for (const quorum of impossible) {
    try {
      writes(worldOfKeepers(), 'alice', 'x', 'new', quorum);
    } catch (error) {
      if (error instanceof RunStopped && error.cause instanceof RangeError) continue;
      throw error;
    }
    violated(
      `alice wrote to 3 replicas with R = ${quorum.R} and W = ${quorum.W}. That should be refused with a RangeError, as checkQuorum does.`,
    );
  }
}

/** Alice writes to W replicas, some of them crash, and bob reads from as many of those as he can. */
function checkSurvival(
  quorum: Quorum,
  reached: readonly ProcessId[],
  hit: readonly ProcessId[],
  others: readonly ProcessId[],
  afterEffect: number | undefined,
): void {
  const world = worldOf(Replica).hold();
  for (const id of hit) {
    world.loseAtCrash(id, 1, 'unflushed');
    if (afterEffect !== undefined) world.crashAfterEffect(id, afterEffect, downMs);
  }
  const value = oddValues[reached.length % 3] as Value;
  writes(world, 'alice', 'x', value, quorum);
  exchange(world, 'alice', quorum.replicas, isNoStore);
  // Those that crashed are back, and those that reply later have time to.
  for (let i = 0; i < 3; i++) {
    exchange(world, 'alice', reached);
    world.runFor(2 * downMs);
  }
  for (const id of hit) {
    if (afterEffect === undefined) world.crash(id);
    world.restart(id);
  }
  reads(world, 'bob', 'x', quorum);
  exchange(world, 'bob', [...new Set([...others, ...hit, ...reached])].slice(0, quorum.R));
  checkDone(world.trace, 'bob');
  checkFresh(world.trace);
}

/** One replica has a version, and crashes while it is sent the next, or soon after. */
function checkTornWrites(): void {
  const first = { key: 'x', version: versionOf('1.alice'), value: 'first' };
  const cases = (['nothing', 'unflushed'] as const).flatMap((loss) =>
    ['second', null].map((value) => [loss, value] as const),
  );
  for (const [loss, value] of cases) {
    const second = { key: 'x', version: versionOf('2.bob'), value };
    for (const afterEffect of [undefined, 1, 2, 3, 4, 5, 6]) {
      for (const soonMs of afterEffect === undefined ? [1, 3, 6, 15, 40] : [0]) {
        const world = simulate<Replica | Puppet>({
          processes: { r1: Replica },
          clients: { alice: Puppet, bob: Puppet },
        }).loseAtCrash('r1', 1, loss);
        const ask = (client: ProcessId, message: Message) =>
          world.call(client, `sends ${message.type}`, (process) => {
            if (process instanceof Puppet) process.say('r1', message);
          });
        ask('alice', { type: 'store', request: 1, ...first }).runFor(100);
        if (afterEffect !== undefined) {
          const before = world.trace.events.filter(isEffectOf('r1')).length;
          world.crashAfterEffect('r1', before + afterEffect, downMs);
        }
        // Alice asks at once, and may be shown the new one.
        ask('bob', { type: 'store', request: 1, ...second });
        ask('alice', { type: 'fetch', request: 2, key: 'x' });
        world.runFor(10 + soonMs);
        if (afterEffect === undefined) world.crash('r1', downMs);
        world.runFor(afterAllMs);
        ask('alice', { type: 'fetch', request: 3, key: 'x' }).run();
        checkReplica(world.trace);
      }
    }
  }
}

/** What counts for `crashAfterEffect`: a send, a disk write or a flush. */
function isEffectOf(id: ProcessId): (event: TraceEvent) => boolean {
  return ({ process, kind }) =>
    process === id && ['send', 'write', 'append', 'flush'].includes(kind);
}

/** Every operation ended, and those that could be done are done. */
function checkEnds(trace: Trace): void {
  const down = trace.all('crash').map(({ process }) => process);
  for (const one of operations(trace)) {
    const { R, W, replicas } = one.quorum;
    const up = replicas.filter((id) => !down.includes(id));
    const needed = one.op === 'read' ? R : Math.max(R, W);
    const what = `${did(one)} with R = ${R} and W = ${W}; of ${list(replicas)} ${up.length === 0 ? 'none' : list(up)} stayed up`;
    const at = trace.at(trace.length - 1);
    if (one.end === undefined) {
      stuck(`${what}, and it never ended, not even when time was up.`, trace, one.invoked, at);
    }
    if (one.end.how === 'responded' || up.length < needed) continue;
    const stored = trace.all('deliver').filter(({ from, process, message }) => {
      const { type, request } = message as Message;
      const isIts = from === one.client && type === 'store' && request === one.request;
      return isIts && up.includes(process);
    });
    const reached = stored.length === 0 ? '' : ` It had reached ${list(processesOf(stored))}.`;
    stuck(
      `${what}. That is enough, but it ${ended(one)}.${reached}`,
      trace,
      one.invoked,
      stored.at(-1),
      one.end.event,
    );
  }
}

function checkPrediction(trace: Trace, prediction: 'old' | 'new'): void {
  const [, written, read] = operations(trace);
  if (written?.end?.how !== 'responded' || read?.end?.how !== 'responded') {
    const waits = written?.end?.how === 'responded' ? read : written;
    stuck(
      `${waits === undefined ? 'An operation' : did(waits)} should have ended with a response.`,
      trace,
      waits?.invoked,
    );
  }
  const { value } = read.end;
  if (prediction === value) return;
  violated(
    `You predicted that bob is told ${show(prediction)}. Alice's write of 'new' was done at ${written.end.event.at} ms, acknowledged by substitutes only. ${did(read)}, and ${ended(read)}: R + W > N, but the replicas that she wrote to and those that he read from have none in common.`,
    trace,
    written.end.event,
    read.end.event,
  );
}

// ── What the runs must have met, for the promises to mean anything ───────────────────────────────

function coverReplica(trace: Trace): void {
  const sent = trace.all('deliver').flatMap(({ process, message }) => {
    const store = message as Message;
    return process === 'r1' && store.type === 'store' ? [store] : [];
  });
  for (const [a, b] of pairs(sent)) {
    if (a.key === b.key && isAbove(a.version, b.version)) {
      covered('an older version arrived after a newer one');
    }
  }
  if (sent.some(({ value }) => oddValues.includes(value))) {
    covered('a replica was sent 0, the empty text, false or null');
  }
  if (trace.all('restart').length > 0) covered('a replica restarted');
}

/** Says which of these things happened in a run. */
function cover(trace: Trace, declared: Readonly<Record<string, number>>): void {
  const all = operations(trace);
  const some = (is: (a: Done, b: Done) => boolean) => {
    return all.some((a) => all.some((b) => a.key === b.key && is(a, b)));
  };
  const overlap = (a: Done, b: Done) => a !== b && !precedes(a, b) && !precedes(b, a);
  const up = ({ quorum, invoked }: Done) => {
    const down = trace.all('crash').filter(({ index }) => index < invoked.index);
    return quorum.replicas.filter((id) => !processesOf(down).includes(id)).length;
  };
  const happened: Readonly<Record<string, boolean>> = {
    'two writes overlapped': some((a, b) => a.op === 'write' && b.op === 'write' && overlap(a, b)),
    'a write began after another was done': some((a, b) => {
      return isDone(a) && b.op === 'write' && precedes(a, b);
    }),
    'a write was given up': all.some(({ op, end }) => op === 'write' && end?.how === 'pending'),
    'a read began after a write was done': some((a, b) => {
      return isDone(a) && b.op === 'read' && precedes(a, b);
    }),
    'a read overlapped a write': some(
      (a, b) => a.op === 'write' && b.op === 'read' && overlap(a, b),
    ),
    'a replica restarted': trace.all('restart').length > 0,
    'there were four replicas': all[0]?.quorum.replicas.length === 4,
    'there were five replicas': all[0]?.quorum.replicas.length === 5,
    'an operation was done without a replica that was down': all.some((one) => {
      return one.end?.how === 'responded' && up(one) < one.quorum.replicas.length;
    }),
    'a replica crashed during a write': all.some((one) => {
      const { op, quorum, invoked, end } = one;
      return trace.all('crash').some(({ process, index }) => {
        const isDuring = index > invoked.index && (end === undefined || index < end.event.index);
        return op === 'write' && isDuring && quorum.replicas.includes(process);
      });
    }),
    'fewer than R replicas were up': all.some((one) => up(one) < one.quorum.R),
  };
  for (const name of Object.keys(declared)) if (happened[name] === true) covered(name);
}

// ── Words ────────────────────────────────────────────────────────────────────────────────────────

/** `alice wrote x = 'new' at 20 ms`. */
function did({ client, op, key, value, invoked }: Done): string {
  const what = op === 'read' ? `read ${key}` : `wrote ${key} = ${show(value)}`;
  return `${client} ${what} at ${invoked.at} ms`;
}

/** `returned 'old' at 40 ms`. */
function ended({ op, end }: Done): string {
  if (end === undefined) return 'has not ended';
  const { how, event, value } = end;
  if (how !== 'responded') return `was given up as ${how} at ${event.at} ms`;
  return op === 'read' ? `returned ${show(value)} at ${event.at} ms` : `was done at ${event.at} ms`;
}

/** `3.alice`, as in the diagram. */
function named(version: Version | undefined): string {
  return `${version?.counter}.${version?.writer}`;
}

/** `'new' (3.alice)`. */
function versioned({ version, value }: Versioned): string {
  return `${show(value)} (${named(version)})`;
}

function versionOf(name: string): Version {
  const [counter, writer] = name.split('.') as [string, ProcessId];
  return { counter: Number(counter), writer };
}

function processesOf(events: readonly TraceEvent[]): readonly ProcessId[] {
  return [...new Set(events.map(({ process }) => process))];
}

/** `r1`, `r1 and r2`, `r1, r2 and r3`. */
function list(ids: readonly string[]): string {
  if (ids.length < 2) return ids[0] ?? 'none';
  return `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}`;
}

/** Every two of a list, the earlier one first. */
function pairs<T>(all: readonly T[]): (readonly [T, T])[] {
  return all.flatMap((a, i) => all.slice(i + 1).map((b) => [a, b] as const));
}

/** What is taken for nothing by code that asks `if (value)`. */
const oddValues: readonly Value[] = [0, '', false, null];
/** By then all faults are over, and everything that was late has arrived. */
const afterAllMs = 1_000;
/** How long a replica is down. */
const downMs = 5;
