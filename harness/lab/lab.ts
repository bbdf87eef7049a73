/**
 * A lab measures instead of judging. It lives beside an exercise's test as `lab.ts`, which exports
 * `lab`: a function from what the attendee's file exports to a Lab. `npm run lab` runs it.
 *
 * ```ts
 * const dice: Lab = {
 *   title: 'A die',
 *   jobs: ['one', 'two'],
 *   runs: 100,
 *   measure: (job, seed) => ({ virtualMs: 0, pips: (job === 'one' ? 1 : 2) + (seed % 6) }),
 *   report: (results) => [
 *     table('Pips', ['dice', 'median'], results.map(({ job, samples }) => [
 *       job,
 *       String(quantile(samples.map(({ pips }) => Number(pips)), 0.5)),
 *     ])),
 *   ],
 * };
 * measureAll(dice, 4).map(({ samples }) => samples.map(({ pips }) => pips)); // → [[2, 3, 4, 5], [3, 4, 5, 6]]
 * ```
 */
export interface Lab {
  readonly title: string;
  /** What is measured, by name: each job once for each seed. */
  readonly jobs: readonly string[];
  /** How many seeds each job has, from 1 on, unless told. */
  readonly runs: number;
  /** One run. It depends on the job and the seed and on nothing else, so any thread may do it. */
  measure(job: string, seed: number): Sample;
  /** What to show of it, from the results of all jobs in the order of `jobs`. */
  report(results: readonly Result[]): Report;
}

/** What one run gave, as plain data: a row of the CSV. `virtualMs` says how long it was. */
export interface Sample {
  readonly virtualMs: number;
  readonly [column: string]: string | number;
}

export interface Result {
  readonly job: string;
  /** In the order of the seeds; empty if there was trouble. */
  readonly samples: readonly Sample[];
  /** Why it could not be measured: a step that is to do, or what the code under test threw. */
  readonly trouble?: Trouble | undefined;
}

export interface Trouble {
  /** The number of the step that is still to do. */
  readonly step?: string | undefined;
  readonly sentence: string;
}

export type Report = readonly Section[];

/** A part of a report: on the screen, and in the picture. Words are ASCII, so that any terminal has them. */
export type Section = Table | Bars | Strips | Remark;

export interface Table {
  readonly kind: 'table';
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Bars in groups: each group a question, each bar an answer to compare. */
export interface Bars {
  readonly kind: 'bars';
  readonly title: string;
  /** The value at which a bar is full. */
  readonly most: number;
  readonly groups: readonly {
    readonly label: string;
    readonly bars: readonly {
      readonly label: string;
      /** Left out if there is none. */
      readonly value?: number | undefined;
      /** The value in words. */
      readonly text: string;
    }[];
  }[];
}

/** What happened over time: in each row a mark for each span of time. */
export interface Strips {
  readonly kind: 'strips';
  readonly title: string;
  /** What the marks mean: `#` is drawn full, `-` pale, `.` empty, and any other as it is. */
  readonly marks: Readonly<Record<string, string>>;
  /** How long one mark is, in words. */
  readonly step: string;
  /** In a terminal a row has room for 60 marks, with a label of up to ten letters. */
  readonly groups: readonly {
    readonly label: string;
    readonly rows: readonly { readonly label: string; readonly marks: string }[];
  }[];
}

export interface Remark {
  readonly kind: 'remark';
  readonly text: string;
}

export function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Table {
  return { kind: 'table', title, head, rows };
}

export function bars(title: string, most: number, groups: Bars['groups']): Bars {
  return { kind: 'bars', title, most, groups };
}

export function strips(
  title: string,
  { marks, step }: Pick<Strips, 'marks' | 'step'>,
  groups: Strips['groups'],
): Strips {
  return { kind: 'strips', title, marks, step, groups };
}

export function remark(text: string): Remark {
  return { kind: 'remark', text };
}

/** All of a lab in this thread, each job with the seeds 1, 2, …; what is thrown comes through. */
export function measureAll(lab: Lab, runs = lab.runs): readonly Result[] {
  return lab.jobs.map((job) => ({
    job,
    samples: Array.from({ length: runs }, (_, i) => lab.measure(job, i + 1)),
  }));
}
