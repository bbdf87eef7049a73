import type { ProcessId } from '../world/process.ts';
import type { Fault, FaultPlan } from './plan.ts';

type Ids = readonly ProcessId[];

/**
 * The shapes of trouble that people talk about, as fault plans. Each lasts from `atMs` for `forMs`
 * (ms of virtual time; for good if left out).
 *
 * ```ts
 * scenarios.chain(['n1', 'n2', 'n3'], 1000); // → [{ kind: 'partition', groups: [['n1'], ['n3']], atMs: 1000 }]
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

  /** One process reaches nobody, and nobody reaches it; the others reach each other. */
  alone: (id: ProcessId, ids: Ids, atMs = 0, forMs?: number): FaultPlan => [
    {
      kind: 'partition',
      groups: [[id], ids.filter((other) => other !== id)],
      atMs,
      ...lasting(forMs),
    },
  ],

  /** Each reaches its neighbours in the list only: n1 – n2 – n3. */
  chain: (ids: Ids, atMs = 0, forMs?: number): FaultPlan =>
    ids.flatMap((a, i) =>
      ids.slice(i + 2).map((b): Fault => {
        return { kind: 'partition', groups: [[a], [b]], atMs, ...lasting(forMs) };
      }),
    ),

  /** Everyone reaches the first, and nobody else. */
  hub: ([, ...spokes]: Ids, atMs = 0, forMs?: number): FaultPlan => [
    { kind: 'partition', groups: spokes.map((id) => [id]), atMs, ...lasting(forMs) },
  ],

  /**
   * Quorum loss (Omni-Paxos, EuroSys 2023): everyone reaches the hub only, the leader too. The leader
   * lives but has no majority; the hub has one, but hears the leader and so does not run for election.
   */
  quorumLoss: (
    { hub, leader }: { readonly hub: ProcessId; readonly leader: ProcessId },
    ids: Ids,
    atMs = 0,
    forMs?: number,
  ): FaultPlan => scenarios.hub(hubFirst(hub, leader, ids), atMs, forMs),

  /**
   * Constrained election (Omni-Paxos, EuroSys 2023): the leader is cut off from everyone, and the
   * others reach the hub only. The hub alone has a majority, but its log is old: it was cut off itself,
   * from `staleFromMs` on, and missed what was written until `atMs`.
   */
  constrainedElection: (
    { hub, leader }: { readonly hub: ProcessId; readonly leader: ProcessId },
    ids: Ids,
    staleFromMs: number,
    atMs: number,
    forMs?: number,
  ): FaultPlan => {
    const others = hubFirst(hub, leader, ids).filter((id) => id !== leader);
    return [
      ...scenarios.alone(hub, ids, staleFromMs, atMs - staleFromMs),
      ...scenarios.alone(leader, ids, atMs, forMs),
      ...scenarios.hub(others, atMs, forMs),
    ];
  },

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

function hubFirst(hub: ProcessId, leader: ProcessId, ids: Ids): Ids {
  if (hub === leader) throw new RangeError(`the leader ${leader} cannot be the hub as well`);
  return [hub, ...ids.filter((id) => id !== hub)];
}

function lasting(forMs: number | undefined): { forMs?: number } {
  return forMs === undefined ? {} : { forMs };
}
