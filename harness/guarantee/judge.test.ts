import { describe, expect, test } from 'vitest';
import type { Exploration } from '../check/explore.ts';
import { faultPlans } from '../faults/fault-plans.ts';
import { listOf, Lists } from '../faults/lists.ts';
import { simulate } from '../faults/simulate.ts';
import { Process } from '../world/process.ts';
import { given, type Check } from './given.ts';
import {
  collect,
  example,
  exhaustive,
  type GuaranteeOptions,
  liveness,
  safety,
} from './guarantee.ts';
import { covered, judge, type JudgeOptions, type Outcome } from './judge.ts';
import { todo } from './todo.ts';
import { stuck, violated } from './verdict.ts';

class Town extends Process<{ lines: string[] }> {
  receive(_message: { lines: string[] }): void {}

  draw(): number {
    return this.random();
  }
}

/** Lists of 1 to 20 numbers from 0 to 99. */
const numbers = listOf(
  20,
  (draw) => ({ n: draw.integer(0, 99) }),
  ({ n }) => `number ${n}`,
);
/** The same, but always ten. */
const ten = new Lists(
  'action',
  ({ n }: { n: number }) => `number ${n}`,
  (draw) => Array.from({ length: 10 }, () => ({ n: draw.integer(0, 99) })),
);
const holds = given(numbers, () => {});

async function judged(
  check: Check | (() => void),
  options: GuaranteeOptions = {},
  judging: JudgeOptions = {},
): Promise<Outcome> {
  const [guarantee] = await collect(async () => {
    if (typeof check === 'function') example('figure-1', 'All is well.', options, check);
    else safety('agreement', 'All is well.', options, check);
  });
  return judge(guarantee!, judging);
}

/** The same in a handler: where code under test usually is when it goes wrong. */
function inHandler(act: () => void): () => void {
  return () => void simulate({ processes: { p1: Town } }).call('p1', 'serve', act);
}

describe('holds', () => {
  test('an example that ends', async () => {
    expect(await judged(() => {}, { points: 7 })).toMatchObject({
      id: 'figure-1',
      kind: 'example',
      promise: 'All is well.',
      verdict: 'holds',
      points: 7,
      of: 7,
      runs: 1,
      story: '',
      shrunk: undefined,
    });
  });

  test('a promise that no run broke; it says how many', async () => {
    expect(await judged(holds, { runs: 30 })).toMatchObject({ verdict: 'holds', runs: 30 });
  });

  test('what was covered is counted, and may be just enough', async () => {
    let run = 0;
    const check = given(numbers, () => {
      if (++run % 4 === 0) covered('a fourth run');
    });
    expect(await judged(check, { runs: 40, covers: { 'a fourth run': 25 } })).toMatchObject({
      verdict: 'holds',
      covered: { 'a fourth run': 10 },
    });
  });
});

describe('violated', () => {
  test('an example that calls violated: no points, and a story with its sentence', async () => {
    const outcome = await judged(() => violated('p2 learned y after x.'), { points: 7 });
    expect(outcome).toMatchObject({ verdict: 'violated', points: 0, of: 7 });
    expect(outcome.story).toContain('✗ figure-1   All is well.');
    expect(outcome.story).toContain('p2 learned y after x.');
  });

  test('a promise that some run breaks, told by its shortest schedule', async () => {
    const check = given(numbers, (list) => {
      const large = list.filter(({ n }) => n >= 90);
      if (large.length >= 2) violated(`${large.length} large numbers`);
    });
    const outcome = await judged(check);
    expect(outcome.verdict).toBe('violated');
    expect(outcome.shrunk?.to).toBe(2);
    expect(outcome.shrunk?.from).toBeGreaterThan(2);
    expect(outcome.story).toContain('2 large numbers');
    expect(outcome.story).toMatch(/· number 9\d\n\s+· number 9\d$/m);
  });

  test('no run after the first broken one is made', async () => {
    let runs = 0;
    const check = given(numbers, () => {
      runs++;
      violated('always');
    });
    expect(await judged(check, { runs: 100 })).toMatchObject({ runs: 1, verdict: 'violated' });
    expect(runs).toBeLessThan(5);
  });

  test('with faults and steps together, both are shrunk', async () => {
    const faults = faultPlans({ processes: ['a', 'b'] });
    const check = given(faults, numbers, (plan, list) => {
      if (plan.some(({ kind }) => kind === 'lose') && list.some(({ n }) => n > 9)) violated('no');
    });
    const outcome = await judged(check);
    expect(outcome.shrunk?.to).toBe(2);
    expect(outcome.story).toMatch(/\(from \d+ faults? and \d+ actions? down to 1 and 1\)/);
  });

  test.each<[string, () => void]>([
    ['alone', () => expect(1).toBe(2)],
    ['in a handler', inHandler(() => expect(1).toBe(2))],
  ])('an expectation of vitest %s', async (_, check) => {
    const outcome = await judged(check);
    expect(outcome.verdict).toBe('violated');
    expect(outcome.story).toContain('expected 1 to be 2');
  });

  test('violated() called in a handler is no error of the handler', async () => {
    const outcome = await judged(inHandler(() => violated('two leaders in term 3')));
    expect(outcome.verdict).toBe('violated');
    expect(outcome.story).toContain('two leaders in term 3');
  });
});

