import {
  covered,
  example,
  type Draw,
  type FaultPlan,
  faultPlans,
  given,
  HappensBefore,
  listOf,
  Process,
  type ProcessId,
  safety,
  show,
  simulate,
  type Trace,
  type TraceEvent,
  violated,
} from '#harness';
import { compare, LamportClock, type Timestamp } from './lamport-clock.ts';

// ── First steps: one clock alone ─────────────────────────────────────────────────────────────────

example(
  'own-events',
  'Each event of a process has a later time than the event before it.',
  { points: 10 },
  () => {
    const clock = new LamportClock('athens');
    let before = stampOf('tick()', clock.tick());
    for (let n = 2; n <= 1000; n++) {
      const event = stampOf('tick()', clock.tick());
      if (event === before) {
        violated(
          `athens gave events ${n - 1} and ${n} one and the same object as timestamp, so the first changed with the second, and both now say ${event.time}: return a new one each time.`,
        );
      }
      later('athens', `event ${n}`, event, `event ${n - 1}`, before);
      before = event;
    }
  },
);

example(
  'sending-is-an-event',
  'A sending is later than what came before it, and earlier than what follows.',
  { points: 10 },
  () => {
    const clock = new LamportClock('athens');
    const before = stampOf('tick()', clock.tick());
    const sending = stampOf('send()', clock.send());
    const again = stampOf('send()', clock.send());
    const after = stampOf('tick()', clock.tick());
    later('athens', 'a send', sending, 'the event before it', before);
    later('athens', 'a second send', again, 'the first', sending);
    later('athens', 'an event', after, 'the send before it', again);
  },
);

example(
  'no-shared-clock',
  'A clock that hears from nobody keeps its own time, whatever the others do.',
  { points: 5 },
  () => {
    const timesOf = (meanwhile: () => void): string => {
      const byzantium = new LamportClock('byzantium');
      meanwhile();
      const event = stampOf('tick()', byzantium.tick());
      meanwhile();
      const sending = stampOf('send()', byzantium.send());
      return `${event.time} and ${sending.time}`;
    };
    const athens = new LamportClock('athens');
    const alone = timesOf(() => {});
    const beside = timesOf(() => {
      athens.tick();
      athens.send();
    });
    if (alone === beside) return;
    violated(
      `byzantium gave its first two events the times ${alone} when it was alone, and ${beside} when athens, of which it never heard, counted two events before each of them.`,
    );
  },
);

// ── The figure: a letter from a city that is ahead, and one from a city that is behind ───────────

example(
  'letters-move-clocks',
  'A receipt is later than its sending, and than all that the reader did before.',
  { points: 20 },
  () => {
    const world = simulate({ processes: { athens: City, byzantium: City } });
    for (let i = 0; i < 3; i++) world.call('athens', 'works', (city) => city.work());
    world.call('athens', 'writes', (city) => city.write('byzantium')).run();
    world.call('byzantium', 'writes', (city) => city.write('athens')).run();
    for (let i = 0; i < 5; i++) world.call('byzantium', 'works', (city) => city.work());
    world.call('athens', 'writes', (city) => city.write('byzantium')).run();
    world.call('byzantium', 'works', (city) => city.work());
    world.call('athens', 'writes to itself', (city) => city.write('athens')).run();
    checkClockCondition(world.trace);
    for (const one of stamped(world.trace)) checkName(world.trace, one);
    checkReceipts();
  },
);

// ── Any run at all ───────────────────────────────────────────────────────────────────────────────

const cities = ['argos', 'athens', 'byzantium', 'corinth', 'delphi'] as const;
const faults = faultPlans({
  processes: cities,
  kinds: ['lose', 'delay', 'duplicate', 'pause'],
  messagesPerLink: 2,
});
const deeds = listOf(40, deed, describeDeed);

safety(
  'clock-condition',
  'If a happened before b, then C(a) < C(b).',
  {
    points: 30,
    covers: {
      'a letter was overtaken': 5,
      'a letter went from a busy city to a quiet one': 50,
      'a letter went from a quiet city to a busy one': 50,
    },
  },
  given(faults, deeds, (plan, done) => {
    const trace = run(plan, done);
    coverLetters(trace);
    checkClockCondition(trace);
  }),
);

