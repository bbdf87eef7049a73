import type { Trace } from '../world/trace.ts';
import { changed } from './changed.ts';
import { type Cycle, cycleIn } from './cycle.ts';
import { diagram } from './diagram.ts';
import { sentences } from './sentences.ts';
import { wrap, wrapInto } from './wrap.ts';

/** What a guarantee found, ready to be told. */
export interface Finding {
  readonly id: string;
  readonly promise: string;
  /** What happened, in plain words. */
  readonly sentence: string;
  /** Why it is no pass: `violated` is wrong, `stuck` made no progress, `error` could not run. */
  readonly how: 'violated' | 'stuck' | 'error' | 'to do' | 'not decided';
  /** File and line in the attendee's code, if it came from there. */
  readonly where?: string | undefined;
  readonly trace?: Trace | undefined;
  /** Indexes of the entries that show it. */
  readonly marks: readonly number[];
  /** What was generated, before and after shrinking: a list for faults, a list for steps. */
  readonly schedule: readonly ScheduleList[];
}

export interface ScheduleList {
  readonly noun: string;
  readonly before: number;
  readonly after: readonly string[];
}

/** How a story is told. */
export interface Telling {
  /** In sentences, without a picture. */
  readonly plain?: boolean | undefined;
  /** Characters a line; 80 unless told. A picture needs 80: with less, too, it is told in sentences. */
  readonly width?: number | undefined;
}

/** The story of a broken promise as plain text: at most 80 columns wide and 40 lines long. */
export function report(finding: Finding, telling: Telling = {}): string {
  const { id, promise, sentence, how, where, trace, marks, schedule } = finding;
  const { plain = false, width = WIDTH } = telling;
  const paragraphs: (readonly string[])[] = [
    wrap(`${MARKS[how]} ${id}   ${promise}`, width - 3).map((line, i) =>
      i === 0 ? ` ${line}` : `   ${line}`,
    ),
    [
      ...wrapInto(`${PREFIX[how]}${sentence}`, width - 3, MOST_SENTENCE * (WIDTH / width)),
      ...(where === undefined ? [] : [`at ${where}`]),
    ].map(indent),
  ];
  if (schedule.length > 0) paragraphs.push(scheduleLines(joined(schedule), width).map(indent));
  // A trace of nothing but the start has nothing to show.
  if (trace?.events.some((event) => event.kind !== 'start')) {
    // What makes no progress is told by what it does all the time.
    const cycle = how === 'stuck' ? cycleIn(trace) : undefined;
    const shape = cycle === undefined ? { marks } : { ...cycle, marks: [] };
    const before =
      cycle === undefined ? changed(trace, marks, width - 3) : wrap(overAndOver(cycle), width - 3);
    if (before.length > 0) paragraphs.push(before.map(indent));
    const lines = paragraphs.reduce((sum, { length }) => sum + length + 1, 0);
    const height = Math.min(MOST_DIAGRAM, HEIGHT - lines);
    paragraphs.push(
      plain || width < WIDTH
        ? sentences(trace, { ...shape, width: width - 3, height }).map(indent)
        : diagram(trace, { ...shape, width: WIDTH - 2, height }).map((line) => `  ${line}`),
    );
  }
  return paragraphs.map((lines) => lines.map((line) => line.trimEnd()).join('\n')).join('\n\n');
}

function overAndOver({ times, sinceMs, lastedMs }: Cycle): string {
  return `Over and over, ${times} times from ${sinceMs} ms on, about every ${Math.round(lastedMs)} ms, the same happened, but for the numbers. The last time:`;
}

/** Lists of the same noun are told as one. */
function joined(schedule: readonly ScheduleList[]): readonly ScheduleList[] {
  const nouns = [...new Set(schedule.map(({ noun }) => noun))];
  return nouns.map((noun) => {
    const lists = schedule.filter((list) => list.noun === noun);
    return {
      noun,
      before: lists.reduce((sum, { before }) => sum + before, 0),
      after: lists.flatMap(({ after }) => after),
    };
  });
}

function scheduleLines(schedule: readonly ScheduleList[], width: number): readonly string[] {
  const count = (n: number, noun: string) => `${n} ${n === 1 ? noun : `${noun}s`}`;
  const before = schedule.map((list) => count(list.before, list.noun)).join(' and ');
  const after = schedule.map((list) => list.after.length).join(' and ');
  const total = schedule.reduce((sum, list) => sum + list.after.length, 0);
  const most = total <= MOST_ITEMS ? total : Math.floor(MOST_ITEMS / schedule.length);
  return [
    ...wrap(`The shortest schedule found (from ${before} down to ${after}):`, width - 3),
    ...schedule.flatMap(({ noun, after: items }) => {
      if (items.length === 0) return [`  · no ${noun} is needed`];
      const told = items.length <= most ? items : items.slice(0, most - 1);
      const rest = items.length - told.length;
      return [
        ...told.flatMap((item) =>
          wrapInto(`· ${item}`, width - 7, 2 * (WIDTH / width)).map((line, i) =>
            i === 0 ? `  ${line}` : `    ${line}`,
          ),
        ),
        ...(rest === 0 ? [] : [`  … and ${count(rest, `more ${noun}`)}`]),
      ];
    }),
  ];
}

function indent(line: string): string {
  return `   ${line}`;
}

const WIDTH = 80;
/** A story is read in one look, without scrolling. */
const HEIGHT = 40;
const MOST_DIAGRAM = 24;
const MOST_SENTENCE = 6;
const MOST_ITEMS = 10;
const MARKS = {
  violated: '✗',
  stuck: '✗',
  error: '✗',
  'to do': '○',
  'not decided': '?',
} as const;
const PREFIX = {
  violated: '',
  stuck: 'Stuck: ',
  error: '',
  'to do': '',
  'not decided': 'Not decided: ',
} as const;
