import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Process, type ProcessId } from '../world/process.ts';
import { RuleBroken } from '../world/rules.ts';
import { RunStopped } from '../world/simulation.ts';
import { paxos } from './cases/paxos.ts';
import { consistent, twoPhaseCommit } from './cases/two-phase-commit.ts';
import { type Exploration, type Explored, explore, walk } from './explore.ts';

describe('the numbers of states that others have found', () => {
  test.each([
    [3, 288],
    [5, 8_832],
    [7, 296_448],
  ])('two-phase commit with %d resource managers: %d', (managers, states) => {
    const answer = explore(twoPhaseCommit(managers), { symmetry: false });
    expect(answer).toMatchObject({ verdict: 'holds', all: true, states });
  });

  test.each([
    [3, 80],
    [5, 314],
    [7, 920],
  ])('with its %d managers interchangeable: %d', (managers, states) => {
    expect(explore(twoPhaseCommit(managers))).toMatchObject({ verdict: 'holds', states });
  });

  test('single-decree Paxos, 3 servers and 2 clients, as in Stateright: 16,668', () => {
    const answer = explore(paxos(3, 2));
    expect(answer).toMatchObject({ verdict: 'holds', all: true, states: 16_668 });
  });

  // Stateright counts the first state among those generated, and in the depth.
  test('and 3 clients: 1,194,428, of 2,420,477 generated, at a depth of 28', () => {
    expect(explore(paxos(3, 3))).toMatchObject({
      verdict: 'holds',
      all: true,
      states: 1_194_428,
      generated: 2_420_477 - 1,
      depth: 28 - 1,
    });
  });
});

// ── A small protocol with everything in it ───────────────────────────────────────────────────────

type Message = 'ping' | 'pong';

/** Sends a ping to everyone, again when its timer runs out, and counts the pongs. */
class Pinger extends Process<Message> {
  readonly heard = new Set<ProcessId>();

  override start(): void {
    this.ask();
    this.setTimer('again', 100);
  }

  override timeout(): void {
    this.ask();
  }

  receive(message: Message, from: ProcessId): void {
    if (message !== 'pong') return;
    this.heard.add(from);
    if (this.heard.size === this.peers.length) this.note('everyone answered');
  }

  ask(): void {
    for (const peer of this.peers) this.send(peer, 'ping');
  }
}

class Ponger extends Process<Message> {
  receive(message: Message, from: ProcessId): void {
    if (message === 'ping') this.send(from, 'pong');
  }
}

const notes = {
  kinds: ['note'],
  start: 0,
  next: (seen: number, _: { readonly text: string }) => seen + 1,
} as const;

function never(text: string) {
  return {
    ...notes,
    next: (seen: number, note: { readonly text: string }): number => {
      if (note.text === text) throw new Error(`“${text}” was noted`);
      return seen;
    },
  };
}

const pings: Exploration<Process<Message>, number, 'note'> = {
  processes: { anna: Pinger, ben: Ponger, cleo: Ponger },
  watch: notes,
};