safety(
  'total-order',
  'compare puts all events into one order, the same for everyone, causes first.',
  {
    points: 25,
    covers: {
      'two events were concurrent': 50,
      'a city did ten things': 30,
    },
  },
  given(faults, deeds, (plan, done) => {
    const trace = run(plan, done);
    const events = stamped(trace);
    const order = new HappensBefore(trace);
    for (const one of events) {
      if (countOf(events, one.event.process) >= 10) covered('a city did ten things');
      checkName(trace, one);
    }
    for (const [a, b] of pairs(events)) {
      if (order.concurrent(a.event, b.event)) covered('two events were concurrent');
      checkAntisymmetric(trace, a, b);
      if (order.before(a.event, b.event)) checkCauseFirst(trace, a, b);
    }
    checkTransitive(trace, events);
    for (const one of events) checkSame(trace, one);
    checkTies();
  }),
);

// ── The cities: what runs in the simulated world ─────────────────────────────────────────────────

interface Letter {
  readonly type: 'letter';
  readonly stamp: Timestamp;
}

/** A process that stamps everything that it does with the clock under test. */
class City extends Process<Letter> {
  clock = new LamportClock(this.id);

  work(): void {
    this.say('works', stampOf('tick()', this.clock.tick()));
  }

  write(to: ProcessId): void {
    const stamp = stampOf('send()', this.clock.send());
    this.say('writes', stamp);
    this.send(to, { type: 'letter', stamp });
  }

  override receive(letter: Letter): void {
    this.say('reads', stampOf('receive()', this.clock.receive(letter.stamp)));
  }

  say(deed: Stamped['deed'], stamp: Timestamp): void {
    this.note(`${deed}, C = ${stamp.time}`, { deed, stamp });
  }
}

/** A clock reads a letter from far ahead, and then one from behind; another time beside a third clock. */
function checkReceipts(): void {
  const ahead: Timestamp = Object.freeze({ time: 70_000, process: 'byzantium' });
  const behind: Timestamp = Object.freeze({ ...new LamportClock('byzantium').send() });
  const athens = new LamportClock('athens');
  const first = stampOf('receive()', athens.receive(ahead));
  const { time } = first;
  later('athens', 'the receipt of a letter', first, 'its sending', ahead);
  const second = stampOf('receive()', athens.receive(behind));
  if (first.time !== time) {
    violated(
      `athens gave the receipt of a letter the time ${time}, and when it had received another one, that timestamp said ${first.time}: return a new object each time.`,
    );
  }
  later('athens', 'a second receipt', second, 'the first', first);
  later('athens', 'an event', stampOf('tick()', athens.tick()), 'the receipt before it', second);

  const alike = new LamportClock('athens');
  const corinth = new LamportClock('corinth');
  corinth.receive(Object.freeze({ time: 80_000, process: 'byzantium' }));
  corinth.send();
  const beside = stampOf('receive()', alike.receive(ahead));
  if (beside.time === time) return;
  violated(
    `athens first received a letter with time ${ahead.time}, and gave that the time ${time}. With corinth beside it, of which it never heard, it was ${beside.time}.`,
  );
}

interface Deed {
  readonly atMs: number;
  readonly city: ProcessId;
  /** To whom it writes; it works if there is none. */
  readonly to: ProcessId | undefined;
  /** How often it does so. */
  readonly times: number;
}

function deed(draw: Draw): Deed {
  const city = draw.pick(cities);
  const to = draw.pick([undefined, ...cities.filter((other) => other !== city)]);
  const times = to === undefined ? draw.pick([1, 1, 10]) : 1;
  return { atMs: draw.integer(0, 20) * 10, city, to, times };
}

function describeDeed({ atMs, city, to, times }: Deed): string {
  const how = times === 1 ? '' : ` ${times} times`;
  return `at ${atMs} ms ${city} ${to === undefined ? 'works' : `writes to ${to}`}${how}`;
}

function run(plan: FaultPlan, done: readonly Deed[]): Trace {
  const world = simulate({
    processes: Object.fromEntries(cities.map((id) => [id, City])),
    faults: plan,
  });
  for (const { atMs, city, to, times } of done) {
    for (let i = 0; i < times; i++) {
      world.callAt(atMs, city, to === undefined ? 'works' : `writes to ${to}`, (process) =>
        to === undefined ? process.work() : process.write(to),
      );
    }
  }
  return world.run().trace;
}

