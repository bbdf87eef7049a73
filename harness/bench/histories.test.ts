import { describe, expect, test } from 'vitest';
import { linearizable } from '../check/linearizability.ts';
import { keyValue } from '../check/models.ts';
import { registerHistory } from './histories.ts';

const workload = { operations: 2_000, keys: 10 };

describe('the histories to measure with', () => {
  const history = registerHistory(workload);

  test('are the same each time', () => {
    expect(registerHistory(workload)).toEqual(history);
    expect(registerHistory({ ...workload, seed: 2 })).not.toEqual(history);
  });

  test('come from ten clients on ten keys, in order of invocation', () => {
    expect(new Set(history.map(({ client }) => client)).size).toBe(10);
    expect(new Set(history.map(({ key }) => key)).size).toBe(10);
    expect(history).toEqual(history.toSorted((a, b) => a.invokedAt - b.invokedAt));
  });

  test('write half the time, and no value twice', () => {
    const written = history.filter(({ op }) => op === 'write').map(({ argument }) => argument);
    expect(new Set(written).size).toBe(written.length);
    expect(written.length / history.length).toBeCloseTo(0.5, 1);
  });

  test('overlap: most of the time, most clients wait for an answer', () => {
    const end = Math.max(...history.map(({ respondedAt }) => respondedAt as number));
    const waits = history.reduce(
      (sum, each) => sum + (each.respondedAt as number) - each.invokedAt,
      0,
    );
    expect(waits / end).toBeGreaterThan(7);
    expect(waits / end).toBeLessThan(9);
  });

  test('are right, or wrong because of the last read alone', () => {
    expect(linearizable(history, keyValue).verdict).toBe('yes');
    const stale = registerHistory({ ...workload, stale: true });
    const last = history.findLastIndex(({ op }) => op === 'read');
    expect(stale.toSpliced(last, 1)).toEqual(history.toSpliced(last, 1));
    expect(linearizable(stale, keyValue)).toMatchObject({ verdict: 'no', blocked: stale[last] });
  });
});