describe('the same answer', () => {
  const managers = twoPhaseCommit(4);
  const systems: [string, Exploration<never, never>][] = (
    [
      ['Paxos', paxos(3, 2)],
      ['two-phase commit', { ...managers, watch: consistent }],
      ['pings', pings],
      ['pings, and a timer', { ...pings, timeouts: 2 }],
      ['pings, and what can go wrong', { ...pings, loses: 1, copies: 1, crashes: 1, timeouts: 1 }],
      ['pings on ordered links', { ...pings, ordered: true, loses: 2, copies: 1 }],
      ['pings, a promise that breaks', { ...pings, watch: never('everyone answered') }],
      ['two-phase commit that breaks', { ...managers, watch: never('aborted') }],
    ] as [string, object][]
  ).map(([name, system]) => [name, { ...system, alike: [] } as never]);

  test.each(systems)('depth first: %s', (_, system) => {
    const [breadth, depth] = [explore(system), explore(system, { order: 'depth' })];
    expect(outcome(depth)).toEqual(outcome(breadth));
  });

  test.each(systems)('without memory: %s', (_, system) => {
    const [memo, none] = [explore(system), explore(system, { memo: false })];
    expect({ ...none, trace: '' }).toEqual({ ...memo, handlersRun: none.handlersRun, trace: '' });
    expect(none.handlersRun).toBeGreaterThanOrEqual(memo.handlersRun);
  });

  test.each(systems)('with sleep sets, by no more steps: %s', (_, system) => {
    const [full, less] = [explore(system), explore(system, { partialOrder: true })];
    expect([less.states, less.depth, less.verdict]).toEqual([
      full.states,
      full.depth,
      full.verdict,
    ]);
    expect(less.generated).toBeLessThanOrEqual(full.generated);
  });

  test('sleep sets save steps', () => {
    const system = paxos(3, 2);
    const [full, less] = [explore(system), explore(system, { partialOrder: true })];
    expect(less.generated).toBeLessThan(0.6 * full.generated);
  });

  test.each(systems)('with deliveries that change nothing: %s', (_, system) => {
    const [less, full] = [explore(system), explore(system, { skipNoOps: false })];
    expect(full.verdict).toBe(less.verdict);
    expect(full.states).toBeGreaterThanOrEqual(less.states);
  });

  /** What does not depend on the order of the search. */
  function outcome(answer: Explored): readonly unknown[] {
    const { verdict, states, generated } = answer;
    return verdict === 'violated' ? [verdict] : [verdict, states, generated];
  }

  test('with processes that play the same part', () => {
    const alike = ['ben', 'cleo'];
    for (const [, system] of systems.filter(([name]) => name.startsWith('pings'))) {
      const [full, less] = [explore(system), explore({ ...system, alike })];
      expect(less.verdict).toBe(full.verdict);
      expect(less.states).toBeLessThan(full.states);
    }
  });

  test('a broken promise among such processes is told as one run', () => {
    const [full, less] = [false, true].map((symmetry) =>
      explore({ ...managers, watch: never('committed') } as never, { symmetry }),
    );
    if (full?.verdict !== 'violated' || less?.verdict !== 'violated') throw new Error('holds');
    expect(less.steps).toBe(full.steps);
    expect(less.trace.all('note')).toHaveLength(1);
    expect(less.trace.all('deliver')).toHaveLength(full.trace.all('deliver').length);
  });
});

describe('what can happen', () => {
  test('every message may come before every other', () => {
    // Of each of two conversations: the ping is on its way, or the pong, or it is over.
    expect(explore({ ...pings, processes: { anna: Pinger, ben: Ponger } }).states).toBe(3);
    // 9, and the four in which anna remembers who answered first are two.
    expect(explore(pings).states).toBe(10);
  });

  test('a message is lost, as often as the budget says', () => {
    const two = { ...pings, processes: { anna: Pinger, ben: Ponger } };
    expect(explore({ ...two, loses: 1 }).states).toBe(4);
    expect(explore({ ...two, loses: 9 }).states).toBe(4);
  });

  test('a message arrives twice', () => {
    const answer = explore({ ...pings, copies: 1, watch: never('everyone answered') });
    expect(answer).toMatchObject({ verdict: 'violated', steps: 4 });
    expect(explore({ ...pings, copies: 1 }).states).toBeGreaterThan(explore(pings).states);
  });

  test('a timer runs out, and is not set again', () => {
    const two = { ...pings, processes: { anna: Pinger, ben: Ponger } };
    expect(explore({ ...two, timeouts: 1 }).states).toBeGreaterThan(3);
    expect(explore({ ...two, timeouts: 2 }).states).toBe(explore({ ...two, timeouts: 1 }).states);
  });

  test.each([-1, 0.5, 64, NaN])('a budget of %d is refused', (loses) => {
    expect(() => explore({ ...pings, loses })).toThrow(/is no budget/);
  });

  test('a run that breaks the promise is told as short as can be', () => {
    const answer = explore({ ...pings, watch: never('everyone answered') });
    if (answer.verdict !== 'violated') throw new Error(answer.verdict);
    expect(answer.steps).toBe(4);
    expect(answer.trace.all('deliver').map(({ process, at }) => [process, at])).toEqual([
      ['ben', 10],
      ['anna', 20],
      ['cleo', 20],
      ['anna', 30],
    ]);
    expect(answer.trace.at(answer.mark as number)).toMatchObject({ kind: 'note', process: 'anna' });
  });

  test('what is at rest is judged there and nowhere else', () => {
    const atRest = (seen: number) => {
      if (seen === 0) throw new Error('nobody ever heard everyone');
    };
    const calm = { ...pings, watch: { ...notes, atRest } };
    // The timer still runs, so it is never at rest.
    expect(explore({ ...calm, loses: 1 }).verdict).toBe('holds');
    expect(explore({ ...calm, timeouts: 1 }).verdict).toBe('holds');
    expect(explore({ ...calm, timeouts: 1, loses: 1 }).verdict).toBe('holds');
    expect(explore({ ...calm, timeouts: 1, loses: 2 })).toMatchObject({ verdict: 'violated' });
  });
});

