import type { Trace, TraceEvent } from '../world/trace.ts';

/**
 * Lamport's *happened before* over a trace, by vector clocks of the harness's own (Mattern 1989), so
 * that what a process claims about its clock can be judged from outside.
 *
 * Each process's entries are ordered as they stand in the trace; a delivery comes after its send.
 * What happens between processes (a loss, a cut) comes after its sending, and before nothing.
 *
 * ```ts
 * class City extends Process<string> {
 *   override start(): void {
 *     if (this.id === 'athens') this.send('byzantium', 'greetings');
 *   }
 *   receive(): void {}
 * }
 * const { trace } = simulate({ processes: { athens: City, byzantium: City } }).run();
 * const [sent, received] = [trace.all('send')[0]!, trace.all('deliver')[0]!];
 * new HappensBefore(trace).before(sent, received); // → true
 * ```
 */
export class HappensBefore {
  readonly #vectors: readonly Int32Array[];
  readonly #columns: ReadonlyMap<string, number>;

  constructor(trace: Trace) {
    this.#columns = new Map(trace.processes.map((id, column) => [id, column]));
    const latest = trace.processes.map(() => new Int32Array(trace.processes.length));
    const vectors: Int32Array[] = [];
    for (const event of trace.events) {
      const column = this.#columns.get(event.process);
      const cause = event.cause === undefined ? undefined : vectors[event.cause];
      if (column === undefined) {
        vectors.push(cause ?? new Int32Array(trace.processes.length));
        continue;
      }
      const vector = Int32Array.from(latest[column] as Int32Array);
      cause?.forEach((count, i) => {
        if (count > (vector[i] as number)) vector[i] = count;
      });
      (vector[column] as number) += 1;
      latest[column] = vector;
      vectors.push(vector);
    }
    this.#vectors = vectors;
  }

  /** Whether `a` happened before `b`: could `a` have influenced `b`? An entry is not before itself. */
  before(a: TraceEvent, b: TraceEvent): boolean {
    const column = this.#columns.get(a.process);
    if (column === undefined || a.index === b.index) return false;
    const own = (this.#vectors[a.index] as Int32Array)[column] as number;
    return own <= ((this.#vectors[b.index] as Int32Array)[column] as number);
  }

  /** Whether neither happened before the other. */
  concurrent(a: TraceEvent, b: TraceEvent): boolean {
    return a.index !== b.index && !this.before(a, b) && !this.before(b, a);
  }

  /** Every two of these entries of which neither happened before the other, the earlier entry first. */
  concurrentPairs(
    entries: readonly TraceEvent[],
  ): readonly (readonly [earlier: TraceEvent, later: TraceEvent])[] {
    const inOrder = entries.toSorted((a, b) => a.index - b.index);
    return inOrder.flatMap((a, i) =>
      inOrder.slice(i + 1).flatMap((b) => (this.concurrent(a, b) ? [[a, b] as const] : [])),
    );
  }
}
