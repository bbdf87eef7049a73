import {
  type FaultPlan,
  type Lab,
  type ProcessId,
  quantile,
  type Report,
  type Result,
  type Sample,
  scenarios,
  simulate,
  strips,
  table,
  type Trace,
} from '#harness';
import type * as attempts from './election-stall-lab.ts';

/** What the file under test exports. */
export type Attempt = Pick<typeof attempts, 'RaftServer'>;
type Settings = attempts.Settings;
type Message = attempts.Message;

// ── Topologies: who reaches whom from `cutAtMs` on ───────────────────────────────────────────────

export const cutAtMs = 1000;
const three = ['s1', 's2', 's3'] as const;
const five = ['s1', 's2', 's3', 's4', 's5'] as const;

export interface Topology {
  readonly name: string;
  readonly servers: readonly ProcessId[];
  /** Who leads when the trouble begins. */
  readonly leader: ProcessId;
  /** Whose log is behind the others'. */
  readonly stale?: ProcessId;
  readonly faults: FaultPlan;
}

const cut = (a: ProcessId, b: ProcessId): FaultPlan => [
  { kind: 'partition', groups: [[a], [b]], atMs: cutAtMs },
];

export const topologies: readonly Topology[] = [
  {
    name: 'chain 1-2-3',
    servers: three,
    leader: 's3',
    faults: scenarios.chain(three, cutAtMs),
  },
  {
    name: '{1,2,3} 4-2 5-3',
    servers: five,
    leader: 's3',
    faults: [
      ...cut('s1', 's4'),
      ...cut('s1', 's5'),
      ...cut('s2', 's5'),
      ...cut('s3', 's4'),
      ...cut('s4', 's5'),
    ],
  },
  {
    name: '{1,2,3} 4-2, 5 dead',
    servers: five,
    leader: 's4',
    faults: [
      ...cut('s1', 's4'),
      ...cut('s3', 's4'),
      { kind: 'crash', process: 's5', atMs: cutAtMs },
    ],
  },
  {
    name: 'quorum loss',
    servers: five,
    leader: 's3',
    faults: scenarios.quorumLoss({ hub: 's1', leader: 's3' }, five, cutAtMs),
  },
  {
    name: 'constrained',
    servers: five,
    leader: 's3',
    stale: 's1',
    faults: [
      ...scenarios.alone('s3', five, cutAtMs),
      ...scenarios.hub(['s1', 's2', 's4', 's5'], cutAtMs),
    ],
  },
  {
    name: 'deaf leader',
    servers: three,
    leader: 's3',
    faults: scenarios.deaf('s3', three, cutAtMs),
  },
  {
    name: 'flapping 1-3',
    servers: three,
    leader: 's3',
    faults: scenarios.flapping('s1', 's3', { atMs: cutAtMs, downMs: 400, upMs: 600, times: 60 }),
  },
];

// ── Variants: which remedies are in use ──────────────────────────────────────────────────────────

const electionTimeoutMs = { min: 150, max: 300 } as const;
const plain = { stickiness: false, preVote: false, checkQuorum: false, electionTimeoutMs };

export const variants: Readonly<Record<string, Settings>> = {
  plain,
  sticky: { ...plain, stickiness: true },
  PreVote: { ...plain, preVote: true },
  'PreVote+CQ': { ...plain, preVote: true, checkQuorum: true },
  'all three': { ...plain, stickiness: true, preVote: true, checkQuorum: true },
};

// ── One run ──────────────────────────────────────────────────────────────────────────────────────

export const measuredMs = 60_000;

/** What a run is measured by: who began to lead, what arrived there, and what it said to candidates. */
interface Seen {
  readonly at: number;
  readonly id: ProcessId;
  readonly what: 'leads' | Message['type'];
  readonly term: number;
  readonly from: ProcessId;
}

export interface Run {
  readonly trace: Trace;
  readonly measures: Measures;
  /** When the longest stall began. */
  readonly stalledFromMs: number;
}

