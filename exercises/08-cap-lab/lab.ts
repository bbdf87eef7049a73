import {
  bars,
  type Fault,
  type Lab,
  type Operation,
  type ProcessId,
  quantile,
  remark,
  type Report,
  type Result,
  type Sample,
  scenarios,
  simulate,
  strips,
  table,
} from '#harness';
import type * as attempts from './cap-lab.ts';

/** What the file under test exports. */
type Attempt = Pick<typeof attempts, 'Node' | 'report'>;
type Run = attempts.Run;
type Mode = attempts.Mode;
type Value = attempts.Value;

// ── One run: ten seconds whole, ten cut apart, ten whole again ───────────────────────────────────

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'] as const;
const sides = [nodes.slice(0, 2), nodes.slice(2)] as const;
const [cutAtMs, healedAtMs, untilMs] = [10_000, 20_000, 30_000];
/** How often each node is asked for something: it has given up by then, if it has to. */
const everyMs = 250;

function run({ Node }: Attempt, { mode, network }: Job, seed: number): readonly Operation[] {
  const history = new History();
  // A run has tens of thousands of events: to look through all of them would take longer than the run.
  class Watched extends Node {
    protected override note(text: string, about?: unknown): void {
      history.add(this.id, this.now(), (about ?? {}) as Noted);
      super.note(text, about);
    }
  }
  const { latencyMs, slowByMs } = network;
  const cut = scenarios.split(nodes, 2, cutAtMs, healedAtMs - cutAtMs);
  const slow = sides[1].map((to): Fault => {
    return { kind: 'slow', from: 'n1', to, byMs: slowByMs, atMs: 0 };
  });
  const world = simulate({
    processes: Object.fromEntries(nodes.map((id) => [id, Watched])),
    faults: slowByMs === 0 ? cut : [...cut, ...slow],
    maxEvents: 500_000,
    latencyMs,
    seed,
  });
  for (let i = 0; i * everyMs < untilMs; i++) {
    for (const [j, id] of nodes.entries()) {
      // One after the other, and one write comes to four reads.
      const atMs = i * everyMs + (j * everyMs) / nodes.length;
      const toWrite = (i + j) % nodes.length === 0;
      world.callAt(atMs, id, toWrite ? 'writes' : 'reads', (node) => {
        if (toWrite) node.write(mode, `${id}.${i}`);
        else node.read(mode);
      });
    }
  }
  world.runFor(untilMs + 1000);
  return history.operations;
}

/** What nodes note: that they were asked for something, and what came of it. */
interface Noted {
  readonly invoked?: { readonly op: 'read' | 'write'; readonly value?: Value };
  readonly responded?: true;
  readonly value?: Value;
}

/** What was asked for, and what came of it, in the order in which it was asked for. */
class History {
  readonly operations: Operation[] = [];
  readonly #open = new Map<ProcessId, number>();

  add(client: ProcessId, at: number, { invoked, responded, value }: Noted): void {
    const place = this.#open.get(client);
    if (invoked !== undefined) {
      const { op, value: argument } = invoked;
      this.#open.set(client, this.operations.length);
      this.operations.push({ client, op, invokedAt: at, ...(op === 'write' ? { argument } : {}) });
    } else if (responded === true && place !== undefined) {
      const asked = this.operations[place] as Operation;
      this.operations[place] = { ...asked, respondedAt: at, result: value };
    }
  }
}

// ── What is kept of it ───────────────────────────────────────────────────────────────────────────

const phases = ['before', 'during', 'after'] as const;
const ops = ['read', 'write'] as const;
const nameOf = (side: readonly ProcessId[]): string => (side.length === 2 ? 'n1-n2' : 'n3-n5');

function sampleOf({ report }: Attempt, history: readonly Operation[], facts: Run): Sample {
  const { rows, available, linearizable } = report(history, facts);
  const cells = rows.flatMap(({ side, phase, op, asked, answered, medianMs, p99Ms }) => {
    const name = `${nameOf(side)} ${phase} ${op}`;
    return [
      [`${name} asked`, asked],
      [`${name} answered`, answered],
      [`${name} median`, medianMs ?? ''],
      [`${name} p99`, p99Ms ?? ''],
    ] as const;
  });
  return {
    virtualMs: untilMs,
    available: Number(available),
    linearizable: Number(linearizable),
    ...Object.fromEntries(cells),
    ...Object.fromEntries(
      sides.map((side) => [`${nameOf(side)} answers`, secondsOf(history, side)]),
    ),
  };
}

/** For each second: `#` if all was answered that was asked for in it, `-` if some was, `.` if nothing. */
function secondsOf(history: readonly Operation[], side: readonly ProcessId[]): string {
  const marks = Array.from({ length: untilMs / 1000 }, (_, second) => {
    const asked = history.filter(
      ({ client, invokedAt }) => side.includes(client) && Math.floor(invokedAt / 1000) === second,
    );
    const answered = asked.filter(({ respondedAt }) => respondedAt !== undefined);
    if (answered.length === asked.length) return '#';
    return answered.length === 0 ? '.' : '-';
  });
  return marks.join('');
}

// ── The lab ──────────────────────────────────────────────────────────────────────────────────────

const modes = ['local', 'mixed', 'quorum', 'atomic'] as const;

