import type { Bench } from './bench.ts';
import { exploration } from './exploration.ts';
import { gossip } from './gossip.ts';
import { linearizability } from './linearizability.ts';

/** What `npm run bench` measures, in this order. */
const BENCHES: readonly Bench[] = [gossip, exploration, linearizability];

/** Runs every benchmark, one after the other. */
export async function bench(
  print: (line: string) => void,
  effort: 'full' | 'tiny' = 'full',
): Promise<void> {
  for (const [index, measure] of BENCHES.entries()) {
    if (index > 0) print('');
    await measure(print, effort);
  }
}
