import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Process } from './process.ts';
import { RuleBroken, whereIn } from './rules.ts';
import { RunStopped, Simulation } from './simulation.ts';

class Idle extends Process<unknown> {
  receive(): void {}
}

/** Every way for code of an attendee to run in the world, with `act` in it. */
const PLACES: Record<string, (act: () => unknown) => void> = {
  'the constructor': (act) => {
    class Builds extends Idle {
      constructor() {
        super();
        act();
      }
    }
    boot(Builds);
  },
  'a field initialiser': (act) => {
    class HasField extends Idle {
      field = act();
    }
    boot(HasField);
  },
  'start()': (act) => {
    class Starts extends Idle {
      override start(): void {
        act();
      }
    }
    boot(Starts);
  },
  'receive()': (act) => {
    class Receives extends Process<string> {
      override start(): void {
        this.send(this.id, 'hello');
      }
      receive(): void {
        act();
      }
    }
    boot(Receives).run();
  },
  'timeout()': (act) => {
    class Waits extends Idle {
      override start(): void {
        this.setTimer('wait', 10);
      }
      override timeout(): void {
        act();
      }
    }
    boot(Waits).run();
  },
  "the step 'serve'": (act) => {
    boot(Idle).call('p1', 'serve', () => void act());
  },
};

function boot<P extends Process<never>>(maker: new () => P): Simulation<P> {
  return new Simulation<P>({ processes: { p1: maker } }).boot();
}

/** What is not deterministic, on a line of its own, and what to use instead. */
const REFUSED: readonly [called: string, act: () => unknown, instead: string][] = [
  ['Math.random()', () => Math.random(), 'use this.random()'],
  ['crypto.randomUUID()', () => crypto.randomUUID(), 'use this.random()'],
  ['crypto.getRandomValues()', () => crypto.getRandomValues(bytes), 'use this.random()'],
  ['Date.now()', () => Date.now(), 'use this.now()'],
  ['new Date()', () => new Date(), 'use this.now()'],
  ['Date()', () => Date(), 'use this.now()'],
  ['performance.now()', () => performance.now(), 'use this.now()'],
  ['process.hrtime()', () => process.hrtime(), 'use this.now()'],
  ['process.hrtime.bigint()', () => process.hrtime.bigint(), 'use this.now()'],
  ['setTimeout()', () => setTimeout(nothing, 1), 'use this.setTimer(name, ms)'],
  ['setInterval()', () => setInterval(nothing, 1), 'use this.setTimer(name, ms)'],
  ['setImmediate()', () => setImmediate(nothing), 'use this.setTimer(name, ms)'],
  ['queueMicrotask()', () => queueMicrotask(nothing), 'use this.setTimer(name, ms)'],
  ['process.nextTick()', () => process.nextTick(nothing), 'use this.setTimer(name, ms)'],
  ['fetch()', () => fetch('http://localhost'), 'use this.send(to, message)'],
];
const bytes = new Uint8Array(1);
const nothing = (): void => {};

describe.each(Object.entries(PLACES))('in %s', (place, run) => {
  test.each(REFUSED)('%s is refused, and the sentence says what to use', (called, act, instead) => {
    const rule = ruleBrokenBy(() => run(act));
    const where = place === 'a field initialiser' ? 'the constructor' : place;
    expect(rule.message).toContain(`${called} was called in ${where}: ${instead}`);
    expect(lineAt(rule.where)).toContain(called.replace(/\(\)$/, '('));
  });

  test('a rule that is broken inside try and catch is still reported', () => {
    const hidden = (): void => {
      try {
        Math.random();
      } catch {
        // What a learner writes who does not want to hear of it.
      }
    };
    expect(ruleBrokenBy(() => run(hidden)).message).toContain('Math.random() was called');
  });

  test('nor does it hide behind another error', () => {
    const disguised = (): void => {
      try {
        Math.random();
      } catch {
        throw new Error('something went wrong');
      }
    };
    expect(ruleBrokenBy(() => run(disguised)).message).toContain('Math.random() was called');
  });

  test('a loop that does not end is told so', () => {
    const rule = ruleBrokenBy(() => run(loopForEver));
    expect(rule.message).toContain('a loop does not end: it went round 1,000,000 times in ');
    expect(lineAt(rule.where)).toContain('turn(); // the loop');
  });
});

/** As the plugin in harness/kata/attempt.ts leaves `while (true) {}`. */
function loopForEver(): void {
  const turn = Reflect.get(globalThis, Symbol.for('kata.turn')) as () => void;
  while (true) {
    turn(); // the loop
  }
}

test('many loops that do end in many steps are no endless loop', () => {
  const world = boot(Idle);
  const turn = Reflect.get(globalThis, Symbol.for('kata.turn')) as () => void;
  for (let step = 0; step < 3; step++) {
    world.call('p1', 'count', () => {
      for (let i = 0; i < 600_000; i++) turn();
    });
  }
  expect(world.trace.all('step')).toHaveLength(3);
});

test.each(REFUSED)('%s is allowed outside handlers, also after a run that it stopped', (_, act) => {
  expect(() => boot(Idle).call('p1', 'serve', () => void act())).toThrow(RunStopped);
  expect(() => tidy(act())).not.toThrow();
});