/** How long a message takes, and how much longer one from n1 to n3, n4 or n5. */
interface Network {
  readonly name: string;
  readonly latencyMs: readonly [number, number];
  readonly slowByMs: number;
}

const usual: Network = { name: '5-25 ms', latencyMs: [5, 25], slowByMs: 0 };
const networks: readonly Network[] = [
  usual,
  { name: '5-25 ms, n1 slow', latencyMs: [5, 25], slowByMs: 100 },
  { name: '20-100 ms', latencyMs: [20, 100], slowByMs: 0 },
];

interface Job {
  readonly name: string;
  readonly mode: Mode;
  readonly network: Network;
}

const jobs: readonly Job[] = networks.flatMap((network) =>
  modes.map((mode) => ({ name: `${mode}, ${network.name}`, mode, network })),
);

export const lab = (attempt: Attempt): Lab => ({
  title: 'CAP',
  jobs: jobs.map(({ name }) => name),
  runs: 10,
  measure(name, seed) {
    const job = jobs.find((each) => each.name === name);
    if (job === undefined) throw new RangeError(`there is no job '${name}'`);
    const history = run(attempt, job, seed);
    return sampleOf(attempt, history, { mode: job.mode, sides, cutAtMs, healedAtMs, failed: [] });
  },
  report,
});

function report(results: readonly Result[]): Report {
  const resultOf = ({ name }: Job) => results.find(({ job }) => job === name) as Result;
  const usualJobs = jobs.filter(({ network }) => network === usual);
  const [few, many] = sides.map(nameOf) as [string, string];
  return [
    table(
      'Cut apart: how much was answered, in percent. Then whole runs',
      ['', `${few} reads`, 'writes', `${many} reads`, 'writes', 'available', 'linearizable'],
      usualJobs.map((job) =>
        row(job.mode, resultOf(job), 6, (samples) => [
          ...[few, many].flatMap((side) =>
            ops.map((op) => answered(samples, [side], 'during', op)),
          ),
          of(samples, 'available'),
          of(samples, 'linearizable'),
        ]),
      ),
    ),
    table(
      'Not cut yet: how long an answer took, in ms (the middle run, its slower side)',
      ['a message takes', 'read', '99th', 'write', '99th', 'answered', 'linearizable'],
      jobs.map((job) =>
        row(job.name, resultOf(job), 6, (samples) => [
          ...ops.flatMap((op) => ['median', 'p99'].map((what) => time(middle(samples, op, what)))),
          answered(samples, [few, many], 'before'),
          of(samples, 'linearizable'),
        ]),
      ),
    ),
    bars(
      'Not cut yet: the median of a read, in ms',
      200,
      networks.map((network) => ({
        label: `a message takes ${network.name}`,
        bars: jobs
          .filter((job) => job.network === network)
          .map((job) => {
            const { samples } = resultOf(job);
            if (samples.length === 0) return { label: job.mode, text: 'to do' };
            const ms = middle(samples, 'read', 'median');
            return { label: job.mode, value: ms, text: time(ms) };
          }),
      })),
    ),
    strips(
      'The run of seed 1, second by second: what was answered of all that was asked',
      { marks: { '#': 'all', '-': 'some', '.': 'nothing' }, step: '1 s' },
      usualJobs.map((job) => ({
        label: job.mode,
        rows: [few, many].flatMap((side) => {
          const marks = resultOf(job).samples[0]?.[`${side} answers`];
          return marks === undefined ? [] : [{ label: side, marks: String(marks) }];
        }),
      })),
    ),
    remark(
      'Available: every node answered all that it was asked, in so many runs. Linearizable: one order explains all that was read. Never: so many were not answered that there is no such time.',
    ),
  ];
}

function row(
  label: string,
  { samples, trouble }: Result,
  width: number,
  cells: (samples: readonly Sample[]) => readonly string[],
): readonly string[] {
  if (samples.length > 0) return [label, ...cells(samples)];
  const text = trouble?.step === undefined ? 'error' : `○ ${trouble.step}`;
  return [label, ...Array.from({ length: width }, () => text)];
}

function sum(samples: readonly Sample[], column: string): number {
  return samples.reduce((total, sample) => total + Number(sample[column]), 0);
}

/** `12 of 20`. */
function of(samples: readonly Sample[], column: string): string {
  return `${sum(samples, column)} of ${samples.length}`;
}

function answered(
  samples: readonly Sample[],
  names: readonly string[],
  phase: (typeof phases)[number],
  ...only: readonly (typeof ops)[number][]
): string {
  const chosen = only.length === 0 ? ops : only;
  const cells = names.flatMap((side) => chosen.map((op) => `${side} ${phase} ${op}`));
  const total = (what: string) =>
    cells.reduce((all, cell) => all + sum(samples, `${cell} ${what}`), 0);
  return total('asked') === 0
    ? 'none'
    : String(Math.floor((100 * total('answered')) / total('asked')));
}

/** Of all runs the one in the middle; of each run the slower side. */
function middle(samples: readonly Sample[], op: string, what: string): number {
  const times = samples.map((sample) =>
    Math.max(...sides.map((side) => Number(sample[`${nameOf(side)} before ${op} ${what}`]))),
  );
  return quantile(times, 0.5);
}

function time(ms: number): string {
  return ms === Infinity ? 'never' : String(Math.round(ms));
}
