import type { Trace, TraceEvent } from '../world/trace.ts';
import { label } from './label.ts';
import { relevant } from './relevance.ts';
import { words } from './words.ts';

/** What a run that makes no progress does over and over. */
export interface Cycle {
  readonly times: number;
  /** When it began for the first time, in ms. */
  readonly sinceMs: number;
  /** How long it takes, in ms. */
  readonly lastedMs: number;
  /** The entries with which it began for the last time, and with which something else began. */
  readonly from: number;
  readonly until: number;
}

/**
 * The cycle in which a run was at its end, if there is one. Whoever waits acts when a timer runs out: between two
 * such moments lies a round, and rounds are alike if the same happens in them, in whatever order and
 * with whatever numbers.
 */
export function cycleIn(trace: Trace): Cycle | undefined {
  // What came before the first timer is no round, and the last one may not be over.
  const all = roundsOf(relevant(trace, []).involved);
  const rounds = all.slice(1, -1);
  const [end] = all.at(-1) ?? [];
  const signs = rounds.map((round) => round.map(sign).toSorted().join('\n'));
  for (let period = 1; period <= MOST_ROUNDS; period++) {
    let from = signs.length - period;
    while (from > 0 && signs[from - 1] === signs[from - 1 + period]) from--;
    const times = Math.floor((signs.length - from) / period);
    if (times < FEWEST) continue;
    const [first] = rounds[signs.length - times * period] as Round;
    const [last] = rounds[signs.length - period] as Round;
    const lastedMs = (last.at - first.at) / (times - 1);
    const endMs = trace.timeAt(trace.length - 1);
    if (end === undefined || endMs - end.at > 2 * lastedMs) return undefined;
    return { times, sinceMs: first.at, lastedMs, from: last.index, until: end.index };
  }
  return undefined;
}

type Round = readonly [TraceEvent, ...TraceEvent[]];

/** Timers that run out at the same moment begin one round. */
function roundsOf(entries: readonly TraceEvent[]): readonly Round[] {
  const rounds: [TraceEvent, ...TraceEvent[]][] = [];
  let before: TraceEvent | undefined;
  for (const event of entries) {
    const goesOn = before?.kind === 'timeout' && before.at === event.at;
    const round = rounds.at(-1);
    if (round === undefined || (event.kind === 'timeout' && !goesOn)) rounds.push([event]);
    else round.push(event);
    before = event;
  }
  return rounds;
}

function sign(event: TraceEvent): string {
  const said =
    'message' in event ? `${event.from} ${event.to} ${label(event.message)}` : words(event);
  return `${event.kind} ${event.process} ${said.replaceAll(/(?<![\p{L}\d])\d+/gu, '#')}`;
}

/** What happens twice may be chance. */
const FEWEST = 3;
/** Of a longer cycle nobody sees that it is one. */
const MOST_ROUNDS = 6;
