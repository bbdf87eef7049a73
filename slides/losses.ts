import type { FaultPlan } from '../harness/faults/plan.ts';
import type { ProcessId } from '../harness/world/process.ts';
import { RandomStream } from '../harness/world/random.ts';

/**
 * So many percent of the messages between processes, as faults. Who draws more loses all that was lost
 * before, and some more: the slider never brings a message back by taking more away.
 */
export function lossesOf(percent: number, ids: readonly ProcessId[]): FaultPlan {
  return ids.flatMap((from) =>
    ids
      .filter((to) => to !== from)
      .flatMap((to) => {
        const luck = new RandomStream(SEED, `${from}→${to}`);
        const drawn = Array.from({ length: MESSAGES_ON_A_LINK }, () => luck.fraction());
        return drawn.flatMap((fraction, i) =>
          fraction * 100 < percent ? [{ kind: 'lose', from, to, nth: i + 1 } as const] : [],
        );
      }),
  );
}

const SEED = 1;
/** More than a scene sends on any link while somebody watches. */
const MESSAGES_ON_A_LINK = 200;
