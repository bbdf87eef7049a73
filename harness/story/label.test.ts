import { expect, test } from 'vitest';
import { show } from '../world/show.ts';
import { label } from './label.ts';

const labels: readonly [message: unknown, words: string][] = [
  ['ping', 'ping'],
  ['', "''"],
  [3, '3'],
  [null, 'null'],
  [undefined, 'undefined'],
  [{}, ''],
  [{ type: 'heartbeat' }, 'heartbeat'],
  [{ type: 'prepare', ballot: { round: 1, process: 'p1' } }, 'prepare 1.p1'],
  [{ type: 'accept', ballot: { round: 2, process: 'p1' }, value: 'x' }, 'accept 2.p1 x'],
  [{ type: 'promise', accepted: null }, 'promise null'],
  [
    {
      type: 'append',
      entries: [
        { term: 1, value: 'x' },
        { term: 1, value: 'y' },
      ],
    },
    'append [1.x,1.y]',
  ],
  [{ type: 'append', entries: [] }, 'append []'],
  [{ type: 'read', options: {} }, 'read {}'],
  [{ time: 3, process: 'athens' }, '3 athens'],
  [['athens', 3], 'athens 3'],
  [{ type: 'say', text: 'two\nlines' }, 'say two lines'],
  [{ type: { odd: 1 } }, '1'],
];

test.each(labels.map(([message, words]) => [show(message), words, message]))(
  '%s is %j',
  (_, words, message) => {
    expect(label(message)).toBe(words);
  },
);
