import { expect, test } from 'vitest';
import type { FaultPlan } from '../../faults/plan.ts';
import { simulate } from '../../faults/simulate.ts';
import { type TraceData, traceData } from '../trace-data.ts';
import { cities, gossip } from './gossip-run.ts';
import { type Moment, Moments } from './moments.ts';

function run(faults: FaultPlan = []): TraceData {
  return traceData(gossip(simulate({ processes: cities, faults })).trace, []);
}

function after(data: TraceData, words: string, at?: string): Moment {
  const found = data.entries.find(
    (entry) => entry.words === words && [undefined, entry.process].includes(at),
  );
  if (found === undefined) throw new Error(`nothing ${words}`);
  return new Moments(data).after(found.index);
}

test('the disk, flushed or not, after a crash that took a part', () => {
  const data = run([
    { kind: 'crash', process: 'byzantium', atMs: 80, downMs: 5 },
    { kind: 'disk-loss', process: 'byzantium', crash: 1, loss: 'unflushed' },
  ]);
  const disk = (words: string) => {
    const now = after(data, words, 'byzantium').processes.get('byzantium')!;
    const { value, flushed } = now.disk.get('rumours')!;
    return { value, flushed };
  };
  expect(disk("appends to rumours: 'athens;'")).toEqual({ value: "'athens;'", flushed: false });
  expect(disk('flushes its disk')).toEqual({ value: "'athens;'", flushed: true });
  expect(disk("appends to rumours: 'corinth;'")).toEqual({
    value: "'athens;corinth;'",
    flushed: false,
  });
  expect(disk('restarts')).toEqual({ value: "'athens;'", flushed: true });
});

test('timers run until they run out, are cancelled, or their process crashes', () => {
  const data = run([{ kind: 'crash', process: 'corinth', atMs: 30, downMs: 100 }]);
  const timers = (words: string, id: string) => [...after(data, words).processes.get(id)!.timers];
  expect(timers('hears', 'corinth')).toEqual([['sleep', { dueMs: 100, by: expect.any(Number) }]]);
  expect(timers('crashes', 'corinth')).toEqual([]);
  expect(timers('timer sleep runs out', 'athens')).toEqual([]);
});

test('who is down or stands still, whose links are cut, and what is on its way', () => {
  const data = run([
    { kind: 'pause', process: 'athens', atMs: 30, forMs: 5 },
    { kind: 'crash', process: 'athens', atMs: 40, downMs: 5 },
    { kind: 'cut', from: 'byzantium', to: 'corinth', atMs: 50, forMs: 5 },
  ]);
  const life = (words: string) => after(data, words).processes.get('athens')!.life;
  expect(['stands still', 'goes on', 'crashes', 'restarts'].map(life)).toEqual([
    'still',
    'up',
    'down',
    'up',
  ]);
  const cut = (words: string) => [...after(data, words).processes.get('byzantium')!.cutFrom];
  expect(cut('link byzantium→corinth cut')).toEqual([['corinth', 1]]);
  expect(cut('over: link byzantium→corinth cut')).toEqual([]);
  expect(after(data, 'sends rumour to corinth').onTheWay.size).toBe(2);
  expect(after(data, 'rumour from athens').onTheWay.size).toBe(1);
});

test('a message that was repeated is on its way until its last copy arrives', () => {
  const data = run([{ kind: 'duplicate', from: 'athens', to: 'corinth', nth: 1, afterMs: 20 }]);
  const sent = data.entries.find(({ kind }) => kind === 'duplicate')!.cause!;
  const arrivals = data.entries.filter(({ kind, cause }) => kind === 'deliver' && cause === sent);
  const moments = new Moments(data);
  expect(arrivals.map(({ index }) => moments.after(index).onTheWay.get(sent))).toEqual([
    1,
    undefined,
  ]);
});

test('a moment far into a run is that of all before it, one after the other', () => {
  const world = simulate({ processes: cities });
  for (let i = 0; i < 200; i++) world.call('athens', 'hears', (city) => city.tell()).run();
  const data = traceData(world.trace, []);
  expect(data.entries.length).toBeGreaterThan(2_000);
  const index = 1_700;
  const one = new Moments({ ...data, entries: data.entries.slice(0, index + 1) }).after(index);
  expect(new Moments(data).after(index)).toEqual(one);
  const arrived = data.entries.slice(0, index + 1).filter(({ kind }) => kind === 'deliver').length;
  const sent = data.entries.slice(0, index + 1).filter(({ kind }) => kind === 'send').length;
  expect(one.onTheWay.size).toBe(sent - arrived);
});
