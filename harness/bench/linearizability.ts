import type { Operation } from '../check/history.ts';
import { linearizable } from '../check/linearizability.ts';
import { keyValue } from '../check/models.ts';
import type { Bench } from './bench.ts';
import { cpuNs } from './cpu-time.ts';
import { registerHistory } from './histories.ts';

/**
 * How long it takes to judge histories of registers: by zones, which judge what they can unless told
 * otherwise, and by the general search alone.
 */
export const linearizability: Bench = (print, effort) => {
  const { operations, rounds } = EFFORTS[effort];
  const cases = {
    tenKeys: caseOf(operations, 10, 'right'),
    tenKeysWrong: caseOf(operations, 10, 'wrong'),
    oneKey: caseOf(operations, 1, 'right'),
    oneKeyWrong: caseOf(operations, 1, 'wrong'),
    tenth: caseOf(operations / 10, 10, 'right'),
    hundredth: caseOf(operations / 100, 10, 'right'),
  };
  // In turns, so that whatever else the machine does slows down all of them.
  for (let round = 0; round < rounds; round++) Object.values(cases).forEach(measure);

  print(TITLE);
  print('');
  print(row(HEADINGS));
  for (const each of Object.values(cases)) print(row(cells(each)));
  print('');
  print(ratioRow(['', 'zones', 'search']));
  print(ratio('one key / 10 keys', cases.oneKey, cases.tenKeys));
  print(ratio('wrong / right, 10 keys', cases.tenKeysWrong, cases.tenKeys));
  print(ratio('wrong / right, one key', cases.oneKeyWrong, cases.oneKey));
  print(ratio('10 times as many operations', cases.tenKeys, cases.tenth));
  print(ratio('10 times as many, from fewer', cases.tenth, cases.hundredth));
  print('');
  for (const note of NOTES) print(note);
};

interface Case {
  readonly operations: number;
  readonly keys: number;
  readonly kind: 'right' | 'wrong';
  readonly history: readonly Operation[];
  /** The best so far: a run in which the engine compiles or collects garbage is not like the others. */
  zonesMs: number;
  searchMs: number;
}

function caseOf(operations: number, keys: number, kind: Case['kind']): Case {
  const history = registerHistory({ operations, keys, stale: kind === 'wrong' });
  return { operations, keys, kind, history, zonesMs: Infinity, searchMs: Infinity };
}

function measure(each: Case): void {
  each.zonesMs = Math.min(each.zonesMs, judgeMs(each, true));
  each.searchMs = Math.min(each.searchMs, judgeMs(each, false));
}

function judgeMs({ history, kind }: Case, zones: boolean): number {
  let verdict: string | undefined;
  const ns = cpuNs(() => {
    verdict = linearizable(history, keyValue, { zones }).verdict;
  });
  if (verdict !== (kind === 'right' ? 'yes' : 'no')) {
    throw new Error(`a history that is ${kind} was judged '${verdict}'`);
  }
  return ns / 1e6;
}

function cells({ operations, keys, kind, zonesMs, searchMs }: Case): readonly string[] {
  return [
    operations.toLocaleString('en'),
    String(keys),
    kind,
    zonesMs.toFixed(1),
    searchMs.toFixed(1),
    (searchMs / zonesMs).toFixed(1),
    ((zonesMs * 1e6) / operations).toFixed(0),
    ((searchMs * 1e6) / operations).toFixed(0),
  ];
}

function row(texts: readonly string[]): string {
  return texts.map((text, i) => text.padStart(COLUMNS[i] as number)).join('');
}

function ratio(what: string, over: Case, under: Case): string {
  const zones = over.zonesMs / under.zonesMs;
  const search = over.searchMs / under.searchMs;
  return ratioRow([what, zones.toFixed(1), search.toFixed(1)]);
}

function ratioRow([what = '', zones = '', search = '']: readonly string[]): string {
  return what.padStart(30) + zones.padStart(10) + search.padStart(10);
}

const EFFORTS = {
  full: { operations: 100_000, rounds: 9 },
  tiny: { operations: 2_000, rounds: 1 },
} as const;

const COLUMNS = [11, 6, 7, 10, 11, 14, 10, 11];
const NODE = process.versions.node.split('.', 1).join();
const TITLE = `Linearizability: registers, 10 clients, half of it writes (Node ${NODE})`;
const HEADINGS = [
  'operations',
  'keys',
  'is',
  'zones ms',
  'search ms',
  'search/zones',
  'zones ns',
  'search ns',
];
const NOTES = [
  'zones:  what `linearizable` does by itself where no value is written twice.',
  'search: the general search alone. The ns are those of one operation.',
  'Goals: 100,000 operations on 10 keys within 25 ms by zones and 60 ms by the',
  '       search, on one key within a second; wrong no slower than 10 times right;',
  '       level ns. A hundred thousand operations do not fit the cache of most',
  '       machines: what they take beyond that is memory.',
];
