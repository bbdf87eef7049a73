import type { Fault, FaultPlan } from '../harness/faults/plan.ts';
import { type TraceData, traceData } from '../harness/story/trace-data.ts';
import type { ProcessId } from '../harness/world/process.ts';
import { running } from '../harness/world/rules.ts';
import { RunStopped } from '../harness/world/simulation.ts';
import type { Trace } from '../harness/world/trace.ts';
import { lossesOf } from './losses.ts';

/** A run that a slide shows, and that whoever presents can meddle with. Every exercise has its own `Code`. */
export interface Scene<Code = unknown> {
  readonly title: string;
  /** Whose code runs here: the name of its folder in exercises/ and solutions/. */
  readonly exercise: string;
  /** The solution's; another one may take its place. */
  readonly code: Code;
  /** Where the slider for the latency begins, in ms one way. */
  readonly latencyMs: number;
  /** How long a run is watched, in ms of virtual time. */
  readonly untilMs: number;
  /** What goes wrong at first; whoever presents can take it away, too. */
  readonly faults: FaultPlan;
  /** The fields of a process that are worth a look while it runs; `disk x` is what the disk has under x. */
  readonly fields: readonly string[];
  /** Makes the text of such a field short enough for its column. */
  readonly short?: (text: string) => string;
  /** Types of messages that would hide the others. */
  readonly hidden: readonly string[];
  /** Sets up the world; it has not run. */
  start(code: Code, setting: WorldSetting): World;
  /** What became of the run, in a sentence, and the entries that show it. */
  tell(trace: Trace): Told;
}

/** As much of a simulation as it takes to watch it. */
export interface World {
  readonly trace: Trace;
  readonly ids: readonly ProcessId[];
  runFor(ms: number): unknown;
}

/** What a scene hands on to `simulate`. */
export interface WorldSetting {
  readonly latencyMs: number;
  readonly faults: FaultPlan;
}

export interface Told {
  readonly sentence: string;
  readonly marks: readonly number[];
}

/** What whoever presents has set. The same setting gives the same run. */
export interface Setting {
  readonly latencyMs: number;
  readonly lossPercent: number;
  /** All that goes wrong, but for the losses. */
  readonly faults: FaultPlan;
}

export interface SceneRun extends Told {
  readonly data: TraceData;
  /** Why the run ended early, if it did: a step is to do, a rule is broken, a handler threw. */
  readonly trouble: string | undefined;
}

/** As a scene is when nobody has touched it. */
export function untouched({ latencyMs, faults }: Scene): Setting {
  return { latencyMs, lossPercent: 0, faults };
}

/** Runs a scene from its beginning. Whatever the code does, this returns. */
export function runScene(scene: Scene, code: unknown, setting: Setting): SceneRun {
  let trace: Trace | undefined;
  let trouble: string | undefined;
  try {
    const world = build(scene, code, setting);
    trace = world.trace;
    world.runFor(scene.untilMs);
  } catch (error) {
    trouble = sentenceOf(error);
    if (error instanceof RunStopped) trace = error.trace;
  }
  if (trace === undefined) return { ...NOTHING, trouble };
  const { sentence, marks } = told(scene, trace);
  return { data: traceData(trace, marks), sentence, marks, trouble };
}

function build(scene: Scene, code: unknown, { latencyMs, lossPercent, faults }: Setting): World {
  running.remembers = true;
  try {
    const start = (losses: FaultPlan) =>
      scene.start(code, { latencyMs, faults: [...faults, ...losses] });
    const world = start([]);
    return lossPercent === 0 ? world : start(lossesOf(lossPercent, world.ids));
  } finally {
    running.remembers = false;
  }
}

/** Code that is not the solution's may note what no scene expects. */
function told(scene: Scene, trace: Trace): Told {
  try {
    return scene.tell(trace);
  } catch (error) {
    return { sentence: sentenceOf(error), marks: [] };
  }
}

/** One sentence, for a slide; the terminal says more. */
function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] as string;
}

/** The moment after an entry: what is added there leaves all up to it as it was. */
export function justAfter(ms: number): number {
  return Math.floor(ms) + 1;
}

/** The end, at a moment, of what lasts: a crash of a process, its pause, or a cut of links. */
export function ended(fault: Fault, atMs: number): Fault | undefined {
  if (!('atMs' in fault) || fault.atMs >= atMs) return undefined;
  const lasts = atMs - fault.atMs;
  switch (fault.kind) {
    case 'crash':
      return (fault.downMs ?? Infinity) > lasts ? { ...fault, downMs: lasts } : undefined;
    case 'pause':
      return fault.forMs > lasts ? { ...fault, forMs: lasts } : undefined;
    case 'partition':
    case 'cut':
      return (fault.forMs ?? Infinity) > lasts ? { ...fault, forMs: lasts } : undefined;
    default:
      return undefined;
  }
}

/** Whether a fault keeps one process down or still, or cuts it off. */
export function concerns(fault: Fault, id: ProcessId, what: 'life' | 'links'): boolean {
  if (what === 'life') {
    return (fault.kind === 'crash' || fault.kind === 'pause') && fault.process === id;
  }
  if (fault.kind === 'cut') return fault.from === id || fault.to === id;
  return fault.kind === 'partition' && fault.groups.some((group) => group.includes(id));
}

const NOTHING = { data: { processes: [], entries: [], marks: [] }, sentence: '', marks: [] };