describe('stuck is told apart from wrong', () => {
  test.each([
    ['Stuck: no leader after 900 ms.', stuck],
    ['   two leaders', violated],
  ])('%s', async (words, end) => {
    const world = simulate({ processes: { p1: Town } }).run();
    const check = given(numbers, () => end(words.replace(/^(Stuck:)? +/, ''), world.trace));
    const [guarantee] = await collect(async () => liveness('leader', 'A leader.', {}, check));
    const outcome = judge(guarantee!);
    expect(outcome).toMatchObject({ kind: 'liveness', verdict: 'violated' });
    expect(outcome.story).toContain(words);
  });

  test('what is wrong does not shrink to what is merely stuck, nor the other way round', async () => {
    const world = simulate({ processes: { p1: Town } }).run();
    const check = given(ten, (list) => {
      if (list.length > 3) violated('wrong');
      stuck('slow', world.trace);
    });
    const outcome = await judged(check);
    expect(outcome.story).toContain('wrong');
    expect(outcome.shrunk?.to).toBe(4);
  });
});

describe('to do', () => {
  const step = (): never => todo('2', 'promise only a higher ballot');

  test.each<[string, Check | (() => void)]>([
    ['an example', step],
    ['a handler', inHandler(step)],
    ['a generated run', given(numbers, (list) => void (list.length > 5 && step()))],
  ])('%s that reaches a step that is not written', async (_, check) => {
    const outcome = await judged(check);
    expect(outcome).toMatchObject({ verdict: 'to do', points: 0 });
    expect(outcome.story).toContain('step 2 is still to do: promise only a higher ballot');
    expect(outcome.story).toMatch(/at harness\/guarantee\/judge\.test\.ts:\d+:\d+/);
    expect(outcome.story).not.toContain('shortest schedule');
  });

  test('what was broken before stays broken, if only shrinking reaches a step to do', async () => {
    const check = given(ten, (list) => {
      if (list.length > 3) violated('too many');
      step();
    });
    const outcome = await judged(check);
    expect(outcome).toMatchObject({ verdict: 'violated', shrunk: { to: 4 } });
  });
});

describe('not decided', () => {
  test.each([
    [3, 'in only 3 of them two proposers overlapped'],
    [0, 'in none of them two proposers overlapped'],
  ])('nothing broke, but what it takes happened in %i of 40 runs', async (times, words) => {
    let run = 0;
    const check = given(numbers, () => {
      if (run++ < times) covered('two proposers overlapped');
    });
    const outcome = await judged(check, { runs: 40, covers: { 'two proposers overlapped': 10 } });
    expect(outcome).toMatchObject({ verdict: 'not decided', points: 0 });
    expect(outcome.story.replace(/\s+/g, ' ')).toContain(
      `Not decided: nothing broke in 40 runs, but ${words}`,
    );
  });

  test('nothing was run at all', async () => {
    expect(await judged(holds, {}, { runs: 0 })).toMatchObject({ verdict: 'not decided', runs: 0 });
  });
});

test('a script whose message nobody sends shows a broken promise, not broken code', async () => {
  const outcome = await judged(() => {
    simulate({ processes: { p1: Town, p2: Town } })
      .hold()
      .deliver('p1', 'p2');
  });
  expect(outcome.verdict).toBe('violated');
  expect(outcome.story).toContain('the script wants a message on p1→p2; held there: none');
});

test('a step to do that the code under test swallows is still to do', async () => {
  const swallowed = () => {
    try {
      todo('1', 'count');
    } catch {}
  };
  expect((await judged(swallowed)).verdict).toBe('to do');
  expect((await judged(inHandler(swallowed))).verdict).toBe('to do');
});

