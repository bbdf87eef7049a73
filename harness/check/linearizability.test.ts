import { describe, expect, test } from 'vitest';
import { registerHistory } from '../bench/histories.ts';
import { RandomStream } from '../world/random.ts';
import { show } from '../world/show.ts';
import { BadHistory, type Operation } from './history.ts';
import { linearizable } from './linearizability.ts';
import {
  casRegister,
  counter,
  keyValue,
  lock,
  log,
  type Model,
  queue,
  register,
} from './models.ts';
import { linearizableByZones } from './zones.ts';

/** `w('A', 1, 0, 10)`: A writes 1 from 0 to 10; without an end it stays pending. */
const w = (
  client: string,
  argument: unknown,
  invokedAt: number,
  respondedAt?: number,
): Operation => ({
  client,
  op: 'write',
  argument,
  invokedAt,
  respondedAt,
});
const r = (
  client: string,
  result: unknown,
  invokedAt: number,
  respondedAt?: number,
): Operation => ({
  client,
  op: 'read',
  result,
  invokedAt,
  respondedAt,
});
const enq = (client: string, argument: unknown, invokedAt: number, respondedAt: number) => ({
  ...w(client, argument, invokedAt, respondedAt),
  op: 'enqueue',
});
const deq = (client: string, result: unknown, invokedAt: number, respondedAt: number) => ({
  ...r(client, result, invokedAt, respondedAt),
  op: 'dequeue',
});

function verdict(history: readonly Operation[], model: Model = register) {
  return linearizable(history, model).verdict;
}

describe('histories from the literature', () => {
  // Herlihy and Wing 1990, figure 1: (a) and (c) are acceptable, (b) and (d) are not.
  test.each([
    [
      'a',
      'yes',
      [
        enq('A', 'x', 0, 30),
        enq('B', 'y', 10, 20),
        deq('B', 'x', 40, 50),
        deq('A', 'y', 40, 70),
        enq('B', 'z', 60, 80),
      ],
    ],
    ['b', 'no', [enq('A', 'x', 0, 10), enq('B', 'y', 20, 40), deq('A', 'y', 45, 60)]],
    ['c', 'yes', [enq('A', 'x', 0, 20), deq('B', 'x', 10, 30)]],
    [
      'd',
      'no',
      [enq('A', 'x', 0, 20), enq('B', 'y', 10, 30), deq('A', 'y', 40, 60), deq('C', 'y', 50, 70)],
    ],
  ])('a queue, figure 1 (%s): %s', (_, answer, history) => {
    expect(verdict(history, queue)).toBe(answer);
  });

  test('the football final: after Alice saw the result, Bob must see it too', () => {
    const final = [w('referee', 'Germany won', 0, 100), r('alice', 'Germany won', 10, 20)];
    expect(verdict([...final, r('bob', null, 30, 40)])).toBe('no');
    expect(verdict([...final, r('bob', 'Germany won', 30, 40)])).toBe('yes');
    // Had they looked at the same time, either could have seen either.
    expect(verdict([...final, r('bob', null, 15, 40)])).toBe('yes');
  });

  test('an inversion of new and old: a read that is over forbids the older value', () => {
    expect(
      verdict([w('A', 1, 0, 5), w('A', 2, 10, 99), r('B', 2, 20, 30), r('C', 1, 40, 50)]),
    ).toBe('no');
  });
});

describe('pending operations', () => {
  test('may have happened', () => {
    expect(verdict([w('A', 1, 0), r('B', 1, 10, 20)])).toBe('yes');
  });

  test('or not', () => {
    expect(verdict([w('A', 1, 0), r('B', null, 10, 20)])).toBe('yes');
  });

  test('but not first so, and then otherwise', () => {
    expect(verdict([w('A', 1, 0), r('B', 1, 10, 20), r('B', null, 30, 40)])).toBe('no');
  });

  test('nor before they were invoked', () => {
    expect(verdict([r('B', 1, 10, 20), w('A', 1, 30)])).toBe('no');
  });
});

