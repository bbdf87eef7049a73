import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultPlans } from '../faults/fault-plans.ts';
import { inflict } from '../faults/plan.ts';
import type { DiskLoss } from './disk.ts';
import { Process, type ProcessId } from './process.ts';
import { RuleBroken } from './rules.ts';
import { OffScript, RunStopped, Simulation } from './simulation.ts';
import type { TraceEvent } from './trace.ts';

/** A process whose hands a test can lead. It notes what arrives. */
class Town extends Process<unknown> {
  receive(message: unknown, from: ProcessId): void {
    this.note(`${message} from ${from}`);
  }

  override timeout(timer: string): void {
    this.note(`${timer} ran out`);
  }

  write(to: ProcessId, ...letters: unknown[]): void {
    for (const letter of letters) this.send(to, letter);
  }

  wait(timer: string, ms: number): void {
    this.setTimer(timer, ms);
  }

  clock(): number {
    return this.now();
  }

  dice(): number {
    return this.random();
  }
}

type Options = Partial<ConstructorParameters<typeof Simulation<Town>>[0]>;

/** Three towns on a calm network: a message takes 10 ms. */
function towns(options: Options = {}): Simulation<Town> {
  return new Simulation<Town>({ processes: { a: Town, b: Town, c: Town }, ...options });
}

describe('virtual time', () => {
  test('nothing happens until the run is moved, and run() ends when nothing is left', () => {
    const world = towns();
    expect([world.trace.length, world.nowMs]).toEqual([0, 0]);
    world.call('a', 'write', (a) => a.write('b', 'x')).run();
    expect(notes(world)).toEqual(['10 b x from a']);
    expect(world.nowMs).toBe(10);
  });

  test('runFor moves it by exactly so many ms, and includes what happens at the end', () => {
    const world = towns().call('a', 'wait', (a) => a.wait('tea', 25));
    world.runFor(24);
    expect([world.nowMs, notes(world)]).toEqual([24, []]);
    world.runFor(1);
    expect([world.nowMs, notes(world)]).toEqual([25, ['25 a tea ran out']]);
    world.runFor(100);
    expect(world.nowMs).toBe(125);
  });

  test('every process starts at 0 ms, in the order of the cluster, clients last', () => {
    const world = towns({ clients: { ann: Town } }).run();
    expect(world.trace.events.map(({ at, process, kind }) => `${at} ${process} ${kind}`)).toEqual([
      '0 a start',
      '0 b start',
      '0 c start',
      '0 ann start',
    ]);
  });

  test('at the same instant, what was put in first happens first', () => {
    const world = towns();
    world.callAt(10, 'c', 'planned', (c) => c.wait('zero', 0));
    world.call('a', 'write', (a) => a.write('b', 1, 2));
    world.call('c', 'wait', (c) => c.wait('tea', 10));
    world.run();
    expect(timeline(world, 'step', 'deliver', 'timeout').slice(2)).toEqual([
      '10 c step planned',
      '10 b deliver 1',
      '10 b deliver 2',
      '10 c timeout tea',
      '10 c timeout zero',
    ]);
  });

  test('what was planned for a time that has passed happens now', () => {
    const world = towns().runFor(50);
    world.callAt(20, 'a', 'late', () => {}).run();
    expect(timeline(world, 'step')).toEqual(['50 a step late']);
  });

  test('a time that is no number is refused', () => {
    expect(() => towns().callAt(NaN, 'a', 'never', () => {})).toThrow('NaN is no virtual time');
  });

  test('a script cannot move the world from inside a handler', () => {
    const world = towns();
    const moves: (() => void)[] = [
      () => world.run(),
      () => world.call('b', 'nested', () => {}),
      () => world.crash('a'),
      () => world.restart('a'),
      () => world.pause('a'),
    ];
    for (const move of moves) {
      expect(() => world.call('a', 'move', move)).toThrow(
        "the step 'move' moves the world from inside",
      );
    }
  });
});