/** The run of a topology: its leader is elected at once, then comes the cut. */
export function run(
  { RaftServer }: Attempt,
  { servers, leader, stale, faults }: Topology,
  settings: Settings,
  { seed, forMs = measuredMs }: { readonly seed: number; readonly forMs?: number },
): Run {
  const seen: Seen[] = [];
  // A minute has tens of thousands of events: to look through all of them would take longer than the run.
  class Watched extends RaftServer {
    override get settings(): Settings {
      return settings;
    }

    override receive(message: Message, from: ProcessId): void {
      // To be asked for a vote in a higher term may mean nothing: only what is answered shows.
      if (message.type !== 'PreVote' && message.type !== 'RequestVote')
        seen.push({ at: this.now(), id: this.id, what: message.type, term: message.term, from });
      super.receive(message, from);
    }

    protected override send(to: ProcessId, message: Message): void {
      const { id } = this;
      if (message.type === 'RequestVoteReply')
        seen.push({ at: this.now(), id, what: message.type, term: message.term, from: id });
      super.send(to, message);
    }

    protected override note(text: string, about?: unknown): void {
      const term = (about as { leads?: unknown } | undefined)?.leads;
      if (typeof term === 'number')
        seen.push({ at: this.now(), id: this.id, what: 'leads', term, from: this.id });
      super.note(text, about);
    }
  }
  const processes = Object.fromEntries(
    servers.map((id) => {
      const log = id === stale ? [2] : [2, 2];
      return [id, () => new Watched({ currentTerm: 2, log })];
    }),
  );
  const world = simulate({ processes, faults, seed, latencyMs: [5, 15], maxEvents: 500_000 });
  const { trace } = world.fire(leader, 'election').runFor(cutAtMs + forMs);
  return { trace, ...measure(seen, servers.length, cutAtMs + forMs) };
}

/**
 * A leader is usable while a majority, itself included, has answered its heartbeats within the last
 * two of their intervals, and until it is in a higher term.
 */
const answeredWithinMs = 100;

export interface Measures {
  readonly usablePercent: number;
  readonly changes: number;
  readonly longestStallMs: number;
  /** For each second: `#` usable all the time, `-` some of it, `.` never. */
  readonly seconds: string;
}

function measure(seen: readonly Seen[], size: number, untilMs: number): Omit<Run, 'trace'> {
  const majority = Math.floor(size / 2) + 1;
  const leads = new Map<ProcessId, { term: number; answers: Map<ProcessId, number> }>();
  const spans: [from: number, to: number][] = [];
  const open = new Map<ProcessId, [from: number, to: number]>();
  let changes = 0;
  const ends = (id: ProcessId, at: number): void => {
    leads.delete(id);
    const span = open.get(id);
    open.delete(id);
    if (span !== undefined) span[1] = Math.min(span[1], at);
  };
  for (const { at, id, what, term, from } of seen) {
    const own = leads.get(id);
    if (what === 'leads') {
      ends(id, at);
      leads.set(id, { term, answers: new Map([[id, Infinity]]) });
      if (at > cutAtMs) changes += 1;
    } else if (own !== undefined && term > own.term) {
      ends(id, at);
    } else if (own !== undefined && what === 'AppendEntriesReply' && term === own.term) {
      own.answers.set(from, at);
      const latest = [...own.answers.values()].toSorted((a, b) => b - a);
      const to = (latest[majority - 1] ?? -Infinity) + answeredWithinMs;
      const span = open.get(id);
      if (to < at) continue;
      if (span !== undefined && span[1] >= at) {
        span[1] = Math.max(span[1], to);
      } else {
        const fresh: [number, number] = [at, to];
        open.set(id, fresh);
        spans.push(fresh);
      }
    }
  }
  return summary(spans, changes, untilMs);
}

function summary(
  spans: readonly (readonly [number, number])[],
  changes: number,
  untilMs: number,
): Omit<Run, 'trace'> {
  const seconds = Array.from({ length: Math.ceil((untilMs - cutAtMs) / 1000) }, () => 0);
  let usableMs = 0;
  let longestStallMs = 0;
  let stalledFromMs = cutAtMs;
  let end = cutAtMs;
  const stalls = (until: number): void => {
    if (until - end <= longestStallMs) return;
    longestStallMs = until - end;
    stalledFromMs = end;
  };
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const [begin, last] = [Math.max(from, end), Math.min(to, untilMs)];
    if (last <= begin) continue;
    stalls(begin);
    usableMs += last - begin;
    for (let second = 0; second < seconds.length; second++) {
      const start = cutAtMs + 1000 * second;
      const shared = Math.min(last, start + 1000) - Math.max(begin, start);
      if (shared > 0) seconds[second] = (seconds[second] as number) + shared;
    }
    end = last;
  }
  stalls(untilMs);
  const marks = seconds.map((ms) => (ms > 999 ? '#' : ms > 0 ? '-' : '.'));
  const usablePercent = (100 * usableMs) / (untilMs - cutAtMs);
  return {
    measures: { usablePercent, changes, longestStallMs, seconds: marks.join('') },
    stalledFromMs,
  };
}

// ── How wide the range of the timeouts has to be ─────────────────────────────────────────────────

const ranges = [150, 155, 175, 300].map((max) => ({ min: 150, max }));
const patienceMs = 20_000;

