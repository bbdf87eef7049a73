import { describe, expect, test } from 'vitest';
import { Process, type ProcessId } from './process.ts';
import { RuleBroken } from './rules.ts';
import { RunStopped, Simulation } from './simulation.ts';

/** A process whose hands a test can lead, one step at a time. */
class Town extends Process<unknown> {
  receive(_message: unknown, _from: ProcessId): void {}

  override timeout(timer: string): void {
    this.note(`${timer} at ${this.now()}`);
  }

  write(to: ProcessId, message: unknown): void {
    this.send(to, message);
  }

  proclaim(message: unknown): void {
    this.broadcast(message);
  }

  wait(timer: string, ms: number): void {
    this.setTimer(timer, ms);
  }

  stopWaiting(timer: string): void {
    this.cancelTimer(timer);
  }
}

const towns = { athens: Town, byzantium: Town, corinth: Town };

describe('who is there', () => {
  class Knows extends Town {
    readonly seen = { id: this.id, everyone: this.everyone, peers: this.peers };
  }

  test('a process knows its name, the cluster in one fixed order, and the cluster without itself', () => {
    const world = new Simulation({ processes: { z: Knows, a: Knows, m: Knows } });
    world.call('a', 'look', ({ seen }) => {
      expect(seen).toEqual({ id: 'a', everyone: ['z', 'a', 'm'], peers: ['z', 'm'] });
    });
  });

  test('a client is in nobody’s cluster, and sees the whole of it', () => {
    const world = new Simulation({ processes: { p1: Knows, p2: Knows }, clients: { ann: Knows } });
    world.call('p1', 'look', ({ seen }) => expect(seen.everyone).toEqual(['p1', 'p2']));
    world.call('ann', 'look', ({ seen }) => {
      expect(seen).toEqual({ id: 'ann', everyone: ['p1', 'p2'], peers: ['p1', 'p2'] });
    });
    expect(world.ids).toEqual(['p1', 'p2', 'ann']);
  });

  test('the lists of names cannot be changed', () => {
    const world = new Simulation({ processes: towns });
    world.call('athens', 'sort', ({ everyone, peers }) => {
      expect(() => (everyone as string[]).reverse()).toThrow(TypeError);
      expect(() => (peers as string[]).pop()).toThrow(TypeError);
    });
  });
});

describe('messages', () => {
  test('arrive with the name of the sender', () => {
    class Mailbox extends Town {
      override receive(message: unknown, from: ProcessId): void {
        this.note(`${message} from ${from}`);
      }
    }
    const world = new Simulation<Town>({ processes: { athens: Town, byzantium: Mailbox } });
    world.call('athens', 'write', (town) => town.write('byzantium', 'hello')).run();
    expect(world.trace.all('note')).toMatchObject([{ at: 10, text: 'hello from athens' }]);
  });

  test('are copied when sent: what the sender changes later does not arrive', () => {
    const letter = { lines: ['dear'] };
    const world = new Simulation({ processes: towns });
    world.call('athens', 'write', (town) => {
      town.write('byzantium', letter);
      letter.lines.push('friend');
    });
    expect(world.run().trace.all('deliver')[0]?.message).toEqual({ lines: ['dear'] });
  });

  test('are frozen when received: a change throws', () => {
    class Editor extends Town {
      override receive(message: { lines: string[] }): void {
        message.lines.push('PS');
      }
    }
    const world = new Simulation({ processes: { p1: Editor } });
    world.call('p1', 'write', (p1) => p1.write('p1', { lines: [] }));
    expect(() => world.run()).toThrow('p1 stopped in receive(): Cannot add property 0');
  });

  test('have to be plain data, and the sentence names the path to what is not', () => {
    const rule = ruleBrokenBy('athens', (town) => town.write('byzantium', { reply: [() => {}] }));
    expect(rule.message).toContain('message.reply[0] is a function');
    expect(rule.where).toMatch(/process\.test\.ts:\d+:\d+$/);
  });

  test('to somebody who is not there are refused, and the sentence says who is', () => {
    const rule = ruleBrokenBy('athens', (town) => town.write('sparta', 'hello'));
    expect(rule.message).toBe("there is no process 'sparta'; there are athens, byzantium, corinth");
    expect(rule.where).toMatch(/process\.test\.ts:\d+:\d+$/);
  });

  test('to oneself arrive at once', () => {
    const world = new Simulation({ processes: towns });
    world.call('athens', 'write', (town) => town.write('athens', 'note to self')).runFor(0);
    expect(world.trace.all('deliver')).toMatchObject([{ at: 0, from: 'athens', to: 'athens' }]);
  });

  test('a broadcast reaches everyone in the cluster, me included, and no client', () => {
    const world = new Simulation({ processes: towns, clients: { ann: Town } });
    world.call('ann', 'proclaim', (ann) => ann.proclaim('hear'));
    world.call('athens', 'proclaim', (town) => town.proclaim('hear')).run();
    expect(world.trace.all('deliver').map(({ at, from, to }) => `${at} ${from}→${to}`)).toEqual([
      '0 athens→athens',
      '10 ann→athens',
      '10 ann→byzantium',
      '10 ann→corinth',
      '10 athens→byzantium',
      '10 athens→corinth',
    ]);
  });

  test('a handler that sends without end is told so before the memory is full', () => {
    const rule = ruleBrokenBy('athens', (town) => {
      for (;;) town.write('byzantium', 'more');
    });
    expect(rule.message).toBe(
      'one handler sent more than 20000 messages: look for a loop that does not end',
    );
  });
});