describe('a cluster that floods itself', () => {
  class Gossip extends Town {
    override receive(message: unknown): void {
      this.broadcast(message);
    }
  }

  test('is stopped, and told what most of the events were', () => {
    const world = new Simulation({ processes: { a: Gossip, b: Gossip }, maxEvents: 1000 });
    world.call('a', 'write', (a) => a.write('b', 'psst'));
    const { cause, message } = stopped(() => world.run());
    expect(cause).toBeInstanceOf(RuleBroken);
    expect(message).toMatch(
      /^[ab] stopped in receive\(\): the cluster floods itself: 1000 events in \d+ ms, most of them \d+ messages [ab]→[ab]; answer only what asks for an answer, and let repeats wait for a timer$/,
    );
  });

  test('also by timers alone', () => {
    class Restless extends Town {
      override timeout(timer: string): void {
        this.setTimer(timer, 0);
      }
    }
    const world = new Simulation({ processes: { a: Restless }, maxEvents: 1000 });
    world.call('a', 'wait', (a) => a.wait('again', 0));
    expect(() => world.run()).toThrow(
      "1000 events in 0 ms, most of them 1000 timeouts 'again' at a",
    );
  });
});

describe('the network', () => {
  test('takes as long as it is told, for each message', () => {
    const world = towns({ latencyMs: 3 }).call('a', 'write', (a) => a.write('b', 'x'));
    expect(timeline(world.run(), 'deliver')).toEqual(['3 b deliver x']);
  });

  test('with a range, messages overtake each other, and none leaves the range', () => {
    const world = towns({ latencyMs: [5, 15] });
    world.call('a', 'write', (a) => a.write('b', ...Array.from({ length: 50 }, (_, i) => i)));
    const arrivals = world.run().trace.all('deliver');
    expect(arrivals.map(({ message }) => message)).not.toEqual(arrivals.map((_, i) => i));
    expect([arrivals[0]?.at, arrivals.at(-1)?.at]).toEqual([5, 15]);
  });

  test('the nth message of a link can be lost, late, repeated; the others are not', () => {
    const world = towns();
    world.setFate('a', 'b', 1, { lose: true });
    world.setFate('a', 'b', 2, { delayMs: 40 });
    world.setFate('a', 'b', 3, { copiesAfterMs: [5, 20] });
    world.call('a', 'write', (a) => {
      a.write('b', 'one', 'two', 'three', 'four');
      a.write('c', 'un');
    });
    world.call('b', 'write', (b) => b.write('a', 'uno'));
    expect(timeline(world.run(), 'lose', 'deliver')).toEqual([
      '0 network lose one',
      '10 b deliver three',
      '10 b deliver four',
      '10 c deliver un',
      '10 a deliver uno',
      '15 b deliver three',
      '30 b deliver three',
      '50 b deliver two',
    ]);
  });

  test('fates on the same message add up: a repeat comes after the late one, a loss takes all', () => {
    const world = towns();
    world.setFate('a', 'b', 1, { delayMs: 20 }).setFate('a', 'b', 1, { delayMs: 20 });
    world.setFate('a', 'b', 1, { copiesAfterMs: [5] });
    world.setFate('a', 'c', 1, { copiesAfterMs: [5] }).setFate('a', 'c', 1, { lose: true });
    world.call('a', 'write', (a) => {
      a.write('b', 'x');
      a.write('c', 'y');
    });
    expect(timeline(world.run(), 'lose', 'deliver')).toEqual([
      '0 network lose y',
      '50 b deliver x',
      '55 b deliver x',
    ]);
  });

  test('messages are counted from the start of the run, also when the first fate comes later', () => {
    const world = towns().call('a', 'write', (a) => a.write('b', 1, 2));
    world.run().setFate('a', 'b', 3, { lose: true });
    world.call('a', 'write', (a) => a.write('b', 3, 4)).run();
    expect(world.trace.all('lose')).toMatchObject([{ message: 3, nth: 3 }]);
  });

  test('a message to oneself is never lost, late, cut off or held', () => {
    const world = towns().setFate('a', 'a', 1, { lose: true });
    world.cut([['a', 'a']], 'alone').hold();
    world.call('a', 'write', (a) => a.write('a', 'x')).run();
    expect(timeline(world, 'deliver', 'lose')).toEqual(['0 a deliver x']);
  });

  test('a slow link adds to what is sent while it is slow, and slowness adds up', () => {
    const world = towns().slow('a', 'b', 30).slow('a', 'b', 5);
    world.call('a', 'write', (a) => a.write('b', 'slow')).slow('a', 'b', -35);
    world.call('a', 'write', (a) => a.write('b', 'fast')).run();
    expect(timeline(world, 'deliver')).toEqual(['10 b deliver fast', '45 b deliver slow']);
  });
});

