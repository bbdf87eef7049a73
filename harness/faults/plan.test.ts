import { describe, expect, test } from 'vitest';
import { FlushFailed } from '../world/disk.ts';
import { Process } from '../world/process.ts';
import type { TraceEvent } from '../world/trace.ts';
import { describeFault, type Fault, type FaultKind, ordinal } from './plan.ts';
import { simulate } from './simulate.ts';

/** At 20, 40 and 60 ms of its clock a process writes its count to its disk, and to the others. */
class Counter extends Process<number> {
  count = this.disk.read<number>('count') ?? 0;

  override start(): void {
    this.setTimer('tick', 20);
  }

  override timeout(): void {
    this.count++;
    this.disk.write('count', this.count);
    this.flush();
    for (const other of this.peers) this.send(other, this.count);
    if (this.now() < 60) this.setTimer('tick', 20);
  }

  receive(): void {}

  flush(): void {
    try {
      this.disk.flush();
    } catch (error) {
      if (!(error instanceof FlushFailed)) throw error;
    }
  }
}

const calm = [
  '20 a ticks',
  '20 b ticks',
  '30 b gets 1 from a',
  '30 a gets 1 from b',
  '40 a ticks',
  '40 b ticks',
  '50 b gets 2 from a',
  '50 a gets 2 from b',
  '60 a ticks',
  '60 b ticks',
  '70 b gets 3 from a',
  '70 a gets 3 from b',
];

test('an empty plan is the calm network', () => {
  expect(run([])).toEqual(calm);
});

interface Case {
  readonly fault: Fault;
  readonly words: string;
  /** What it takes away from the calm run, and what it adds. */
  readonly without: readonly string[];
  readonly instead: readonly string[];
}

