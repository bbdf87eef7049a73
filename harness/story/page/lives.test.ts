import { expect, test } from 'vitest';
import type { FaultPlan } from '../../faults/plan.ts';
import { simulate } from '../../faults/simulate.ts';
import { traceData } from '../trace-data.ts';
import { cities, gossip } from './gossip-run.ts';
import { Layout } from './layout.ts';
import { livesOf } from './lives.ts';

const everything = {
  hiddenProcesses: new Set<string>(),
  hiddenTypes: new Set<string>(),
  disk: false,
  timers: false,
};

/** Each stretch with the words of the rows between which it lies. */
function stretches(faults: FaultPlan): { lives: readonly string[]; cuts: readonly string[] } {
  const data = traceData(gossip(simulate({ processes: cities, faults })).trace, []);
  const layout = new Layout(data, everything);
  const { lives, cuts } = livesOf(data, layout);
  const row = (i: number) => data.entries[layout.rows[i] ?? -1]?.words ?? 'the end';
  const text = (stretch: { column: number; fromRow: number; toRow: number; look: unknown }) =>
    `${layout.columns[stretch.column]} ${stretch.look} ${row(stretch.fromRow)} – ${row(stretch.toRow)}`;
  return { lives: lives.map(text), cuts: cuts.map(text) };
}

test('lifelines break off in a crash and stand still in a pause', () => {
  const { lives } = stretches([
    { kind: 'crash', process: 'byzantium', atMs: 30, downMs: 10 },
    { kind: 'pause', process: 'corinth', atMs: 30, forMs: 10 },
  ]);
  expect(lives).toEqual([
    'byzantium up hears – crashes',
    'corinth up hears – stands still',
    'byzantium down crashes – restarts',
    'corinth still stands still – goes on',
    'athens up hears – the end',
    'byzantium up restarts – the end',
    'corinth up goes on – the end',
  ]);
});

test('a partition has sides, a cut link has none', () => {
  const { cuts } = stretches([
    { kind: 'partition', groups: [['athens'], ['byzantium', 'corinth']], atMs: 30, forMs: 5 },
    { kind: 'cut', from: 'athens', to: 'corinth', atMs: 40, forMs: 5 },
  ]);
  const partition = 'partition athens | byzantium corinth';
  const link = 'link athens→corinth cut';
  expect(cuts).toEqual([
    `athens 0 ${partition} – over: ${partition}`,
    `byzantium 1 ${partition} – over: ${partition}`,
    `corinth 1 ${partition} – over: ${partition}`,
    `athens -1 ${link} – over: ${link}`,
    `corinth -1 ${link} – over: ${link}`,
  ]);
});