test('a clock that was taken aside before the run is refused too', () => {
  const { now } = Date;
  expect(ruleBrokenBy(() => boot(Idle).call('p1', 'serve', () => void now())).message).toContain(
    'Date.now() was called',
  );
});

test('what Date computes from its arguments alone is allowed', () => {
  boot(Idle).call('p1', 'serve', () => expect(Date.UTC(1978, 6, 1)).toBeGreaterThan(0));
});

test('Date is what it was: instanceof, static functions and subclasses work', () => {
  expect(new Date(0)).toBeInstanceOf(Date);
  expect(Date.name).toBe('Date');
  expect(new (class Day extends Date {})(0).getTime()).toBe(0);
});

test('a rule broken in one run does not show up in the next', () => {
  ruleBrokenBy(() => boot(Idle).call('p1', 'serve', () => void Math.random()));
  expect(() => boot(Idle).call('p1', 'serve', () => {})).not.toThrow();
});

describe('a promise is refused', () => {
  test('from an async handler, and the sentence says how to wait instead', () => {
    class Sleeper extends Idle {
      override async start(): Promise<void> {
        await undefined;
      }
    }
    const rule = ruleBrokenBy(() => boot(Sleeper));
    expect(rule.message).toBe(
      'start() returned a promise: a handler runs to completion, so remove async and await; ' +
        'to wait, set a timer or wait for a message',
    );
    expect(rule.where, 'no line of the stack is to blame').toBeUndefined();
  });

  test('from an async step of a script', () => {
    const rule = ruleBrokenBy(() => boot(Idle).call('p1', 'serve', async () => {}));
    expect(rule.message).toContain("the step 'serve' returned a promise");
  });

  test('unless it is only a value with a field called then', () => {
    boot(Idle).call('p1', 'serve', () => JSON.parse('{ "then": "lunch" }'));
  });
});

describe('console.log in a handler', () => {
  test.each(['log', 'info', 'warn', 'error', 'debug'] as const)(
    'console.%s becomes a line of the trace, at its virtual time',
    (name) => {
      class Chatty extends Idle {
        override start(): void {
          this.setTimer('wait', 25);
        }
        override timeout(): void {
          console[name]('seen', { by: this.id }, [1, 2]);
        }
      }
      const [log] = boot(Chatty).run().trace.all('log');
      expect(log).toMatchObject({ at: 25, process: 'p1', text: "seen { by: 'p1' } [1, 2]" });
    },
  );

  test('works in the constructor, before the process has started', () => {
    class Chatty extends Idle {
      constructor() {
        super();
        console.log('here I am');
      }
    }
    expect(boot(Chatty).trace.all('log')).toMatchObject([{ process: 'p1', text: 'here I am' }]);
  });
});

describe('where a rule was broken', () => {
  test.each([
    ['a path', '    at City.receive (/home/me/kata/city.ts:12:7)', '/home/me/kata/city.ts:12:7'],
    ['no function', '    at /home/me/kata/city.ts:12:7', '/home/me/kata/city.ts:12:7'],
    ['async', '    at async /home/me/kata/city.ts:12:7', '/home/me/kata/city.ts:12:7'],
    [
      'a URL with a space',
      '    at f (file:///home/me/my%20kata/a.ts:1:2)',
      '/home/me/my kata/a.ts:1:2',
    ],
    ['Windows', String.raw`    at f (C:\kata\a.ts:1:2)`, 'C:/kata/a.ts:1:2'],
    ['a URL on Windows', '    at f (file:///C:/kata/a.ts:1:2)', 'C:/kata/a.ts:1:2'],
    ['parentheses', '    at City.f (/home/me/kata (1)/a.ts:1:2)', '/home/me/kata (1)/a.ts:1:2'],
    ['an alias', '    at City.f [as receive] (/kata/a.ts:1:2)', '/kata/a.ts:1:2'],
    ['a query', '    at f (/kata/a.ts?edit=3:1:2)', '/kata/a.ts:1:2'],
  ])('is read from a stack: %s', (_, frame, where) => {
    expect(whereIn(`Error: no\n${frame}`)).toBe(where);
  });

  test.each([
    ['libraries', '    at check (/kata/node_modules/fast-check/lib/a.js:1:2)'],
    ['Node', '    at run (node:internal/modules/run_main:1:2)'],
    ['what the engine does itself', '    at Array.forEach (<anonymous>)'],
    ['nothing at all', ''],
  ])('is never in %s', (_, frame) => {
    expect(whereIn(`Error: no\n${frame}`)).toBeUndefined();
  });
});

function ruleBrokenBy(run: () => void): RuleBroken {
  try {
    run();
  } catch (error) {
    if (error instanceof RunStopped && error.cause instanceof RuleBroken) return error.cause;
    throw error;
  }
  throw new Error('no rule was broken');
}

/** The line of source that a place `file:line:column` names. */
function lineAt(where: string | undefined): string {
  const [, file, line] = /^(.+):(\d+):\d+$/.exec(where ?? '') ?? [];
  return readFileSync(file ?? where ?? '', 'utf8').split('\n')[Number(line) - 1] ?? '';
}

function tidy(started: unknown): void {
  if (started instanceof Promise) started.catch(nothing);
  else clearTimeout(started as NodeJS.Timeout);
}
