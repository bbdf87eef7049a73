import type { DiskLoss } from '../world/disk.ts';
import type { ProcessId } from '../world/process.ts';
import type { Simulation } from '../world/simulation.ts';

/**
 * What goes wrong in a run, as plain data; an empty plan is the calm network. A message is named by
 * its link and its ordinal on that link, so that taking one fault away does not rename the others.
 *
 * ```ts
 * const plan: FaultPlan = [
 *   { kind: 'lose', from: 'p1', to: 'a3', nth: 1 },
 *   { kind: 'crash', process: 'a2', atMs: 40, downMs: 20 },
 * ];
 * plan.map(describeFault); // → ['1st message p1→a3: lost', 'a2 crashes at 40 ms, back 20 ms later']
 * ```
 */
export type FaultPlan = readonly Fault[];

/** All times are ms of virtual time. */
export type Fault =
  | OnMessage<'lose'>
  | (OnMessage<'delay'> & { readonly byMs: number })
  | (OnMessage<'duplicate'> & { readonly afterMs: number })
  | ({ readonly kind: 'partition'; readonly groups: readonly (readonly ProcessId[])[] } & Span)
  | ({ readonly kind: 'cut'; readonly from: ProcessId; readonly to: ProcessId } & Span)
  | ({ readonly kind: 'slow'; readonly from: ProcessId; readonly to: ProcessId } & Span & {
        readonly byMs: number;
      })
  | (At<'crash'> & { readonly atMs: number; readonly downMs?: number })
  | (At<'crash-mid-step'> & { readonly afterEffect: number; readonly downMs?: number })
  | (At<'pause'> & { readonly atMs: number; readonly forMs: number })
  | (At<'clock-offset'> & { readonly byMs: number })
  | (At<'clock-drift'> & { readonly ppm: number })
  | (At<'clock-step'> & { readonly atMs: number; readonly byMs: number })
  | (At<'disk-loss'> & { readonly crash: number; readonly loss: Exclude<DiskLoss, 'nothing'> })
  | (At<'flush-failure'> & { readonly nth: number });

export type FaultKind = Fault['kind'];

interface OnMessage<K> {
  readonly kind: K;
  readonly from: ProcessId;
  readonly to: ProcessId;
  /** Which message on that link, from 1. */
  readonly nth: number;
}

interface At<K> {
  readonly kind: K;
  readonly process: ProcessId;
}

interface Span {
  readonly atMs: number;
  /** How long it lasts; for good if left out. */
  readonly forMs?: number;
}

/** Lets a plan happen to a run that has not started. */
export function inflict(plan: FaultPlan, world: Simulation<never>): void {
  for (const fault of plan) {
    // Now: a crash of somebody who is not there would otherwise show only when it comes, if it does.
    const stranger = namedIn(fault).find((id) => !world.ids.includes(id));
    if (stranger !== undefined) {
      throw new RangeError(
        `fault '${describeFault(fault)}': there is no process ${stranger}; there are ${world.ids.join(', ')}`,
      );
    }
    inflictOne(fault, world);
  }
}

function namedIn(fault: Fault): readonly ProcessId[] {
  if ('process' in fault) return [fault.process];
  return 'groups' in fault ? fault.groups.flat() : [fault.from, fault.to];
}

function inflictOne(fault: Fault, world: Simulation<never>): void {
  switch (fault.kind) {
    case 'lose':
      world.setFate(fault.from, fault.to, fault.nth, { lose: true });
      return;
    case 'delay':
      world.setFate(fault.from, fault.to, fault.nth, { delayMs: fault.byMs });
      return;
    case 'duplicate':
      world.setFate(fault.from, fault.to, fault.nth, { copiesAfterMs: [fault.afterMs] });
      return;
    case 'partition':
      cutFor(world, acrossGroups(fault.groups), fault, shape(fault));
      return;
    case 'cut':
      cutFor(world, [[fault.from, fault.to]], fault, shape(fault));
      return;
    case 'slow':
      world.faultAt(fault.atMs, () => world.slow(fault.from, fault.to, fault.byMs));
      if (fault.forMs === undefined) return;
      world.faultAt(fault.atMs + fault.forMs, () => world.slow(fault.from, fault.to, -fault.byMs));
      return;
    case 'crash':
      world.faultAt(fault.atMs, () => world.crash(fault.process, fault.downMs));
      return;
    case 'crash-mid-step':
      world.crashAfterEffect(fault.process, fault.afterEffect, fault.downMs);
      return;
    case 'pause':
      world.faultAt(fault.atMs, () => world.pause(fault.process, fault.forMs));
      return;
    case 'clock-offset':
      world.stepClock(fault.process, fault.byMs);
      return;
    case 'clock-drift':
      world.driftClock(fault.process, fault.ppm);
      return;
    case 'clock-step':
      world.faultAt(fault.atMs, () => world.stepClock(fault.process, fault.byMs));
      return;
    case 'disk-loss':
      world.loseAtCrash(fault.process, fault.crash, fault.loss);
      return;
    case 'flush-failure':
      world.failFlush(fault.process, fault.nth);
      return;
  }
}

