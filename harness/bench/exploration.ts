import { paxos } from '../check/cases/paxos.ts';
import { twoPhaseCommit } from '../check/cases/two-phase-commit.ts';
import { type Covered, explore, type SearchOptions, walk } from '../check/explore.ts';
import type { Bench } from './bench.ts';
import { cpuNs } from './cpu-time.ts';

/**
 * Exploration: single-decree Paxos as in Stateright's example with and without memory, what reduction
 * saves, and random walks.
 */
export const exploration: Bench = (print, effort) => {
  print(TITLE);
  print('');
  print(row('', 'states', 'steps', 'handlers', 'ns/step', 'bytes', 'ratio'));
  const clients = effort === 'full' ? 3 : 1;
  // Warm, as every other line is.
  timed(paxosOf(Math.min(clients, 2)), {});
  const fast = timed(paxosOf(clients), {});
  const show = (name: string, figures: Figures) => {
    const { states, generated, handlersRun, bytes } = figures.covered;
    const perState = Math.round(bytes / states);
    const ns = figures.ns / generated;
    const ratio = ns / (fast.ns / fast.covered.generated);
    print(row(name, states, generated, handlersRun, Math.round(ns), perState, ratio.toFixed(2)));
  };
  show(`Paxos, ${clients} clients`, fast);
  show('depth first', timed(paxosOf(clients), { order: 'depth' }));
  show('sleep sets', timed(paxosOf(clients), { partialOrder: true }));
  show('with no-ops', timed(paxosOf(clients === 3 ? 2 : 1), { skipNoOps: false }));
  const part = { ...(paxosOf(clients) as object), firstStates: 20_000 } as never;
  show('no memory, a part', timed(part, { memo: false }));
  const managers = effort === 'full' ? 7 : 2;
  show(`2PC, ${managers} managers`, timed(twoPhaseCommit(managers) as never, { symmetry: false }));
  show('symmetry', timed(twoPhaseCommit(managers) as never, {}));
  print('');
  const walks = effort === 'full' ? 100_000 : 10;
  let steps = 0;
  const ns = cpuNs(() => {
    ({ steps } = walk(paxos(3, clients), { walks, steps: 60 }));
  });
  print(`random walks: ${steps} steps, ${(steps / (ns / 1e9) / 1e6).toFixed(2)} million a second`);
  const resident = Math.round(process.memoryUsage().rss / 2 ** 20);
  print(`resident at the end: ${resident} MB, all of the above included`);
  print('');
  for (const note of NOTES) print(note);
};

interface Figures {
  readonly ns: number;
  readonly covered: Covered;
}

function paxosOf(clients: number): never {
  return paxos(3, clients) as never;
}

function timed(system: never, options: SearchOptions): Figures {
  let covered: Covered | undefined;
  const ns = cpuNs(() => {
    covered = explore(system, options);
  });
  return { ns, covered: covered as Covered };
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  const widths = [9, 9, 9, 8, 6, 6];
  const padded = cells.map((cell, i) => String(cell).padStart(widths[i] as number));
  return `${name.padEnd(20)} ${padded.join(' ')}`;
}

const TITLE = 'Exploring every interleaving: 3 servers (CPU time)';
const NOTES = [
  'bytes: memory of the states, a state. ratio: of ns/step to the first line.',
  'handlers: how many handlers were run; all else was remembered.',
];
