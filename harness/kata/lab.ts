import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { csv } from '../lab/csv.ts';
import type { Result, Sample, Trouble } from '../lab/lab.ts';
import { screen } from '../lab/screen.ts';
import { svg } from '../lab/svg.ts';
import { wrap } from '../story/wrap.ts';
import { numberOf, standing } from './asked-exercise.ts';
import { attemptsFolder } from './attempts-folder.ts';
import { type Exercise, exerciseAround, exercises, findExercise, ROOT } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { type Chunk, type Done, loadLab, type Told, troubleOf } from './lab-work.ts';
import { paint } from './paint.ts';
import { showsMore } from './plain.ts';
import { quoted } from './quoted.ts';

export interface LabOptions {
  readonly from?: string;
  /** How many seeds for each job, instead of the lab's own number. */
  readonly runs?: number;
}

/** `npm run lab [exercise]`: measures, shows a table and a chart, keeps a picture and all the numbers. */
export async function lab(query: string | undefined, options: LabOptions): Promise<number> {
  const exercise = askedLab(query);
  if (exercise === undefined) {
    process.stdout.write(choice());
    return 0;
  }
  const { attempt, original } = fileUnderTest(exercise, options.from);
  const told = { lab: labOf(exercise), attempt };
  const again = `npm test ${numberOf(exercise)}${options.from === undefined ? '' : ` -- --from ${quoted(options.from)}`}`;
  const { title, jobs, runs: usual, report } = await load(told, again);
  const runs = options.runs ?? usual;
  const began = performance.now();
  const measured = await measureInThreads(told, jobs, runs, again);
  const results = measured.map((result) => namingOriginal(result, told.attempt, original));
  const tookMs = performance.now() - began;

  const sections = report(results);
  const name = `${numberOf(exercise)} ${title}`;
  const files = save(exercise, svg(name, sections), csv(results));
  const colour = paint();
  process.stdout.write(
    [
      `\n ${colour.bold(name)}\n`,
      screen(sections, { blocks: showsMore(), bold: (text) => colour.bold(text) }),
      ...troubles(results, again),
      foot(results, tookMs, files),
    ].join('\n'),
  );
  return results.some(({ trouble }) => trouble !== undefined) ? 1 : 0;
}

// ── Which one ────────────────────────────────────────────────────────────────────────────────────

/** None if nobody asked for one, and one does not stand in a folder that has one. */
function askedLab(query: string | undefined): Exercise | undefined {
  const asked = query === undefined ? exerciseAround(standing()) : findExercise(query);
  if (asked === undefined || existsSync(labOf(asked))) return asked;
  const list = withLab()
    .map(({ id }) => id)
    .join(', ');
  throw new Complaint(`${asked.id} has no lab. There are: ${list}.`, 'npm run lab');
}

function withLab(): readonly Exercise[] {
  return exercises().filter((exercise) => existsSync(labOf(exercise)));
}

function choice(): string {
  const labs = withLab().map((each) => `   npm run lab ${numberOf(each)}   ${each.title}\n`);
  return `\n ${CHOICE}\n\n${labs.join('')}`;
}

function labOf({ test }: Exercise): string {
  return join(dirname(test), 'lab.ts');
}

interface UnderTest {
  /** Where it is run from. */
  readonly attempt: string;
  /** Where it came from. */
  readonly original: string;
}

/** The file under test, where `#harness` is ours: one from elsewhere is copied here first. */
function fileUnderTest(exercise: Exercise, from: string | undefined): UnderTest {
  if (from === undefined) {
    const own = present(exercise.stub, exercise);
    return { attempt: own, original: own };
  }
  const folder = join(attemptsFolder(from, standing()), exercise.id);
  const original = present(join(folder, exercise.file), exercise);
  if (!relative(ROOT, folder).startsWith('..') && !isAbsolute(relative(ROOT, folder)))
    return { attempt: original, original };
  const copy = join(ROOT, '.kata', 'lab', exercise.id);
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
  return { attempt: join(copy, exercise.file), original };
}

/** What is told of the copy is about the file that it was made from. */
function namingOriginal(result: Result, copy: string, original: string): Result {
  const { trouble } = result;
  if (trouble === undefined) return result;
  const [from, to] = [copy, original].map((path) => path.replaceAll(sep, '/')) as [string, string];
  return { ...result, trouble: { ...trouble, sentence: trouble.sentence.replaceAll(from, to) } };
}

function present(file: string, exercise: Exercise): string {
  if (existsSync(file)) return file;
  throw new Complaint(`There is no file ${file}.`, `npm test ${numberOf(exercise)}`);
}

async function load(told: Told, again: string): Promise<Awaited<ReturnType<typeof loadLab>>> {
  try {
    return await loadLab(told.lab, told.attempt);
  } catch (error) {
    throw new Complaint(troubleOf(error).sentence, again);
  }
}

// ── Measuring ────────────────────────────────────────────────────────────────────────────────────