describe('timers', () => {
  function noted(act: (town: Town) => void): readonly string[] {
    const world = new Simulation({ processes: towns });
    return world
      .call('athens', 'wait', act)
      .run()
      .trace.all('note')
      .map(({ text }) => text);
  }

  test('run out after their time, each by its name', () => {
    expect(
      noted((town) => {
        town.wait('heartbeat', 50);
        town.wait('election', 20);
      }),
    ).toEqual(['election at 20', 'heartbeat at 50']);
  });

  test('set again replaces: only the last one runs out', () => {
    expect(
      noted((town) => {
        town.wait('election', 20);
        town.wait('election', 5);
        town.wait('election', 30);
      }),
    ).toEqual(['election at 30']);
  });

  test('cancelled does not run out', () => {
    expect(
      noted((town) => {
        town.wait('election', 20);
        town.stopWaiting('election');
      }),
    ).toEqual([]);
  });

  test('cancelling one that is not running does nothing, and is no entry of the trace', () => {
    const world = new Simulation({ processes: towns });
    world.call('athens', 'stop', (town) => town.stopWaiting('election'));
    expect(world.trace.all('timer-cancel')).toEqual([]);
  });

  test('can be set again from their own timeout', () => {
    class Ticks extends Town {
      override timeout(timer: string): void {
        super.timeout(timer);
        if (this.now() < 30) this.setTimer(timer, 10);
      }
    }
    const world = new Simulation({ processes: { p1: Ticks } });
    world.call('p1', 'wait', (p1) => p1.wait('tick', 10)).run();
    expect(world.trace.all('timeout').map(({ at }) => at)).toEqual([10, 20, 30]);
  });

  test.each([[-1], [NaN], [Infinity]])('need a number of ms, 0 or more: not %d', (ms) => {
    expect(ruleBrokenBy('athens', (town) => town.wait('election', ms)).message).toBe(
      `setTimer('election', ${ms}) needs a number of ms, 0 or more`,
    );
  });

  test('that run out where nobody handles them: the sentence says what to write', () => {
    class Forgetful extends Process<never> {
      override start(): void {
        this.setTimer('retry', 10);
      }
      receive(): void {}
    }
    const world = new Simulation({ processes: { p1: Forgetful } });
    expect(() => world.run()).toThrow(
      "p1 stopped in timeout(): timer 'retry' ran out at p1, and class Forgetful has no timeout handler: write timeout(timer) { … }",
    );
  });
});

