import { EventQueue } from '../world/event-queue.ts';
import { Process } from '../world/process.ts';
import { RandomStream } from '../world/random.ts';
import { Simulation } from '../world/simulation.ts';
import type { Bench } from './bench.ts';
import { cpuNs } from './cpu-time.ts';

/**
 * Simulation speed: processes that gossip, with the trace on, against a bare loop that pushes and pops
 * the same events in the same queue and does nothing else.
 */
export const gossip: Bench = (print, effort) => {
  print(TITLE);
  print('');
  print(line(HEADINGS));
  for (const processes of SIZES[effort]) print(line(cells(measure(processes, EFFORTS[effort]))));
  print('');
  for (const note of NOTES) print(note);
};

interface Figures {
  readonly processes: number;
  /** How many events wait in the queue, on average. */
  readonly pending: number;
  /** How many events were measured. */
  readonly events: number;
  readonly nsPerEvent: number;
  readonly bareNsPerEvent: number;
  readonly fraction: number;
}

interface Effort {
  readonly runs: number;
  readonly slices: number;
  readonly eventsInSlice: number;
}

/**
 * The two take turns in short slices, so that whatever else the machine does slows down both; and
 * medians, because a slice in which the engine compiles or collects garbage is not like the others.
 */
function measure(processes: number, effort: Effort): Figures {
  const slices = Array.from({ length: effort.runs + 1 }, () => measureRun(processes, effort));
  // The first run warms up.
  const measured = slices.slice(1).flat();
  return {
    processes,
    pending: measured.reduce((sum, slice) => sum + slice.pending, 0) / measured.length,
    events: measured.reduce((sum, slice) => sum + slice.events, 0),
    nsPerEvent: median(measured.map((slice) => slice.ns / slice.events)),
    bareNsPerEvent: median(measured.map((slice) => slice.bareNs / slice.events)),
    fraction: median(measured.map((slice) => slice.bareNs / slice.ns)),
  };
}

interface Slice {
  readonly events: number;
  readonly pending: number;
  readonly ns: number;
  readonly bareNs: number;
}

function measureRun(processes: number, { slices, eventsInSlice }: Effort): readonly Slice[] {
  const world = gossiping(processes).runFor(GOSSIP_EVERY_MS);
  const bare = new BareLoop(processes);
  bare.run(processes * EVENTS_IN_ROUND);
  const sliceMs = Math.ceil((eventsInSlice / processes / EVENTS_IN_ROUND) * GOSSIP_EVERY_MS);
  return Array.from({ length: slices }, () => {
    const before = world.trace.length;
    const ns = cpuNs(() => world.runFor(sliceMs));
    const events = Math.round((world.trace.length - before) / ENTRIES_AN_EVENT);
    const bareNs = cpuNs(() => bare.run(events));
    return { events, pending: bare.pending, ns, bareNs };
  });
}

/** So many processes, each of which tells a rumour to anyone ten times a second. */
export function gossiping(processes: number): Simulation<Gossip> {
  const names = Array.from({ length: processes }, (_, i) => `p${i + 1}`);
  return new Simulation({
    processes: Object.fromEntries(names.map((name) => [name, Gossip])),
    latencyMs: [MIN_LATENCY_MS, MAX_LATENCY_MS],
    maxEvents: Infinity,
  });
}

interface Rumour {
  readonly type: 'rumour';
  readonly hops: number;
}

class Gossip extends Process<Rumour> {
  heard = 0;

  override start(): void {
    this.setTimer('gossip', Math.floor(this.random() * GOSSIP_EVERY_MS));
  }

  override timeout(): void {
    const to = this.everyone[Math.floor(this.random() * this.everyone.length)] as string;
    this.send(to, { type: 'rumour', hops: 1 });
    this.setTimer('gossip', GOSSIP_EVERY_MS);
  }

  receive(rumour: Rumour): void {
    this.heard += rumour.hops;
  }
}

/**
 * What the simulation does to its queue, and nothing else: a timer that runs out pushes a message and
 * the next timer; a message pushes nothing. The times are drawn beforehand.
 */
class BareLoop {
  readonly #queue = new EventQueue();
  readonly #latencies: Float64Array;

  constructor(processes: number) {
    const random = new RandomStream(1, 'bare loop');
    for (let i = 0; i < processes; i++) {
      this.#queue.push(random.integer(0, GOSSIP_EVERY_MS - 1), TIMER);
    }
    this.#latencies = Float64Array.from({ length: LATENCIES }, () =>
      // What a process tells itself arrives at once.
      random.integer(1, processes) === 1 ? 0 : random.integer(MIN_LATENCY_MS, MAX_LATENCY_MS),
    );
  }

  get pending(): number {
    return this.#queue.size;
  }

  run(events: number): void {
    const queue = this.#queue;
    const latencies = this.#latencies;
    for (let i = 0; i < events; i++) {
      const now = queue.nextAt;
      if (queue.pop() === MESSAGE) continue;
      queue.push(now + (latencies[i & (LATENCIES - 1)] as number), MESSAGE);
      queue.push(now + GOSSIP_EVERY_MS, TIMER);
    }
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

function cells(figures: Figures): readonly string[] {
  const { processes, pending, events, nsPerEvent, bareNsPerEvent, fraction } = figures;
  return [
    processes.toLocaleString('en'),
    pending.toLocaleString('en', { maximumFractionDigits: 0 }),
    events.toLocaleString('en'),
    nsPerEvent.toFixed(0),
    bareNsPerEvent.toFixed(0),
    fraction.toFixed(2),
    (nsPerEvent / Math.log2(pending)).toFixed(0),
  ];
}

function line(texts: readonly string[]): string {
  return texts.map((text) => text.padStart(COLUMN)).join('');
}

const SIZES = { full: [3, 100, 1_000, 10_000], tiny: [3, 10] } as const;
const EFFORTS: Readonly<Record<'full' | 'tiny', Effort>> = {
  full: { runs: 6, slices: 10, eventsInSlice: 10_000 },
  tiny: { runs: 1, slices: 2, eventsInSlice: 100 },
};

const GOSSIP_EVERY_MS = 100;
const MIN_LATENCY_MS = 5;
const MAX_LATENCY_MS = 15;
/** A timeout and a delivery for each process in a round. */
const EVENTS_IN_ROUND = 2;
/** They leave four entries in the trace: timeout, send, timer-set; deliver. */
const ENTRIES_AN_EVENT = 2;

/** A power of two, so that the bare loop need not divide. */
const LATENCIES = 4096;

const MESSAGE = 0;
const TIMER = 1;

const COLUMN = 11;
const NODE = process.versions.node.split('.', 1).join();
const TITLE = `Simulation speed: processes that gossip, with the trace on (Node ${NODE})`;
const HEADINGS = ['processes', 'pending', 'events', 'ns/event', 'bare ns', 'fraction', 'ns/level'];
const NOTES = [
  'bare ns:  a loop that only pushes and pops the same events in the same queue.',
  'fraction: events a second as a fraction of that loop; the goal is 0.33.',
  'ns/level: ns/event divided by log2 of the pending events: from 100 processes on',
  '          it is level if a run grows as n log n. Ten thousand processes do not',
  '          fit the cache of most machines; what they take beyond that is memory.',
];
