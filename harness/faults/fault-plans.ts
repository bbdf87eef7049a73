import type { ProcessId } from '../world/process.ts';
import { type Draw, Lists } from './lists.ts';
import { describeFault, type Fault, type FaultKind } from './plan.ts';

export interface FaultPlanOptions {
  /** Whom it may hit. */
  readonly processes: readonly ProcessId[];
  /** Which kinds of fault may be drawn: the three of the network (lose, delay, duplicate) unless told. */
  readonly kinds?: readonly FaultKind[];
  /**
   * Faults with a time begin before this virtual time (ms), and are over by then unless `heals` is
   * false. Those with an ordinal (a message, a flush, an effect) come when their ordinal comes, maybe
   * later. 300 unless told.
   */
  readonly untilMs?: number;
  /** Faults on messages hit the first so many on each link. 8 unless told. */
  readonly messagesPerLink?: number;
  /** At most so many crashes in a run; any number of restarts. 2 unless told. */
  readonly crashes?: number;
  /** Whether links mend and processes come back; clocks stay wrong. True unless told. */
  readonly heals?: boolean;
}

/**
 * Random fault plans, *swarmed* (Groce et al. 2012, "Swarm Testing"): each plan first draws which kinds
 * of fault are on and how many of each, because a run with everything at once seldom gets far.
 */
export function faultPlans(options: FaultPlanOptions): Lists<Fault> {
  const kinds = options.kinds ?? NETWORK_FAULTS;
  const between = kinds.find((kind) => BETWEEN_TWO.has(kind));
  if (between !== undefined && options.processes.length < 2) {
    throw new RangeError(
      `faultPlans: '${between}' happens between two processes; name two or more`,
    );
  }
  return new Lists('fault', describeFault, (draw) => {
    const plan = kinds.flatMap((kind) => {
      if (draw.chance(2)) return [];
      const most = kind.startsWith('crash')
        ? (options.crashes ?? MAX_CRASHES)
        : draw.pick(STRENGTHS);
      return Array.from({ length: draw.integer(1, Math.max(1, most)) }, () =>
        drawFault(kind, options, draw),
      );
    });
    return withinCrashes(plan, options.crashes ?? MAX_CRASHES);
  });
}

function drawFault(kind: FaultKind, options: FaultPlanOptions, draw: Draw): Fault {
  const { processes, heals = true } = options;
  const untilMs = options.untilMs ?? UNTIL_MS;
  const process = draw.pick(processes);
  const others = processes.filter((id) => id !== process);
  const to = others.length === 0 ? process : draw.pick(others);
  const link = { from: process, to };
  const onMessage = { ...link, nth: draw.integer(1, options.messagesPerLink ?? MESSAGES_PER_LINK) };
  const atMs = draw.integer(0, untilMs - 1);
  const leftMs = untilMs - atMs;
  const lasting = heals || draw.chance(2) ? { forMs: draw.integer(1, leftMs) } : {};
  const down = heals || draw.chance(2) ? { downMs: draw.integer(1, leftMs) } : {};
  switch (kind) {
    case 'lose':
      return { kind, ...onMessage };
    case 'delay':
      return { kind, ...onMessage, byMs: draw.integer(1, draw.pick([20, 50, untilMs])) };
    case 'duplicate':
      return { kind, ...onMessage, afterMs: draw.integer(0, draw.pick([20, 50, untilMs])) };
    case 'partition':
      return { kind, groups: drawGroups(processes, link, draw), atMs, ...lasting };
    case 'cut':
      return { kind, ...link, atMs, ...lasting };
    case 'slow':
      return { kind, ...link, atMs, ...lasting, byMs: draw.integer(1, 100) };
    case 'crash':
      return { kind, process, atMs, ...down };
    case 'crash-mid-step':
      return { kind, process, afterEffect: draw.integer(1, 12), ...down };
    case 'pause':
      return { kind, process, atMs, forMs: draw.integer(1, leftMs) };
    case 'clock-offset':
      return { kind, process, byMs: draw.integer(-500, 500) };
    case 'clock-drift':
      return { kind, process, ppm: draw.integer(-200_000, 200_000) };
    case 'clock-step':
      return { kind, process, atMs, byMs: draw.integer(-500, 500) };
    case 'disk-loss':
      return { kind, process, crash: draw.integer(1, 2), loss: draw.pick(LOSSES) };
    case 'flush-failure':
      return { kind, process, nth: draw.integer(1, 6) };
  }
}

/**
 * Two groups, one around each end of a link; once in three times others are in neither group and
 * reach both: a partial partition.
 */
function drawGroups(
  processes: readonly ProcessId[],
  { from, to }: { readonly from: ProcessId; readonly to: ProcessId },
  draw: Draw,
): readonly (readonly ProcessId[])[] {
  const sides = draw.chance(3) ? 3 : 2;
  const side = new Map(processes.map((id) => [id, draw.integer(1, sides)]));
  side.set(from, 1).set(to, 2);
  return [1, 2].map((group) => processes.filter((id) => side.get(id) === group));
}

/** Keeps the first so many crashes: more would break a promise that allows for fewer. */
function withinCrashes(plan: readonly Fault[], crashes: number): readonly Fault[] {
  let left = crashes;
  return plan.filter((fault) => !fault.kind.startsWith('crash') || left-- > 0);
}

/** What the network alone can do to messages. */
export const NETWORK_FAULTS: readonly FaultKind[] = ['lose', 'delay', 'duplicate'];

const BETWEEN_TWO: ReadonlySet<FaultKind> = new Set([
  ...NETWORK_FAULTS,
  'partition',
  'cut',
  'slow',
] as const);
const LOSSES = ['unflushed', 'unflushed', 'torn-tail'] as const;
const STRENGTHS = [1, 3, 8];
const UNTIL_MS = 300;
const MESSAGES_PER_LINK = 8;
const MAX_CRASHES = 2;