describe('a cut link', () => {
  const both = [
    ['a', 'b'],
    ['b', 'a'],
  ] as const;

  function bothWrite(world: Simulation<Town>): Simulation<Town> {
    world.call('a', 'write', (a) => a.write('b', 'a says'));
    return world.call('b', 'write', (b) => b.write('a', 'b says')).run();
  }

  test('one way loses what goes that way only', () => {
    const world = bothWrite(towns().cut([['a', 'b']], 'a→b'));
    expect(timeline(world, 'lose', 'deliver')).toEqual([
      '0 network lose a says (the link was cut)',
      '10 a deliver b says',
    ]);
  });

  test('both ways loses both', () => {
    expect(timeline(bothWrite(towns().cut(both, 'a | b')), 'lose')).toHaveLength(2);
  });

  test('loses what is on its way when it would arrive, and spares what arrives after the mending', () => {
    const world = towns();
    world.callAt(0, 'a', 'write', (a) => a.write('b', 'arrives while cut'));
    world.callAt(3, 'a', 'write', (a) => a.write('b', 'was cut meanwhile'));
    world.faultAt(5, () => world.cut(both, 'a | b'));
    world.faultAt(12, () => world.heal(both, 'a | b'));
    expect(timeline(world.run(), 'lose', 'deliver')).toEqual([
      '10 network lose arrives while cut (the link was cut)',
      '13 b deliver was cut meanwhile',
    ]);
  });

  test('twice has to be mended twice', () => {
    const world = towns().cut(both, 'first').cut(both, 'second').heal(both, 'first');
    expect(timeline(bothWrite(world), 'deliver')).toEqual([]);
    expect(timeline(bothWrite(world.heal(both, 'second')), 'deliver')).toHaveLength(2);
  });

  test('that is mended more often than cut is only mended', () => {
    const world = towns().heal(both, 'too early').cut(both, 'cut');
    expect(timeline(bothWrite(world), 'deliver')).toEqual([]);
  });
});

describe('a crash', () => {
  test('takes the fields and the timers; a restart is a fresh instance on the same disk', () => {
    class Counter extends Town {
      count = 0;
      override start(): void {
        this.note(`starts at ${this.disk.read('count') ?? 'nothing'}`);
      }
      up(): void {
        this.count++;
        this.disk.write('count', this.count);
        this.setTimer('tea', 30);
      }
    }
    const world = new Simulation({ processes: { a: Counter } });
    world.call('a', 'up', (a) => a.up()).call('a', 'up', (a) => a.up());
    world.crash('a').restart('a');
    world.call('a', 'look', ({ count }) => expect(count).toBe(0)).run();
    expect(notes(world)).toEqual(['0 a starts at nothing', '0 a starts at 2']);
    expect(world.trace.all('timeout')).toEqual([]);
  });

  test('loses what arrives meanwhile; what arrives after the restart is delivered', () => {
    const world = towns();
    world.callAt(0, 'a', 'write', (a) => a.write('b', 'early'));
    world.callAt(5, 'a', 'write', (a) => a.write('b', 'late'));
    world.faultAt(8, () => world.crash('b', 4));
    expect(timeline(world.run(), 'lose', 'restart', 'deliver')).toEqual([
      '10 network lose early (b was down)',
      '12 b restart',
      '15 b deliver late',
    ]);
  });

  test('makes the process miss what a script asks of it', () => {
    const world = towns().crash('a');
    world.call('a', 'write', (a) => a.write('b', 'x')).run();
    expect(timeline(world, 'missed', 'send')).toEqual(['0 a missed write']);
  });

  test('of a process that is down, or a restart of one that is up, does nothing', () => {
    const world = towns().restart('a').crash('a').crash('a').restart('a').restart('a').run();
    expect(timeline(world, 'crash', 'restart')).toEqual(['0 a crash', '0 a restart']);
  });

  test('for good is for good, also if another crash that would have come back was planned', () => {
    const world = towns();
    world.faultAt(10, () => world.crash('a'));
    world.faultAt(20, () => world.crash('a', 5));
    expect(timeline(world.run(), 'crash', 'restart')).toEqual(['10 a crash']);
  });

  test('comes back from the crash that it is in, not from an earlier one', () => {
    const world = towns();
    world.faultAt(10, () => world.crash('a', 30));
    world.faultAt(15, () => world.restart('a'));
    world.faultAt(20, () => world.crash('a', 100));
    expect(timeline(world.run(), 'restart')).toEqual(['15 a restart', '120 a restart']);
  });
});

