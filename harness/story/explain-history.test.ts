import { describe, expect, test } from 'vitest';
import type { Operation } from '../check/history.ts';
import { linearizable } from '../check/linearizability.ts';
import { casRegister, counter, type Model, queue, register } from '../check/models.ts';
import { explainHistory } from './explain-history.ts';

const did = (
  client: string,
  op: string,
  [argument, result]: readonly [argument: unknown, result?: unknown],
  [invokedAt, respondedAt]: readonly [invokedAt: number, respondedAt?: number],
): Operation => ({ client, op, argument, result, invokedAt, respondedAt });

/** The sentence and the picture, as they would be told. */
function explained(history: readonly Operation[], model: Model): string {
  const answer = linearizable(history, model);
  if (answer.verdict !== 'no') throw new Error(`the verdict is ${answer.verdict}`);
  const { sentence, picture } = explainHistory(answer);
  return ['', sentence, '', ...picture, ''].join('\n');
}

const nothing = [undefined] as const;
const got = (result: unknown) => [undefined, result] as const;

describe('a register', () => {
  test('the football final: what was over, and tells that it held another value', () => {
    const history = [
      did('referee', 'write', ['Germany won'], [0, 100]),
      did('alice', 'read', got('Germany won'), [10, 20]),
      did('bob', 'read', got(null), [30, 40]),
    ];
    expect(explained(history, register)).toMatchInlineSnapshot(`
      "
      bob's read → null (30–40) cannot come after alice's read → 'Germany won' (10–20); no order of these 3 operations explains it.

        time  referee                 alice                   bob
           0  ┌ write 'Germany won'   ·                       ·
          10  │                       ┌ read → 'Germany won'  ·
          20  │                       └                       ·
      ✗   30  │                       ·                       ┌ read → null
          40  │                       ·                       └
              …                       ·                       ·
      "
    `);
  });

  test('only what is needed is told', () => {
    const history = [
      did('alice', 'write', [1], [0, 5]),
      did('carol', 'read', got(1), [6, 9]),
      did('alice', 'write', [2], [10, 15]),
      did('carol', 'read', got(2), [12, 18]),
      did('bob', 'read', got(1), [20, 25]),
      did('alice', 'write', [3], [30, 35]),
    ];
    expect(explained(history, register)).toMatchInlineSnapshot(`
      "
      bob's read → 1 (20–25) cannot come after alice's write 2 (10–15); no order of these 3 operations explains it.

        time  alice                   bob
           0  ┌ write 1               ·
           5  └                       ·
          10  ┌ write 2               ·
          15  └                       ·
      ✗   20  ·                       ┌ read → 1
          25  ·                       └
      "
    `);
  });

  test('a value that came from nowhere', () => {
    const history = [did('alice', 'write', [1], [0, 5]), did('bob', 'read', got(7), [10, 20])];
    expect(explained(history, register)).toMatchInlineSnapshot(`
      "
      Nothing that was asked for by 20 explains bob's read → 7 (10–20).

        time  bob
      ✗   10  ┌ read → 7
          20  └
      "
    `);
  });

  test('a value that was read before it was written', () => {
    const history = [did('bob', 'read', got(1), [0, 10]), did('alice', 'write', [1], [20, 30])];
    expect(explained(history, register)).toMatchInlineSnapshot(`
      "
      Nothing that was asked for by 10 explains bob's read → 1 (0–10).

        time  bob
      ✗    0  ┌ read → 1
          10  └
      "
    `);
  });
});

describe('other objects', () => {
  test('a queue that gives the same thing twice', () => {
    const history = [
      did('alice', 'enqueue', ['x'], [0, 20]),
      did('bob', 'enqueue', ['y'], [10, 30]),
      did('alice', 'dequeue', got('y'), [40, 60]),
      did('carol', 'dequeue', got('y'), [50, 70]),
    ];
    expect(explained(history, queue)).toMatchInlineSnapshot(`
      "
      carol's dequeue → 'y' (50–70) fits nowhere; no order of these 4 operations explains it.

        time  alice                   bob                     carol
           0  ┌ enqueue 'x'           ·                       ·
          10  │                       ┌ enqueue 'y'           ·
          20  └                       │                       ·
          30  ·                       └                       ·
          40  ┌ dequeue → 'y'         ·                       ·
      ✗   50  │                       ·                       ┌ dequeue → 'y'
          60  └                       ·                       │
          70  ·                       ·                       └
      "
    `);
  });

  test('a compare-and-set that two clients win', () => {
    const history = [
      did('alice', 'cas', [[null, 'alice'], true], [0, 20]),
      did('bob', 'cas', [[null, 'bob'], true], [10, 30]),
    ];
    expect(explained(history, casRegister)).toMatchInlineSnapshot(`
      "
      bob's cas [null, 'bob'] → true (10–30) fits nowhere; no order of these 2 operations explains it.

        time  alice                   bob
           0  ┌ cas [null, 'alice'] → true
      ✗   10  │                       ┌ cas [null, 'bob'] → true
          20  └                       │
          30  ·                       └
      "
    `);
  });

  test('a counter that lost what it had counted long before', () => {
    const history = [
      ...Array.from({ length: 12 }, (_, i) =>
        did(i % 2 === 0 ? 'alice' : 'bob', 'increment', nothing, [i * 10, i * 10 + 15]),
      ),
      did('carol', 'read', got(11), [200, 210]),
    ];
    expect(explained(history, counter)).toMatchInlineSnapshot(`
      "
      carol's read → 11 (200–210) fits nowhere; no order of these 13 operations explains it.

        time  alice                   bob                     carol
              … 2 earlier operations
          20  ┌ increment             ·                       ·
          30  │                       ┌ increment             ·
          35  └                       │                       ·
          40  ┌ increment             │                       ·
          45  │                       └                       ·
          50  │                       ┌ increment             ·
          55  └                       │                       ·
          60  ┌ increment             │                       ·
          65  │                       └                       ·
          70  │                       ┌ increment             ·
          75  └                       │                       ·
          80  ┌ increment             │                       ·
          85  │                       └                       ·
          90  │                       ┌ increment             ·
          95  └                       │                       ·
         100  ┌ increment             │                       ·
         105  │                       └                       ·
         110  │                       ┌ increment             ·
         115  └                       │                       ·
         125  ·                       └                       ·
      ✗  200  ·                       ·                       ┌ read → 11
         210  ·                       ·                       └
      "
    `);
  });
});

test('a picture as small as asked for', () => {
  const history = [
    did('alice', 'write', [1], [0, 10]),
    did('alice', 'write', [2], [20, 30]),
    did('bob', 'read', got(1), [40, 50]),
  ];
  const answer = linearizable(history, register);
  if (answer.verdict !== 'no') throw new Error('it is linearizable');
  const { picture } = explainHistory(answer, { height: 6, width: 40 });
  expect(['', ...picture, ''].join('\n')).toMatchInlineSnapshot(`
    "
      time  alice               bob
            … 1 earlier operation
        20  ┌ write 2           ·
        30  └                   ·
    ✗   40  ·                   ┌ read → 1
        50  ·                   └
    "
  `);
});