// ── Against the simplest search there is, on random protocols ────────────────────────────────────

const names = ['a', 'b', 'c'];

/** What a process does when it is in a state and a message comes. */
interface Rule {
  readonly next: number;
  readonly sends: readonly (readonly [to: number, message: number])[];
  readonly note: boolean;
}

const rules = fc.array(
  fc.record({
    next: fc.nat(2),
    sends: fc.array(fc.tuple(fc.nat(2), fc.nat(1)), { maxLength: 1 }),
    note: fc.boolean(),
  }),
  { minLength: 3 * 3 * 2, maxLength: 3 * 3 * 2 },
);
const first = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(1)), { minLength: 1, maxLength: 5 });

function ruleOf(table: readonly Rule[], process: number, state: number, message: number): Rule {
  return table[(process * 3 + state) * 2 + message] as Rule;
}

/** States as texts, messages as a list: all that can be reached; undefined if that is a lot. */
function naive(
  table: readonly Rule[],
  begin: readonly (readonly [number, number, number])[],
): { states: Set<string>; notes: Set<string> } | undefined {
  const text = (states: readonly number[], mail: readonly string[]) =>
    JSON.stringify([states, mail.toSorted()]);
  const mailOf = (from: number, [to, message]: readonly [number, number]) =>
    to === from ? [] : [`${from}${to}${message}`];
  const queue: [number[], string[]][] = [
    [[0, 0, 0], begin.flatMap(([from, to, message]) => mailOf(from, [to, message]))],
  ];
  const states = new Set(queue.map(([locals, mail]) => text(locals, mail)));
  const notes = new Set<string>();
  for (const [locals, mail] of queue) {
    for (const letter of new Set(mail)) {
      const [, to, message] = [...letter].map(Number) as [number, number, number];
      const rule = ruleOf(table, to, locals[to] as number, message);
      if (rule.note) notes.add(`${names[to]}${locals[to]}${message}`);
      const after = locals.with(to, rule.next);
      const sent = rule.sends.flatMap((send) => mailOf(to, send));
      const left = [...mail.toSpliced(mail.indexOf(letter), 1), ...sent];
      if (states.has(text(after, left))) continue;
      states.add(text(after, left));
      queue.push([after, left]);
      if (states.size > 2_000) return undefined;
    }
  }
  return { states, notes };
}

test('1,000 random protocols: the same states, and the same notes, however it is searched', () => {
  let compared = 0;
  fc.assert(
    fc.property(rules, first, (table, begin) => {
      const known = naive(table, begin);
      if (known === undefined) return;
      compared++;
      class Node extends Process<number> {
        state = 0;
        override start(): void {
          for (const [from, to, message] of begin)
            if (names[from] === this.id) this.post([to, message]);
        }
        receive(message: number): void {
          const rule = ruleOf(table, names.indexOf(this.id), this.state, message);
          if (rule.note) this.note(`${this.id}${this.state}${message}`);
          this.state = rule.next;
          rule.sends.forEach((send) => this.post(send));
        }
        post([to, message]: readonly [number, number]): void {
          if (names[to] !== this.id) this.send(names[to] as string, message);
        }
      }
      const processes = { a: Node, b: Node, c: Node };
      for (const skipNoOps of [false, true]) {
        for (const [order, partialOrder] of [
          ['breadth', false],
          ['depth', false],
          ['breadth', true],
          ['depth', true],
        ] as const) {
          const notes = new Set<string>();
          const watch = {
            kinds: ['note'],
            start: 0,
            next: (seen: number, { text }: { readonly text: string }) => {
              notes.add(text);
              return seen;
            },
          } as const;
          const answer = explore({ processes, watch }, { order, partialOrder, skipNoOps });
          expect(answer.verdict).toBe('holds');
          expect(notes).toEqual(known.notes);
          const least = skipNoOps ? 1 : known.states.size;
          expect(answer.states).toBeGreaterThanOrEqual(least);
          expect(answer.states).toBeLessThanOrEqual(known.states.size);
        }
      }
    }),
    { numRuns: 1_000, seed: 7 },
  );
  expect(compared).toBeGreaterThan(500);
});