describe('a pause', () => {
  test('lets everything wait: messages, timers, steps; then they happen in order, first of all', () => {
    const world = towns().call('b', 'wait', (b) => b.wait('tea', 14));
    world.faultAt(5, () => world.pause('b', 15));
    for (const at of [0, 6, 10]) world.callAt(at, 'a', 'write', (a) => a.write('b', `of ${at}`));
    world.callAt(12, 'b', 'serve', () => {});
    expect(timeline(world.run(), 'pause', 'resume', 'deliver', 'timeout', 'step').slice(1)).toEqual(
      [
        '0 a step write',
        '5 b pause',
        '6 a step write',
        '10 a step write',
        '20 b resume',
        '20 b deliver of 0',
        '20 b step serve',
        '20 b timeout tea',
        '20 b deliver of 6',
        '20 b deliver of 10',
      ],
    );
  });

  test('that overlaps another lasts until both are over', () => {
    const world = towns();
    world.faultAt(10, () => world.pause('a', 40));
    world.faultAt(20, () => world.pause('a', 10));
    expect(timeline(world.run(), 'pause', 'resume')).toEqual(['10 a pause', '50 a resume']);
  });

  test('ends in a crash: what waited is lost, and its end does not touch a later pause', () => {
    const world = towns().call('a', 'write', (a) => a.write('b', 'x'));
    world.faultAt(5, () => world.pause('b', 20));
    world.faultAt(15, () => world.crash('b', 1));
    world.faultAt(20, () => world.pause('b', 20));
    expect(timeline(world.run(), 'pause', 'resume', 'lose', 'crash')).toEqual([
      '5 b pause',
      '15 b crash',
      '15 network lose x (b was down)',
      '20 b pause',
      '40 b resume',
    ]);
  });

  test('can be ended by the script, also as its very first move', () => {
    const world = towns().pause('a').pause('a').resume('a').resume('a').run();
    expect(timeline(world, 'pause', 'resume')).toEqual(['0 a pause', '0 a resume']);
  });
});

describe('a disk', () => {
  class Store extends Town {
    save(): void {
      this.disk.write('term', 1);
      this.disk.flush();
      this.disk.append('wal', 'abcd');
    }
    override start(): void {
      const [term, wal] = [this.disk.read('term'), this.disk.read('wal')];
      this.note(`term ${term ?? 'lost'}, wal ${wal ?? 'lost'}`);
    }
  }

  test.each<[DiskLoss, found: string, forgot: string]>([
    ['nothing', 'term 1, wal abcd', ''],
    ['unflushed', 'term 1, wal lost', 'wal'],
    ['torn-tail', 'term 1, wal ab', 'wal'],
    ['everything', 'term lost, wal lost', 'term wal'],
  ])('that loses %s in a crash: what the restarted process finds', (loss, found, forgot) => {
    const world = new Simulation({ processes: { a: Store } }).loseAtCrash('a', 1, loss);
    world
      .call('a', 'save', (a) => a.save())
      .crash('a')
      .restart('a');
    expect(notes(world).at(-1)).toBe(`0 a ${found}`);
    expect(world.trace.all('forgot').map(({ keys }) => keys.join(' '))).toEqual(
      forgot === '' ? [] : [forgot],
    );
  });

  test('loses only in the crash that was named', () => {
    const world = new Simulation({ processes: { a: Store } }).loseAtCrash('a', 2, 'everything');
    world.call('a', 'save', (a) => a.save());
    world.crash('a').restart('a').crash('a').restart('a');
    expect(notes(world).slice(1)).toEqual(['0 a term 1, wal abcd', '0 a term lost, wal lost']);
  });

  test('fails the flush that was named: it throws, and nothing is safe', () => {
    class Careful extends Store {
      override save(): void {
        this.disk.write('term', 1);
        try {
          this.disk.flush();
        } catch (error) {
          this.note((error as Error).name);
        }
      }
    }
    const world = new Simulation({ processes: { a: Careful } }).failFlush('a', 1);
    world.loseAtCrash('a', 1, 'unflushed').call('a', 'save', (a) => a.save());
    world
      .crash('a')
      .restart('a')
      .call('a', 'save', (a) => a.save());
    expect(timeline(world, 'flush-failed', 'note', 'flush')).toEqual([
      '0 a note term lost, wal lost',
      '0 a flush-failed',
      '0 a note FlushFailed',
      '0 a note term lost, wal lost',
      '0 a flush',
    ]);
  });
});