const cases: readonly Case[] = [
  {
    fault: { kind: 'lose', from: 'a', to: 'b', nth: 2 },
    words: '2nd message a→b: lost',
    without: ['50 b gets 2 from a'],
    instead: ['40 a→b loses 2'],
  },
  {
    fault: { kind: 'delay', from: 'a', to: 'b', nth: 2, byMs: 40 },
    words: '2nd message a→b: 40 ms late',
    without: ['50 b gets 2 from a'],
    instead: ['90 b gets 2 from a'],
  },
  {
    fault: { kind: 'duplicate', from: 'a', to: 'b', nth: 2, afterMs: 3 },
    words: '2nd message a→b: arrives again 3 ms later',
    without: [],
    instead: ['53 b gets 2 from a'],
  },
  {
    fault: { kind: 'partition', groups: [['a'], ['b']], atMs: 35, forMs: 20 },
    words: 'partition a | b, from 35 to 55 ms',
    without: ['50 b gets 2 from a', '50 a gets 2 from b'],
    instead: ['35 network cut', '40 a→b loses 2', '40 b→a loses 2', '55 network heal'],
  },
  {
    fault: { kind: 'cut', from: 'a', to: 'b', atMs: 45 },
    words: 'link a→b cut, from 45 ms on',
    without: ['50 b gets 2 from a', '70 b gets 3 from a'],
    instead: ['45 network cut', '50 a→b loses 2', '60 a→b loses 3'],
  },
  {
    fault: { kind: 'slow', from: 'a', to: 'b', atMs: 35, forMs: 20, byMs: 7 },
    words: 'link a→b slower by 7 ms, from 35 to 55 ms',
    without: ['50 b gets 2 from a'],
    instead: ['57 b gets 2 from a'],
  },
  {
    fault: { kind: 'crash', process: 'a', atMs: 35, downMs: 20 },
    words: 'a crashes at 35 ms, back 20 ms later',
    without: [
      '40 a ticks',
      '50 b gets 2 from a',
      '50 a gets 2 from b',
      '60 a ticks',
      '70 b gets 3 from a',
    ],
    instead: ['35 a crash', '50 b→a loses 2', '55 a restart', '75 a ticks', '85 b gets 2 from a'],
  },
  {
    fault: { kind: 'crash', process: 'a', atMs: 65 },
    words: 'a crashes at 65 ms, for good',
    without: ['70 a gets 3 from b'],
    instead: ['65 a crash', '70 b→a loses 3'],
  },
  {
    fault: { kind: 'crash-mid-step', process: 'a', afterEffect: 8, downMs: 5 },
    words:
      'a crashes in the middle of a step, after its 8th send or disk operation, back 5 ms later',
    without: ['70 b gets 3 from a'],
    instead: ['60 a crash', '65 a restart', '85 a ticks', '95 b gets 4 from a'],
  },
  {
    fault: { kind: 'pause', process: 'a', atMs: 35, forMs: 20 },
    words: 'a stands still from 35 to 55 ms',
    without: [
      '40 a ticks',
      '50 b gets 2 from a',
      '50 a gets 2 from b',
      '60 a ticks',
      '70 b gets 3 from a',
    ],
    instead: [
      '35 a pause',
      '55 a resume',
      '55 a ticks',
      '55 a gets 2 from b',
      '65 b gets 2 from a',
      '75 a ticks',
      '85 b gets 3 from a',
    ],
  },
  {
    fault: { kind: 'clock-offset', process: 'a', byMs: 20 },
    words: 'the clock of a is 20 ms ahead',
    without: ['60 a ticks', '70 b gets 3 from a'],
    instead: [],
  },
  {
    fault: { kind: 'clock-offset', process: 'a', byMs: -20 },
    words: 'the clock of a is 20 ms behind',
    without: [],
    instead: ['80 a ticks', '90 b gets 4 from a'],
  },
  {
    fault: { kind: 'clock-drift', process: 'a', ppm: 1_000_000 },
    words: 'the clock of a gains 1000 ms a second',
    without: [
      '30 b gets 1 from a',
      '40 a ticks',
      '50 b gets 2 from a',
      '60 a ticks',
      '70 b gets 3 from a',
    ],
    instead: [
      '10 a ticks',
      '20 b gets 1 from a',
      '30 b gets 2 from a',
      '30 a ticks',
      '40 b gets 3 from a',
    ],
  },
  {
    fault: { kind: 'clock-drift', process: 'a', ppm: -200_000 },
    words: 'the clock of a loses 200 ms a second',
    without: [
      '20 a ticks',
      '30 b gets 1 from a',
      '40 a ticks',
      '50 b gets 2 from a',
      '60 a ticks',
      '70 b gets 3 from a',
    ],
    instead: [
      '25 a ticks',
      '35 b gets 1 from a',
      '50 a ticks',
      '60 b gets 2 from a',
      '75 a ticks',
      '85 b gets 3 from a',
    ],
  },
  {
    fault: { kind: 'clock-step', process: 'a', atMs: 35, byMs: -20 },
    words: 'the clock of a jumps back by 20 ms at 35 ms',
    without: [],
    instead: ['35 a clock-step', '80 a ticks', '90 b gets 4 from a'],
  },
  {
    fault: { kind: 'flush-failure', process: 'a', nth: 2 },
    words: 'the 2nd flush of a fails',
    without: [],
    instead: ['40 a flush-failed'],
  },
];

test.each(cases.map((each) => [each.words, each] as const))('%s', (words, each) => {
  expect(describeFault(each.fault)).toBe(words);
  const faulty = run([each.fault]);
  expect(calm.filter((line) => !faulty.includes(line))).toEqual(each.without);
  expect(faulty.filter((line) => !calm.includes(line))).toEqual(each.instead);
});

describe('in its 1st crash the disk loses', () => {
  const crash: Fault = { kind: 'crash', process: 'a', atMs: 65, downMs: 5 };
  const noFlush: Fault = { kind: 'flush-failure', process: 'a', nth: 3 };

  test.each<[words: string, loss: 'unflushed' | 'torn-tail' | 'everything', found: number]>([
    ['what was not flushed', 'unflushed', 2],
    ['half of the last append that was not flushed', 'torn-tail', 2],
    ['everything', 'everything', 0],
  ])('%s', (words, loss, found) => {
    const fault: Fault = { kind: 'disk-loss', process: 'a', crash: 1, loss };
    expect(describeFault(fault)).toBe(`in its 1st crash the disk of a loses ${words}`);
    expect(run([crash, noFlush, fault])).toContain(`100 b gets ${found + 1} from a`);
  });
});

