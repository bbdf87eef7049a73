import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultPlans } from '../faults/fault-plans.ts';
import { listOf } from '../faults/lists.ts';
import type { FaultPlan } from '../faults/plan.ts';
import { simulate } from '../faults/simulate.ts';
import { Process, type ProcessId } from '../world/process.ts';
import { NETWORK, type Trace, type TraceEvent } from '../world/trace.ts';
import { HappensBefore } from './happens-before.ts';

/** Passes on what it gets, to whom the message says, and notes what it did. */
class City extends Process<readonly ProcessId[]> {
  receive([next, ...rest]: readonly ProcessId[]): void {
    this.note('reads');
    if (next !== undefined) this.send(next, rest);
  }

  write(to: ProcessId, ...via: readonly ProcessId[]): void {
    this.note('writes');
    this.send(to, via);
  }

  work(): void {
    this.note('works');
  }

  override timeout(): void {
    this.note('wakes up');
  }

  sleep(): void {
    this.setTimer('nap', 15);
  }
}

const cities = ['athens', 'byzantium', 'corinth'] as const;
const processes = Object.fromEntries(cities.map((id) => [id, City]));

describe('Lamport’s happened before', () => {
  test('C1: within a process, the order in which it came', () => {
    const world = simulate({ processes });
    world.call('athens', 'works', (city) => city.work());
    world.call('athens', 'works', (city) => city.work());
    const [first, second] = notes(world.trace);
    expect(relation(world.trace, first, second)).toBe('before');
    expect(relation(world.trace, second, first)).toBe('after');
  });

  test('C2: between processes, a sending comes before its receipt', () => {
    const world = simulate({ processes });
    world.call('athens', 'writes', (city) => city.write('byzantium')).run();
    const [writes, reads] = notes(world.trace);
    expect(relation(world.trace, writes, reads)).toBe('before');
  });

  test('it carries on: athens → byzantium → corinth, who never met', () => {
    const world = simulate({ processes });
    world.call('athens', 'writes', (city) => city.write('byzantium', 'corinth')).run();
    const [writes, , reads] = notes(world.trace);
    expect([writes?.process, reads?.process]).toEqual(['athens', 'corinth']);
    expect(relation(world.trace, writes, reads)).toBe('before');
  });

  test('without a message between them two events are concurrent, whatever the wall clock says', () => {
    const world = simulate({ processes });
    world.call('athens', 'works', (city) => city.work()).runFor(1000);
    world.call('byzantium', 'works', (city) => city.work());
    const [early, late] = notes(world.trace);
    expect(relation(world.trace, early, late)).toBe('concurrent');
  });

  test('what a process does after it wrote is concurrent with the reading', () => {
    const world = simulate({ processes });
    world.call('athens', 'writes', (city) => city.write('byzantium'));
    world.call('athens', 'works', (city) => city.work()).run();
    const [, works, reads] = notes(world.trace);
    expect(relation(world.trace, works, reads)).toBe('concurrent');
  });

  test('an event is neither before itself nor concurrent with itself', () => {
    const world = simulate({ processes }).call('athens', 'works', (city) => city.work());
    const [works] = notes(world.trace);
    expect(relation(world.trace, works, works)).toBe('same');
  });

  test('a life before a crash comes before the life after it', () => {
    const world = simulate({ processes }).call('athens', 'works', (city) => city.work());
    world
      .crash('athens')
      .restart('athens')
      .call('athens', 'works', (city) => city.work());
    const [before, after] = notes(world.trace);
    expect(relation(world.trace, before, after)).toBe('before');
  });

  test('each arrival of a repeated message comes after its one sending', () => {
    const faults = [
      { kind: 'duplicate', from: 'athens', to: 'byzantium', nth: 1, afterMs: 30 },
    ] as const;
    const world = simulate({ processes, faults });
    world.call('athens', 'writes', (city) => city.write('byzantium')).run();
    const [writes, first, again] = notes(world.trace);
    expect(relation(world.trace, writes, first)).toBe('before');
    expect(relation(world.trace, writes, again)).toBe('before');
    expect(relation(world.trace, first, again)).toBe('before');
  });

  test('a message that was lost tells nobody anything', () => {
    const faults = [{ kind: 'lose', from: 'athens', to: 'byzantium', nth: 1 }] as const;
    const world = simulate({ processes, faults });
    world.call('athens', 'writes', (city) => city.write('byzantium')).run();
    world.call('byzantium', 'works', (city) => city.work());
    const [writes, works] = notes(world.trace);
    expect(relation(world.trace, writes, works)).toBe('concurrent');
  });

  test('the loss itself comes after the sending; it happened to nobody', () => {
    const faults = [{ kind: 'lose', from: 'athens', to: 'byzantium', nth: 1 }] as const;
    const world = simulate({ processes, faults });
    world.call('athens', 'writes', (city) => city.write('byzantium')).run();
    const [send] = world.trace.all('send');
    const [lose] = world.trace.all('lose');
    expect(relation(world.trace, send, lose)).toBe('before');
  });
});

