import { describe, expect, test } from 'vitest';
import { simulate } from '../faults/simulate.ts';
import { Process } from '../world/process.ts';
import { cycleIn } from './cycle.ts';

/** Asks its peers again and again, under a number that grows, until it gives up. */
class Asker extends Process<{ type: string; n: number }> {
  n = 0;

  override start(): void {
    if (this.id === 'p1') this.setTimer('retry', 100);
  }

  receive({ type, n }: { type: string; n: number }, from: string): void {
    if (type === 'ask') this.send(from, { type: 'no', n });
  }

  override timeout(): void {
    this.n++;
    for (const id of this.peers) this.send(id, { type: this.ask(), n: this.n });
    if (this.n < this.most()) this.setTimer('retry', 100);
  }

  ask(): string {
    return 'ask';
  }

  most(): number {
    return Infinity;
  }
}

/** Asks in turns for this and for that. */
class Undecided extends Asker {
  override ask(): string {
    return this.n % 2 === 0 ? 'ask' : 'beg';
  }
}

class Tired extends Asker {
  override most(): number {
    return 6;
  }
}

/** No two questions are alike. */
class Inventive extends Asker {
  override ask(): string {
    return 'ask'.padEnd(3 + this.n, 'k');
  }
}

function run(maker: new () => Asker, latencyMs: number | readonly [number, number] = 10) {
  const processes = { p1: maker, p2: maker, p3: maker };
  return simulate({ processes, latencyMs }).runFor(1_050).trace;
}

describe('a run that makes no progress goes in circles', () => {
  test('how often, since when, for how long, and where the last one is', () => {
    const trace = run(Asker);
    const cycle = cycleIn(trace);
    expect(cycle).toMatchObject({ times: 8, sinceMs: 200, lastedMs: 100 });
    expect(trace.at(cycle?.from ?? 0)).toMatchObject({ kind: 'timeout', at: 900 });
    expect(trace.at(cycle?.until ?? 0)).toMatchObject({ kind: 'timeout', at: 1_000 });
  });

  test('in whatever order messages arrive', () => {
    expect(cycleIn(run(Asker, [1, 40]))).toMatchObject({ times: 8 });
  });

  test('of two rounds that differ', () => {
    expect(cycleIn(run(Undecided))).toMatchObject({ times: 4, lastedMs: 200 });
  });

  test('but not if it has come to rest, or does something else every time', () => {
    const over = simulate({ processes: { p1: Tired, p2: Tired } });
    const later = over.callAt(9_000, 'p2', 'looks round', () => {}).run().trace;
    expect(cycleIn(later)).toBeUndefined();
    expect(cycleIn(run(Inventive))).toBeUndefined();
    expect(cycleIn(simulate({ processes: { p1: Asker } }).runFor(10).trace)).toBeUndefined();
  });
});