describe('a crash in the middle of a handler', () => {
  class Acceptor extends Town {
    promise(): void {
      this.disk.write('promised', 2);
      this.disk.append('wal', 'promise;');
      this.disk.flush();
      this.send('b', 'promise');
      this.note('done');
      this.setTimer('retry', 10);
      throw new Error('never seen');
    }
  }
  const does = ['write', 'append', 'flush', 'send'];

  test.each([1, 2, 3, 4])('after its effect %i does nothing of what comes after it', (nth) => {
    const world = new Simulation<Town>({ processes: { a: Acceptor, b: Town } });
    world.crashAfterEffect('a', nth, 50);
    world.call('a', 'promise', (a) => (a as Acceptor).promise()).run();
    const after = world.trace.events.filter(({ process }) => process === 'a').slice(2);
    expect(after.map(({ kind }) => kind)).toEqual([...does.slice(0, nth), 'crash', 'restart']);
    expect(world.trace.all('restart')).toMatchObject([{ at: 50 }]);
  });

  test('effects are counted over the whole run, restarts included', () => {
    const world = towns().crashAfterEffect('a', 2, 0).crashAfterEffect('a', 3);
    world.call('a', 'write', (a) => a.write('b', 1, 2, 'never')).run();
    world.call('a', 'write', (a) => a.write('b', 3, 'never')).run();
    expect(world.trace.all('send').map(({ message }) => message)).toEqual([1, 2, 3]);
    expect(timeline(world, 'crash', 'restart')).toEqual(['0 a crash', '0 a restart', '10 a crash']);
  });

  test('can be in its start, and in its constructor', () => {
    class Eager extends Town {
      field = this.disk.write('booted', true);
      override start(): void {
        this.send('b', 'hello');
        this.send('b', 'never');
      }
    }
    const sent = (nth: number): number =>
      new Simulation<Town>({ processes: { a: Eager, b: Town } })
        .crashAfterEffect('a', nth)
        .run()
        .trace.all('send').length;
    expect([1, 2, 3, 4].map(sent)).toEqual([0, 1, 2, 2]);
  });

  test('a rule that is broken after it is still reported', () => {
    const world = towns().crashAfterEffect('a', 1);
    expect(() =>
      world.call('a', 'write', (a) => {
        a.write('b', 1);
        Math.random();
      }),
    ).toThrow('Math.random() was called');
  });
});

describe('clocks', () => {
  test('are each process’s own: set off, stepped, running fast', () => {
    const world = towns().stepClock('a', -30).driftClock('b', 100_000);
    world.runFor(100).stepClock('c', 7);
    const read = ['a', 'b', 'c'].map((id) => {
      let reading = 0;
      world.call(id, 'look', (town) => void (reading = town.clock()));
      return reading;
    });
    expect(read).toEqual([70, 110, 107]);
    expect(timeline(world, 'clock-step')).toEqual(['100 c clock-step 7']);
  });

  test('a timer takes its ms of the process’s own clock', () => {
    const world = towns().driftClock('a', 250_000).driftClock('b', -200_000);
    for (const id of world.ids) world.call(id, 'wait', (town) => town.wait('tea', 100));
    expect(timeline(world.run(), 'timeout')).toEqual([
      '80 a timeout tea',
      '100 c timeout tea',
      '125 b timeout tea',
    ]);
  });

  test('a step of the clock does not touch a timer that runs', () => {
    const world = towns().call('a', 'wait', (a) => a.wait('tea', 100));
    world.stepClock('a', 1000).run();
    expect(timeline(world, 'timeout')).toEqual(['100 a timeout tea']);
  });

  test('survive a crash: they belong to the machine', () => {
    const world = towns().stepClock('a', 500).crash('a').restart('a');
    world.call('a', 'look', (a) => expect(a.clock()).toBe(500));
  });
});

