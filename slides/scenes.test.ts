import { describe, expect, test } from 'vitest';
import * as inBrowser from './harness.ts';
import * as everywhere from '../harness/index.ts';
import type { Fault } from '../harness/faults/plan.ts';
import { todo } from '../harness/guarantee/todo.ts';
import { lossesOf } from './losses.ts';
import { ended, justAfter, runScene, type Scene, untouched } from './scene.ts';
import { scenes } from './scenes.ts';

function scene(name: string): Scene {
  return scenes.get(name) as Scene;
}

/** What a scene tells, as it is at first unless something is set. */
function told(name: string, setting: Partial<ReturnType<typeof untouched>> = {}): string {
  const shown = scene(name);
  const run = runScene(shown, shown.code, { ...untouched(shown), ...setting });
  expect(run.trouble).toBeUndefined();
  return run.sentence;
}

describe('what the scenes show', () => {
  test('lamport-concurrent: the numbers of a concurrent pair are in order all the same', () => {
    expect(told('lamport-concurrent')).toBe(
      'C = 1 in corinth (50 ms) and C = 4 in byzantium (40 ms) are concurrent: neither could know of the other. The clocks put corinth first all the same, because 1 < 4.',
    );
  });

  test('register-inversion: the second reader sees the older value', () => {
    expect(told('register-inversion')).toBe(
      "bob reads 'new' (130 ms), then carol reads 'old' (180 ms). That is not linearizable: no single register answers so.",
    );
  });

  test('register-inversion: a fault that is taken away, and it is gone', () => {
    const { faults } = scene('register-inversion');
    expect(told('register-inversion', { faults: faults.slice(1) })).toMatch(/That is linearizable/);
  });

  test('register-writeback: not with a write-back', () => {
    expect(told('register-writeback')).toBe(
      "bob reads 'new' (150 ms), then carol reads 'new' (200 ms). That is linearizable: one register could have answered so.",
    );
  });

  test('paxos-value-trap: nothing is chosen, and who comes last learns what has the higher ballot', () => {
    expect(told('paxos-value-trap')).toBe("p3 learns 'y' (150 ms), after 3 ballots.");
  });

  test('paxos-duel: ten ballots, and fewer the faster the network is', () => {
    expect(told('paxos-duel')).toMatch(/after 10 ballots/);
    expect(told('paxos-duel', { latencyMs: 20 })).toMatch(/after [2-4] ballots/);
  });

  test('raft-split-vote: the first term has no leader', () => {
    expect(told('raft-split-vote')).toMatch(/^s2 leads term 2 from 442 ms on/);
  });

  test('raft-chain-stall: leader after leader; raft-chain-calm: one', () => {
    expect(told('raft-chain-stall')).toMatch(/^11 leaders one after the other/);
    expect(told('raft-chain-calm')).toMatch(/^s3 leads term 3/);
  });
});

describe.each([...scenes.keys()])('%s', (name) => {
  const shown = scene(name);

  test('is the same each time', () => {
    const once = runScene(shown, shown.code, untouched(shown));
    expect(runScene(shown, shown.code, untouched(shown))).toEqual(once);
  });

  test('a fault that is added leaves all before it as it was', () => {
    const before = runScene(shown, shown.code, untouched(shown)).data;
    const cursor = Math.floor(before.entries.length / 3);
    const atMs = justAfter(before.entries[cursor]?.at ?? 0);
    const [first = '', second = ''] = before.processes;
    const faults: Fault[] = [
      ...shown.faults,
      { kind: 'crash', process: first, atMs, downMs: 20 },
      { kind: 'partition', groups: [[first], [second]], atMs },
      { kind: 'pause', process: second, atMs, forMs: 30 },
    ];
    const { data, trouble } = runScene(shown, shown.code, { ...untouched(shown), faults });
    expect(trouble).toBeUndefined();
    expect(data.entries.slice(0, cursor + 1)).toEqual(before.entries.slice(0, cursor + 1));
    expect(data.entries.some(({ kind }) => kind === 'crash')).toBe(true);
  });

  test('no slider brings it into trouble', () => {
    for (const latencyMs of [1, 37, 200]) {
      for (const lossPercent of [0, 20, 60]) {
        expect(
          runScene(shown, shown.code, { ...untouched(shown), latencyMs, lossPercent }).trouble,
        ).toBeUndefined();
      }
    }
  });
});

describe('code that is not the solution', () => {
  const split = scene('raft-split-vote');
  const { RaftServer } = split.code as { RaftServer: new () => { start(): void } };

  test('a step that is to do ends the run there, with a sentence', () => {
    class Stub extends RaftServer {
      override start(): void {
        todo('1', 'start the timer');
      }
    }
    const { trouble, data } = runScene(split, { RaftServer: Stub }, untouched(split));
    expect(trouble).toBe('s1 stopped in start(): step 1 is still to do: start the timer');
    expect(data.entries.map(({ kind }) => kind)).toContain('throw');
  });

  test('one that has no such class is told so in a sentence', () => {
    expect(runScene(split, {}, untouched(split)).trouble).toMatch(/RaftServer/);
    expect(runScene(split, undefined, untouched(split)).trouble).toMatch(/RaftServer/);
  });

  test('one that notes what nobody expects does no harm', () => {
    class Chatty extends RaftServer {
      override start(): void {
        Reflect.apply(Reflect.get(this, 'note') as () => void, this, ['hi', { leads: {} }]);
      }
    }
    expect(runScene(split, { RaftServer: Chatty }, untouched(split)).trouble).toBeUndefined();
  });
});

test('who loses more loses all that was lost before', () => {
  const lost = (percent: number) =>
    lossesOf(percent, ['a', 'b']).map((fault) => JSON.stringify(fault));
  expect(lost(0)).toEqual([]);
  expect(lost(20).length).toBeGreaterThan(lost(10).length);
  expect(lost(20)).toEqual(expect.arrayContaining(lost(10)));
});

test('a crash, a pause and a cut end at the moment that is asked for, and not before they begin', () => {
  const crash = { kind: 'crash', process: 'a', atMs: 10 } as const;
  expect(ended(crash, 30)).toEqual({ ...crash, downMs: 20 });
  expect(ended(crash, 10)).toBeUndefined();
  expect(ended({ ...crash, downMs: 5 }, 30)).toBeUndefined();
  const cut = { kind: 'partition', groups: [['a'], ['b']], atMs: 10 } as const;
  expect(ended(cut, 15)).toEqual({ ...cut, forMs: 5 });
});

test('what the harness is in a browser is a part of what it is everywhere', () => {
  for (const [name, value] of Object.entries(inBrowser)) {
    expect(Reflect.get(everywhere, name), name).toBe(value);
  }
});
