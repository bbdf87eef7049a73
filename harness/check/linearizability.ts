import { byInvocation, checkHistory, type Operation } from './history.ts';
import { Lanes } from './lanes.ts';
import type { Model } from './models.ts';
import { Search } from './wing-gong.ts';
import { firstWrong, witnessOf } from './witness.ts';
import { zonesByKey } from './zones.ts';

export interface LinearizabilityOptions {
  /** How many configurations the search may keep before it gives up: *not decided*. */
  readonly maxConfigurations?: number;
  /** Whether zones may judge what they can. True unless told; false lets the search judge all. */
  readonly zones?: boolean;
}

export type Linearizability =
  | {
      readonly verdict: 'yes';
      /** The operations in an order that explains all results, part by part, where it was looked for. */
      readonly order: readonly Operation[];
    }
  | {
      readonly verdict: 'no';
      readonly key: string | undefined;
      /** The operation whose response no order can explain: all that ended before it can be explained. */
      readonly blocked: Operation;
      /** How many operations of that key ended before. */
      readonly prefix: number;
      /** A small part of the history that is already wrong, in order of invocation. */
      readonly witness: readonly Operation[];
    }
  | { readonly verdict: 'not decided'; readonly configurations: number };

/**
 * Whether every operation seems to take effect at one instant between its invocation and its response
 * (Herlihy and Wing 1990, "Linearizability"). The search is Wing and Gong's (1993) with Lowe's cache
 * (2017, "Testing for linearizability"), split by key. What Gibbons and Korach's zones can judge (see
 * zones.ts) they judge first: they tell a wrong history at once, where a search has to try everything.
 *
 * ```ts
 * linearizable(
 *   [
 *     { client: 'alice', op: 'write', argument: 1, invokedAt: 0, respondedAt: 10 },
 *     { client: 'bob', op: 'read', result: null, invokedAt: 20, respondedAt: 30 },
 *   ],
 *   register,
 * ).verdict; // → 'no'
 * ```
 *
 * @throws BadHistory, or what the model throws
 */
export function linearizable(
  history: readonly Operation[],
  model: Model,
  { maxConfigurations = MAX_CONFIGURATIONS, zones = true }: LinearizabilityOptions = {},
): Linearizability {
  checkHistory(history);
  if (!zones || model.overwrites !== true) return bySearch(history, model, maxConfigurations);
  const judged = zonesByKey(history, model.initial);
  for (const [key, judge] of judged) {
    if (judge === undefined || judge.fit()) continue;
    const operations = history.filter((each) => each.key === key);
    return explain(key, operations, firstWrong(operations, judge), model);
  }
  const all = [...judged.values()].every((judge) => judge !== undefined);
  if (all) return { verdict: 'yes', order: [] };
  const rest = history.filter(({ key }) => judged.get(key) === undefined);
  return bySearch(rest, model, maxConfigurations);
}

function bySearch(
  history: readonly Operation[],
  model: Model,
  maxConfigurations: number,
): Linearizability {
  const lanes = new Lanes(history, model);
  const searches = lanes.parts.map((part) => new Search(lanes, part, model));
  const order: Operation[] = [];
  let open = searches;
  // In turns, so that one hard key cannot use up the memory while another already shows a violation.
  for (let turn = FIRST_TURN; open.length > 0; turn *= 4) {
    const left: Search[] = [];
    for (const search of open) {
      const verdict = search.advance(turn);
      if (verdict === 'no') {
        const operations = byInvocation(history.filter(({ key }) => key === search.part.key));
        return explain(search.part.key, operations, search.blocked, model);
      }
      if (verdict === 'open') left.push(search);
      else search.addOrder(order);
    }
    open = left;
    const configurations = searches.reduce((sum, search) => sum + search.configurations, 0);
    if (open.length > 0 && configurations > maxConfigurations) {
      return { verdict: 'not decided', configurations };
    }
  }
  return { verdict: 'yes', order };
}

function explain(
  key: string | undefined,
  operations: readonly Operation[],
  blocked: Operation,
  model: Model,
): Linearizability {
  const end = blocked.respondedAt as number;
  const prefix = operations.filter(({ respondedAt }) => (respondedAt ?? Infinity) < end).length;
  return { verdict: 'no', key, blocked, prefix, witness: witnessOf(operations, end, model) };
}

const FIRST_TURN = 4_096;
/** About a gigabyte of configurations. */
const MAX_CONFIGURATIONS = 20_000_000;