describe('randomness', () => {
  function dice(world: Simulation<Town>, id: ProcessId, times = 1): readonly number[] {
    const rolled: number[] = [];
    world.call(id, 'roll', (town) => {
      for (let i = 0; i < times; i++) rolled.push(town.dice());
    });
    return rolled;
  }

  test('is the same for the same seed, and another for another', () => {
    expect(dice(towns(), 'a', 3)).toEqual(dice(towns({ seed: 1 }), 'a', 3));
    expect(dice(towns(), 'a', 3)).not.toEqual(dice(towns({ seed: 2 }), 'a', 3));
  });

  test('of one process is not touched by what another draws', () => {
    const [calm, busy] = [towns(), towns()];
    dice(busy, 'b', 100);
    expect(dice(busy, 'a', 3)).toEqual(dice(calm, 'a', 3));
  });

  test('goes on after a restart; the process does not repeat itself', () => {
    const world = towns();
    const before = dice(world, 'a', 3);
    expect(dice(world.crash('a').restart('a'), 'a', 3)).not.toEqual(before);
  });

  const range = { latencyMs: [5, 500] as const };
  function arrivals(world: Simulation<Town>): readonly (number | undefined)[] {
    world.call('a', 'write', (a) => a.write('b', 1, 2, 3, 4, 5));
    world.call('c', 'write', (c) => c.write('b', 6, 7, 8)).run();
    const delivered = world.trace.all('deliver');
    return [1, 2, 3, 4, 5, 6, 7, 8].map((n) => delivered.find((e) => e.message === n)?.at);
  }

  test('of the network is not touched by what processes draw', () => {
    const busy = towns(range);
    dice(busy, 'a', 100);
    expect(arrivals(busy)).toEqual(arrivals(towns(range)));
  });

  test('of the network: a message that is lost, late or cut does not reshuffle the others', () => {
    const calm = arrivals(towns(range));
    expect(arrivals(towns(range).setFate('a', 'b', 1, { lose: true }))).toEqual(
      calm.with(0, undefined),
    );
    expect(arrivals(towns(range).setFate('c', 'b', 1, { delayMs: 1000 }))).toEqual(
      calm.with(5, (calm[5] as number) + 1000),
    );
  });

  test('of the network: what one process sends more does not reshuffle the others', () => {
    const busy = towns(range).call('a', 'write', (a) => a.write('b', 'more'));
    expect(arrivals(busy).slice(5)).toEqual(arrivals(towns(range)).slice(5));
  });
});

describe('a script, message by message', () => {
  const prepare = (ballot: number) => ({ type: 'prepare', ballot });

  test('holds messages back until it delivers them, in the order of the figure', () => {
    const world = towns().hold();
    world.call('a', 'write', (a) => a.write('b', 'first')).call('c', 'x', (c) => c.write('b', 'x'));
    expect(world.run().held()).toEqual(['first', 'x']);
    world.deliver('c', 'b').deliver('a', 'b');
    expect(notes(world)).toEqual(['10 b x from c', '10 b first from a']);
    expect(world.held()).toEqual([]);
  });

  test('holds one link, or all links to or from one process', () => {
    const held = (...link: [ProcessId?, ProcessId?]): readonly unknown[] => {
      const world = towns().hold(...link);
      for (const [from, to] of ['ab', 'ba', 'ac']) {
        world.call(from as string, 'write', (town) => town.write(to as string, `${from}${to}`));
      }
      return world.held();
    };
    expect(held('a', 'b')).toEqual(['ab']);
    expect(held('a')).toEqual(['ab', 'ac']);
    expect(held(undefined, 'a')).toEqual(['ba']);
  });

  test('picks a message by its type, by its fields, or by a function', () => {
    const world = towns().hold();
    world.call('a', 'write', (a) => a.write('b', 'plain', prepare(1), prepare(2), prepare(3)));
    world.deliver('a', 'b', { type: 'prepare', ballot: 2 });
    world.deliver('a', 'b', (message: { ballot?: number }) => message.ballot === 3);
    world.deliver('a', 'b', 'prepare').deliver('a', 'b', 'plain');
    const arrived = world.trace.all('deliver').map(({ message }) => message);
    expect(arrived).toEqual([prepare(2), prepare(3), prepare(1), 'plain']);
  });

  test('delivers no earlier than the calm network would, and never goes back in time', () => {
    const world = towns().hold();
    world.call('a', 'write', (a) => a.write('b', 'x'));
    world.runFor(3).deliver('a', 'b');
    expect(world.nowMs).toBe(10);
    world.call('a', 'write', (a) => a.write('b', 'y')).runFor(100);
    world.deliver('a', 'b');
    expect(world.nowMs).toBe(110);
  });

  test('delivers a copy and keeps the message, in its place', () => {
    const world = towns().hold();
    world.call('a', 'write', (a) => a.write('b', prepare(1), prepare(2)));
    world.deliverCopy('a', 'b', { ballot: 2 }).deliver('a', 'b').deliver('a', 'b');
    const arrived = world.trace.all('deliver').map(({ message }) => message);
    expect(arrived).toEqual([prepare(2), prepare(1), prepare(2)]);
    expect(world.trace.all('duplicate')).toMatchObject([{ message: prepare(2), nth: 2 }]);
  });

  test('loses a message that it holds', () => {
    const world = towns().hold();
    world.call('a', 'write', (a) => a.write('b', 'x', 'y')).lose('a', 'b');
    expect(world.held('a', 'b')).toEqual(['y']);
    expect(timeline(world, 'lose')).toEqual(['0 network lose x']);
  });

  test('lets a link flow again: what was held goes out in order', () => {
    const world = towns().hold('a', 'b').hold('a', 'c');
    world.call('a', 'write', (a) => a.write('b', 1, 2)).call('a', 'w', (a) => a.write('c', 3));
    world.runFor(50).release('a', 'b').run();
    expect(notes(world)).toEqual(['50 b 1 from a', '50 b 2 from a']);
    expect(world.held()).toEqual([3]);
    world.call('a', 'write', (a) => a.write('b', 4)).run();
    expect(notes(world).at(-1)).toBe('60 b 4 from a');
  });

  test('delivers to whoever is down or cut off what they would get: nothing', () => {
    const world = towns().hold().crash('b');
    world.call('a', 'write', (a) => a.write('b', 'x')).call('a', 'w', (a) => a.write('c', 'y'));
    world
      .deliver('a', 'b')
      .cut([['a', 'c']], 'a→c')
      .deliver('a', 'c');
    expect(timeline(world, 'lose')).toEqual([
      '10 network lose x (b was down)',
      '10 network lose y (the link was cut)',
    ]);
  });

  test('lets a timer run out now, and then it is over', () => {
    const world = towns().call('a', 'wait', (a) => a.wait('election', 150));
    world.runFor(20).fire('a', 'election').run();
    expect(timeline(world, 'timeout')).toEqual(['20 a timeout election']);
  });

  test.each<[(world: Simulation<Town>) => void, sentence: string]>([
    [(w) => w.deliver('a', 'b', 'accept'), "wants a message accept on a→b; held there: 'x', 'y'"],
    [(w) => w.deliver('b', 'a'), 'wants a message on b→a; held there: none'],
    [(w) => w.lose('a', 'b', { type: 'z' }), "wants a message { type: 'z' } on a→b"],
    [(w) => w.deliverCopy('a', 'b', () => false), 'wants a message that fits its function on a→b'],
    [(w) => w.fire('a', 'tea'), "fires timer 'tea' at a, where election is running"],
    [(w) => w.fire('b', 'tea'), "fires timer 'tea' at b, where no timer is running"],
  ])('says what is there instead when the run is not as it says: %#', (act, sentence) => {
    const world = towns().hold();
    world.call('a', 'write', (a) => {
      a.write('b', 'x', 'y');
      a.wait('election', 150);
    });
    const { message, cause, trace } = stopped(() => act(world));
    expect(message).toContain(`the script ${sentence}`);
    expect(cause).toBeInstanceOf(OffScript);
    expect(trace).toBe(world.trace);
  });
});