/** Shares the work out in small chunks. Who does which makes no difference to what comes out. */
async function measureInThreads(
  told: Told,
  jobs: readonly string[],
  runs: number,
  again: string,
): Promise<readonly Result[]> {
  const chunks: Chunk[] = jobs.flatMap((job) =>
    Array.from({ length: Math.ceil(runs / RUNS_IN_A_CHUNK) }, (_, i) => {
      const from = 1 + i * RUNS_IN_A_CHUNK;
      return { job, from, count: Math.min(RUNS_IN_A_CHUNK, runs - from + 1) };
    }),
  );
  const done: (Done | undefined)[] = chunks.map(() => undefined);
  const hopeless = new Set<string>();
  const progress = new Progress(jobs.length * runs);
  let next = 0;
  const take = (): number | undefined => {
    // The steps of a job that is still to do are to do with every seed.
    while (next < chunks.length && hopeless.has((chunks[next] as Chunk).job)) {
      progress.add((chunks[next] as Chunk).count);
      next += 1;
    }
    return next < chunks.length ? next++ : undefined;
  };
  const count = Math.min(availableParallelism(), MOST_THREADS, chunks.length);
  const threads: Worker[] = [];
  const busy = Array.from(
    { length: count },
    () =>
      new Promise<void>((resolve, reject) => {
        const thread = new Worker(new URL('./lab-thread.js', import.meta.url), {
          workerData: told,
        });
        threads.push(thread);
        let own: number | undefined;
        let watch: NodeJS.Timeout | undefined;
        const go = (): void => {
          clearTimeout(watch);
          own = take();
          if (own === undefined) return resolve();
          const chunk = chunks[own] as Chunk;
          watch = setTimeout(() => reject(new Complaint(endless(chunk), again)), ENDLESS_MS);
          thread.postMessage(chunk);
        };
        thread.on('error', reject);
        thread.on('message', (message: Done | 'ready') => {
          if (message !== 'ready' && own !== undefined) {
            const { job, count: of } = chunks[own] as Chunk;
            done[own] = message;
            if (message.trouble !== undefined) hopeless.add(job);
            progress.add(of);
          }
          go();
        });
      }),
  );
  try {
    await Promise.all(busy);
  } finally {
    progress.end();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return jobs.map((job) => {
    const own = done.filter((_, i) => chunks[i]?.job === job);
    const trouble: Trouble | undefined = own.find((each) => each?.trouble)?.trouble;
    const samples: readonly Sample[] = own.flatMap((each) => each?.samples ?? []);
    return trouble === undefined ? { job, samples } : { job, samples: [], trouble };
  });
}

/** A line that says how far it is, on a terminal only. */
class Progress {
  #done = 0;
  #shown = 0;
  readonly #of: number;

  constructor(of: number) {
    this.#of = of;
  }

  add(runs: number): void {
    this.#done += runs;
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#shown < 100) return;
    this.#shown = now;
    const part = this.#done / this.#of;
    const bar = '#'.repeat(Math.floor(30 * part)).padEnd(30, '.');
    process.stderr.write(
      `\r ${bar} ${this.#done.toLocaleString('en')} of ${this.#of.toLocaleString('en')} runs`,
    );
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(70)}\r`);
  }
}

// ── What is shown and kept ───────────────────────────────────────────────────────────────────────

function save(exercise: Exercise, picture: string, numbers: string): readonly string[] {
  const folder = join(ROOT, '.kata');
  const files = [
    [`lab-${numberOf(exercise)}.svg`, picture],
    [`lab-${numberOf(exercise)}.csv`, numbers],
  ] as const;
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Complaint(`${folder} cannot be written to: ${reason}`, 'npm run doctor');
  }
  return files.map(([name]) => relative(standing(), join(folder, name)).replaceAll(sep, '/'));
}

function troubles(results: readonly Result[], again: string): readonly string[] {
  const troubled = results.flatMap(({ job, trouble }) => (trouble ? [{ job, trouble }] : []));
  if (troubled.length === 0) return [];
  const sentences = [...new Set(troubled.map(({ trouble }) => trouble.sentence))];
  const texts = sentences.map((sentence) => {
    const alike = troubled.filter(({ trouble }) => trouble.sentence === sentence);
    const [{ job, trouble }] = alike as [(typeof alike)[0]];
    const others = alike.length > 1 ? ` and ${alike.length - 1} more` : '';
    return trouble.step === undefined
      ? `Not measured: ${job}${others}. ${sentence}`
      : `Step ${sentence.slice('step '.length)}. ${alike.length} of ${results.length} measurements wait for it.`;
  });
  return [`${[...texts, `Next: ${again}`].map(paragraph).join('\n')}\n`];
}

function foot(results: readonly Result[], tookMs: number, files: readonly string[]): string {
  const samples = results.flatMap((result) => result.samples);
  const seconds = samples.reduce((sum, { virtualMs }) => sum + virtualMs, 0) / 1000;
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const speed =
    seconds === 0
      ? ''
      : ` of ${number(seconds)} virtual seconds, at ${number((1000 * seconds) / tookMs)} a second`;
  const text = `${number(samples.length)} runs in ${number(tookMs / 1000)} s${speed}.\nThe picture: ${files[0]}\nThe numbers: ${files[1]}`;
  return `${paragraph(text)}\n`;
}

function paragraph(text: string): string {
  return wrap(text, 79)
    .map((line) => ` ${line}`)
    .join('\n');
}

function endless({ job, from }: Chunk): string {
  return `'${job}' does not come to an end, from seed ${from} on: look for a loop that never finishes.`;
}

/** Long enough that handing it over takes no time, short enough for the progress line. */
const RUNS_IN_A_CHUNK = 5;
const MOST_THREADS = 8;
/** A chunk takes a fraction of a second. */
const ENDLESS_MS = 60_000;
const CHOICE = 'A lab measures what you wrote. There are:';
