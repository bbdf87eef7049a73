import { expect, test } from 'vitest';
import { BadHistory } from './history.ts';
import { type ClientEvent, operationsOf, unfold } from './unfolding.ts';

const write = (client: string): ClientEvent => ({
  kind: 'invoked',
  client,
  op: 'write',
  argument: client,
});
const read = (client: string): ClientEvent => ({ kind: 'invoked', client, op: 'read' });
const got = (client: string, result?: unknown): ClientEvent => ({
  kind: 'responded',
  client,
  result,
});
const history = (...events: readonly ClientEvent[]) =>
  events.reduce<readonly ClientEvent[]>(unfold, []);

test('which of two invocations came first makes no difference, nor which of two responses', () => {
  expect(history(write('bob'), write('alice'))).toEqual(history(write('alice'), write('bob')));
  const asked = [write('alice'), write('bob'), write('cleo')];
  expect(history(...asked, got('cleo'), got('alice'))).toEqual(
    history(...asked, got('alice'), got('cleo')),
  );
});

test('whether a response came before an invocation does', () => {
  expect(history(write('alice'), got('alice'), read('bob'))).not.toEqual(
    history(write('alice'), read('bob'), got('alice')),
  );
});

test('its operations overlap as they did', () => {
  const operations = operationsOf(
    history(read('bob'), write('alice'), got('alice'), read('cleo'), got('bob', 1)),
  );
  expect(operations).toMatchObject([
    { client: 'alice', op: 'write', argument: 'alice', invokedAt: 0, respondedAt: 2 },
    { client: 'bob', op: 'read', result: 1, invokedAt: 1, respondedAt: 4 },
    { client: 'cleo', op: 'read', invokedAt: 3 },
  ]);
  expect(operations[2]).not.toHaveProperty('respondedAt');
});

test('a client goes on after its response', () => {
  const operations = operationsOf(
    history(write('alice'), got('alice'), read('alice'), got('alice', 7)),
  );
  expect(operations.map(({ op, respondedAt }) => [op, respondedAt])).toEqual([
    ['write', 1],
    ['read', 3],
  ]);
});

test.each([
  ['nobody asked', [got('alice', 1)]],
  ['it was answered', [read('alice'), got('alice', 1), got('alice', 2)]],
])('a response is refused when %s', (_, events) => {
  expect(() => operationsOf(history(...events))).toThrow(BadHistory);
  expect(() => operationsOf(history(...events))).toThrow(/alice got \d, and waited for nothing/);
});