describe('names', () => {
  test.each<[string, Options['processes'], Options['clients'], sentence: string]>([
    ['nobody', {}, {}, 'needs at least one process'],
    ['a number', { 1: Town }, {}, "a process cannot be called '1': use a name such as p1"],
    ['the network', { network: Town }, {}, "a process cannot be called 'network'"],
    ['a client’s number', { a: Town }, { 7: Town }, "a process cannot be called '7'"],
    ['twice', { a: Town }, { a: Town }, 'a is both a process and a client'],
  ])('%s: refused', (_, processes = {}, clients = {}, sentence) => {
    expect(() => new Simulation({ processes, clients })).toThrow(sentence);
  });

  test.each<[string, (world: Simulation<Town>) => unknown]>([
    ['call', (world) => world.call('z', 'serve', () => {})],
    ['callAt', (world) => world.callAt(5, 'z', 'serve', () => {})],
    ['crash', (world) => world.crash('z')],
    ['hold', (world) => world.hold('a', 'z')],
    ['cut', (world) => world.cut([['z', 'a']], 'cut')],
    ['setFate', (world) => world.setFate('a', 'z', 1, { lose: true })],
  ])('somebody who is not there: %s says who is', (_, act) => {
    expect(() => act(towns())).toThrow("there is no process 'z'; there are a, b, c");
  });
});