test('each generated run draws its own random numbers, and the same ones every time', async () => {
  const drawn: number[] = [];
  class Dice extends Town {
    roll(): void {
      drawn.push(this.random());
    }
  }
  const check = given(numbers, () => {
    simulate({ processes: { p1: Dice } }).call('p1', 'rolls', (p1) => p1.roll());
  });
  await judged(check, { runs: 20 });
  const first = drawn.splice(0);
  await judged(check, { runs: 20 });
  expect(drawn).toEqual(first);
  expect(new Set(first).size).toBe(20);
});

describe('error', () => {
  const cases: readonly [string, () => void, words: string, here: boolean][] = [
    [
      'an error in a handler names the process',
      inHandler(() => {
        throw new RangeError('no such term');
      }),
      'p1: RangeError: no such term',
      true,
    ],
    [
      'an error in the check itself',
      () => {
        throw new RangeError('no such term');
      },
      'RangeError: no such term',
      true,
    ],
    [
      'something that is no Error',
      inHandler(() => {
        throw 'tired'; // oxlint-disable-line
      }),
      "p1: something that is no Error was thrown: 'tired'",
      false,
    ],
    [
      'a broken rule says what to use instead',
      inHandler(() => Math.random()),
      "p1: Math.random() was called in the step 'serve': use this.random()",
      true,
    ],
    [
      'a change to a received message says that it is frozen',
      () => {
        class Editor extends Town {
          override start(): void {
            this.send('p1', { lines: [] });
          }
          override receive(message: { lines: string[] }): void {
            message.lines.push('PS');
          }
        }
        simulate({ processes: { p1: Editor } }).run();
      },
      '(received messages and stored values are frozen: change a copy, { ...message })',
      true,
    ],
    [
      'a handler that waits',
      inHandler(async () => {}),
      "p1: the step 'serve' returned a promise",
      false,
    ],
    ['a check that waits', async () => {}, 'the check returned a promise', false],
    [
      'a check that would have failed after waiting',
      async () => {
        await undefined;
        violated('too late');
      },
      'the check returned a promise',
      false,
    ],
  ];

  test.each(cases)('%s', async (_, check, words, here) => {
    const outcome = await judged(check);
    expect(outcome).toMatchObject({ verdict: 'error', points: 0 });
    const story = outcome.story.replace(/\s+/g, ' ');
    expect(story).toContain(words);
    expect(/ at harness\/guarantee\/judge\.test\.ts:\d+:\d+/.test(story)).toBe(here);
  });

  test('a cover that was not declared: a slip of the exercise, not of the attendee', async () => {
    const check = given(numbers, () => covered('a typo'));
    const outcome = await judged(check, { covers: { 'a type': 10 } });
    expect(outcome.verdict).toBe('error');
    expect(outcome.story).toContain("covers 'a typo', which agreement does not declare");
  });

  test('a generator that throws', async () => {
    const broken = listOf(3, () => {
      throw new RangeError('no such process');
    });
    const outcome = await judged(given(broken, () => {}));
    expect(outcome.verdict).toBe('error');
    expect(outcome.story).toContain('no such process');
  });

  test('a run that breaks a promise does not shrink to one that cannot run', async () => {
    const check = given(ten, (list) => {
      if (list.length > 3) violated('too many');
      throw new RangeError('too few');
    });
    const outcome = await judged(check);
    expect(outcome).toMatchObject({ verdict: 'violated', shrunk: { to: 4 } });
  });
});