test('every kind of fault is in these tables', () => {
  const kinds: Readonly<Record<FaultKind, true>> = {
    lose: true,
    delay: true,
    duplicate: true,
    partition: true,
    cut: true,
    slow: true,
    crash: true,
    'crash-mid-step': true,
    pause: true,
    'clock-offset': true,
    'clock-drift': true,
    'clock-step': true,
    'disk-loss': true,
    'flush-failure': true,
  };
  const here = new Set([...cases.map(({ fault }) => fault.kind), 'disk-loss']);
  expect(Object.keys(kinds).filter((kind) => !here.has(kind))).toEqual([]);
});

test('who is in no group of a partition reaches both: a partial partition', () => {
  const faults: Fault[] = [{ kind: 'partition', groups: [['a'], ['b']], atMs: 0 }];
  const world = simulate({ processes: { a: Counter, b: Counter, c: Counter }, faults }).run();
  const links = new Set(world.trace.all('deliver').map(({ from, to }) => `${from}→${to}`));
  expect([...links].toSorted()).toEqual(['a→c', 'b→c', 'c→a', 'c→b']);
});

test('who is in two groups of a partition still reaches itself', () => {
  class Self extends Process<string> {
    override start(): void {
      this.send(this.id, 'me');
    }
    receive(): void {}
  }
  const faults: Fault[] = [{ kind: 'partition', groups: [['a'], ['a', 'b']], atMs: 0 }];
  const world = simulate({ processes: { a: Self, b: Self }, faults }).run();
  expect(world.trace.all('deliver')).toHaveLength(2);
});

test('what overlaps adds up, and ends when the last of it ends', () => {
  const faults: Fault[] = [
    { kind: 'partition', groups: [['a'], ['b']], atMs: 10, forMs: 45 },
    { kind: 'cut', from: 'a', to: 'b', atMs: 15, forMs: 20 },
  ];
  expect(run(faults).filter((line) => line.includes('gets'))).toEqual([
    '70 b gets 3 from a',
    '70 a gets 3 from b',
  ]);
});

test.each<Fault>([
  { kind: 'lose', from: 'a', to: 'z', nth: 1 },
  { kind: 'crash', process: 'z', atMs: 1_000_000 },
  { kind: 'partition', groups: [['a'], ['z']], atMs: 1_000_000 },
])('somebody who is not there is named, before the run: $kind', (fault) => {
  expect(() => run([fault])).toThrow(
    `fault '${describeFault(fault)}': there is no process z; there are a, b`,
  );
});

test.each([
  [1, '1st'],
  [2, '2nd'],
  [3, '3rd'],
  [4, '4th'],
  [10, '10th'],
  [11, '11th'],
  [12, '12th'],
  [13, '13th'],
  [21, '21st'],
  [101, '101st'],
  [111, '111th'],
  [112, '112th'],
])('%i is %s', (n, words) => {
  expect(ordinal(n)).toBe(words);
});

function run(faults: readonly Fault[]): readonly string[] {
  const world = simulate({ processes: { a: Counter, b: Counter }, faults }).run();
  return world.trace.events.flatMap((event) => line(event) ?? []);
}

function line(event: TraceEvent): string | undefined {
  switch (event.kind) {
    case 'deliver':
      return `${event.at} ${event.process} gets ${event.message} from ${event.from}`;
    case 'timeout':
      return `${event.at} ${event.process} ticks`;
    case 'lose':
      return `${event.at} ${event.from}→${event.to} loses ${event.message}`;
    case 'crash':
    case 'restart':
    case 'pause':
    case 'resume':
    case 'cut':
    case 'heal':
    case 'flush-failed':
    case 'clock-step':
      return `${event.at} ${event.process} ${event.kind}`;
    default:
      return undefined;
  }
}