// ── What is judged: the timestamps that the cities noted ─────────────────────────────────────────

interface Stamped {
  readonly event: TraceEvent;
  readonly deed: 'works' | 'writes' | 'reads';
  readonly stamp: Timestamp;
}

function stamped(trace: Trace): readonly Stamped[] {
  return trace.all('note').map((event) => {
    const { deed, stamp } = event.about as Omit<Stamped, 'event'>;
    return { event, deed, stamp };
  });
}

/** Lamport's C1 and C2. What happened before an event did so by a chain of such pairs. */
function checkClockCondition(trace: Trace): void {
  const events = stamped(trace);
  const sent = sendings(trace, events);
  for (const b of events) {
    const a = events.findLast(
      ({ event }) => event.process === b.event.process && event.index < b.event.index,
    );
    if (a !== undefined && !(a.stamp.time < b.stamp.time)) {
      violated(
        `${did(a)}, with time ${a.stamp.time}. Later ${did(b)}, with time ${b.stamp.time}: that is not above ${a.stamp.time}.`,
        trace,
        a.event,
        b.event,
      );
    }
    const sending = sent.get(b);
    if (sending !== undefined && !(sending.stamp.time < b.stamp.time)) {
      violated(
        `${did(sending)}, with time ${sending.stamp.time}. ${b.event.process} read it at ${b.event.at} ms, with time ${b.stamp.time}: that is not above ${sending.stamp.time}.`,
        trace,
        sending.event,
        b.event,
      );
    }
  }
}

/** For each letter that was read, the writing of it. */
function sendings(trace: Trace, events: readonly Stamped[]): ReadonlyMap<Stamped, Stamped> {
  // A city notes what it does in the step that sends or receives.
  const byStep = new Map(events.map((each) => [each.event.cause, each]));
  return new Map(
    trace.all('deliver').flatMap(({ index, cause = 0 }) => {
      const writing = byStep.get(trace.at(cause).cause);
      const reading = byStep.get(index);
      return writing === undefined || reading === undefined ? [] : [[reading, writing]];
    }),
  );
}

function checkName(trace: Trace, { event, deed, stamp }: Stamped): void {
  if (stamp.process === event.process) return;
  violated(
    `${did({ event, deed, stamp })}, with the timestamp ${text(stamp)}: it must name ${event.process}, where the event happened.`,
    trace,
    event,
  );
}

function checkAntisymmetric(trace: Trace, a: Stamped, b: Stamped): void {
  const forth = compare(a.stamp, b.stamp);
  const back = compare(b.stamp, a.stamp);
  if ((forth < 0 && back > 0) || (forth > 0 && back < 0)) return;
  violated(
    `${compared(a, b)}, and ${compared(b, a)}. Of two different events one must come first, whoever asks: below 0 the one way, above 0 the other.`,
    trace,
    a.event,
    b.event,
  );
}

/** Names that are alike but for one thing, at the same time; and times that are far apart. */
function checkTies(): void {
  for (const [a, b] of pairs(alikeNames.map((process) => ({ time: 7, process })))) {
    const forth = compare(a, b);
    const back = compare(b, a);
    if ((forth < 0 && back > 0) || (forth > 0 && back < 0)) continue;
    violated(
      `compare(${text(a)}, ${text(b)}) is ${forth}, and compare(${text(b)}, ${text(a)}) is ${back}. Two processes never have the same name, so one of the two must come first, whoever asks.`,
    );
  }
  // If it goes wrong with small times a run shows that better.
  if (wrongOrder([7, 10]) !== undefined) return;
  const wrong = wrongOrder([10, 65_000, 5_000_000_000, 10 ** 12]);
  if (wrong === undefined) return;
  const [a, b] = wrong;
  violated(
    `compare(${text(a)}, ${text(b)}) is ${compare(a, b)}, and compare(${text(b)}, ${text(a)}) is ${compare(b, a)}. The earlier time comes first: below 0 the one way, above 0 the other.`,
  );
}

