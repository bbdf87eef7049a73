import type { ProcessId } from '../world/process.ts';
import type { Fault, FaultPlan } from './plan.ts';

type Ids = readonly ProcessId[];

/**
 * The shapes of trouble that people talk about, as fault plans. Each lasts from `atMs` for `forMs`
 * (ms of virtual time; for good if left out).
 *
 * ```ts
 * simulate({ processes, faults: scenarios.chain(['n1', 'n2', 'n3'], 1000) });
 * ```
 */
export const scenarios = {
  /** The first `size` processes here, the rest there: `split(ids, 2)` of five is 2|3. */
  split: (ids: Ids, size: number, atMs = 0, forMs?: number): FaultPlan => [
    {
      kind: 'partition',
      groups: [ids.slice(0, size), ids.slice(size)],
      atMs,
      ...lasting(forMs),
    },
  ],

  /** Each reaches its neighbours in the list only: n1 – n2 – n3. */
  chain: (ids: Ids, atMs = 0, forMs?: number): FaultPlan =>
    onlyLinks(ids, (a, b) => Math.abs(a - b) === 1, atMs, forMs),

  /** Everyone reaches the first, and nobody else. */
  hub: (ids: Ids, atMs = 0, forMs?: number): FaultPlan =>
    onlyLinks(ids, (a, b) => a === 0 || b === 0, atMs, forMs),

  /** Quorum loss: the leader keeps only the hub, and no longer reaches a majority; the hub does. */
  quorumLoss: (ids: Ids, atMs = 0, forMs?: number): FaultPlan => scenarios.hub(ids, atMs, forMs),

  /**
   * Constrained election: the hub, the only one that reaches a majority, missed the latest writes.
   * It is cut off from everyone until `atMs`, and the only one connected from then on.
   */
  constrainedElection: (ids: Ids, staleFromMs: number, atMs: number, forMs?: number): FaultPlan => [
    ...scenarios.split(ids, 1, staleFromMs, atMs - staleFromMs),
    ...scenarios.hub(ids, atMs, forMs),
  ],

  /** One process sends but hears nothing. */
  deaf: (id: ProcessId, ids: Ids, atMs = 0, forMs?: number): FaultPlan =>
    ids
      .filter((other) => other !== id)
      .map((from): Fault => ({ kind: 'cut', from, to: id, atMs, ...lasting(forMs) })),

  /** The link between two processes goes down for `downMs` and up for `upMs`, so many times. */
  flapping: (
    a: ProcessId,
    b: ProcessId,
    { atMs, downMs, upMs, times }: { atMs: number; downMs: number; upMs: number; times: number },
  ): FaultPlan =>
    Array.from({ length: times }, (_, i) => ({
      kind: 'partition',
      groups: [[a], [b]],
      atMs: atMs + i * (downMs + upMs),
      forMs: downMs,
    })),
} as const;

function onlyLinks(
  ids: Ids,
  keep: (a: number, b: number) => boolean,
  atMs: number,
  forMs: number | undefined,
): FaultPlan {
  return ids.flatMap((a, i) =>
    ids.slice(i + 1).flatMap((b, offset): Fault[] => {
      if (keep(i, i + 1 + offset)) return [];
      return [{ kind: 'partition', groups: [[a], [b]], atMs, ...lasting(forMs) }];
    }),
  );
}

function lasting(forMs: number | undefined): { forMs?: number } {
  return forMs === undefined ? {} : { forMs };
}
