import { show } from '../world/show.ts';
import { byInvocation, type Operation } from './history.ts';
import { Lanes } from './lanes.ts';
import type { Model } from './models.ts';
import { Search } from './wing-gong.ts';
import { Zones } from './zones.ts';

/**
 * Leaves out what is not needed for the history to be wrong. What came after the blocked response goes
 * first. Then only what cannot explain anything goes: operations that change nothing, and, where a
 * model says that effects are seen only by their argument, those whose argument nobody saw.
 */
export function witnessOf(
  operations: readonly Operation[],
  end: number,
  model: Model,
): readonly Operation[] {
  const all = byInvocation(upTo(operations, end));
  let kept: readonly Operation[] = all;
  // Most often the last few show it, and going through a hundred thousand one by one takes long.
  for (let last = FEW; last < all.length; last *= 4) {
    const few = withWhatExplains(all, all.length - last, model);
    if (!isWrong(few, model)) continue;
    kept = few;
    break;
  }
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < kept.length;) {
      // Where effects last, what changes something has to stay; to try that would take square time.
      if (model.overwrites !== true && allChange(kept.slice(from, from + size), model)) {
        from += size;
        continue;
      }
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)];
      const seen = resultsOf(rest);
      const without = kept.filter(
        (each, i) => i < from || i >= from + size || explains(each, seen, model),
      );
      if (without.length < kept.length && isWrong(without, model)) kept = without;
      else from += size;
    }
  }
  return kept;
}

function allChange(operations: readonly Operation[], model: Model): boolean {
  return !operations.some(({ op }) => model.readOnly.includes(op));
}

/** The operations from one on, and those before it that may explain what these answered. */
function withWhatExplains(
  operations: readonly Operation[],
  from: number,
  model: Model,
): readonly Operation[] {
  const seen = resultsOf(operations.slice(from));
  return operations.filter((each, i) => i >= from || explains(each, seen, model));
}

function resultsOf(operations: readonly Operation[]): ReadonlySet<string> {
  return new Set(operations.map(({ result }) => show(result)));
}

function explains({ op, argument }: Operation, seen: ReadonlySet<string>, model: Model): boolean {
  if (model.readOnly.includes(op)) return false;
  return model.overwrites === true ? seen.has(show(argument)) : true;
}

/** The history as it stood at a time: what had not responded by then is pending. */
function upTo(operations: readonly Operation[], end: number): readonly Operation[] {
  return operations
    .filter(({ invokedAt }) => invokedAt <= end)
    .map((each): Operation => {
      if ((each.respondedAt ?? Infinity) <= end) return each;
      const { respondedAt: _, result: __, ...pending } = each;
      return pending;
    });
}

/** The operation with whose response a history became wrong: once wrong, it stays wrong. */
export function firstWrong(operations: readonly Operation[], zones: Zones): Operation {
  const done = operations
    .filter(({ respondedAt }) => respondedAt !== undefined)
    .toSorted((a, b) => (a.respondedAt as number) - (b.respondedAt as number));
  let low = 0;
  let high = done.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (zones.fit((done[middle] as Operation).respondedAt)) low = middle + 1;
    else high = middle;
  }
  return done[low] as Operation;
}

function isWrong(operations: readonly Operation[], model: Model): boolean {
  if (model.overwrites) {
    const zones = new Zones(model.initial);
    if (operations.every((operation) => zones.add(operation))) return !zones.fit();
  }
  const lanes = new Lanes(operations, model);
  return lanes.parts.some((part) => new Search(lanes, part, model).advance(SHORTEN_STEPS) === 'no');
}

const FEW = 16;
const SHORTEN_STEPS = 1_000_000;
