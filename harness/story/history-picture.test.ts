import { describe, expect, test } from 'vitest';
import { registerHistory } from '../bench/histories.ts';
import type { Operation } from '../check/history.ts';
import { historyPicture, type HistoryPictureOptions } from './history-picture.ts';

/** `write('alice', 1, 0, 10)`: alice writes 1 from 0 to 10; without an end it stays pending. */
const write = (client: string, argument: unknown, invokedAt: number, respondedAt?: number) =>
  ({ client, op: 'write', argument, invokedAt, respondedAt }) satisfies Operation;
const read = (client: string, result: unknown, invokedAt: number, respondedAt?: number) =>
  ({ client, op: 'read', result, invokedAt, respondedAt }) satisfies Operation;

/** The picture, with a line before and after it so that it stands by itself in a test. */
function picture(history: readonly Operation[], options: HistoryPictureOptions = {}): string {
  return ['', ...historyPicture(history, options), ''].join('\n');
}

describe('operations', () => {
  test('reach from their invocation to their response, each in the column of its client', () => {
    const history = [
      write('referee', 'Germany won', 0, 100),
      read('alice', 'Germany won', 10, 20),
      read('bob', null, 30, 40),
    ];
    expect(picture(history)).toMatchInlineSnapshot(`
      "
        time  referee                 alice                   bob
           0  ┌ write 'Germany won'   ·                       ·
          10  │                       ┌ read → 'Germany won'  ·
          20  │                       └                       ·
          30  │                       ·                       ┌ read → null
          40  │                       ·                       └
         100  └                       ·                       ·
      "
    `);
  });

  test('that are marked have a cross in the gutter', () => {
    const history = [write('alice', 1, 0, 10), read('bob', 1, 5, 15), read('carol', null, 20, 30)];
    expect(picture(history, { marks: history.slice(2) })).toMatchInlineSnapshot(`
      "
        time  alice                   bob                     carol
           0  ┌ write 1               ·                       ·
           5  │                       ┌ read → 1              ·
          10  └                       │                       ·
          15  ·                       └                       ·
      ✗   20  ·                       ·                       ┌ read → null
          30  ·                       ·                       └
      "
    `);
  });

  test('are put in order of time', () => {
    const history = [read('bob', 1, 20, 30), write('alice', 1, 0, 10)];
    expect(picture(history)).toMatchInlineSnapshot(`
      "
        time  alice                   bob
           0  ┌ write 1               ·
          10  └                       ·
          20  ·                       ┌ read → 1
          30  ·                       └
      "
    `);
  });

  test('that are pending stay open', () => {
    const history = [write('alice', 1, 0), read('bob', 1, 10, 20)];
    expect(picture(history)).toMatchInlineSnapshot(`
      "
        time  alice                   bob
           0  ┌ write 1               ·
          10  │                       ┌ read → 1
          20  │                       └
              …                       ·
      "
    `);
  });

  test('stand beside those that a client has given up waiting for', () => {
    const history = [write('alice', 1, 0), write('alice', 2, 10), read('alice', 1, 20, 30)];
    expect(picture(history)).toMatchInlineSnapshot(`
      "
        time  alice
           0  ┌ write 1
          10  │┌ write 2
          20  ││┌ read → 1
          30  ││└
              ……
      "
    `);
  });

  test('that follow each other at once, and those that take no time', () => {
    const history = [
      write('alice', 1, 0, 10),
      write('alice', 2, 10, 20),
      read('bob', 1, 10, 10),
      read('bob', 2, 20, 20),
    ];
    expect(picture(history)).toMatchInlineSnapshot(`
      "
        time  alice                   bob
           0  ┌ write 1               ·
          10  ├ write 2               ● read → 1
          20  └                       ● read → 2
      "
    `);
  });

  test('say what was asked for in the words of their model', () => {
    const history: Operation[] = [
      { ...write('alice', ['free', 'alice'], 0, 10), op: 'cas', key: 'lock', result: true },
      { ...read('bob', false, 5, 15), op: 'cas', key: 'lock', argument: ['free', 'bob'] },
    ];
    expect(picture(history)).toMatchInlineSnapshot(`
      "
        time  alice                   bob
           0  ┌ cas lock ['free', 'alice'] → true
           5  │                       ┌ cas lock ['free', 'bob'] → false
          10  └                       │
          15  ·                       └
      "
    `);
  });
});

