import { expect, test } from 'vitest';
import { simulate } from '../faults/simulate.ts';
import { Process } from '../world/process.ts';
import { traceData } from './trace-data.ts';

class Busy extends Process<{ type: string; n?: bigint }> {
  receive(): void {}

  override timeout(): void {
    this.note('wakes up');
  }

  act(): void {
    this.send('b', { type: 'lost' });
    this.send('b', { type: 'big', n: 2n ** 70n });
    this.setTimer('nap', 20);
    this.disk.write('term', { n: 1 });
    this.disk.append('wal', 'one;');
    this.disk.flush();
    this.disk.append('wal', 'two;');
  }

  write(text: string): void {
    this.disk.append('wal', text);
  }
}

function busy() {
  const world = simulate({
    processes: { a: Busy, b: Busy },
    faults: [
      { kind: 'lose', from: 'a', to: 'b', nth: 1 },
      { kind: 'cut', from: 'b', to: 'a', atMs: 2, forMs: 1 },
      { kind: 'crash', process: 'a', atMs: 15, downMs: 5 },
      { kind: 'disk-loss', process: 'a', crash: 1, loss: 'torn-tail' },
    ],
  });
  return world.call('a', 'acts', (a) => a.act()).callAt(30, 'a', 'writes', (a) => a.write('x'));
}

test('each entry tells what it changes', () => {
  const { trace } = busy().run();
  const { entries } = traceData(trace, []);
  const told = entries
    .filter(({ kind }) => !['start', 'step', 'flush', 'restart'].includes(kind))
    .map(({ index, at, process, words, cause, ...rest }) => rest);
  expect(told).toEqual([
    { kind: 'send', to: 'b', nth: 1, type: 'lost', label: 'lost', text: "{ type: 'lost' }" },
    { kind: 'lose' },
    {
      kind: 'send',
      to: 'b',
      nth: 2,
      type: 'big',
      label: 'big 1180591620717411303424',
      text: "{ type: 'big', n: 1180591620717411303424n }",
    },
    { kind: 'timer-set', timer: 'nap', ms: 20 },
    { kind: 'write', key: 'term', value: '{ n: 1 }' },
    { kind: 'append', key: 'wal', value: "'one;'" },
    { kind: 'append', key: 'wal', value: "'one;two;'" },
    { kind: 'cut', links: [['b', 'a']] },
    { kind: 'heal', links: [['b', 'a']] },
    { kind: 'deliver' },
    { kind: 'crash' },
    { kind: 'forgot', keys: ['wal'], left: [['wal', "'one;tw'"]] },
    { kind: 'append', key: 'wal', value: "'one;twx'" },
  ]);
});

test('it is plain JSON, with the marks in order and once', () => {
  const { trace } = busy().run();
  const data = traceData(trace, [5, 3, 5]);
  expect(data.marks).toEqual([3, 5]);
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
});

test('one value does not make it endless', () => {
  const world = simulate({ processes: { a: Busy } });
  for (let i = 0; i < 1_000; i++) world.call('a', 'writes', (a) => a.write('x'.repeat(1_000)));
  const data = traceData(world.trace, []);
  expect(JSON.stringify(data).length / data.entries.length).toBeLessThan(400);
  const last = data.entries.at(-1);
  expect(last?.kind === 'append' && last.value).toMatch(/^'…x{99}'$/);
});
