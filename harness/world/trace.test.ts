import { describe, expect, test } from 'vitest';
import { Process, type ProcessId } from './process.ts';
import { Simulation } from './simulation.ts';
import { NETWORK, type Trace, type TraceKind } from './trace.ts';

class Pinger extends Process<string> {
  receive(message: string, from: ProcessId): void {
    if (message === 'ping') this.send(from, 'pong');
    else this.cancelTimer('retry');
  }

  serve(): void {
    this.send('pong', 'ping');
    this.setTimer('retry', 30);
  }
}

test('a run as text: one line an entry, with what caused it', () => {
  const world = new Simulation({ processes: { ping: Pinger, pong: Pinger } });
  world.call('ping', 'serve', (ping) => ping.serve()).run();
  expect(world.trace.toText()).toMatchInlineSnapshot(`
    "0 0 ping start
    1 0 pong start
    2 0 ping step label='serve'
    3 0 ping send from='ping' to='pong' message='ping' nth=1 <- 2
    4 0 ping timer-set timer='retry' ms=30 <- 2
    5 10 pong deliver from='ping' to='pong' message='ping' nth=1 <- 3
    6 10 pong send from='pong' to='ping' message='pong' nth=1 <- 5
    7 20 ping deliver from='pong' to='ping' message='pong' nth=1 <- 6
    8 20 ping timer-cancel timer='retry' <- 7
    "
  `);
});

test('the same run has the same text, to the byte', () => {
  expect(eventful().toText()).toBe(eventful().toText());
});

describe('the cause of each entry', () => {
  const trace = eventful();

  test.each<[kind: TraceKind, cause: TraceKind | undefined]>([
    ['start', undefined],
    ['send', 'step'],
    ['deliver', 'send'],
    ['lose', 'send'],
    ['duplicate', 'send'],
    ['timer-set', 'step'],
    ['timer-cancel', 'step'],
    ['timeout', 'timer-set'],
    ['step', undefined],
    ['missed', 'crash'],
    ['note', 'timeout'],
    ['log', 'step'],
    ['write', 'step'],
    ['append', 'step'],
    ['flush', 'step'],
    ['flush-failed', 'step'],
    ['forgot', 'crash'],
    ['crash', undefined],
    ['restart', 'crash'],
    ['pause', undefined],
    ['resume', undefined],
    ['clock-step', undefined],
    ['cut', undefined],
    ['heal', undefined],
    ['throw', 'step'],
  ])('of %s is %s', (kind, cause) => {
    const { cause: index } = trace.all(kind)[0] ?? { cause: -1 };
    expect(index === undefined ? undefined : trace.at(index).kind).toBe(cause);
  });

  test('comes before it, and at the same process unless a message went between', () => {
    for (const { index, process, kind, cause } of trace.events) {
      if (cause === undefined) continue;
      const because = trace.at(cause);
      const places = new Set(kind === 'deliver' ? [process] : [process, because.process]);
      places.delete(NETWORK);
      expect([index > cause, places.size]).toEqual([true, 1]);
    }
  });
});

test('a message knows which one on its link it is', () => {
  const sent = eventful()
    .all('send')
    .map(({ from, to, message, nth }) => `${nth}. ${from}→${to} ${message}`);
  expect(sent).toEqual(['1. a→b 1', '2. a→b 2', '1. a→c 3', '3. a→b 4']);
});

test('entries can be read while the run goes on', () => {
  const world = new Simulation({ processes: { ping: Pinger, pong: Pinger } }).boot();
  expect(world.trace.events).toHaveLength(2);
  world.call('ping', 'serve', (ping) => ping.serve()).run();
  expect(world.trace.events).toHaveLength(world.trace.length);
  expect(world.trace.at(2)).toBe(world.trace.events[2]);
});

test('an entry that is not there is an error, not undefined', () => {
  expect(() => eventful().at(9999)).toThrow(RangeError);
});

test('a long run keeps every entry', () => {
  const world = new Simulation({ processes: { ping: Pinger, pong: Pinger } });
  for (let i = 0; i < 500; i++) world.call('ping', `step ${i}`, () => {});
  expect(world.trace.all('step').map(({ label }) => label)).toEqual(
    Array.from({ length: 500 }, (_, i) => `step ${i}`),
  );
});

/** A short run in which everything happens that can be in a trace. */
function eventful(): Trace {
  class Busy extends Process<number> {
    receive(): void {}
    override timeout(timer: string): void {
      this.note(`${timer} ran out`, { timer });
    }
    act(): void {
      this.send('b', 1);
      this.send('b', 2);
      this.send('c', 3);
      this.setTimer('tea', 20);
      this.setTimer('never', 20);
      this.cancelTimer('never');
      console.log('a word');
      this.disk.write('term', 1);
      this.disk.append('wal', 'one;');
      this.disk.flush();
      this.disk.append('wal', 'two;');
      try {
        this.disk.flush();
      } catch {
        // It was planned to fail.
      }
      this.send('b', 4);
    }
  }
  const world = new Simulation({ processes: { a: Busy, b: Busy, c: Busy } });
  world.failFlush('a', 2).loseAtCrash('a', 1, 'unflushed');
  world.setFate('a', 'b', 1, { lose: true }).setFate('a', 'b', 2, { copiesAfterMs: [7] });
  world.cut([['a', 'c']], 'a→c').heal([['a', 'c']], 'a→c');
  world
    .call('a', 'act', (a) => a.act())
    .pause('b')
    .runFor(15)
    .resume('b')
    .runFor(10);
  world
    .stepClock('c', 5)
    .crash('a')
    .call('a', 'act', (a) => a.act())
    .restart('a')
    .run();
  expect(() =>
    world.call('c', 'fail', () => {
      throw new Error('no');
    }),
  ).toThrow();
  return world.trace;
}