/** Two timestamps with some of these times that compare puts in the wrong order, whoever comes first. */
function wrongOrder(times: readonly number[]): readonly [Timestamp, Timestamp] | undefined {
  return pairs(times)
    .flatMap(([early, late]) =>
      pairs(['athens', 'byzantium', 'athens']).map(
        ([p, q]) =>
          [
            { time: early, process: p },
            { time: late, process: q },
          ] as const,
      ),
    )
    .find(([a, b]) => !(compare(a, b) < 0 && compare(b, a) > 0));
}

/** To Java, Teheran and Siblings have the same hash. */
const alikeNames = [
  'athens',
  'Athens',
  'corinth',
  'corinth-2',
  'corinth2',
  'node-12',
  'node-21',
  'node-012',
  'Teheran',
  'Siblings',
  'constantinople-the-first',
  'constantinople-the-fifth',
];

function checkCauseFirst(trace: Trace, a: Stamped, b: Stamped): void {
  if (compare(a.stamp, b.stamp) < 0) return;
  violated(
    `${compared(a, b)}, which puts ${text(b.stamp)} first. But ${text(a.stamp)} happened before it: ${did(a)}, and then ${did(b)}.`,
    trace,
    a.event,
    b.event,
  );
}

/** An order without circles: sorting by it must agree with it on every pair. */
function checkTransitive(trace: Trace, events: readonly Stamped[]): void {
  const sorted = events.toSorted((a, b) => compare(a.stamp, b.stamp));
  for (const [a, b] of pairs(sorted)) {
    if (compare(a.stamp, b.stamp) < 0) continue;
    violated(
      `Sorted by compare, ${text(a.stamp)} stands before ${text(b.stamp)}, and yet ${compared(a, b)}: the order goes in a circle.`,
      trace,
      a.event,
      b.event,
    );
  }
}

function checkSame(trace: Trace, one: Stamped): void {
  if (compare(one.stamp, { ...one.stamp }) === 0) return;
  violated(
    `${compared(one, one)}: the same event comes neither before nor after itself, so it must be 0.`,
    trace,
    one.event,
  );
}

/** What a run must have met is judged without the clocks, for they may be of any kind, or wrong. */
function coverLetters(trace: Trace): void {
  const events = stamped(trace);
  const arrivals = trace.all('deliver');
  for (const { from, process, index, cause = 0 } of arrivals) {
    const writer = countOf(events, from, cause);
    const reader = countOf(events, process, index);
    if (writer > reader) covered('a letter went from a busy city to a quiet one');
    if (writer < reader) covered('a letter went from a quiet city to a busy one');
    const overtaken = arrivals.some(
      (other) => other.process === process && other.index < index && (other.cause ?? 0) > cause,
    );
    if (overtaken) covered('a letter was overtaken');
  }
}

/** How many things a city had done before an entry of the trace. */
function countOf(events: readonly Stamped[], city: ProcessId, before = Infinity): number {
  return events.filter(({ event }) => event.process === city && event.index < before).length;
}

/** Every two of a list, the earlier one first. */
function pairs<T>(list: readonly T[]): (readonly [T, T])[] {
  return list.flatMap((a, i) => list.slice(i + 1).map((b) => [a, b] as const));
}

function later(city: string, b: string, after: Timestamp, a: string, before: Timestamp): void {
  if (after.time > before.time) return;
  violated(
    `${city} gave ${b} the time ${after.time}, which is not later than ${before.time}, the time of ${a}.`,
  );
}

/** What a method of the clock returned, if it is a timestamp at all. */
function stampOf(method: string, stamp: Timestamp): Timestamp {
  const { time, process } = (stamp as Timestamp | undefined) ?? { time: NaN, process: '' };
  if (typeof time === 'number' && !Number.isNaN(time) && typeof process === 'string') return stamp;
  violated(
    `${method} returned ${show(stamp)}. It must return the timestamp of the event: { time, process }, where time is a number.`,
  );
}

/** `athens wrote a letter at 20 ms`. */
function did({ event, deed }: Stamped): string {
  const past = { works: 'worked', writes: 'wrote a letter', reads: 'read a letter' };
  return `${event.process} ${past[deed]} at ${event.at} ms`;
}

function compared(a: Stamped, b: Stamped): string {
  return `compare(${text(a.stamp)}, ${text(b.stamp)}) is ${compare(a.stamp, b.stamp)}`;
}

function text({ time, process }: Timestamp): string {
  return `${time}.${process}`;
}
