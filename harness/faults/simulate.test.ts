import { expect, test } from 'vitest';
import { Process } from '../world/process.ts';
import { simulate } from './simulate.ts';

class Greeter extends Process<string> {
  override start(): void {
    this.broadcast('hello');
  }
  receive(): void {}
}

const processes = { a: Greeter, b: Greeter };

test('a run that has not started, calm unless told', () => {
  const world = simulate({ processes });
  expect([world.nowMs, world.trace.length]).toEqual([0, 0]);
  expect(world.run().trace.all('lose')).toEqual([]);
});

test('faults at 0 ms hit what is sent at 0 ms', () => {
  const world = simulate({ processes, faults: [{ kind: 'lose', from: 'a', to: 'b', nth: 1 }] });
  expect(world.run().trace.all('lose')).toMatchObject([{ at: 0, from: 'a', to: 'b' }]);
});

test('the same plan and seed give the same run, to the byte', () => {
  const run = (seed: number): string => {
    const options = { processes, seed, latencyMs: [1, 99] as const };
    return simulate(options).run().trace.toText();
  };
  expect(run(7)).toBe(run(7));
  expect(run(7)).not.toBe(run(8));
});