describe('alike for everyone', () => {
  const sums = (): { check: Check; seen: number[] } => {
    const seen: number[] = [];
    const check = given(numbers, (list) => {
      seen.push(list.reduce((sum, { n }) => sum + n, 0));
      if (seen.length === 20) violated('the twentieth');
    });
    return { check, seen };
  };

  test('the same seed gives the same outcome, but for the time that it took', async () => {
    const outcomes = await Promise.all([7, 7, 8].map((seed) => judged(sums().check, {}, { seed })));
    const [first, again, other] = outcomes.map((outcome) => ({ ...outcome, ms: 0 }));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('the seed is fixed unless told, and the outcome names it', async () => {
    const [a, b] = [sums(), sums()];
    const { seed } = await judged(a.check);
    expect(await judged(b.check, {}, { seed })).toMatchObject({ seed });
    expect(b.seen).toEqual(a.seen);
  });

  test('as many runs as the guarantee says, or as the one who asks says', async () => {
    expect((await judged(holds)).runs).toBe(200);
    expect((await judged(holds, { runs: 12 })).runs).toBe(12);
    expect((await judged(holds, { runs: 12 }, { runs: 34 })).runs).toBe(34);
  });
});

test('a shrink that does not come to an end is cut short, and tells what it has', async () => {
  let runs = 0;
  const many = listOf(2000, (draw) => ({ n: draw.integer(1, 9) }));
  const check = given(many, () => {
    // Breaks every other time, so that each candidate is tried for nothing first.
    if (runs++ % 2 === 0) violated('now and then');
  });
  expect((await judged(check)).verdict).toBe('violated');
  expect(runs).toBeLessThan(1100);
});

describe('every order of events', () => {
  class Rival extends Process<string> {
    heard: string[] = [];
    claim(): void {
      for (const peer of this.peers) this.send(peer, this.id);
    }
    receive(name: string): void {
      this.heard.push(name);
      if (this.heard.length === 2) this.note(this.heard.join(', then '));
    }
  }
  const claims = (...ids: readonly string[]) =>
    Object.fromEntries(
      ids.map((id) => [id, [{ label: 'claims', act: (rival: Rival) => rival.claim() }]]),
    );
  const system = {
    processes: { a: Rival, b: Rival, c: Rival },
    calls: claims('a', 'b'),
  };
  const noting = (next: (text: string) => void) => ({
    kinds: ['note' as const],
    start: 0,
    next: (seen: number, { text }: { readonly text: string }) => {
      next(text);
      return seen;
    },
  });

  async function explored(
    systems: () =>
      Exploration<Rival, number, 'note'> | readonly Exploration<Rival, number, 'note'>[],
    options: { readonly covers?: readonly string[] } = {},
  ): Promise<Outcome> {
    const [guarantee] = await collect(async () => {
      exhaustive('order', 'All is well.', { points: 5, ...options }, systems);
    });
    return judge(guarantee!);
  }

  test('holds, and says in how many states', async () => {
    expect(await explored(() => system)).toMatchObject({
      kind: 'exhaustive',
      verdict: 'holds',
      points: 5,
      explored: { states: 29, all: true },
    });
  });

  test('several systems, one after the other', async () => {
    const two = [system, { ...system, calls: claims('a') }];
    expect(await explored(() => two)).toMatchObject({ explored: { states: 34, all: true } });
    const first = [system, { ...system, firstStates: 3 }];
    expect(await explored(() => first)).toMatchObject({
      verdict: 'holds',
      explored: { states: 32, all: false },
    });
  });

  test('violated: the shortest run is told as a story', async () => {
    const watch = noting((text) => {
      if (text === 'b, then a') violated('c heard b first.');
    });
    const outcome = await explored(() => ({ ...system, watch }));
    expect(outcome).toMatchObject({ verdict: 'violated', points: 0 });
    expect(outcome.story).toContain('✗ order   All is well.\n\n   c heard b first.');
    expect(outcome.story).toMatch(/✗ +10 .*● b, then a$/m);
  });

  test('an expectation of vitest, too', async () => {
    const outcome = await explored(() => ({
      ...system,
      watch: noting((text) => expect(text).toBe('a, then b')),
    }));
    expect(outcome.verdict).toBe('violated');
  });

  test('not decided is no pass: it says how far it came', async () => {
    const outcome = await explored(() => ({ ...system, maxStates: 12 }));
    expect(outcome).toMatchObject({ verdict: 'not decided', points: 0 });
    expect(outcome.story.replaceAll(/\s+/g, ' ')).toContain(
      'Not decided: nothing broke in the first 12 states, up to 3 steps from the start, but',
    );
  });

  test('what has to come up, comes up, or it is not decided', async () => {
    const watch = noting((text) => covered(text));
    const both = ['a, then b', 'b, then a'];
    expect(await explored(() => ({ ...system, watch }), { covers: both })).toMatchObject({
      verdict: 'holds',
      covered: { 'a, then b': 1, 'b, then a': 1 },
    });
    const outcome = await explored(() => ({ ...system, watch }), { covers: [...both, 'rain'] });
    expect(outcome.verdict).toBe('not decided');
    expect(outcome.story.replaceAll(/\s+/g, ' ')).toContain('but in none of them rain');
    expect((await explored(() => ({ ...system, watch }), { covers: [] })).verdict).toBe('error');
  });

  test('a step that is still to do', async () => {
    const watch = noting(() => todo('2', 'listen'));
    expect((await explored(() => ({ ...system, watch }))).verdict).toBe('to do');
    class Undone extends Rival {
      override claim(): void {
        todo('1', 'claim');
      }
    }
    const processes = { a: Undone, b: Undone, c: Undone };
    const outcome = await explored(() => ({ ...system, processes }));
    expect(outcome).toMatchObject({ verdict: 'to do' });
  });

  test('a handler that throws is told with the run up to it', async () => {
    class Fragile extends Rival {
      override receive(): void {
        throw new TypeError('out of paper');
      }
    }
    const outcome = await explored(() => ({
      ...system,
      processes: { a: Rival, b: Rival, c: Fragile },
    }));
    expect(outcome.verdict).toBe('error');
    expect(outcome.story).toContain('c: TypeError: out of paper');
    expect(outcome.story).toContain('judge.test.ts:');
    expect(outcome.story).toContain('claims');
  });

  test('a system that cannot be is an error', async () => {
    const outcome = await explored(() => ({ ...system, crashes: -1 }));
    expect(outcome).toMatchObject({ verdict: 'error' });
    expect(outcome.story).toContain('crashes: -1 is no budget');
  });
});

describe('the run of a story, as data', () => {
  const wrong = () => {
    const world = simulate({ processes: { p1: Town } });
    world.call('p1', 'serves', () => {});
    violated('p1 served', world.trace, world.trace.all('step')[0]);
  };
  const trace = { trace: true };

  test('is there only if it was asked for', async () => {
    expect((await judged(wrong)).picture).toBeUndefined();
    const { picture } = await judged(wrong, {}, trace);
    expect(picture?.sentence).toBe('p1 served');
    expect(picture?.trace.entries.map(({ kind }) => kind)).toEqual(['start', 'step']);
    expect(picture?.trace.marks).toEqual([1]);
  });

  test('is the longest one of those that were run, if nothing points at one', async () => {
    const run = (steps: number) => {
      const world = simulate({ processes: { p1: Town } });
      for (let i = 0; i < steps; i++) world.call('p1', `step ${i}`, () => {});
    };
    const fine = await judged(() => [1, 3, 2].forEach(run), {}, trace);
    expect(fine.picture?.trace.entries.map(({ words }) => words)).toEqual([
      'starts',
      'step 0',
      'step 1',
      'step 2',
    ]);
    expect(fine.picture?.sentence).toBe('All is well.');
    const broken = await judged(
      given(numbers, (list) => {
        run(list.length);
        if (list.length > 2) violated('three are too many');
      }),
      {},
      trace,
    );
    expect(broken.picture?.trace.entries).toHaveLength(4);
  });

  test('is missing where nothing ran, or a step is still to do', async () => {
    expect((await judged(() => {}, {}, trace)).picture).toBeUndefined();
    const unwritten = inHandler(() => todo('1', 'serve'));
    expect((await judged(unwritten, {}, trace)).picture).toBeUndefined();
  });
});

describe('replays', () => {
  const tooMany = given(numbers, (list) => {
    const large = list.filter(({ n }) => n > 20);
    if (large.length > 1) violated(`${large.length} of them are large.`);
  });

  test('the failing run that it found, and tells the same story', async () => {
    const found = await judged(tooMany);
    expect(found.failing?.values[0]).toHaveLength(2);
    const again = await judged(tooMany, {}, { replay: found.failing });
    expect(again).toMatchObject({ verdict: 'violated', runs: 1, shrunk: found.shrunk });
    expect(again.story).toBe(found.story);
  });

  test('what it is told, and nothing else', async () => {
    const replay = { values: [[{ n: 3 }]], runSeed: 1, before: [9] };
    const outcome = await judged(tooMany, { covers: { 'it rains': 50 } }, { replay });
    expect(outcome).toMatchObject({ verdict: 'holds', runs: 1, story: '', failing: undefined });
  });

  test('with the same chance in the run', async () => {
    const chance = given(numbers, () => {
      const world = simulate({ processes: { p1: Town } });
      let drawn = 0;
      world.call('p1', 'draw', (town) => void (drawn = town.draw()));
      violated(`p1 drew ${drawn}.`);
    });
    const found = await judged(chance);
    expect((await judged(chance, {}, { replay: found.failing })).story).toBe(found.story);
  });

  test('an example, which is the same every time', async () => {
    const replay = { values: [], runSeed: 1, before: [] };
    const outcome = await judged(() => violated('No.'), {}, { replay });
    expect(outcome).toMatchObject({ verdict: 'violated', failing: undefined });
  });
});