test('a disk is empty again when a run is told', () => {
  class Voter extends Process<string> {
    receive(name: string, from: ProcessId): void {
      const first = this.disk.read<string>('first') ?? name;
      this.disk.write('first', first);
      this.send(from, first);
    }
  }
  class Candidate extends Process<string> {
    override start(): void {
      this.send('v', this.id);
    }
    receive(name: string): void {
      this.note(name);
    }
  }
  const answer = explore<Process<string>, number, 'note'>({
    processes: { a: Candidate, b: Candidate, v: Voter },
    watch: never('b'),
  });
  if (answer.verdict !== 'violated') throw new Error(answer.verdict);
  expect(answer.trace.all('write')).toMatchObject([{ value: 'b' }]);
  expect(answer.trace.all('deliver')).toMatchObject([
    { process: 'v', from: 'b' },
    { process: 'b' },
  ]);
});

describe('a walk at random', () => {
  const system = { ...pings, loses: 1, copies: 2, timeouts: 3, watch: never('everyone answered') };

  test('that breaks the promise is cut down to what it takes', () => {
    const answer = walk(system, { seed: 3 });
    if (answer.verdict !== 'violated') throw new Error(answer.verdict);
    expect(answer.steps).toBe(4);
    expect(answer.trace.all('note')).toMatchObject([{ text: 'everyone answered' }]);
  });

  test('a search depth first is cut down as well', () => {
    const answer = explore(system, { order: 'depth' });
    expect(answer).toMatchObject({ verdict: 'violated', steps: 4 });
  });

  test('is the same for the same seed', () => {
    const texts = [1, 1, 2].map((seed) => {
      const answer = walk(system, { seed });
      return answer.verdict === 'violated' ? answer.trace.toText() : '';
    });
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe('');
  });

  test('never says that a promise holds', () => {
    const answer = walk({ ...system, watch: notes }, { walks: 50, steps: 20 });
    expect(answer).toMatchObject({ verdict: 'not decided', walks: 50 });
    expect(answer.steps).toBeGreaterThan(200);
    expect(answer.steps).toBeLessThanOrEqual(1_000);
  });

  test('sees only what the search sees', () => {
    const seen = [new Set<string>(), new Set<string>()];
    const watching = (texts: Set<string>) => ({
      ...notes,
      next: (before: number, { text }: { readonly text: string }) => {
        texts.add(`${before} ${text}`);
        return before + 1;
      },
    });
    walk({ ...system, watch: watching(seen[0] as Set<string>) }, { walks: 500 });
    explore({ ...system, watch: watching(seen[1] as Set<string>) });
    expect(seen[0]).toEqual(seen[1]);
  });

  test('ends where a handler throws', () => {
    class Fragile extends Process<Message> {
      override start(): void {
        for (const peer of this.peers) this.send(peer, 'ping');
      }
      receive(): void {
        throw new TypeError('out of paper');
      }
    }
    const stopped = thrownBy(() => walk({ processes: { anna: Fragile, ben: Fragile } }));
    expect(stopped).toBeInstanceOf(RunStopped);
  });
});

test('a handler that throws is told by the shortest run up to it', () => {
  class Fragile extends Ponger {
    override receive(message: Message, from: ProcessId): void {
      if (from === 'cleo') throw new TypeError('out of paper');
      super.receive(message, from);
    }
  }
  const system = { processes: { anna: Pinger, ben: Fragile, cleo: Pinger } };
  const stopped = thrownBy(() => explore(system)) as RunStopped;
  expect(stopped).toBeInstanceOf(RunStopped);
  expect(stopped.message).toBe('ben stopped: out of paper');
  expect(stopped.trace.all('throw')).toMatchObject([{ process: 'ben', text: 'out of paper' }]);
});