describe('the models', () => {
  const done = (op: string, argument: unknown, result: unknown, at: number): Operation => ({
    client: 'A',
    op,
    argument,
    result,
    invokedAt: at,
    respondedAt: at + 1,
  });

  test.each([
    [
      'compare-and-set',
      casRegister,
      [
        done('write', 1, undefined, 0),
        done('cas', [1, 2], true, 2),
        done('cas', [1, 3], false, 4),
        done('read', undefined, 2, 6),
      ],
    ],
    [
      'counter',
      counter,
      [done('increment', 1, undefined, 0), done('add', 2, 3, 2), done('read', undefined, 3, 4)],
    ],
    [
      'log',
      log,
      [
        done('append', 'a', 0, 0),
        done('append', 'b', 1, 2),
        done('read', undefined, ['a', 'b'], 4),
      ],
    ],
    [
      'lock',
      lock,
      [
        done('acquire', 'p', true, 0),
        done('acquire', 'q', false, 2),
        done('release', 'p', true, 4),
        done('holder', undefined, null, 6),
      ],
    ],
  ])('%s: one after the other, and what must not be', (_, model, history) => {
    expect(verdict(history, model)).toBe('yes');
    const last = history.at(-1) as Operation;
    expect(verdict([...history.slice(0, -1), { ...last, result: 'wrong' }], model)).toBe('no');
  });

  test('each key is judged apart', () => {
    const history = [
      { ...w('A', 1, 0, 1), key: 'x' },
      { ...r('A', null, 2, 3), key: 'y' },
      { ...r('A', 1, 4, 5), key: 'x' },
    ];
    expect(verdict(history, keyValue)).toBe('yes');
    expect(linearizable([...history, { ...r('A', 1, 6, 7), key: 'y' }], keyValue)).toMatchObject({
      verdict: 'no',
      key: 'y',
    });
  });

  test.each([0, '', false, null])('%j is a value like any other', (value) => {
    expect(verdict([w('A', 1, 0, 1), w('A', value, 2, 3), r('A', value, 4, 5)])).toBe('yes');
    expect(verdict([w('A', value, 0, 1), r('A', 1, 2, 3)])).toBe('no');
  });
});

describe('the answer', () => {
  test('no: what is blocked, how much before it can be explained, and a small part that is wrong', () => {
    const history = [
      w('A', 1, 0, 1),
      w('B', 2, 2, 3),
      r('C', 2, 4, 5),
      w('A', 3, 6, 7),
      r('B', 3, 8, 9),
      r('C', 2, 10, 11),
      w('A', 4, 12, 13),
    ];
    expect(linearizable(history, register)).toEqual({
      verdict: 'no',
      key: undefined,
      blocked: history[5],
      prefix: 5,
      witness: [history[1], history[3], history[5]],
    });
  });

  test('yes: an order that explains it', () => {
    const history = [w('A', 1, 0, 30), r('B', 1, 10, 20), w('C', 2, 5, 40), r('B', 2, 50, 60)];
    const answer = linearizable(history, register, { zones: false });
    expect(answer).toMatchObject({ verdict: 'yes' });
    const order = answer.verdict === 'yes' ? answer.order : [];
    expect(order.map(({ client }) => client).join(' ')).toBe('A B C B');
  });

  test('not decided, when it would take more than it may', () => {
    const writers = Array.from({ length: 14 }, (_, i) => w(`w${i}`, i, 0, 100));
    const hard = [...writers, r('r', 'never written', 200, 210)];
    expect(linearizable(hard, register, { maxConfigurations: 5_000, zones: false })).toMatchObject({
      verdict: 'not decided',
    });
  });
});

describe('what is no history', () => {
  test.each([
    [
      'a response before its invocation',
      [w('A', 1, 10, 5)],
      'the response of A: write 1 (10–5) comes before it',
    ],
    [
      'two operations of one client at once',
      [w('A', 1, 0, 10), r('A', 1, 5, 20)],
      'A does two things at once',
    ],
    ['no time of invocation', [w('A', 1, NaN, 5)], 'has no time of invocation'],
  ])('%s', (_, history, sentence) => {
    for (const judge of [() => verdict(history), () => linearizableByZones(history)]) {
      expect(judge).toThrow(BadHistory);
      expect(judge).toThrow(sentence);
    }
  });

  test('a model that does not know an operation says so', () => {
    expect(() => verdict([{ ...w('A', 1, 0, 1), op: 'wirte' }])).toThrow(
      "a register has no operation 'wirte'",
    );
  });
});

