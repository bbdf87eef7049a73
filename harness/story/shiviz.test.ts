import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultPlans } from '../faults/fault-plans.ts';
import type { FaultPlan } from '../faults/plan.ts';
import { simulate } from '../faults/simulate.ts';
import { Process } from '../world/process.ts';
import { shiviz } from './shiviz.ts';
import { traceData } from './trace-data.ts';

class Player extends Process<{ type: string }> {
  receive({ type }: { type: string }, from: string): void {
    if (type === 'ping') this.send(from, { type: 'pong' });
  }

  serve(): void {
    for (const id of this.peers) this.send(id, { type: 'ping' });
    this.note('two\nlines');
  }
}

function run(faults: FaultPlan) {
  const world = simulate({ processes: { anna: Player, ben: Player, 'c d': Player }, faults });
  for (const id of ['anna', 'ben']) world.callAt(5, id, 'serves', (player) => player.serve());
  return traceData(world.run().trace, []);
}

test('two lines an event; a loss stands with its sending', () => {
  const world = simulate({
    processes: { anna: Player, ben: Player },
    faults: [{ kind: 'lose', from: 'ben', to: 'anna', nth: 1 }],
  });
  world.call('anna', 'serves', (player) => player.serve()).run();
  expect(`\n${shiviz(traceData(world.trace, []))}`).toMatchInlineSnapshot(`
    "
    0 ms: starts
    anna {"anna":1}
    0 ms: starts
    ben {"ben":1}
    0 ms: serves
    anna {"anna":2}
    0 ms: sends ping to ben
    anna {"anna":3}
    0 ms: two lines
    anna {"anna":4}
    10 ms: ping from anna
    ben {"ben":2,"anna":3}
    10 ms: sends pong to anna, at 10 ms pong to anna is lost: lost on the way
    ben {"ben":3,"anna":3}
    "
  `);
});

test('ShiViz reads every event of every run, and finds its clocks in order', () => {
  const plans = faultPlans({ processes: ['anna', 'ben', 'c d'] });
  fc.assert(
    fc.property(plans, (faults) => {
      const data = run(faults);
      const events = [...shiviz(data).matchAll(SHIVIZ)].map(({ groups }) => ({
        host: groups?.['host'] as string,
        clock: JSON.parse(groups?.['clock'] as string) as Record<string, number>,
      }));
      const local = data.entries.filter(({ process }) => process !== 'network');
      expect(events.map(({ host }) => host)).toEqual(
        local.map(({ process }) => process.replace(' ', '_')),
      );
      // What ShiViz insists on: a host counts its own events from 1, and knows no clock of the future.
      const counts: Record<string, number> = {};
      for (const { host, clock } of events) {
        counts[host] = (counts[host] ?? 0) + 1;
        expect(clock[host]).toBe(counts[host]);
        for (const [other, count] of Object.entries(clock)) {
          expect(count).toBeLessThanOrEqual(counts[other] ?? 0);
        }
      }
    }),
    { numRuns: 50 },
  );
});

/** What it uses unless told otherwise: `defaultParser` in its js/shiviz.js. */
const SHIVIZ = /(?<event>.*)\n(?<host>\S*) (?<clock>{.*})/gm;
