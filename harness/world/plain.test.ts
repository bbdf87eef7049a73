import { expect, test } from 'vitest';
import { copyPlain } from './plain.ts';
import { RuleBroken } from './rules.ts';
import { show } from './show.ts';

class Ballot {
  number = 1;
}

const PLAIN: readonly [unknown][] = [
  [null],
  [undefined],
  [true],
  [3],
  [-0],
  [NaN],
  [''],
  [10n],
  [[]],
  [{}],
  [[1, ['two', { three: 3 }]]],
  [{ type: 'promise', accepted: { ballot: [1, 'p1'], value: null } }],
];

test.each(PLAIN.map(([value]) => [show(value), value]))(
  '%s is plain data, and its copy is equal',
  (_, value) => {
    expect(copyPlain(value, 'message')).toStrictEqual(value);
  },
);

test('the copy is frozen to its depths, and shares nothing with the original', () => {
  const original = { entries: [{ value: 'x' }] };
  const copy = copyPlain(original, 'message');
  original.entries[0]!.value = 'y';
  expect(copy).toEqual({ entries: [{ value: 'x' }] });
  expect([copy, copy.entries, copy.entries[0]].every(Object.isFrozen)).toBe(true);
});

test('something that stands in a message twice is copied twice; that is no cycle', () => {
  const ballot = { number: 1 };
  expect(copyPlain({ a: ballot, b: ballot }, 'message')).toEqual({ a: ballot, b: ballot });
});

const NOT_PLAIN: readonly [unknown, sentence: string][] = [
  [() => {}, 'message is a function'],
  [{ type: 'get', reply: () => {} }, 'message.reply is a function'],
  [{ items: [1, 2, { callback() {} }] }, 'message.items[2].callback is a function'],
  [{ ballot: new Ballot() }, 'message.ballot is an instance of Ballot'],
  [{ at: new Error('no') }, 'message.at is an instance of Error'],
  [{ bytes: new Uint8Array(2) }, 'message.bytes is an instance of Uint8Array'],
  [{ votes: new Map() }, 'message.votes is a Map (send [...it] instead)'],
  [{ votes: [new Set(['p1'])] }, 'message.votes[0] is a Set (send [...it] instead)'],
  [{ tag: Symbol('tag') }, 'message.tag is a symbol'],
  [cyclic(), 'message.next.self contains itself (a cycle)'],
  [JSON.parse('{ "a": { "__proto__": 1 } }'), 'message.a has a key named __proto__'],
  [Object.create({ inherited: 1 }), 'message is an instance of Object'],
  [nested(200), `message${'.a'.repeat(16)}.… is nested too deeply`],
];

test.each(NOT_PLAIN.map(([value, sentence]) => [sentence, value]))(
  'refused: %s',
  (sentence, value) => {
    const copy = (): unknown => copyPlain(value, 'message');
    expect(copy).toThrow(RuleBroken);
    expect(copy).toThrow(`${sentence}: a message or a stored value is plain data`);
  },
);

function cyclic(): object {
  const next: Record<string, unknown> = {};
  next['self'] = next;
  return { next };
}

function nested(depth: number): object {
  return depth === 0 ? {} : { a: nested(depth - 1) };
}