describe('on any run, whatever goes wrong', () => {
  let quiet = false;
  class Chatter extends Town {
    override start(): void {
      this.setTimer('talk', 10 + Math.floor(this.random() * 20));
    }
    override timeout(): void {
      if (quiet) return;
      this.disk.append('log', 'talked;');
      this.broadcast(this.now());
      this.setTimer('talk', 10 + Math.floor(this.random() * 20));
      this.setTimer('idle', 500);
      if (this.random() < 0.5) this.disk.flush();
    }
    override receive(message: unknown, from: ProcessId): void {
      if (!quiet && this.random() < 0.2) this.send(from, message);
      if (this.random() < 0.1) this.cancelTimer('idle');
    }
  }
  const ids = ['a', 'b', 'c', 'd'];
  const plans = faultPlans({
    processes: ids,
    untilMs: 200,
    crashes: 4,
    kinds: [
      'lose',
      'delay',
      'duplicate',
      'partition',
      'cut',
      'slow',
      'crash',
      'crash-mid-step',
      'pause',
      'clock-drift',
      'clock-step',
      'disk-loss',
    ],
  });
  const traces = fc.sample(plans, { seed: 1, numRuns: 100 }).map((plan, seed) => {
    const processes = Object.fromEntries(ids.map((id) => [id, Chatter]));
    const world = new Simulation<Town>({ processes, seed, latencyMs: [5, 15] });
    inflict(plan, world as unknown as Simulation<never>);
    // In the end all fall silent, so that every message arrives or is lost.
    quiet = false;
    world.faultAt(250, () => (quiet = true));
    return world.run().trace;
  });

  test('time never goes back, and a cause comes before what it causes', () => {
    for (const { events } of traces) {
      const wrong = events.filter(
        ({ at, cause, index }) => at < (events[index - 1]?.at ?? 0) || (cause ?? -1) >= index,
      );
      expect(wrong).toEqual([]);
    }
  });

  test('every message arrives or is lost exactly once, and once more for each repeat', () => {
    for (const { events } of traces) {
      const ends = new Map<number, number>();
      for (const { kind, cause = -1, index } of events) {
        if (kind === 'send') ends.set(index, 1);
        if (kind === 'duplicate') ends.set(cause, (ends.get(cause) ?? 0) + 1);
        if (kind === 'deliver' || kind === 'lose') ends.set(cause, (ends.get(cause) ?? 0) - 1);
      }
      expect([...ends].filter(([, left]) => left !== 0)).toEqual([]);
    }
  });

  test('a timer runs out at most once for each time that it was set, and never in another life', () => {
    for (const trace of traces) {
      const timeouts = trace.all('timeout');
      expect(new Set(timeouts.map(({ cause }) => cause)).size).toBe(timeouts.length);
      const crashes = trace.all('crash');
      const undead = timeouts.filter(({ process, cause = 0, index }) =>
        crashes.some((crash) => {
          return crash.process === process && crash.index > cause && crash.index < index;
        }),
      );
      expect(undead).toEqual([]);
    }
  });

  test('who is down does nothing, and who stands still does nothing either', () => {
    const passive: readonly TraceEvent['kind'][] = ['crash', 'forgot', 'clock-step', 'missed'];
    let silent = 0;
    let undead = 0;
    for (const { events } of traces) {
      const down = new Set<string>();
      const still = new Set<string>();
      for (const { kind, process } of events) {
        if (kind === 'restart') down.delete(process);
        if (kind === 'resume') still.delete(process);
        if (!passive.includes(kind) && (down.has(process) || still.has(process))) undead++;
        if (kind === 'crash') down.add(process);
        if (kind === 'crash') still.delete(process);
        if (kind === 'pause') still.add(process);
        silent += down.size + still.size;
      }
    }
    expect(undead).toBe(0);
    expect(silent).toBeGreaterThan(1000);
  });
});

function notes(world: Simulation<Town>): readonly string[] {
  return world.trace.all('note').map(({ at, process, text }) => `${at} ${process} ${text}`);
}

/** The entries of some kinds, each in a few words. */
function timeline(
  world: Simulation<Town>,
  ...kinds: readonly TraceEvent['kind'][]
): readonly string[] {
  return world.trace.events
    .filter(({ kind }) => kinds.includes(kind))
    .map((event) => [event.at, event.process, event.kind, ...words(event)].join(' '));
}

function words(event: TraceEvent): readonly unknown[] {
  switch (event.kind) {
    case 'lose':
      return event.why === 'lost on the way' ? [event.message] : [event.message, `(${event.why})`];
    case 'send':
    case 'deliver':
      return [event.message];
    case 'step':
    case 'missed':
      return [event.label];
    case 'timeout':
      return [event.timer];
    case 'note':
      return [event.text];
    case 'clock-step':
      return [event.ms];
    default:
      return [];
  }
}

function stopped(act: () => void): RunStopped {
  try {
    act();
  } catch (error) {
    if (error instanceof RunStopped) return error;
    throw error;
  }
  throw new Error('the run was not stopped');
}