describe('against all permutations', () => {
  const HISTORIES = 100_000;

  test(`${HISTORIES.toLocaleString('en')} random histories of up to 6 operations, judged alike three ways`, () => {
    const random = new RandomStream(1, 'histories');
    const found = { yes: 0, no: 0 };
    let disagreements = 0;
    for (let i = 0; i < HISTORIES; i++) {
      const history = randomHistory(random);
      const truth = bruteForce(history, register) ? 'yes' : 'no';
      found[truth]++;
      const zones = linearizableByZones(history);
      const { verdict: searched } = linearizable(history, register, {
        zones: false,
      });
      if (searched !== truth || verdict(history) !== truth || zones !== (truth === 'yes'))
        disagreements++;
    }
    expect(disagreements).toBe(0);
    // Both answers have to come up often, or the agreement would say little.
    expect(Math.min(found.yes, found.no)).toBeGreaterThan(HISTORIES / 5);
  });

  test('a witness is itself wrong, and nothing in it can be left out that explains nothing', () => {
    const random = new RandomStream(2, 'histories');
    for (let i = 0; i < 2_000; i++) {
      const answer = linearizable(randomHistory(random), register);
      if (answer.verdict !== 'no') continue;
      expect(bruteForce(answer.witness, register)).toBe(false);
    }
  });
});

describe('a search that finds itself trying everything starts over, and counts the readers', () => {
  const writers = Array.from({ length: 16 }, (_, i) => w(`w${i}`, i, 0, 100));
  const search = { zones: false, maxConfigurations: 100_000 };

  test('yes: an order that explains it', () => {
    // Of sixteen writes at once, the one that it tries first has to be the last.
    const history = [...writers, r('reader', 0, 200, 210)];
    const answer = linearizable(history, register, search);
    const order = answer.verdict === 'yes' ? answer.order : [];
    expect(order.map(({ client }) => client).slice(-2)).toEqual(['w0', 'reader']);
    expect(new Set(order)).toEqual(new Set(history));
  });

  test('no: the same answer as the zones give', () => {
    const history = registerHistory({ operations: 10_000, keys: 1, stale: true });
    expect(linearizable(history, register, search)).toEqual(linearizable(history, register));
  });

  test('no, where values come twice, too, and zones cannot tell', () => {
    const twice = [...writers, w('again', 7, 110, 120), r('reader', 3, 200, 210)];
    expect(linearizableByZones(twice)).toBeUndefined();
    expect(linearizable(twice, register, search).verdict).toBe('no');
  });
});

test('a hundred thousand operations, and no stack overflows', () => {
  const random = new RandomStream(3, 'histories');
  const history: Operation[] = [];
  let value: unknown = null;
  for (let i = 0; i < 100_000; i++) {
    // Five clients take turns; each operation overlaps with the one before and the one after it.
    const [client, at] = [`c${i % 5}`, i * 10];
    if (random.integer(0, 1) === 0) history.push(w(client, (value = i), at, at + 12));
    else history.push(r(client, value, at, at + 12));
  }
  expect(linearizable(history, register, { zones: false }).verdict).toBe('yes');
  expect(verdict(history)).toBe('yes');
  expect(verdict([...history, r('late', 0, 2_000_000, 2_000_001)])).toBe('no');
});

/** Up to three clients, up to six operations, every value written once, some of them pending. */
function randomHistory(random: RandomStream): readonly Operation[] {
  const free = [0, 0, 0];
  const written: unknown[] = [null];
  return Array.from({ length: random.integer(2, 6) }, (_, i) => {
    const client = random.integer(0, 2);
    const invokedAt = (free[client] as number) + random.integer(1, 3);
    const respondedAt = invokedAt + random.integer(0, 6);
    free[client] = respondedAt + 1;
    const end = random.integer(0, 9) === 0 ? undefined : respondedAt;
    if (random.integer(0, 1) === 0) {
      written.push(i);
      return w(`c${client}`, i, invokedAt, end);
    }
    return r(`c${client}`, written[random.integer(0, written.length - 1)], invokedAt, end);
  });
}

/** The definition, word for word: some order of all, or of all but some pending ones, is legal. */
function bruteForce(history: readonly Operation[], model: Model): boolean {
  const place = (left: readonly Operation[], state: unknown): boolean => {
    if (left.every(({ respondedAt }) => respondedAt === undefined)) return true;
    const first = Math.min(...left.map(({ respondedAt }) => respondedAt ?? Infinity));
    return left.some((each) => {
      if (each.invokedAt > first) return false;
      const [next, answer] = model.apply(state, each.op, each.argument);
      const fits =
        each.respondedAt === undefined ||
        answer === undefined ||
        show(answer) === show(each.result);
      return (
        fits &&
        place(
          left.filter((other) => other !== each),
          next,
        )
      );
    });
  };
  return place(history, model.initial);
}
