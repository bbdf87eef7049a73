import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultPlans, NETWORK_FAULTS, type FaultPlanOptions } from './fault-plans.ts';
import type { Fault, FaultKind, FaultPlan } from './plan.ts';

const processes = ['p1', 'p2', 'p3'];
const ALL: readonly FaultKind[] = [
  ...NETWORK_FAULTS,
  'partition',
  'cut',
  'slow',
  'crash',
  'crash-mid-step',
  'pause',
  'clock-offset',
  'clock-drift',
  'clock-step',
  'disk-loss',
  'flush-failure',
];

function plans(options: Partial<FaultPlanOptions> = {}): readonly FaultPlan[] {
  const lists = faultPlans({ processes, kinds: ALL, ...options });
  return fc.sample(lists, { seed: 1, numRuns: 300 });
}

function faults(options?: Partial<FaultPlanOptions>): readonly Fault[] {
  return plans(options).flat();
}

const kindsIn = (list: readonly Fault[]): readonly FaultKind[] => [
  ...new Set(list.map(({ kind }) => kind)),
];

test('every kind occurs', () => {
  expect(kindsIn(faults()).toSorted()).toEqual([...ALL].toSorted());
});

test('the network alone, unless told otherwise', () => {
  const list = fc.sample(faultPlans({ processes }), { seed: 1, numRuns: 100 }).flat();
  expect(kindsIn(list).toSorted()).toEqual([...NETWORK_FAULTS].toSorted());
});

test('only the kinds that are asked for', () => {
  expect(kindsIn(faults({ kinds: ['pause', 'cut'] })).toSorted()).toEqual(['cut', 'pause']);
});

test('swarmed: each kind is off in about half of the plans', () => {
  for (const kind of ALL) {
    const off = plans().filter((plan) => plan.every((fault) => fault.kind !== kind)).length;
    expect(off, kind).toBeGreaterThan(100);
    expect(off, kind).toBeLessThan(200);
  }
});

test('swarmed: some plans are empty, some have one fault, some have many', () => {
  const lengths = plans({ kinds: NETWORK_FAULTS }).map((plan) => plan.length);
  expect(lengths.filter((length) => length === 0).length).toBeGreaterThan(10);
  expect(lengths.filter((length) => length === 1).length).toBeGreaterThan(10);
  expect(Math.max(...lengths)).toBeGreaterThan(12);
});

test.each([0, 1, 2, 5])('at most %i crashes in a plan', (crashes) => {
  const counts = plans({ crashes }).map(
    (plan) => plan.filter(({ kind }) => kind.startsWith('crash')).length,
  );
  expect(Math.max(...counts)).toBe(crashes);
});

test('faults hit the processes that are named, and a link has two ends', () => {
  for (const fault of faults()) {
    const named =
      fault.kind === 'partition'
        ? fault.groups.flat()
        : 'process' in fault
          ? [fault.process]
          : [fault.from, fault.to];
    expect(processes).toEqual(expect.arrayContaining(named));
    expect(new Set(named).size).toBe(named.length);
  }
});

test('a partition has somebody on both sides, and sometimes somebody on none', () => {
  const partitions = faults().filter((fault) => fault.kind === 'partition');
  expect(partitions.every(({ groups: [a, b] }) => a!.length > 0 && b!.length > 0)).toBe(true);
  expect(new Set(partitions.map(({ groups }) => groups.flat().length))).toEqual(new Set([2, 3]));
});

test('faults with a time begin before untilMs, and are over by then', () => {
  for (const fault of faults({ untilMs: 100 })) {
    if (!('atMs' in fault)) continue;
    const lastsMs = 'forMs' in fault ? fault.forMs! : 'downMs' in fault ? fault.downMs! : 0;
    expect(fault.atMs).toBeGreaterThanOrEqual(0);
    expect(fault.atMs).toBeLessThan(100);
    expect(fault.atMs + lastsMs).toBeLessThanOrEqual(100);
  }
});

test('unless nothing heals: then some last for good', () => {
  const list = faults({ heals: false });
  expect(list.some((fault) => fault.kind === 'crash' && fault.downMs === undefined)).toBe(true);
  expect(list.some((fault) => fault.kind === 'cut' && fault.forMs === undefined)).toBe(true);
  const healing = faults().filter((fault) => fault.kind === 'crash' || fault.kind === 'cut');
  expect(healing.every((fault) => 'downMs' in fault || 'forMs' in fault)).toBe(true);
});

test('faults on messages hit the first so many on each link', () => {
  const hit = faults({ messagesPerLink: 3, kinds: NETWORK_FAULTS });
  expect(new Set(hit.map((fault) => 'nth' in fault && fault.nth))).toEqual(new Set([1, 2, 3]));
});

test('a single process can crash, but has nobody to be cut off from', () => {
  const alone = faultPlans({ processes: ['p1'], kinds: ['crash', 'pause'] });
  expect(kindsIn(fc.sample(alone, { seed: 1, numRuns: 50 }).flat())).toContain('crash');
  expect(() => faultPlans({ processes: ['p1'] })).toThrow("'lose' happens between two processes");
});

test('a plan is data: it survives JSON', () => {
  expect(JSON.parse(JSON.stringify(plans()))).toEqual(plans());
});
