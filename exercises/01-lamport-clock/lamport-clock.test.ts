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
    const [first, second, third] = [clock.tick(), clock.tick(), clock.tick()];
    later('athens', 'its second event', second, 'its first', first);
    later('athens', 'its third event', third, 'its second', second);
  },
);

example(
  'sending-is-an-event',
  'A send has a later time than what its process did before, and an earlier one than what it does next.',
  { points: 10 },
  () => {
    const clock = new LamportClock('athens');
    const before = clock.tick();
    const sending = clock.send();
    const again = clock.send();
    const after = clock.tick();
    later('athens', 'a send', sending, 'the event before it', before);
    later('athens', 'a second send', again, 'the first', sending);
    later('athens', 'an event', after, 'the send before it', again);
  },
);

// ── The figure: a letter from a city that is ahead, and one from a city that is behind ───────────

example(
  'letters-move-clocks',
  'A receipt is later than the sending, whichever of the two clocks is ahead.',
  { points: 20 },
  () => {
    const world = simulate({ processes: { athens: City, byzantium: City } });
    for (let i = 0; i < 3; i++) world.call('athens', 'works', (city) => city.work());
    world.call('athens', 'writes', (city) => city.write('byzantium')).run();
    world.call('byzantium', 'writes', (city) => city.write('athens')).run();
    for (let i = 0; i < 5; i++) world.call('byzantium', 'works', (city) => city.work());
    world.call('athens', 'writes', (city) => city.write('byzantium')).run();
    world.call('byzantium', 'works', (city) => city.work());
    checkClockCondition(world.trace);
  },
);

// ── Any run at all ───────────────────────────────────────────────────────────────────────────────

const cities = ['athens', 'byzantium', 'corinth', 'delphi', 'ephesus'] as const;
const faults = faultPlans({ processes: cities, kinds: ['lose', 'delay', 'duplicate', 'pause'] });
const deeds = listOf(40, deed, describeDeed);

safety(
  'clock-condition',
  'If a happened before b, then C(a) < C(b).',
  {
    points: 35,
    covers: {
      'a letter was overtaken': 10,
      'a letter came from a city that was ahead': 25,
      'a letter came from a city that was behind': 25,
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
  'compare puts all events into one order, the same for everyone, in which causes come first.',
  {
    points: 25,
    covers: {
      'two cities had the same time': 25,
      'a time had two digits': 10,
    },
  },
  given(faults, deeds, (plan, done) => {
    const trace = run(plan, done);
    const events = stamped(trace);
    if (events.some(({ stamp }) => stamp.time >= 10)) covered('a time had two digits');
    const order = new HappensBefore(trace);
    for (const [a, b] of pairs(events)) {
      if (a.stamp.time === b.stamp.time) covered('two cities had the same time');
      const forth = Math.sign(compare(a.stamp, b.stamp));
      const back = Math.sign(compare(b.stamp, a.stamp));
      const names = `compare(${text(a.stamp)}, ${text(b.stamp)})`;
      if (!(forth !== 0 && forth === -back)) {
        violated(
          `${names} is ${forth}, and the other way round ${back}: two different events must come one before the other, whoever asks.`,
          trace,
          a.event,
          b.event,
        );
      }
      if (order.before(a.event, b.event) && forth > 0) {
        violated(
          `${names} puts ${what(b)} first, though ${what(a)} happened before it.`,
          trace,
          a.event,
          b.event,
        );
      }
    }
    checkTransitive(trace, events);
    for (const { stamp, event } of events) {
      if (compare(stamp, { ...stamp }) === 0) continue;
      violated(`compare(${text(stamp)}, ${text(stamp)}) is not 0.`, trace, event);
    }
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
    this.say('works', this.clock.tick());
  }

  write(to: ProcessId): void {
    const stamp = this.clock.send();
    this.say('writes', stamp);
    this.send(to, { type: 'letter', stamp });
  }

  override receive(letter: Letter): void {
    this.say('reads', this.clock.receive(letter.stamp));
  }

  say(deed: string, stamp: Timestamp): void {
    this.note(`${deed} at ${stamp.time}`, stamp);
  }
}

interface Deed {
  readonly atMs: number;
  readonly city: ProcessId;
  /** To whom it writes; it works if there is none. */
  readonly to: ProcessId | undefined;
}

function deed(draw: Draw): Deed {
  const city = draw.pick(cities);
  const to = draw.pick([undefined, ...cities.filter((other) => other !== city)]);
  return { atMs: draw.integer(0, 20) * 10, city, to };
}

function describeDeed({ atMs, city, to }: Deed): string {
  return `at ${atMs} ms ${city} ${to === undefined ? 'works' : `writes to ${to}`}`;
}

function run(plan: FaultPlan, done: readonly Deed[]): Trace {
  const world = simulate({
    processes: Object.fromEntries(cities.map((id) => [id, City])),
    faults: plan,
  });
  for (const { atMs, city, to } of done) {
    world.callAt(atMs, city, to === undefined ? 'works' : `writes to ${to}`, (process) =>
      to === undefined ? process.work() : process.write(to),
    );
  }
  return world.run().trace;
}

// ── What is judged: the timestamps that the cities noted ─────────────────────────────────────────

interface Stamped {
  readonly event: TraceEvent;
  readonly stamp: Timestamp;
  readonly deed: string;
}

function stamped(trace: Trace): readonly Stamped[] {
  return trace.all('note').map((event) => ({
    event,
    stamp: event.about as Timestamp,
    deed: event.text.split(' ')[0] as string,
  }));
}

function checkClockCondition(trace: Trace): void {
  const order = new HappensBefore(trace);
  for (const [a, b] of pairs(stamped(trace))) {
    if (!order.before(a.event, b.event) || a.stamp.time < b.stamp.time) continue;
    violated(
      `${what(a)} happened before ${what(b)}, so its time must be the lower one: ${a.stamp.time} is not below ${b.stamp.time}.`,
      trace,
      a.event,
      b.event,
    );
  }
}

/** An order without circles: sorting by it must agree with it on every pair. */
function checkTransitive(trace: Trace, events: readonly Stamped[]): void {
  const sorted = events.toSorted((a, b) => compare(a.stamp, b.stamp));
  for (const [a, b] of pairs(sorted)) {
    if (compare(a.stamp, b.stamp) < 0) continue;
    violated(
      `Sorted by compare, ${text(a.stamp)} comes before ${text(b.stamp)}, and yet compare says the opposite of the two: the order goes in a circle.`,
      trace,
      a.event,
      b.event,
    );
  }
}

function coverLetters(trace: Trace): void {
  const arrivals = trace.all('deliver');
  for (const { message, process, index, cause = 0 } of arrivals) {
    const sent = (message as Letter).stamp.time;
    const before = stamped(trace).findLast(
      ({ event }) => event.process === process && event.index < index,
    );
    if (sent > (before?.stamp.time ?? 0)) covered('a letter came from a city that was ahead');
    if (sent < (before?.stamp.time ?? 0)) covered('a letter came from a city that was behind');
    const overtaken = arrivals.some(
      (other) => other.process === process && other.index < index && (other.cause ?? 0) > cause,
    );
    if (overtaken) covered('a letter was overtaken');
  }
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

function what({ event, deed, stamp }: Stamped): string {
  return `what ${event.process} ${deed} at ${event.at} ms (stamped ${stamp.time})`;
}

function text({ time, process }: Timestamp): string {
  return `${time}.${process}`;
}
