import Table from 'cli-table3';
import type { ChalkInstance } from 'chalk';
import type { Outcome } from '../guarantee/judge.ts';
import { wrap } from '../story/wrap.ts';
import type { Exercise } from './catalog.ts';
import { failureIn, tokenOf } from './last-failure.ts';
import { paintStory } from './paint.ts';
import { width } from './plain.ts';
import { focusOf } from './focus.ts';
import type { ExerciseResult, RunOptions } from './run.ts';

/** What was asked for; where keys do what commands would, `watched`, none is named. */
export interface Asked extends Pick<RunOptions, 'from' | 'only' | 'seed' | 'runs'> {
  readonly watched?: boolean;
}

/** One exercise's result as the attendee reads it: the list, one story, one next command. */
export function screen(result: ExerciseResult, asked: Asked, colour: ChalkInstance): string {
  const { exercise, guarantees, troubles, printed, points, of } = result;
  const number = exercise.id.slice(0, 2);
  const title = `${number} ${exercise.title}`;
  const sum = `${points} of ${of} points`;
  const parts = [
    ` ${colour.bold(title)}${' '.repeat(Math.max(2, width() - 2 - title.length - sum.length))}${sum}`,
  ];
  if (guarantees.length > 0) parts.push(table(guarantees.map((each) => row(each, colour))));
  parts.push(
    ...troubles.map((trouble) =>
      wrap(trouble, width() - 4)
        .map((line) => `   ${line}`)
        .join('\n'),
    ),
  );
  const focus = focusOf(guarantees);
  if (focus !== undefined) parts.push(paintStory(focus.story, colour));
  if (printed.length > 0) parts.push([PRINTED, ...printed.map((line) => `   ${line}`)].join('\n'));
  const next = asked.watched === true ? beforeKeys(result, asked) : nextSteps(result, focus, asked);
  if (next !== '') parts.push(next);
  return `\n${parts.join('\n\n')}\n`;
}

function row(outcome: Outcome, colour: ChalkInstance): readonly string[] {
  const { verdict, id, points, of } = outcome;
  const paint = verdict === 'holds' ? colour.green : verdict === 'to do' ? colour.dim : colour.red;
  const mark = paint(MARKS[verdict]);
  const score = `${points}/${of}`;
  if (width() < ENOUGH) return [mark, `${id} ${score}\n${paint(words(outcome))}`];
  return [mark, id, score, paint(words(outcome))];
}

function words({ verdict, runs, kind, explored }: Outcome): string {
  if (verdict === 'to do' || verdict === 'error') return verdict;
  if (kind === 'example') return verdict;
  if (explored !== undefined) {
    const states = `${explored.states.toLocaleString('en')} states`;
    if (verdict !== 'holds') return `${verdict} after ${states}`;
    return `holds in ${explored.all ? 'all' : 'the first'} ${states}`;
  }
  const schedules = `${runs} random ${runs === 1 ? 'schedule' : 'schedules'}`;
  return verdict === 'holds' ? `holds in ${schedules}` : `${verdict} after ${schedules}`;
}

function nextSteps(result: ExerciseResult, focus: Outcome | undefined, asked: Asked): string {
  const { exercise, verdict, of } = result;
  const test = `npm test ${exercise.id.slice(0, 2)}`;
  const from = asked.from === undefined ? '' : ` --from ${JSON.stringify(asked.from)}`;
  const hint = ` Hint: npm run hint ${exercise.id.slice(0, 2)}${from === '' ? '' : ` --${from}`}`;
  if (verdict === 'holds')
    return asked.only === undefined && of > 0 ? ` ${ALL_HOLD}\n Next: npm start` : ` Next: ${test}`;
  if (focus === undefined) return ` Next: mend this, then ${test}`;
  if (focus.verdict === 'to do')
    return ` Next: write that step, then ${test}${from === '' ? '' : ` --${from}`}\n${hint}`;
  const flags = [
    from,
    ` --only ${focus.id}`,
    asked.seed === undefined ? '' : ` --seed ${asked.seed}`,
    asked.runs === undefined ? '' : ` --runs ${asked.runs}`,
  ];
  const lines = [` Again: ${test} --${flags.join('')}`, hint];
  if (failureIn(result, asked) === undefined) return lines.join('\n');
  const look = ` Look: npm run trace ${exercise.id.slice(0, 2)}${from === '' ? '' : ` --${from}`}`;
  lines.push(' Replay: npm run replay', look, share(result, asked));
  return lines.filter((line) => line !== '').join('\n');
}

/** What keys do needs no commands. */
function beforeKeys(result: ExerciseResult, asked: Asked): string {
  return result.verdict === 'holds' ? ` ${ALL_HOLD}` : share(result, asked);
}

/** The command with which somebody else sees the same failure, if one is short enough. */
function share(result: ExerciseResult, asked: Asked): string {
  const failure = failureIn(result, asked);
  const token = failure && tokenOf(failure);
  return token === undefined ? '' : ` Share: npm run replay -- --token ${token}`;
}

/** The exercises in order: which are green, which one is next. */
export function board(
  all: readonly Exercise[],
  green: ReadonlySet<string>,
  current: Exercise | undefined,
  colour: ChalkInstance,
): string {
  const rows = all.map((exercise) => {
    const done = green.has(exercise.id);
    const state = done ? colour.green('green') : exercise === current ? colour.bold('next') : '';
    const mark = done ? '✓' : exercise === current ? '›' : '·';
    const minutes = `${exercise.minutes} min`;
    // The title says nothing that the name does not.
    if (width() < ENOUGH) return [mark, exercise.id, minutes];
    return [mark, exercise.id, exercise.title, minutes, state];
  });
  const left = all
    .filter(({ id }) => !green.has(id))
    .reduce((sum, { minutes }) => sum + minutes, 0);
  const summary = `${all.length - [...green].filter((id) => all.some((each) => each.id === id)).length} of ${all.length} to go, about ${left} minutes`;
  const title = wrap(TITLE, width() - 2).map((line) => ` ${colour.bold(line)}`);
  return `\n${title.join('\n')}\n\n${table(rows)}\n\n ${left === 0 ? ALL_GREEN : summary}\n`;
}

function table(rows: readonly (readonly string[])[]): string {
  const plain = new Table({
    chars: NO_BORDERS,
    style: { 'padding-left': 1, 'padding-right': 1, head: [], border: [] },
  });
  plain.push(...rows.map((row) => [...row]));
  return plain.toString().replaceAll(/ +$/gm, '');
}

const MARKS = { holds: '✓', violated: '✗', error: '✗', 'to do': '○', 'not decided': '?' } as const;
export const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
/** Characters a line in which the tables have room. */
const ENOUGH = 72;
const PRINTED = '   Printed, where no process was running (the last lines):';
const ALL_HOLD = 'Every promise held in every schedule tried (which is not every one there is).';
const TITLE = 'Patterns of Distributed Systems: the kata';
const ALL_GREEN = 'Every exercise is green.';