// ── Against the definition, on any run ───────────────────────────────────────────────────────────

const faults = faultPlans({
  processes: cities,
  kinds: ['lose', 'delay', 'duplicate', 'partition', 'crash', 'crash-mid-step', 'pause'],
  messagesPerLink: 2,
  untilMs: 100,
});
const deeds = listOf(12, (draw) => ({
  atMs: draw.integer(0, 100),
  city: draw.pick(cities),
  what: draw.pick(['works', 'writes', 'sleeps']),
  path: [draw.pick(cities), draw.pick(cities), draw.pick(cities)],
}));

test('on any run it is what can be reached by program order and messages', () => {
  const seen = { before: 0, concurrent: 0, restart: 0, duplicate: 0 };
  fc.assert(
    fc.property(faults, deeds, (plan, list) => {
      const trace = run(plan, list);
      const order = new HappensBefore(trace);
      const reachable = reachability(trace);
      const pairs = trace.events
        .filter((a) => a.process !== NETWORK)
        .flatMap((a) =>
          trace.events.map((b) => ({ a, b, before: reachable[a.index]!.has(b.index) })),
        );
      expect(pairs.filter(({ a, b, before }) => order.before(a, b) !== before)).toEqual([]);
      const inOrder = trace.events.filter((a) => a.process !== NETWORK);
      const expected = inOrder.flatMap((a, i) =>
        inOrder
          .slice(i + 1)
          .filter((b) => !reachable[a.index]!.has(b.index) && !reachable[b.index]!.has(a.index))
          .map((b) => [a, b]),
      );
      expect(order.concurrentPairs(inOrder.toReversed())).toEqual(expected);
      seen.before += pairs.filter(({ a, b, before }) => before && a.process !== b.process).length;
      seen.concurrent += pairs.filter(({ a, b }) => order.concurrent(a, b)).length;
      seen.restart += trace.all('restart').length;
      seen.duplicate += trace.all('duplicate').length;
    }),
    { seed: 1, numRuns: 100 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
});

function run(
  plan: FaultPlan,
  list: readonly { atMs: number; city: string; what: string; path: readonly ProcessId[] }[],
): Trace {
  const world = simulate({ processes, faults: plan, latencyMs: [5, 15] });
  for (const { atMs, city, what, path } of list) {
    const [to = city, ...via] = path;
    world.callAt(atMs, city, what, (process) => {
      if (what === 'writes') process.write(to, ...via);
      else if (what === 'works') process.work();
      else process.sleep();
    });
  }
  return world.run().trace;
}

/** For each entry all that comes after it, straight from the definition: follow every edge. */
function reachability(trace: Trace): readonly ReadonlySet<number>[] {
  const after: Set<number>[] = trace.events.map(() => new Set());
  for (const event of trace.events.toReversed()) {
    const next = trace.events.filter(
      (other) =>
        other.cause === event.index ||
        (other.index > event.index && other.process === event.process && other.process !== NETWORK),
    );
    for (const { index } of next) {
      after[event.index]!.add(index);
      for (const further of after[index]!) after[event.index]!.add(further);
    }
  }
  return after;
}

function notes(trace: Trace): readonly (TraceEvent | undefined)[] {
  return trace.all('note');
}

function relation(trace: Trace, a: TraceEvent | undefined, b: TraceEvent | undefined): string {
  if (a === undefined || b === undefined) throw new Error('an event is missing');
  const order = new HappensBefore(trace);
  const found = [
    order.before(a, b) ? 'before' : [],
    order.before(b, a) ? 'after' : [],
    order.concurrent(a, b) ? 'concurrent' : [],
  ].flat();
  return found.length === 0 ? 'same' : found.join(' and ');
}