/** When the first of five servers leads that begin to wait at one moment; undefined if none does. */
export function firstLeaderMs(
  { RaftServer }: Attempt,
  range: Settings['electionTimeoutMs'],
  seed: number,
): number | undefined {
  const settings = { ...plain, electionTimeoutMs: range };
  class Drawing extends RaftServer {
    override get settings(): Settings {
      return settings;
    }
  }
  const maker = () => new Drawing({ currentTerm: 2, log: [1, 2] });
  const processes = Object.fromEntries(five.map((id) => [id, maker]));
  const world = simulate({ processes, seed, latencyMs: [5, 15], maxEvents: 500_000 });
  while (world.nowMs < patienceMs) {
    const [first] = world.runFor(500).trace.all('note');
    if (first !== undefined) return first.at;
  }
  return undefined;
}

// ── The lab ──────────────────────────────────────────────────────────────────────────────────────

interface Job {
  readonly name: string;
  readonly measure: (attempt: Attempt, seed: number) => Sample;
}

const stallJobs = topologies.map((topology) =>
  Object.entries(variants).map(([variant, settings]): Job => {
    return {
      name: `${topology.name}, ${variant}`,
      measure: (attempt, seed) => ({
        virtualMs: measuredMs,
        ...run(attempt, topology, settings, { seed }).measures,
      }),
    };
  }),
);

const rangeJobs = ranges.map((range): Job => {
  return {
    name: `first leader, ${range.min}-${range.max} ms`,
    measure: (attempt, seed) => {
      const electedMs = firstLeaderMs(attempt, range, seed);
      return { virtualMs: electedMs ?? patienceMs, electedMs: electedMs ?? 'never' };
    },
  };
});

const jobs = [...stallJobs.flat(), ...rangeJobs];

export const lab = (attempt: Attempt): Lab => ({
  title: 'Election stalls',
  jobs: jobs.map(({ name }) => name),
  runs: 100,
  measure(name, seed) {
    const job = jobs.find((each) => each.name === name);
    if (job === undefined) throw new RangeError(`there is no job '${name}'`);
    return job.measure(attempt, seed);
  },
  report,
});

function report(results: readonly Result[]): Report {
  const resultOf = (job: Job) => results.find((result) => result.job === job.name) as Result;
  const head = ['', ...Object.keys(variants)];
  const grid = (title: string, cell: (samples: readonly Sample[]) => string) =>
    table(
      title,
      head,
      stallJobs.map((row, i) => [
        topologies[i]?.name as string,
        ...row.map((job) => cellOf(resultOf(job), cell)),
      ]),
    );
  return [
    grid('Time with a usable leader in percent (leader changes a minute)', (samples) => {
      return `${percent(mean(samples, 'usablePercent'))} (${Math.round(mean(samples, 'changes'))})`;
    }),
    grid('The longest stall of all runs, in seconds', (samples) =>
      (Math.max(...numbers(samples, 'longestStallMs')) / 1000).toFixed(2),
    ),
    strips(
      'The run of seed 1, second by second',
      {
        marks: { '#': 'usable leader', '-': 'for a part', '.': 'none' },
        step: '1 s',
      },
      stallJobs.map((row, i) => ({
        label: topologies[i]?.name as string,
        rows: row.flatMap((job, j) => {
          const marks = resultOf(job).samples[0]?.['seconds'];
          return marks === undefined
            ? []
            : [{ label: head[j + 1] as string, marks: String(marks) }];
        }),
      })),
    ),
    table(
      'Until the first of five servers leads that start at one moment, in ms',
      ['timeouts', 'median', '99th percentile', 'never'],
      rangeJobs.map((job, i) => [
        `${ranges[i]?.min}-${ranges[i]?.max} ms`,
        ...rangeCells(resultOf(job)),
      ]),
    ),
  ];
}

function cellOf(
  { samples, trouble }: Result,
  cell: (samples: readonly Sample[]) => string,
): string {
  if (trouble !== undefined) return trouble.step === undefined ? 'error' : `to do ${trouble.step}`;
  return samples.length === 0 ? '' : cell(samples);
}

function rangeCells(result: Result): readonly string[] {
  const times = result.samples.map(({ electedMs }) =>
    typeof electedMs === 'number' ? electedMs : Infinity,
  );
  const show = (ms: number) => (ms === Infinity ? '-' : String(Math.round(ms)));
  if (times.length === 0) return [cellOf(result, () => ''), '', ''];
  const never = times.filter((ms) => ms === Infinity).length;
  return [show(quantile(times, 0.5)), show(quantile(times, 0.99)), `${never} of ${times.length}`];
}

function numbers(samples: readonly Sample[], column: string): readonly number[] {
  return samples.map((sample) => Number(sample[column]));
}

function mean(samples: readonly Sample[], column: string): number {
  return numbers(samples, column).reduce((sum, each) => sum + each, 0) / samples.length;
}

function percent(value: number): string {
  return value > 0 && value < 1 ? value.toFixed(1) : String(Math.round(value));
}
