import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { ToDo } from '../guarantee/todo.ts';
import type { Lab, Sample, Trouble } from '../lab/lab.ts';
import { whereIn } from '../world/rules.ts';
import { RunStopped } from '../world/simulation.ts';

/** What a thread is told when it begins. */
export interface Told {
  /** The lab's definition. */
  readonly lab: string;
  /** The file under test. */
  readonly attempt: string;
}

/** A few runs of one job. */
export interface Chunk {
  readonly job: string;
  /** The first seed. */
  readonly from: number;
  readonly count: number;
}

/** Up to the first trouble, if there is any. */
export interface Done {
  readonly samples: readonly Sample[];
  readonly trouble?: Trouble | undefined;
}

/** In a thread: loads the lab, says so, then measures what it is asked for, one chunk after the other. */
export async function work(): Promise<void> {
  const port = parentPort as NonNullable<typeof parentPort>;
  const { lab: labFile, attempt } = workerData as Told;
  let lab: Lab;
  try {
    lab = await loadLab(labFile, attempt);
  } catch (error) {
    port.postMessage({ samples: [], trouble: troubleOf(error) } satisfies Done);
    return;
  }
  port.on('message', (chunk: Chunk) => port.postMessage(measure(lab, chunk)));
  port.postMessage('ready');
}

/** A lab with the file under test in it. */
export async function loadLab(lab: string, attempt: string): Promise<Lab> {
  const exports = (await import(pathToFileURL(attempt).href)) as unknown;
  const definition = (await import(pathToFileURL(lab).href)) as {
    lab: (attempt: unknown) => Lab;
  };
  return definition.lab(exports);
}

function measure(lab: Lab, { job, from, count }: Chunk): Done {
  const samples: Sample[] = [];
  try {
    for (let seed = from; seed < from + count; seed++) samples.push(lab.measure(job, seed));
    return { samples };
  } catch (error) {
    return { samples, trouble: troubleOf(error) };
  }
}

export function troubleOf(error: unknown): Trouble {
  const cause = error instanceof RunStopped ? error.cause : error;
  if (cause instanceof ToDo) return { step: cause.step, sentence: cause.message };
  if (!(error instanceof Error)) return { sentence: String(error) };
  const where = whereIn(cause instanceof Error ? cause.stack : undefined);
  return { sentence: `${error.message}${where === undefined ? '' : ` (${where})`}` };
}