describe('what happens at the same time', () => {
  test('stands on one line, where there is room', () => {
    const history = [write('alice', 1, 0, 10), write('bob', 2, 0, 10), read('carol', 2, 10, 20)];
    expect(picture(history)).toMatchInlineSnapshot(`
      "
        time  alice                   bob                     carol
           0  ┌ write 1               ┌ write 2               ·
          10  └                       └                       ┌ read → 2
          20  ·                       ·                       └
      "
    `);
  });

  test('stands on two, where words are long or one of them is marked', () => {
    const history = [
      write('alice', 'the longest of words', 0, 10),
      write('bob', 2, 0, 20),
      read('carol', 2, 20, 30),
    ];
    expect(picture(history, { marks: history.slice(2) })).toMatchInlineSnapshot(`
      "
        time  alice                   bob                     carol
           0  ┌ write 'the longest of words'                  ·
           0  │                       ┌ write 2               ·
          10  └                       │                       ·
          20  ·                       └                       ·
      ✗   20  ·                       ·                       ┌ read → 2
          30  ·                       ·                       └
      "
    `);
  });
});

describe('what does not fit', () => {
  test('long words go on underneath, and end in … after three lines', () => {
    const speech = 'to be or not to be, that is the question, whether it is nobler in the mind';
    const history = [read('alice', 1, 0, 20), write('bob', `${speech} ${speech}`, 5, 10)];
    expect(picture(history)).toMatchInlineSnapshot(`
      "
        time  alice                   bob
           0  ┌ read → 1              ·
           5  │                       ┌ write 'to be or not to be, that is the
              │                       │ question, whether it is nobler in the mind
              │                       │ to be or not to be, that is the question,…
          10  │                       └
          20  └                       ·
      "
    `);
  });

  test('operations are left out and counted, those first that are far from the last mark', () => {
    const history = Array.from({ length: 20 }, (_, i) =>
      write(i % 2 === 0 ? 'alice' : 'bob', i, i * 10, i * 10 + 5),
    );
    const marks = [history[3], history[12]] as Operation[];
    expect(picture(history, { marks, height: 12 })).toMatchInlineSnapshot(`
      "
        time  alice                   bob
              … 3 earlier operations
      ✗   30  ·                       ┌ write 3
          35  ·                       └
              … 6 other operations
         100  ┌ write 10              ·
         105  └                       ·
         110  ·                       ┌ write 11
         115  ·                       └
      ✗  120  ┌ write 12              ·
         125  └                       ·
              … 7 later operations
      "
    `);
  });

  test('marks that are left out leave a cross', () => {
    const history = Array.from({ length: 9 }, (_, i) => write('alice', i, i * 10, i * 10 + 5));
    expect(picture(history, { marks: history, height: 6 })).toMatchInlineSnapshot(`
      "
        time  alice
      ✗       … 7 earlier operations
      ✗   70  ┌ write 7
          75  └
      ✗   80  ┌ write 8
          85  └
      "
    `);
  });

  test('clients are left out and counted, with what they did', () => {
    const history = Array.from({ length: 30 }, (_, i) => read(`c${i}`, i, i * 10, i * 10 + 15));
    expect(picture(history, { marks: history.slice(9, 10), width: 60 })).toMatchInlineSnapshot(`
      "
        time  c1   c2   c3   c4   c5   c6   c7   c8   c9
          10  ┌ read → 1     ·    ·    ·    ·    ·    ·
          20  │    ┌ read → 2     ·    ·    ·    ·    ·
          25  └    │    ·    ·    ·    ·    ·    ·    ·
          30  ·    │    ┌ read → 3     ·    ·    ·    ·
          35  ·    └    │    ·    ·    ·    ·    ·    ·
          40  ·    ·    │    ┌ read → 4     ·    ·    ·
          45  ·    ·    └    │    ·    ·    ·    ·    ·
          50  ·    ·    ·    │    ┌ read → 5     ·    ·
          55  ·    ·    ·    └    │    ·    ·    ·    ·
          60  ·    ·    ·    ·    │    ┌ read → 6     ·
          65  ·    ·    ·    ·    └    │    ·    ·    ·
          70  ·    ·    ·    ·    ·    │    ┌ read → 7
          75  ·    ·    ·    ·    ·    └    │    ·    ·
          80  ·    ·    ·    ·    ·    ·    │    ┌ read → 8
          85  ·    ·    ·    ·    ·    ·    └    │    ·
      ✗   90  ·    ·    ·    ·    ·    ·    ·    │    ┌ read → 9
          95  ·    ·    ·    ·    ·    ·    ·    └    │
         105  ·    ·    ·    ·    ·    ·    ·    ·    └
              … 21 more clients not drawn, with 21 operations
      "
    `);
  });

  test.each([1, 3, 10, 40])('%i clients fit 80 columns and 24 lines', (clients) => {
    const history = registerHistory({ operations: 300, keys: 1, clients, stale: true });
    const lines = historyPicture(history, { marks: history.slice(-1) });
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.length).toBeGreaterThan(20);
  });
});

test('nothing', () => {
  expect(picture([])).toMatchInlineSnapshot(`
    "
    Nobody asked for anything.
    "
  `);
});
