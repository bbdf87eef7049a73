import type { Process } from '../world/process.ts';
import { Simulation, type SimulationOptions } from '../world/simulation.ts';
import { type FaultPlan, inflict } from './plan.ts';

/**
 * A run in virtual time, under a fault plan (calm unless told). It has not started.
 *
 * ```ts
 * class City extends Process<string> {
 *   override start(): void {
 *     for (const city of this.peers) this.send(city, 'greetings');
 *   }
 *   receive(): void {}
 * }
 * const faults: FaultPlan = [{ kind: 'lose', from: 'athens', to: 'byzantium', nth: 1 }];
 * const world = simulate({ processes: { athens: City, byzantium: City }, faults }).run();
 * world.trace.all('deliver').map(({ from }) => from); // → ['byzantium']
 * ```
 */
export function simulate<P extends Process<never>>(
  options: SimulationOptions<P> & { readonly faults?: FaultPlan },
): Simulation<P> {
  const world = new Simulation<P>(options);
  inflict(options.faults ?? [], world as unknown as Simulation<never>);
  return world;
}