describe('a handler that depends on what the world cannot see', () => {
  let outside = 0;

  test('on a variable outside the class: named with what it did, and its line', () => {
    class Forgetful extends Ponger {
      override receive(_: Message, from: ProcessId): void {
        outside++;
        this.note(`ping ${outside}`);
        this.send(from, 'pong');
      }
    }
    const broken = thrownBy(() => explore({ processes: { anna: Pinger, ben: Forgetful } }));
    expect(broken).toBeInstanceOf(RuleBroken);
    expect((broken as RuleBroken).message).toMatch(
      /^ben first noted “ping \d”, and then noted “ping \d”, at the same step with the same fields/,
    );
    expect((broken as RuleBroken).where).toMatch(/explore\.test\.ts:\d+:\d+$/);
  });

  test('into a field', () => {
    class Counting extends Process<Message> {
      count = 0;
      receive(): void {
        this.count = ++outside;
      }
    }
    const broken = thrownBy(() =>
      explore({ processes: { anna: Pinger as new () => Process<Message>, ben: Counting } }),
    );
    expect((broken as RuleBroken).message).toMatch(
      /^ben\.count came out first as \d+, and then as/,
    );
    expect((broken as RuleBroken).where).toMatch(/explore\.test\.ts:\d+:\d+$/);
  });

  test('on a largest number seen anywhere', () => {
    let highest = 0;
    class Ranked extends Process<number> {
      rank = 0;
      override start(): void {
        if (this.id === 'a') for (let n = 1; n < 4; n++) this.send('b', n);
      }
      receive(n: number): void {
        highest = Math.max(highest, n);
        this.rank = highest;
      }
    }
    const broken = thrownBy(() => explore({ processes: { a: Ranked, b: Ranked } }));
    expect((broken as RuleBroken).message).toMatch(/^b\.rank came out first as \d, and then as 3/);
  });

  test('on what it keeps outside, by itself', () => {
    const votes = new WeakMap<object, number>();
    class Secretive extends Process<string> {
      override start(): void {
        for (const peer of this.peers) this.send(peer, 'vote');
      }
      receive(): void {
        const count = (votes.get(this) ?? 0) + 1;
        votes.set(this, count);
        if (count === 2) this.note('two votes');
      }
    }
    const processes = { a: Secretive, b: Secretive };
    const broken = thrownBy(() =>
      explore<Process<never>, number, 'note'>({ processes, copies: 1, watch: never('two votes') }),
    );
    expect(broken).toBeInstanceOf(RuleBroken);
    expect((broken as RuleBroken).message).toMatch(/outside the class/);
  });

  test.each<[string, unknown, string]>([
    ['a function', () => 1, 'a.kept is a function'],
    ['something deep inside', { list: [1, new Date(0)] }, 'a.kept.list[1] is a Date'],
    ['a promise', Promise.resolve(), 'a.kept is a Promise'],
    ['a symbol', Symbol('x'), 'a.kept is a symbol'],
  ])('a field cannot be kept: %s', (_, value, sentence) => {
    class Odd extends Process<string> {
      kept: unknown;
      override start(): void {
        this.kept = value;
      }
      receive(): void {}
    }
    expect(() => explore({ processes: { a: Odd } })).toThrow(sentence);
  });

  test('a method that is put into an object later cannot be kept', () => {
    class Waiter {
      next = (): void => {};
    }
    class Odd extends Process<string> {
      readonly waiter = new Waiter();
      override start(): void {
        for (const peer of this.peers) this.send(peer, 'x');
      }
      receive(text: string): void {
        this.waiter.next = () => this.note(text);
      }
    }
    expect(() => explore({ processes: { a: Odd, b: Odd } })).toThrow(
      /\.waiter\.next is a function/,
    );
  });

  test('a private name cannot be looked into', () => {
    class Secretive extends Process<string> {
      #secret = 0;
      receive(): void {
        this.note(`secret ${this.#secret}`);
      }
    }
    expect(() => explore({ processes: { a: Secretive } })).toThrow(/write `private` instead of #/);
  });
});

test('the clock of a process moves when its timers run out, and states tell its times apart', () => {
  class Watcher extends Process<string> {
    times: number[] = [];
    override start(): void {
      this.setTimer('a', 30);
      this.setTimer('b', 50);
    }
    override timeout(timer: string): void {
      this.times.push(this.now());
      this.note(`${timer} at ${this.times.join(' and ')}`);
      if (this.times.length < 4) this.setTimer(timer, 30);
    }
    receive(): void {}
  }
  const texts = new Set<string>();
  const next = (seen: number, { text }: { readonly text: string }) => {
    texts.add(text);
    return seen;
  };
  explore({
    processes: { a: Watcher },
    timeouts: 3,
    watch: { kinds: ['note'], start: 0, next },
  });
  expect([...texts]).toContain('a at 30 and 60');
  expect([...texts]).toContain('b at 30 and 50');
  expect([...texts].some((text) => text.startsWith('b at 50'))).toBe(false);
});

test('a promise that breaks where a clock is read for the first time is still a broken promise', () => {
  class Late extends Process<string> {
    override start(): void {
      this.setTimer('late', 30);
    }
    override timeout(): void {
      this.note(`at ${this.now()}`);
    }
    receive(): void {}
  }
  const answer = explore({ processes: { a: Late }, timeouts: 1, watch: never('at 30') });
  expect(answer).toMatchObject({ verdict: 'violated', steps: 1 });
});

describe('fields of every kind are kept and put back', () => {
  class Counter {
    value = 0;
    up(): number {
      return ++this.value;
    }
  }
  /** Its method belongs to this very object. */
  class Bell {
    rung = 0;
    ring = (): number => ++this.rung;
  }
  class Hoarder extends Process<string> {
    readonly map = new Map<string, Set<number>>();
    readonly counter = new Counter();
    readonly shared = [this.counter];
    readonly bytes = new Uint8Array(2);
    readonly bell = new Bell();
    readonly me = { self: this as unknown };
    act = (): void => this.send('b', 'x');
    override start(): void {
      if (this.id === 'a') for (const text of ['x', 'y']) this.send('b', text);
    }
    receive(text: string): void {
      this.map.set(text, new Set([this.counter.up()]));
      (this.bytes[0] as number)++;
      const sums = [this.map.size, this.shared[0]?.value, this.bytes[0], this.bell.ring()];
      this.note(`${sums.join()} ${(this.me.self as Hoarder).counter.value}`);
    }
  }

  test('also one that stands in two places, and the process itself', () => {
    const texts = new Set<string>();
    const answer = explore({
      processes: { a: Hoarder, b: Hoarder },
      watch: {
        kinds: ['note'],
        start: 0,
        next: (seen, { text }) => {
          texts.add(text);
          return seen;
        },
      },
    });
    expect(answer).toMatchObject({ verdict: 'holds', states: 5 });
    expect([...texts]).toEqual(['1,1,1,1 1', '2,2,2,2 2']);
  });
});

describe('a system without end', () => {
  class Growing extends Process<string> {
    count = 0;
    override start(): void {
      if (this.id === 'a') this.send('b', 'go');
    }
    receive(_: string, from: ProcessId): void {
      this.count++;
      this.send(from, 'go');
    }
  }

  test('says how far it came, and which field grows', () => {
    const answer = explore({ processes: { a: Growing, b: Growing }, maxStates: 200 });
    expect(answer).toMatchObject({ verdict: 'not decided', states: 200, frontier: 1, depth: 200 });
    expect(answer).toHaveProperty(
      'growing',
      expect.stringMatching(/^[ab]\.count had \d+ different values, at last \d+: does it grow/),
    );
  });

  test('says which field counts what happens, though it is small yet', () => {
    class Tally extends Process<string> {
      last = '';
      received = 0;
      override start(): void {
        for (const text of ['x', 'y', 'z']) this.broadcast(text);
      }
      receive(text: string, from: ProcessId): void {
        this.last = text;
        this.received++;
        if (this.received < 12) this.send(from, text);
      }
    }
    const answer = explore({ processes: { a: Tally, b: Tally, c: Tally }, maxStates: 5000 });
    expect(answer).toHaveProperty(
      'growing',
      expect.stringMatching(
        /^[abc] was in \d+ different states; without its field received there would be \d+\. Does received/,
      ),
    );
  });

  test('says which messages pile up', () => {
    class Flood extends Process<string> {
      override start(): void {
        if (this.id === 'a') this.send('b', 'go');
      }
      receive(_: string, from: ProcessId): void {
        this.send(from, 'go');
        this.send(from, 'go');
      }
    }
    const answer = explore({ processes: { a: Flood, b: Flood }, maxStates: 200 });
    expect(answer).toHaveProperty(
      'growing',
      expect.stringMatching(/^\d+ messages are on their way to/),
    );
  });

  test('holds for the first states, if that is the promise', () => {
    const answer = explore({ processes: { a: Growing, b: Growing }, firstStates: 100 });
    expect(answer).toMatchObject({ verdict: 'holds', all: false, states: 100 });
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
