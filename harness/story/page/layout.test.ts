import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultPlans } from '../../faults/fault-plans.ts';
import type { FaultPlan } from '../../faults/plan.ts';
import { simulate } from '../../faults/simulate.ts';
import { type TraceData, traceData } from '../trace-data.ts';
import { cities, gossip } from './gossip-run.ts';
import { type Filter, Layout } from './layout.ts';

const all: Filter = {
  hiddenProcesses: new Set(),
  hiddenTypes: new Set(),
  disk: true,
  timers: false,
};

function run(faults: FaultPlan = []): TraceData {
  return traceData(gossip(simulate({ processes: cities, faults })).trace, []);
}

/** The rows, and behind each in brackets what else stands on it. */
function rows(data: TraceData, filter: Partial<Filter> = {}): readonly string[] {
  const layout = new Layout(data, { ...all, ...filter });
  return layout.rows.map((own, row) => {
    const also = data.entries.filter(({ index }) => index !== own && layout.rowOf[index] === row);
    const names = also.map(({ kind }) => kind).join(' ');
    const { process, words } = data.entries[own]!;
    return `${process}: ${words}${names === '' ? '' : ` [${names}]`}`;
  });
}

describe('rows', () => {
  test('an event has one, and what it sends or sets stands on it', () => {
    expect(rows(run()).slice(0, 8)).toEqual([
      'athens: hears [send send]',
      'byzantium: rumour from athens',
      "byzantium: appends to rumours: 'athens;' [flush send]",
      'corinth: rumour from athens',
      "corinth: appends to rumours: 'athens;' [flush send]",
      'athens: thanks from byzantium',
      'athens: thanked by byzantium',
      'athens: thanks from corinth',
    ]);
  });

  test('the disk and the timers have some if they are asked for', () => {
    const data = run();
    expect(rows(data, { disk: false })[1]).toBe(
      'byzantium: rumour from athens [append flush send]',
    );
    expect(rows(data, { timers: true })[0]).toBe('athens: sets timer sleep, 100 ms');
  });

  test('a process or a type of message that is hidden has none', () => {
    const data = run();
    expect(rows(data, { hiddenProcesses: new Set(['athens']) }).join()).not.toMatch(
      /^athens|,athens/,
    );
    expect(rows(data, { hiddenTypes: new Set(['thanks']) }).join()).not.toContain('thanks from');
  });
});

describe('arrows', () => {
  test('lead from the row of the sending to that of the arrival', () => {
    const { arrows, columns } = new Layout(run(), all);
    expect(columns).toEqual(['athens', 'byzantium', 'corinth']);
    expect(arrows[0]).toMatchObject({
      fromColumn: 0,
      toColumn: 1,
      fromRow: 0,
      toRow: 1,
      lost: false,
      again: false,
      type: 'rumour',
    });
  });

  test('are lost, come again, or do not end', () => {
    const faults: FaultPlan = [
      { kind: 'lose', from: 'athens', to: 'byzantium', nth: 1 },
      { kind: 'duplicate', from: 'athens', to: 'corinth', nth: 1, afterMs: 5 },
    ];
    const { arrows } = new Layout(run(faults), all);
    expect(arrows.filter(({ lost }) => lost)).toHaveLength(1);
    expect(arrows.filter(({ again }) => again)).toHaveLength(1);
    const world = simulate({ processes: cities }).call('athens', 'hears', (city) => city.tell());
    const onTheWay = new Layout(traceData(world.trace, []), all).arrows;
    expect(onTheWay.map(({ end }) => end)).toEqual([undefined, undefined]);
  });

  test('those in some rows are all that cross them', () => {
    const plans = faultPlans({ processes: Object.keys(cities) });
    fc.assert(
      fc.property(plans, fc.nat(40), fc.nat(10), (faults, first, more) => {
        const layout = new Layout(run(faults), all);
        const last = first + more;
        const crossing = layout.arrows.filter(
          ({ fromRow, toRow }) => fromRow <= last && toRow >= first,
        );
        expect(new Set(layout.arrowsIn(first, last))).toEqual(new Set(crossing));
        for (const { fromRow, toRow } of layout.arrows) expect(toRow).toBeGreaterThan(fromRow);
      }),
      { numRuns: 50 },
    );
  });
});

test('the next entry that is shown', () => {
  const layout = new Layout(run(), { ...all, hiddenProcesses: new Set(['athens']) });
  const first = layout.shownFrom(0, 1);
  expect(first).toBe(layout.rows[0]);
  expect(layout.shownFrom(first! - 1, -1)).toBeUndefined();
});
