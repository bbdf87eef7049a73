import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultPlans } from '../faults/fault-plans.ts';
import type { Fault, FaultPlan } from '../faults/plan.ts';
import { simulate } from '../faults/simulate.ts';
import { Process, type ProcessId } from '../world/process.ts';
import type { Simulation } from '../world/simulation.ts';
import { diagram, type DiagramOptions } from './diagram.ts';

interface Message {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A process whose hands a test can lead. It answers a `ping`. */
class Actor extends Process<Message> {
  receive({ type, ...rest }: Message, from: ProcessId): void {
    if (type === 'ping') this.send(from, { type: 'pong', ...rest });
  }

  override timeout(): void {}

  tell(to: ProcessId, type: string, fields: object = {}): void {
    this.send(to, { type, ...fields });
  }

  tellAll(type: string): void {
    this.broadcast({ type });
  }

  say(text: string): void {
    this.note(text);
  }
}

function cluster(ids: readonly ProcessId[], faults: FaultPlan = []): Simulation<Actor> {
  return simulate({ processes: Object.fromEntries(ids.map((id) => [id, Actor])), faults });
}

/** The diagram, with a line before and after it so that it stands by itself in a test. */
function picture(world: Simulation<Actor>, options: Partial<DiagramOptions> = {}): string {
  return ['', ...diagram(world.trace, { marks: [], ...options }), ''].join('\n');
}

const three = ['athens', 'byzantium', 'corinth'];

describe('messages', () => {
  test('are arrows at the time when they arrive, to the right and to the left', () => {
    const world = cluster(['ping', 'pong']).call('ping', 'serve', (p) =>
      p.tell('pong', 'ping', { n: 1 }),
    );
    expect(picture(world.run())).toMatchInlineSnapshot(`
      "
          ms  ping                    pong
           0  ● serve                 │
          10  ├─ping 1───────────────▶│
          20  │◀───────────────pong 1─┤
      "
    `);
  });

  test('cross the lifelines of others', () => {
    const world = cluster(three);
    world.call('athens', 'asks', (p) => p.tell('corinth', 'ping', { n: 1 })).run();
    expect(picture(world)).toMatchInlineSnapshot(`
      "
          ms  athens                  byzantium               corinth
           0  ● asks                  │                       │
          10  ├─ping 1───────────────────────────────────────▶│
          20  │◀───────────────────────────────────────pong 1─┤
      "
    `);
  });

  test('to oneself are words, not arrows', () => {
    const world = cluster(three);
    world.call('byzantium', 'proclaims', (p) => p.tellAll('hear')).run();
    expect(picture(world)).toMatchInlineSnapshot(`
      "
          ms  athens                  byzantium               corinth
           0  │                       ● proclaims             │
           0  │                       ● to itself: hear       │
          10  │◀─────────────────hear─┤                       │
          10  │                       ├─hear─────────────────▶│
      "
    `);
  });

  test('that are lost end in ×, with the reason unless it is mere bad luck', () => {
    const world = cluster(three, [
      { kind: 'lose', from: 'athens', to: 'byzantium', nth: 1 },
      { kind: 'cut', from: 'athens', to: 'corinth', atMs: 0 },
      { kind: 'crash', process: 'byzantium', atMs: 5 },
    ]);
    world.call('athens', 'writes', (p) => p.tell('byzantium', 'first'));
    world.call('athens', 'writes', (p) => p.tell('byzantium', 'second'));
    world.callAt(20, 'athens', 'writes', (p) => p.tell('corinth', 'third'));
    expect(picture(world.run())).toMatchInlineSnapshot(`
      "
          ms  athens                  byzantium               corinth
           0  ● writes                │                       │
           0  ├─first────────────────×│                       │
           0  ● writes                │                       │
           0  ~~ link athens→corinth cut                      │
           5  │                       ┴ crashes               │
          10  ├──────────────────────×  second (byzantium was down)
          20  ● writes                                        │
          20  ├─third (the link was cut)─────────────────────×│
      "
    `);
  });

  test('say when they were sent, if they took long or their sender has done something since', () => {
    const faults: Fault[] = [{ kind: 'delay', from: 'athens', to: 'byzantium', nth: 1, byMs: 40 }];
    const world = cluster(three, faults);
    world.call('athens', 'writes', (p) => p.tell('byzantium', 'slow'));
    world.callAt(20, 'corinth', 'writes', (p) => p.tell('byzantium', 'meanwhile'));
    world.callAt(25, 'corinth', 'works', (p) => p.say('works'));
    expect(picture(world.run())).toMatchInlineSnapshot(`
      "
          ms  athens                  byzantium               corinth
           0  ● writes                │                       │
          20  │                       │                       ● writes
          25  │                       │                       ● works
          30  │                       │◀──meanwhile (sent 20)─┤
          50  ├─slow (sent 0)────────▶│                       │
      "
    `);
  });

  test('that arrive again say so', () => {
    const faults: Fault[] = [{ kind: 'duplicate', from: 'ping', to: 'pong', nth: 1, afterMs: 3 }];
    const world = cluster(['ping', 'pong'], faults);
    world.call('ping', 'serve', (p) => p.tell('pong', 'hello')).run();
    expect(picture(world)).toMatchInlineSnapshot(`
      "
          ms  ping                    pong
           0  ● serve                 │
          10  ├─hello────────────────▶│
          13  ├─hello (again)────────▶│
      "
    `);
  });
});

describe('lifelines', () => {
  test('end in a crash and begin again in a restart; who is asked meanwhile misses it', () => {
    const world = cluster(three, [{ kind: 'crash', process: 'byzantium', atMs: 5, downMs: 20 }]);
    world.call('athens', 'asks', (p) => p.tell('byzantium', 'ping'));
    world.callAt(15, 'byzantium', 'votes', (p) => p.say('votes'));
    world.callAt(30, 'byzantium', 'votes', (p) => p.say('votes'));
    expect(picture(world.run())).toMatchInlineSnapshot(`
      "
          ms  athens                  byzantium               corinth
           0  ● asks                  │                       │
           5  │                       ┴ crashes               │
          10  ├──────────────────────×  ping (byzantium was down)
          15  │                       × votes: it was down    │
          25  │                       ┬ restarts              │
          30  │                       ● votes                 │
      "
    `);
  });

  test('are dotted while a process stands still', () => {
    const world = cluster(three, [{ kind: 'pause', process: 'byzantium', atMs: 5, forMs: 20 }]);
    world.call('athens', 'asks', (p) => p.tell('byzantium', 'ping'));
    world.callAt(15, 'corinth', 'works', (p) => p.say('works'));
    expect(picture(world.run())).toMatchInlineSnapshot(`
      "
          ms  athens                  byzantium               corinth
           0  ● asks                  │                       │
           5  │                       ● stands still          │
          15  │                       ┊                       ● works
          25  │                       ● goes on               │
          25  ├─ping (sent 0)────────▶│                       │
          35  │◀─────────────────pong─┤                       │
      "
    `);
  });

  test('are cut and mended across the whole picture', () => {
    const groups = [['athens'], ['byzantium', 'corinth']];
    const world = cluster(three, [{ kind: 'partition', groups, atMs: 5, forMs: 20 }]);
    world.call('athens', 'asks', (p) => p.tell('byzantium', 'ping'));
    world.callAt(30, 'athens', 'asks again', (p) => p.tell('byzantium', 'ping'));
    expect(picture(world.run())).toMatchInlineSnapshot(`
      "
          ms  athens                  byzantium               corinth
           0  ● asks                  │                       │
           5  ~~ partition athens | byzantium corinth         │
          10  ├──────────────────────×│ ping (the link was cut)
          25  ~~ over: partition athens | byzantium corinth   │
          30  ● asks again            │                       │
          40  ├─ping─────────────────▶│                       │
          50  │◀─────────────────pong─┤                       │
      "
    `);
  });

  test('tell what happened to disks and clocks', () => {
    class Writer extends Actor {
      override say(text: string): void {
        this.disk.append('log', text);
        this.note('writes');
      }
    }
    const world = simulate({
      processes: { p1: Writer, p2: Writer },
      faults: [
        { kind: 'clock-step', process: 'p1', atMs: 5, byMs: -30 },
        { kind: 'disk-loss', process: 'p2', crash: 1, loss: 'torn-tail' },
        { kind: 'crash', process: 'p2', atMs: 10, downMs: 5 },
      ],
    });
    world.call('p2', 'writes', (p) => p.say('one;'));
    expect(picture(world.run())).toMatchInlineSnapshot(`
      "
          ms  p1                      p2
           0  │                       ● writes
           0  │                       ● writes
           5  ● clock jumps back by 30 ms
          10  │                       ┴ crashes
          10  │                       ● lost from its disk: log
          15  │                       ┬ restarts
      "
    `);
  });
});

describe('marks', () => {
  test('show what broke; the picture ends there, and what had no part in it is counted', () => {
    const world = cluster(['p1', 'p2', 'a1', 'a2', 'a3']);
    world.call('p1', 'proposes x', (p) => p.tell('a1', 'accept', { value: 'x' }));
    world.call('p2', 'proposes y', (p) => p.tell('a2', 'accept', { value: 'y' }));
    world.callAt(15, 'a1', 'chooses', (p) => p.say('chose x'));
    world.callAt(20, 'a2', 'chooses', (p) => p.say('chose y'));
    world.callAt(25, 'a3', 'works', (p) => p.say('works')).run();
    const [x, y] = world.trace.all('note');
    expect(picture(world, { marks: [x!.index, y!.index] })).toMatchInlineSnapshot(`
      "
          ms  p1                 p2                 a1                 a2
           0  ● proposes x       │                  │                  │
           0  │                  ● proposes y       │                  │
          10  ├─accept x───────────────────────────▶│                  │
          10  │                  ├─accept y───────────────────────────▶│
      ✗   15  │                  │                  ● chose x          │
      ✗   20  │                  │                  │                  ● chose y
      "
    `);
    expect(picture(world, { marks: [x!.index] })).toMatchInlineSnapshot(`
      "
          ms  p1                      a1
           0  ● proposes x            │
          10  ├─accept x─────────────▶│
      ✗   15  │                       ● chose x
              … 2 events not involved
      "
    `);
  });

  test('are shown on entries too that usually have no line', () => {
    const world = cluster(['p1', 'p2']).call('p1', 'asks', (p) => p.tell('p2', 'ping'));
    const [send] = world.trace.all('send');
    expect(picture(world, { marks: [send!.index] })).toMatchInlineSnapshot(`
      "
          ms  p1                      p2
           0  ● asks                  │
      ✗    0  ● sends ping to p2      │
      "
    `);
  });
});

describe('words', () => {
  test('too long for their arrow stand beside it', () => {
    const world = cluster(three);
    const stamp = { time: 12, process: 'byzantium' };
    world.call('athens', 'writes', (p) => p.tell('byzantium', 'letter', { stamp, text: 'hello' }));
    expect(picture(world.run())).toMatchInlineSnapshot(`
      "
          ms  athens                  byzantium               corinth
           0  ● writes                │                       │
          10  ├──────────────────────▶│ letter 12.byzantium hello
      "
    `);
  });

  test('longer than that go on under their arrow, and the remark is not cut off', () => {
    const faults: Fault[] = [{ kind: 'delay', from: 'byzantium', to: 'athens', nth: 1, byMs: 40 }];
    const world = cluster(three, faults);
    const text = 'to the council of the city, about the many things that happened since';
    world.call('athens', 'writes', (p) => p.tell('corinth', 'letter', { text }));
    world.call('byzantium', 'writes', (p) => p.tell('athens', 'letter', { text })).run();
    expect(picture(world)).toMatchInlineSnapshot(`
      "
          ms  athens                  byzantium               corinth
           0  ● writes                │                       │
           0  │                       ● writes                │
          10  ├─letter to the council of the city, about the─▶│
              │ many things that happened since               │
          50  │◀────────letter to the─┤                       │
              │  council of the city, │                       │
              │     about t… (sent 0) │                       │
      "
    `);
  });

  test('near the right edge stand to the left of their lifeline', () => {
    const world = cluster(three);
    world.call('corinth', 'works', (p) => p.say('decides on the value x'));
    world.call('corinth', 'works', (p) => {
      p.say('decides on a value that nobody has ever proposed, and tells everyone about it');
    });
    expect(picture(world)).toMatchInlineSnapshot(`
      "
          ms  athens                  byzantium               corinth
           0  │                        decides on the value x ●
           0  │       decides on a value that nobody has ever ●
              │         proposed, and tells everyone about it │
      "
    `);
  });

  test('that break lines or move the cursor are made harmless', () => {
    const world = cluster(['p1', 'p2']);
    world.call('p1', 'logs', () => console.log('two\nlines \u001b[2Jand a tab\t.'));
    expect(picture(world)).toMatchInlineSnapshot(`
      "
          ms  p1                      p2
           0  ● logs                  │
           0  ● two lines [2Jand a tab .
      "
    `);
  });
});

describe('many processes', () => {
  const named = (n: number, name: string): readonly ProcessId[] =>
    Array.from({ length: n }, (_, i) => `${name}${i + 1}`);

  function round(ids: readonly ProcessId[]): Simulation<Actor> {
    const world = cluster(ids);
    const [first = '', ...others] = ids;
    world.call(first, 'asks', (p) => {
      for (const id of others) p.tell(id, 'ping', { n: 1 });
    });
    return world.run();
  }

  test('five', () => {
    expect(picture(round(named(5, 'p')))).toMatchInlineSnapshot(`
      "
          ms  p1            p2            p3            p4            p5
           0  ● asks        │             │             │             │
          10  ├─ping 1─────▶│             │             │             │
          10  ├─ping 1───────────────────▶│             │             │
          10  ├─ping 1─────────────────────────────────▶│             │
          10  ├─ping 1───────────────────────────────────────────────▶│
          20  │◀─────pong 1─┤             │             │             │
          20  │◀───────────────────pong 1─┤             │             │
          20  │◀─────────────────────────────────pong 1─┤             │
          20  │◀───────────────────────────────────────────────pong 1─┤
      "
    `);
  });

  test('eight', () => {
    expect(picture(round(named(8, 'replica')))).toMatchInlineSnapshot(`
      "
              replica1        replica3        replica5        replica7
          ms  │       replica2│       replica4│       replica6│       replica8
           0  ● asks  │       │       │       │       │       │       │
          10  ├──────▶│ ping 1│       │       │       │       │       │
          10  ├─ping 1───────▶│       │       │       │       │       │
          10  ├─ping 1───────────────▶│       │       │       │       │
          10  ├─ping 1───────────────────────▶│       │       │       │
          10  ├─ping 1───────────────────────────────▶│       │       │
          10  ├─ping 1───────────────────────────────────────▶│       │
          10  ├─ping 1───────────────────────────────────────────────▶│
          20  │◀──────┤ pong 1│       │       │       │       │       │
          20  │◀───────pong 1─┤       │       │       │       │       │
          20  │◀───────────────pong 1─┤       │       │       │       │
          20  │◀───────────────────────pong 1─┤       │       │       │
          20  │◀───────────────────────────────pong 1─┤       │       │
          20  │◀───────────────────────────────────────pong 1─┤       │
          20  │◀───────────────────────────────────────────────pong 1─┤
      "
    `);
  });

  test('twelve', () => {
    expect(picture(round(named(12, 'p')), { height: 30 })).toMatchInlineSnapshot(`
      "
          ms  p1   p2   p3   p4   p5   p6   p7   p8   p9   p10  p11  p12
           0  ● asks    │    │    │    │    │    │    │    │    │    │
          10  ├───▶│ ping 1  │    │    │    │    │    │    │    │    │
          10  ├─ping 1─▶│    │    │    │    │    │    │    │    │    │
          10  ├─ping 1──────▶│    │    │    │    │    │    │    │    │
          10  ├─ping 1───────────▶│    │    │    │    │    │    │    │
          10  ├─ping 1────────────────▶│    │    │    │    │    │    │
          10  ├─ping 1─────────────────────▶│    │    │    │    │    │
          10  ├─ping 1──────────────────────────▶│    │    │    │    │
          10  ├─ping 1───────────────────────────────▶│    │    │    │
          10  ├─ping 1────────────────────────────────────▶│    │    │
          10  ├─ping 1─────────────────────────────────────────▶│    │
          10  ├─ping 1──────────────────────────────────────────────▶│
          20  │◀───┤ pong 1  │    │    │    │    │    │    │    │    │
          20  │◀─pong 1─┤    │    │    │    │    │    │    │    │    │
          20  │◀──────pong 1─┤    │    │    │    │    │    │    │    │
          20  │◀───────────pong 1─┤    │    │    │    │    │    │    │
          20  │◀────────────────pong 1─┤    │    │    │    │    │    │
          20  │◀─────────────────────pong 1─┤    │    │    │    │    │
          20  │◀──────────────────────────pong 1─┤    │    │    │    │
          20  │◀───────────────────────────────pong 1─┤    │    │    │
          20  │◀────────────────────────────────────pong 1─┤    │    │
          20  │◀─────────────────────────────────────────pong 1─┤    │
          20  │◀──────────────────────────────────────────────pong 1─┤
      "
    `);
  });

  test('more than have room: who matters in the end is drawn, the others are words and counted', () => {
    const world = round(named(15, 'p'));
    expect(picture(world, { width: 50, height: 16 })).toMatchInlineSnapshot(`
      "
          ms  p1   p10  p11  p12  p13  p14  p15
              … 16 earlier events
          20  ● from p3: pong 1   │    │    │
          20  ● from p4: pong 1   │    │    │
          20  ● from p5: pong 1   │    │    │
          20  ● from p6: pong 1   │    │    │
          20  ● from p7: pong 1   │    │    │
          20  ● from p8: pong 1   │    │    │
          20  ● from p9: pong 1   │    │    │
          20  │◀───┤ pong 1  │    │    │    │
          20  │◀─pong 1─┤    │    │    │    │
          20  │◀──────pong 1─┤    │    │    │
          20  │◀───────────pong 1─┤    │    │
          20  │◀────────────────pong 1─┤    │
          20  │◀─────────────────────pong 1─┤
              … 8 more processes not drawn
      "
    `);
  });

  test('with long names: the names take turns in two lines', () => {
    const ids = ['the-first-of-the-cities', 'alexandria', 'constantinople', 'the-city-of-ephesus'];
    expect(picture(round(ids))).toMatchInlineSnapshot(`
      "
              the-first-of-the-cities               constantinople
          ms  │                  alexandria         │                  the-city-of-…
           0  ● asks             │                  │                  │
          10  ├─ping 1──────────▶│                  │                  │
          10  ├─ping 1─────────────────────────────▶│                  │
          10  ├─ping 1────────────────────────────────────────────────▶│
          20  │◀──────────pong 1─┤                  │                  │
          20  │◀─────────────────────────────pong 1─┤                  │
          20  │◀────────────────────────────────────────────────pong 1─┤
      "
    `);
  });

  test('of whom few took part: the others are left out', () => {
    const world = cluster(named(100, 'p'));
    world.call('p7', 'asks', (p) => p.tell('p93', 'ping')).run();
    expect(picture(world)).toMatchInlineSnapshot(`
      "
          ms  p7                      p93
           0  ● asks                  │
          10  ├─ping─────────────────▶│
          20  │◀─────────────────pong─┤
      "
    `);
  });

  test('of whom none did anything yet are all drawn', () => {
    expect(picture(cluster(['p1', 'p2', 'p3', 'p4']).run())).toMatchInlineSnapshot(`
      "
          ms  p1                 p2                 p3                 p4
      "
    `);
  });
});

test('a long run shows its end, and counts what came before', () => {
  const world = cluster(['ping', 'pong']);
  for (let i = 0; i < 1000; i++) world.call('ping', 'works', (p) => p.say(`works ${i}`));
  expect(picture(world, { height: 8 })).toMatchInlineSnapshot(`
    "
        ms  ping                    pong
            … 994 earlier events
         0  ● works 994             │
         0  ● works 995             │
         0  ● works 996             │
         0  ● works 997             │
         0  ● works 998             │
         0  ● works 999             │
    "
  `);
});

// ── Whatever happens ─────────────────────────────────────────────────────────────────────────────

describe('on any run', () => {
  const ids = ['p1', 'athens', 'replica-number-3', 'p4', 'p5'];
  const faults = faultPlans({
    processes: ids,
    untilMs: 60,
    messagesPerLink: 2,
    kinds: [
      'lose',
      'delay',
      'duplicate',
      'partition',
      'cut',
      'crash',
      'crash-mid-step',
      'pause',
      'clock-step',
      'disk-loss',
    ],
  });
  const options = fc.record({
    size: fc.constantFrom(1, 2, 3, 5, 9, 20),
    width: fc.integer({ min: 40, max: 120 }),
    height: fc.integer({ min: 8, max: 40 }),
    text: fc.constantFrom('x', 'a few words', 'long '.repeat(40), 'unbreakable'.repeat(20)),
    marked: fc.boolean(),
  });

  test('it is no wider and no taller than it may be, and made of known characters', () => {
    const shapes = new Set<string>();
    fc.assert(
      fc.property(faults, options, (plan, { size, width, height, text, marked }) => {
        const all = [...ids, ...Array.from({ length: 20 }, (_, i) => `x${i}`)].slice(
          0,
          Math.max(5, size),
        );
        const world = cluster(all, plan);
        all.forEach((id, i) => {
          const to = all[(i * 7 + 1) % all.length] as string;
          world.callAt(i * 3, id, 'acts', (p) => {
            p.tell(to, 'ping', { text });
            p.say(text);
            p.tellAll('hear');
          });
        });
        world.run();
        const marks = marked ? [Math.floor(world.trace.length / 2), world.trace.length - 1] : [];
        const lines = diagram(world.trace, { marks, width, height });
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
        expect(lines.length).toBeLessThanOrEqual(height);
        expect(lines.every((line) => /^[ -~│─├┤▶◀×●┴┬┊✗…→]*$/.test(line))).toBe(true);
        for (const line of lines) shapes.add(line.replace(/[ -~]+/g, ''));
      }),
      { seed: 1, numRuns: 150 },
    );
    expect(shapes.size).toBeGreaterThan(50);
  });
});
