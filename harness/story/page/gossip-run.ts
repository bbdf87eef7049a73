import { Process } from '../../world/process.ts';
import type { Simulation } from '../../world/simulation.ts';

type Message = { readonly type: 'rumour' | 'thanks' };

export class City extends Process<Message> {
  override start(): void {
    this.setTimer('sleep', 100);
  }

  receive({ type }: Message, from: string): void {
    if (type === 'thanks') {
      this.note(`thanked by ${from}`);
      return;
    }
    this.disk.append('rumours', `${from};`);
    if (from === 'athens') this.disk.flush();
    this.send(from, { type: 'thanks' });
  }

  override timeout(): void {}

  tell(): void {
    for (const id of this.peers) this.send(id, { type: 'rumour' });
  }
}

/** For tests: three cities that tell each other a rumour, write it down, and forget to flush. */
export const cities = { athens: City, byzantium: City, corinth: City };

/** Runs to the end. */
export function gossip(world: Simulation<City>): Simulation<City> {
  world.callAt(5, 'athens', 'hears', (city) => city.tell());
  return world.callAt(60, 'corinth', 'hears', (city) => city.tell()).run();
}
