import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { numberOf } from './asked-exercise.ts';
import { type Exercise, exercises, findExercise, ROOT } from './catalog.ts';
import { wrap } from '../story/wrap.ts';
import { type Key, readKeys } from './keys.ts';
import { rememberFailure } from './last-failure.ts';
import { paint } from './paint.ts';
import { width } from './plain.ts';
import { currentExercise, greenExercises, nextAfter, remember, workOn } from './progress.ts';
import { type ExerciseResult, open, type RunOptions } from './run.ts';
import { board, screen } from './screen.ts';
import { watchFile } from './watch-file.ts';
import { otherWatcher, watchHere } from './watcher.ts';

/**
 * `npm start [exercise]`: the board, then the current exercise, under watch until somebody quits. Without
 * a terminal both are printed once; so they are if another one watches already.
 */
export async function start(query: string | undefined): Promise<number> {
  const all = exercises();
  let current = query === undefined ? currentExercise(all) : findExercise(query);
  const showBoard = () => process.stdout.write(board(all, greenExercises(), current, paint()));
  showBoard();
  const other = otherWatcher();
  const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const watching = terminal && other === undefined;
  if (watching) watchHere();
  // What was seen here counts, too: a read-only checkout remembers nothing.
  const green = new Set(greenExercises());
  while (current !== undefined) {
    const end = await show(current, watching, showBoard, green);
    if (end === 'quit') break;
    const done = end === 'green' && query !== undefined;
    const next = done ? undefined : nextAfter(current, all, green);
    if (next === undefined && end === 'next') process.stdout.write(`\n ${NO_NEXT}\n`);
    current = next;
  }
  if (terminal && other !== undefined) process.stdout.write(WATCHED(other));
  return 0;
}

/**
 * Shows how an exercise stands, and again after every save, until somebody wants something else. Ends at
 * once if it is green already (nobody knew), or if nobody is there to watch.
 */
async function show(
  exercise: Exercise,
  watching: boolean,
  showBoard: () => void,
  allGreen: Set<string>,
): Promise<'green' | 'next' | 'quit'> {
  workOn(exercise);
  let green = false;
  let runs = 0;
  const report: RunOptions['report'] = ([result]: readonly ExerciseResult[]) => {
    if (result === undefined) return;
    green = result.verdict === 'holds';
    remember(exercise, green);
    if (green) allGreen.add(exercise.id);
    else allGreen.delete(exercise.id);
    rememberFailure([result], {});
    if (++runs > 1) process.stdout.write(`\n── saved, run ${runs} ${'─'.repeat(50)}\n`);
    process.stdout.write(screen(result, {}, paint()));
    if (green && runs === 1) return;
    process.stdout.write(watching ? WATCHING(exercise, green) : HOW_TO_GO_ON(exercise));
  };
  let leave = (_: 'green' | 'next' | 'quit'): void => {};
  const left = new Promise<'green' | 'next' | 'quit'>((resolve) => (leave = resolve));
  const opening = open([exercise], { report, stuck });
  // One run after the other; of the saves that came meanwhile one more run is enough.
  let last: Promise<unknown> = opening;
  let waiting = false;
  const again = () => {
    if (waiting) return;
    waiting = true;
    last = last.then(async () => {
      waiting = false;
      await (await opening).again(exercise.stub);
    });
  };
  const pressed = (key: Key) => {
    if (key === 'q') leave('quit');
    else if (key === 'n') leave('next');
    else if (key === 'l') showBoard();
    else if (key === 'a') again();
    else keys?.during(() => runCommand(COMMANDS[key], exercise));
  };
  // Before the first run has ended: who is quick saves, or presses a key, before that.
  const keys = watching ? readKeys(pressed) : undefined;
  const unwatch = watching ? watchFile(exercise.stub, again) : undefined;
  await opening;
  if (green) leave('green');
  else if (!watching) leave('quit');
  const end = await left;
  keys?.end();
  unwatch?.();
  await last;
  await (await opening).close();
  return end;
}

/** Another command of the kata, in this terminal. */
function runCommand(command: string, exercise: Exercise): void {
  const args = command === 'replay' ? [command] : [command, numberOf(exercise)];
  process.stdout.write(`\n Please wait: npm run ${command} ${numberOf(exercise)}\n`);
  const launch = join(ROOT, 'harness/kata/launch.js');
  spawnSync(process.execPath, [launch, ...args], { cwd: ROOT, stdio: 'inherit' });
  process.stdout.write(KEYS);
}

function stuck(_: Exercise | undefined, test: string): void {
  process.stderr.write(`\n '${test}' does not come to an end and was stopped.\n Next: npm start\n`);
  process.exit(1);
}

const COMMANDS: Readonly<Record<Exclude<Key, 'a' | 'n' | 'l' | 'q'>, string>> = {
  h: 'hint',
  r: 'replay',
  t: 'trace',
  d: 'diff',
};
const KEYS = wrap(
  'Keys: h hint, r replay, t trace, d diff, a again, n next, l list, q quit',
  width() - 2,
)
  .map((line) => `\n ${line}`)
  .join('')
  .concat('\n');
const WATCHING = ({ id, file }: Exercise, green: boolean): string =>
  green
    ? `\n Go on with n. Or break it on purpose, and see who notices.\n${KEYS}`
    : `\n Read exercises/${id}/README.md, edit ${file}\n and save it: the tests run again.\n${KEYS}`;
const HOW_TO_GO_ON = ({ id, file }: Exercise): string =>
  `\n Read exercises/${id}/README.md\n Edit exercises/${id}/${file}\n Then: npm test ${id.slice(0, 2)}\n`;
const NO_NEXT = 'Every other exercise is green.';
const WATCHED = (pid: number): string =>
  `\n Another npm start watches here already (process ${pid}), so this one does not.\n Next: q there, then npm start\n`;
