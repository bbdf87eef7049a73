import type { Process } from '../world/process.ts';
import { Simulation, type SimulationOptions } from '../world/simulation.ts';
import { type FaultPlan, inflict } from './plan.ts';

/**
 * A run in virtual time, under a fault plan (calm unless told). It has not started.
 *
 * ```ts
 * const world = simulate({ processes: { athens: City, byzantium: City }, faults: plan }).run();
 * ```
 */
export function simulate<P extends Process<never>>(
  options: SimulationOptions<P> & { readonly faults?: FaultPlan },
): Simulation<P> {
  const world = new Simulation<P>(options);
  inflict(options.faults ?? [], world as unknown as Simulation<never>);
  return world;
}
