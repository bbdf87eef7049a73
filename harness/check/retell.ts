import { fieldTexts } from '../world/changes.ts';
import type { ProcessId } from '../world/process.ts';
import { running } from '../world/rules.ts';
import { show } from '../world/show.ts';
import { RunStopped } from '../world/simulation.ts';
import { CODES, NO_CAUSE, NO_PROCESS, Trace, type TraceEvent } from '../world/trace.ts';
import type { Move } from './moves.ts';
import type { Happening } from './booth.ts';
import type { Steps, Stimulus } from './steps.ts';

/**
 * Tells a run that a search has found as a trace, like one of the simulation on its calm network: a
 * message takes 10 ms or, where others went before it, as long as they took.
 *
 * @throws RunStopped if a handler throws, with the trace up to it
 */
export function retell(steps: Steps, moves: readonly Move[]): Retold {
  const teller = new Teller(steps);
  for (const move of moves) teller.move(move);
  const { trace, first } = teller;
  return { trace, last: trace.events.slice(first) };
}

export interface Retold {
  readonly trace: Trace;
  /** The entries of the last move; of all starts, if there is no move. */
  readonly last: readonly TraceEvent[];
}

class Teller {
  readonly trace: Trace;
  /** Where the entries of the last move begin. */
  first = 0;
  readonly #steps: Steps;
  #nowMs = 0;
  /** For each envelope the sends of it that are on their way, oldest first. */
  readonly #onTheWay = new Map<number, number[]>();
  readonly #locals: number[];
  /** For each process and timer the entry that set it. */
  readonly #timers = new Map<string, number>();
  readonly #ms = new Map<number, number>();
  readonly #crashed = new Map<number, number>();

  constructor(steps: Steps) {
    this.#steps = steps;
    this.trace = new Trace(steps.ids);
    this.trace.changes = new Map();
    this.#locals = steps.ids.map((_, process) => {
      const { local, happened } = steps.boot(process);
      this.#tell(process, steps.happenings[happened] as readonly Happening[], NO_CAUSE);
      return local;
    });
  }

  move(move: Move): void {
    this.first = this.trace.length;
    const { process } = move;
    let cause = NO_CAUSE;
    switch (move.kind) {
      case 'lose':
        this.#record(CODES.lose, NO_PROCESS, this.#take(move.envelope), 0, 'lost on the way');
        return;
      case 'repeat': {
        cause = this.#onTheWay.get(move.envelope)?.[0] as number;
        this.#record(CODES.duplicate, NO_PROCESS, cause);
        this.#nowMs = Math.max(this.#nowMs, this.trace.timeAt(cause) + HOP_MS);
        break;
      }
      case 'deliver':
        cause = this.#take(move.envelope);
        this.#nowMs = Math.max(this.#nowMs, this.trace.timeAt(cause) + HOP_MS);
        break;
      case 'timeout': {
        cause = this.#timers.get(`${process} ${move.timer}`) as number;
        const dueMs = this.trace.timeAt(cause) + (this.#ms.get(cause) as number);
        this.#nowMs = Math.max(this.#nowMs, dueMs);
        break;
      }
    }
    const stimulus: Stimulus =
      move.kind === 'repeat' ? { kind: 'deliver', envelope: move.envelope } : move;
    const local = this.#locals[process] as number;
    try {
      const ran = this.#steps.run(local, stimulus);
      this.#locals[process] = ran.local;
      this.#tell(process, this.#steps.happenings[ran.happened] as readonly Happening[], cause);
      // Whatever a process sends to itself belongs to the step.
      const changes = { before: this.#fields(local), after: this.#fields(ran.local) };
      for (let at = this.first; at < this.trace.length; at++) this.trace.changes?.set(at, changes);
    } catch (error) {
      running.broken = undefined;
      const step = this.#tell(process, this.#steps.happenedAt(process), cause);
      const text = error instanceof Error ? error.message : show(error);
      this.#record(CODES.throw, process, step, 0, { text });
      const id = this.#steps.ids[process] as ProcessId;
      throw new RunStopped(`${id} stopped: ${text}`, error, this.trace, id);
    }
  }

  #fields(local: number): ReadonlyMap<string, string> {
    return fieldTexts(this.#steps.fieldsOf(local));
  }

  /** Writes down what happened in one step; returns the entry of the step. */
  #tell(process: number, happened: readonly Happening[], first: number): number {
    let step = NO_CAUSE;
    /** What it sent to itself, and has not received yet. */
    const own: number[] = [];
    happened.forEach((event, i) => {
      const { kind } = event;
      switch (kind) {
        case 'start':
        case 'step':
        case 'timeout':
        case 'deliver': {
          const cause = i === 0 ? first : (own.shift() as number);
          const data =
            kind === 'step' ? { label: event.label } : kind === 'timeout' ? event.timer : undefined;
          step = this.#record(CODES[kind], process, cause, 0, data);
          break;
        }
        case 'crash':
          step = this.#record(CODES.crash, process, NO_CAUSE);
          this.#crashed.set(process, step);
          break;
        case 'restart':
          step = this.#record(CODES.restart, process, this.#crashed.get(process) as number);
          break;
        case 'send': {
          const to = this.#steps.ids.indexOf(event.to);
          const sent = this.#record(CODES.send, process, step, to, event.message);
          if (to === process) own.push(sent);
          else this.#post(this.#steps.envelope(process, to, event.message), sent);
          break;
        }
        case 'timer-set': {
          const timer = { name: event.timer, setBy: 0 };
          const set = this.#record(CODES['timer-set'], process, step, event.ms, timer);
          this.#timers.set(`${process} ${event.timer}`, set);
          this.#ms.set(set, event.ms);
          break;
        }
        case 'timer-cancel':
          this.#record(CODES['timer-cancel'], process, step, 0, event.timer);
          break;
        default: {
          const { kind: _, process: __, ...data } = event;
          this.#record(CODES[kind], process, step, 0, data);
        }
      }
    });
    return step;
  }

  #post(envelope: number, sent: number): void {
    const others = this.#onTheWay.get(envelope);
    if (others === undefined) this.#onTheWay.set(envelope, [sent]);
    else others.push(sent);
  }

  #take(envelope: number): number {
    const sent = this.#onTheWay.get(envelope)?.shift();
    if (sent === undefined) throw new Error('a run is told in another way than it was found');
    return sent;
  }

  #record(code: number, where: number, cause: number, number = 0, data?: unknown): number {
    return this.trace.record(code, this.#nowMs, where, cause, number, data);
  }
}

/** As on the calm network of the simulation. */
const HOP_MS = 10;
