import { describe, expect, test } from 'vitest';
import type { FaultPlan } from '../../faults/plan.ts';
import { simulate } from '../../faults/simulate.ts';
import { Process } from '../../world/process.ts';
import { type TraceData, traceData } from '../trace-data.ts';
import { Causes } from './causes.ts';
import { draw, heightOf, rowsBetween, type Scene, yOf } from './draw.ts';
import { cities, gossip } from './gossip-run.ts';
import { Layout } from './layout.ts';
import { livesOf } from './lives.ts';

function run(faults: FaultPlan = []): TraceData {
  return traceData(gossip(simulate({ processes: cities, faults })).trace, []);
}

function scene(data: TraceData, some: Partial<Scene> = {}): Scene {
  const none = new Set<string>();
  const filter = { hiddenProcesses: none, hiddenTypes: none, disk: true, timers: false };
  const layout = new Layout(data, filter);
  return {
    data,
    layout,
    lives: livesOf(data, layout),
    colours: new Map(),
    width: 900,
    cursor: data.entries.length - 1,
    past: undefined,
    thread: new Set(),
    ...some,
  };
}

function whole(drawn: Scene): string {
  return draw(drawn, 0, heightOf(drawn.layout.rows.length));
}

function count(svg: string, part: string): number {
  return svg.split(part).length - 1;
}

describe('the picture', () => {
  test('has every row, every arrow and every name', () => {
    const all = scene(run());
    const svg = whole(all);
    expect(count(svg, '<g class="event')).toBe(all.layout.rows.length);
    expect(count(svg, '<g class="arrow')).toBe(all.layout.arrows.length);
    for (const id of Object.keys(cities)) expect(svg).toContain(`>${id}<title>`);
  });

  test('shows what is lost, what has not arrived yet, and what is to come', () => {
    const data = run([{ kind: 'lose', from: 'athens', to: 'byzantium', nth: 1 }]);
    expect(count(whole(scene(data)), 'class="cross"')).toBe(1);
    const early = data.entries.find(({ words }) => words === 'sends rumour to corinth')!.index;
    const svg = whole(scene(data, { cursor: early }));
    expect(count(svg, ' going')).toBe(1);
    expect(count(svg, ' future')).toBeGreaterThan(10);
  });

  test('shows crashes, pauses and partitions on the lifelines', () => {
    const svg = whole(
      scene(
        run([
          { kind: 'crash', process: 'byzantium', atMs: 30, downMs: 10 },
          { kind: 'pause', process: 'corinth', atMs: 30, forMs: 10 },
          { kind: 'partition', groups: [['athens'], ['byzantium']], atMs: 30, forMs: 5 },
        ]),
      ),
    );
    for (const look of ['life down', 'life still', 'cut side0', 'cut side1']) {
      expect(count(svg, `class="${look}"`), look).toBe(1);
    }
  });

  test('sets aside what cannot have influenced an entry', () => {
    const data = run();
    const note = data.entries.findLast(({ kind }) => kind === 'note')!.index;
    const past = new Causes(data.entries, data.processes).past([note]);
    const svg = whole(scene(data, { past }));
    expect(svg).toMatch(new RegExp(`class="event note(?! aside)[^"]*" id="e${note}"`));
    expect(count(svg, ' aside')).toBeGreaterThan(0);
  });

  test('marks what is told', () => {
    const data = { ...run(), marks: [20] };
    expect(count(whole(scene(data)), '✗')).toBe(1);
  });

  test('shows what somebody wrote as they wrote it', () => {
    class Evil extends Process<string> {
      receive(): void {}
      override start(): void {
        this.note('<script>"&');
      }
    }
    const { trace } = simulate({ processes: { 'a<b': Evil } }).run();
    const svg = whole(scene(traceData(trace, [])));
    expect(svg).toContain('&#60;script&#62;&#34;&#38;');
    expect(svg).toContain('a&#60;b');
    expect(svg).not.toContain('<script>');
  });
});

describe('a window', () => {
  test('draws only its own rows, however long the run is', () => {
    const world = simulate({ processes: cities });
    for (let i = 0; i < 500; i++) world.call('athens', 'hears', (city) => city.tell()).run();
    const all = scene(traceData(world.trace, []));
    expect(all.layout.rows.length).toBeGreaterThan(3_000);
    const top = yOf(1_500);
    const svg = draw(all, top, top + 600);
    const events = count(svg, '<g class="event');
    expect(events).toBeGreaterThan(15);
    expect(events).toBeLessThan(25);
    expect(svg.length).toBeLessThan(40_000);
  });

  test('has the rows of which something is seen', () => {
    expect(rowsBetween(0, 100, 50)).toEqual([0, 3]);
    expect(rowsBetween(yOf(10), yOf(12), 50)).toEqual([10, 13]);
    expect(rowsBetween(yOf(48), yOf(60), 50)).toEqual([48, 49]);
  });
});