type Links = readonly (readonly [ProcessId, ProcessId])[];

/** Every link between different groups, both ways. Who is in no group still reaches everyone. */
function acrossGroups(groups: readonly (readonly ProcessId[])[]): Links {
  return groups.flatMap((group, i) =>
    groups
      .filter((_, j) => j !== i)
      .flatMap((other) => group.flatMap((from) => other.map((to) => [from, to] as const))),
  );
}

function cutFor(world: Simulation<never>, links: Links, span: Span, text: string): void {
  world.faultAt(span.atMs, () => world.cut(links, text));
  if (span.forMs === undefined) return;
  world.faultAt(span.atMs + span.forMs, () => world.heal(links, text));
}

/** One fault in a few words: "3rd message a→b: 40 ms late". */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'lose':
      return `${message(fault)}: lost`;
    case 'delay':
      return `${message(fault)}: ${fault.byMs} ms late`;
    case 'duplicate':
      return `${message(fault)}: arrives again ${fault.afterMs} ms later`;
    case 'partition':
    case 'cut':
      return `${shape(fault)}, ${span(fault)}`;
    case 'slow':
      return `link ${fault.from}→${fault.to} slower by ${fault.byMs} ms, ${span(fault)}`;
    case 'crash':
      return `${fault.process} crashes at ${fault.atMs} ms, ${back(fault.downMs)}`;
    case 'crash-mid-step':
      return `${fault.process} crashes in the middle of a step, after its ${ordinal(fault.afterEffect)} send or disk operation, ${back(fault.downMs)}`;
    case 'pause':
      return `${fault.process} stands still from ${fault.atMs} to ${fault.atMs + fault.forMs} ms`;
    case 'clock-offset':
      return `the clock of ${fault.process} is ${Math.abs(fault.byMs)} ms ${fault.byMs < 0 ? 'behind' : 'ahead'}`;
    case 'clock-drift':
      return `the clock of ${fault.process} ${fault.ppm < 0 ? 'loses' : 'gains'} ${Math.abs(fault.ppm) / 1000} ms a second`;
    case 'clock-step':
      return `the clock of ${fault.process} jumps ${fault.byMs < 0 ? 'back' : 'ahead'} by ${Math.abs(fault.byMs)} ms at ${fault.atMs} ms`;
    case 'disk-loss':
      return `in its ${ordinal(fault.crash)} crash the disk of ${fault.process} loses ${LOSSES[fault.loss]}`;
    case 'flush-failure':
      return `the ${ordinal(fault.nth)} flush of ${fault.process} fails`;
  }
}

function shape(fault: Extract<Fault, { kind: 'partition' | 'cut' }>): string {
  return fault.kind === 'cut'
    ? `link ${fault.from}→${fault.to} cut`
    : `partition ${fault.groups.map((group) => group.join(' ')).join(' | ')}`;
}

/** 1st, 2nd, 3rd, 4th, 11th, 21st … */
export function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}

function message(fault: OnMessage<unknown>): string {
  return `${ordinal(fault.nth)} message ${fault.from}→${fault.to}`;
}

function span({ atMs, forMs }: Span): string {
  return forMs === undefined ? `from ${atMs} ms on` : `from ${atMs} to ${atMs + forMs} ms`;
}

function back(downMs: number | undefined): string {
  return downMs === undefined ? 'for good' : `back ${downMs} ms later`;
}

const LOSSES = {
  unflushed: 'what was not flushed',
  'torn-tail': 'half of the last append that was not flushed',
  everything: 'everything',
} as const;
