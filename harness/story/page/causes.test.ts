import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HappensBefore } from '../../check/happens-before.ts';
import { faultPlans } from '../../faults/fault-plans.ts';
import type { FaultPlan } from '../../faults/plan.ts';
import { simulate } from '../../faults/simulate.ts';
import { traceData } from '../trace-data.ts';
import { Causes } from './causes.ts';
import { cities, gossip } from './gossip-run.ts';

function run(faults: FaultPlan) {
  return gossip(simulate({ processes: cities, faults }));
}

test('the past of an entry is what happened before it', () => {
  fc.assert(
    fc.property(faultPlans({ processes: Object.keys(cities) }), fc.nat(), (faults, n) => {
      const { trace } = run(faults);
      const { entries, processes } = traceData(trace, []);
      const order = new HappensBefore(trace);
      const local = trace.events.filter(({ process }) => process !== 'network');
      const chosen = local[n % local.length]!;
      const past = new Causes(entries, processes).past([chosen.index]);
      for (const event of local) {
        const expected = event === chosen || order.before(event, chosen);
        expect(past[event.index] === 1, `${event.index} before ${chosen.index}`).toBe(expected);
      }
    }),
    { numRuns: 50 },
  );
});

test('what became of a message between processes belongs to its sending', () => {
  const { trace } = run([{ kind: 'lose', from: 'athens', to: 'byzantium', nth: 1 }]);
  const { entries, processes } = traceData(trace, []);
  const [lost] = trace.all('lose');
  const past = new Causes(entries, processes).past([lost!.cause!]);
  expect(past[lost!.index]).toBe(1);
});

test('a thread leads from an entry to the first cause, and effects back', () => {
  const { trace } = run([]);
  const { entries, processes } = traceData(trace, []);
  const causes = new Causes(entries, processes);
  const note = trace.all('note').at(-1)!;
  const thread = causes.thread(note.index);
  expect(thread.map((index) => entries[index]!.kind)).toEqual([
    'note',
    'deliver',
    'send',
    'deliver',
    'send',
    'step',
  ]);
  for (const [i, index] of thread.slice(1).entries()) {
    expect(causes.effects(index)).toContain(thread[i]);
  }
});
