import { expect, test } from 'vitest';
import { Process } from '../world/process.ts';
import { simulate } from '../faults/simulate.ts';
import { words } from './words.ts';

/** One run in which everything happens that can be in a trace. */
class Busy extends Process<string> {
  receive(): void {}

  override timeout(): void {
    this.note('wakes up');
  }

  act(): void {
    this.send('b', 'lost');
    this.send('b', 'twice');
    this.setTimer('nap', 20);
    this.setTimer('never', 20);
    this.cancelTimer('never');
    console.log('a word');
    this.disk.write('term', { n: 1 });
    this.disk.append('wal', 'one;');
    this.disk.flush();
    this.disk.append('wal', 'two;');
    try {
      this.disk.flush();
    } catch {
      // It was planned to fail.
    }
  }
}

test('every kind of entry has words', () => {
  const world = simulate({
    processes: { a: Busy, b: Busy },
    faults: [
      { kind: 'lose', from: 'a', to: 'b', nth: 1 },
      { kind: 'duplicate', from: 'a', to: 'b', nth: 2, afterMs: 3 },
      { kind: 'flush-failure', process: 'a', nth: 2 },
      { kind: 'disk-loss', process: 'a', crash: 1, loss: 'unflushed' },
      { kind: 'pause', process: 'b', atMs: 1, forMs: 1 },
      { kind: 'clock-step', process: 'b', atMs: 1, byMs: -30 },
      { kind: 'cut', from: 'b', to: 'a', atMs: 2, forMs: 1 },
      { kind: 'crash', process: 'a', atMs: 30, downMs: 10 },
    ],
  });
  world.call('a', 'act', (a) => a.act());
  world.callAt(35, 'a', 'act', (a) => a.act()).run();
  expect(() =>
    world.call('b', 'fail', () => {
      throw new Error('no such term');
    }),
  ).toThrow();
  const said = new Map(
    world.trace.events.map((event) => [event.kind, `${event.kind}: ${words(event)}`]),
  );
  expect([...said.values()].toSorted().join('\n')).toMatchInlineSnapshot(`
    "append: appends to wal: 'two;'
    clock-step: clock jumps back by 30 ms
    crash: crashes
    cut: link b→a cut
    deliver: twice from a
    duplicate: twice to b is on its way twice
    flush-failed: fails to flush its disk
    flush: flushes its disk
    forgot: lost from its disk: wal
    heal: over: link b→a cut
    log: a word
    lose: lost to b is lost: lost on the way
    missed: act: it was down
    note: wakes up
    pause: stands still
    restart: restarts
    resume: goes on
    send: sends twice to b
    start: starts
    step: fail
    throw: no such term
    timeout: timer nap runs out
    timer-cancel: cancels timer never
    timer-set: sets timer never, 20 ms
    write: writes term: { n: 1 }"
  `);
});
