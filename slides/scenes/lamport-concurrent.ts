import { HappensBefore } from '../../harness/check/happens-before.ts';
import { simulate } from '../../harness/faults/simulate.ts';
import { Process, type ProcessId } from '../../harness/world/process.ts';
import type { Trace, TraceEvent } from '../../harness/world/trace.ts';
import * as solution from '../../solutions/01-lamport-clock/lamport-clock.ts';
import type { Scene, Told } from '../scene.ts';

type Code = typeof solution;
type Letter = { readonly type: 'letter'; readonly stamp: solution.Timestamp };

/** Two letters, and between them events that nothing puts into an order but their numbers. */
export const lamportConcurrent: Scene<Code> = {
  title: 'A concurrent pair',
  exercise: '01-lamport-clock',
  code: solution,
  latencyMs: 10,
  untilMs: 1000,
  faults: [],
  fields: ['clock.time'],
  hidden: [],
  start({ LamportClock }, { latencyMs, faults }) {
    class City extends Process<Letter> {
      clock = new LamportClock(this.id);

      work(): void {
        this.say('works', this.clock.tick());
      }

      write(to: ProcessId): void {
        const stamp = this.clock.send();
        this.say('writes', stamp);
        this.send(to, { type: 'letter', stamp });
      }

      receive({ stamp }: Letter): void {
        this.say('reads', this.clock.receive(stamp));
      }

      say(deed: string, stamp: solution.Timestamp): void {
        this.note(`${deed}, C = ${stamp.time}`, { deed, stamp });
      }
    }
    return simulate<City>({
      processes: { athens: City, byzantium: City, corinth: City },
      latencyMs,
      faults,
    })
      .callAt(0, 'athens', 'works', (city) => city.work())
      .callAt(10, 'athens', 'writes', (city) => city.write('byzantium'))
      .callAt(40, 'byzantium', 'works', (city) => city.work())
      .callAt(50, 'corinth', 'works', (city) => city.work())
      .callAt(60, 'byzantium', 'writes', (city) => city.write('corinth'))
      .callAt(90, 'corinth', 'works', (city) => city.work())
      .callAt(100, 'corinth', 'writes', (city) => city.write('athens'));
  },
  tell,
};

/** The pair whose numbers are furthest apart: the later one, as a clock on the wall has it, has the lower. */
function tell(trace: Trace): Told {
  const order = new HappensBefore(trace);
  const pairs = order
    .concurrentPairs(trace.all('note'))
    .toSorted((a, b) => apart(b) - apart(a))
    .filter((pair) => apart(pair) > 0);
  const [pair] = pairs;
  if (pair === undefined) return { sentence: ALL_IN_ORDER, marks: [] };
  const [early, late] = pair;
  const sentence = `${name(late)} and ${name(early)} are concurrent: neither could know of the other. The clocks put ${late.process} first all the same, because ${timeOf(late)} < ${timeOf(early)}.`;
  // Not marked: a mark is for what broke a promise, and this pair breaks none.
  return { sentence, marks: [] };
}

function apart([early, late]: readonly [TraceEvent, TraceEvent]): number {
  return timeOf(early) - timeOf(late);
}

function timeOf(event: TraceEvent): number {
  const about = event.kind === 'note' ? (event.about as { stamp: solution.Timestamp }) : undefined;
  return about?.stamp.time ?? 0;
}

function name(event: TraceEvent): string {
  return `C = ${timeOf(event)} in ${event.process} (${event.at} ms)`;
}

const ALL_IN_ORDER = 'No pair of events is concurrent with its numbers the other way round.';