describe('a process is built by a world', () => {
  test('by hand is refused, and the sentence says what to do instead', () => {
    expect(() => new Town()).toThrow(RuleBroken);
    expect(() => new Town()).toThrow('hand its class to simulate({ processes })');
  });

  test('also inside another process', () => {
    class Capital extends Town {
      village = new Town();
    }
    expect(() => new Simulation({ processes: { p1: Capital } }).boot()).toThrow(
      'a Process was made with `new`',
    );
  });

  test('from a function, where a role needs an argument', () => {
    class Quorum extends Town {
      readonly size: number;
      constructor(size: number) {
        super();
        this.size = size;
      }
    }
    const world = new Simulation({ processes: { p1: () => new Quorum(3) } });
    world
      .call('p1', 'look', ({ size }) => expect(size).toBe(3))
      .crash('p1')
      .restart('p1');
    expect(world.trace.all('restart')).toHaveLength(1);
  });

  test('a function that returns the same process twice, or none, is told so', () => {
    let only: Town | undefined;
    const world = new Simulation({ processes: { p1: () => (only ??= new Town()) } });
    expect(() => world.crash('p1').restart('p1')).toThrow('return a new process each time');
    const nobody = (() => undefined) as unknown as () => Town;
    expect(() => new Simulation({ processes: { p1: nobody } }).boot()).toThrow(
      'return a new process each time',
    );
  });
});

describe('outside its handlers a process can do nothing', () => {
  const deeds: Record<string, (town: Town) => void> = {
    'send()': (town) => town.write('byzantium', 'late'),
    'setTimer()': (town) => town.wait('late', 10),
    'cancelTimer()': (town) => town.stopWaiting('late'),
  };
  test.each(Object.entries(deeds))('%s says where to act instead', (called, deed) => {
    const world = new Simulation({ processes: towns });
    let kept: Town | undefined;
    world.call('athens', 'keep', (town) => void (kept = town));
    expect(() => deed(kept as Town)).toThrow(
      `this.${called} of athens was called outside its handlers (after an await, from a callback, or by another process): act inside receive, timeout or start`,
    );
  });

  test('nor while another process is in a handler of its own', () => {
    const world = new Simulation({ processes: towns });
    let kept: Town | undefined;
    world.call('athens', 'keep', (town) => void (kept = town));
    expect(() =>
      world.call('byzantium', 'meddle', () => kept?.write('corinth', 'in your name')),
    ).toThrow('this.send() of athens was called outside its handlers');
  });

  test('a promise that goes on after the handler is caught at its first deed', async () => {
    const world = new Simulation({ processes: towns });
    let rest: Promise<void> | undefined;
    world.call('athens', 'promise', (town) => {
      rest = Promise.resolve().then(() => town.write('byzantium', 'late'));
    });
    await expect(rest).rejects.toThrow('this.send() of athens was called outside its handlers');
    expect(world.run().trace.all('send')).toEqual([]);
  });
});

describe('a handler that throws', () => {
  class Fragile extends Town {
    override receive(message: unknown): void {
      this.note('so far so good');
      throw new RangeError(`cannot read ${message}`);
    }
  }

  test('stops the run: with its cause, its process, and the trace up to there', () => {
    const world = new Simulation({ processes: { p1: Fragile, p2: Fragile } });
    world.call('p1', 'write', (p1) => p1.write('p2', 'runes'));
    const stopped = thrownBy(() => world.run()) as RunStopped;
    expect(stopped).toBeInstanceOf(RunStopped);
    expect(stopped.message).toBe('p2 stopped in receive(): cannot read runes');
    expect(stopped.cause).toEqual(new RangeError('cannot read runes'));
    expect(stopped.process).toBe('p2');
    expect(stopped.trace.events.slice(-3).map(({ kind }) => kind)).toEqual([
      'deliver',
      'note',
      'throw',
    ]);
  });

  test('something that is no Error stops it too', () => {
    const world = new Simulation({ processes: towns });
    const stopped = thrownBy(() =>
      world.call('athens', 'serve', () => {
        throw { reason: 'tired' };
      }),
    );
    expect((stopped as RunStopped).message).toBe(
      "athens stopped in the step 'serve': { reason: 'tired' }",
    );
  });
});

function ruleBrokenBy(id: ProcessId, act: (town: Town) => void): RuleBroken {
  const error = thrownBy(() => new Simulation({ processes: towns }).call(id, 'act', act));
  expect(error).toBeInstanceOf(RunStopped);
  expect((error as RunStopped).cause).toBeInstanceOf(RuleBroken);
  return (error as RunStopped).cause as RuleBroken;
}

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
