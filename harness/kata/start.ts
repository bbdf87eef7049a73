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
  const asked = query === undefined ? undefined : findExercise(query);
  let current = asked ?? currentExercise(all);
  const showBoard = () => process.stdout.write(board(all, greenExercises(), current, paint()));
  showBoard();
  const other = otherWatcher();
  const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const watching = terminal && other === undefined;
  if (watching) watchHere();
  // What was seen here counts, too: a read-only checkout remembers nothing.
  const green = new Set(greenExercises());
  while (current !== undefined) {
    // What somebody asked for is watched, be it green or not.
    const isAsked: boolean = query !== undefined && current.id === asked?.id;
    const end = await show(current, watching, isAsked, showBoard, green);
    if (end === 'quit' || (end === 'green' && isAsked)) break;
    const next = nextAfter(current, all, green);
    if (end === 'next') process.stdout.write(leaving(current, next, green));
    current = next;
  }
  if (terminal && other !== undefined) process.stdout.write(WATCHED(other));
  return 0;
}

/** Nothing that is not done is left without a word. */
function leaving(
  current: Exercise,
  next: Exercise | undefined,
  green: ReadonlySet<string>,
): string {
  if (next === undefined) return `\n ${NO_NEXT}\n`;
  if (green.has(current.id)) return '';
  return `\n ${current.id} is not green yet: npm start ${numberOf(current)} goes back to it.\n`;
}

/**
 * Shows how an exercise stands, and again after every save, until somebody wants something else. Ends at
 * once if it is green already and nobody asked for it, or if nobody is there to watch.
 */
async function show(
  exercise: Exercise,
  watching: boolean,
  isAsked: boolean,
  showBoard: () => void,
  allGreen: Set<string>,
): Promise<'green' | 'next' | 'quit'> {
  workOn(exercise);
  let green = false;
  let runs = 0;
  let why: Reason = 'again';
  const report: RunOptions['report'] = ([result]: readonly ExerciseResult[]) => {
    if (result === undefined) return;
    green = result.verdict === 'holds';
    remember(exercise, green);
    if (green) allGreen.add(exercise.id);
    else allGreen.delete(exercise.id);
    rememberFailure([result], {});
    if (++runs > 1) {
      process.stdout.write(`\n── ${why}, run ${runs} ${'─'.repeat(50)}\n`);
    }
    process.stdout.write(screen(result, { watched: watching && !(green && passes()) }, paint()));
    if (green && passes()) return;
    if (!watching) process.stdout.write(HOW_TO_GO_ON(exercise));
    else process.stdout.write(green ? GREEN : runs === 1 ? WATCHING(exercise) : KEYS);
  };
  const passes = (): boolean => runs === 1 && !(watching && isAsked);
  let leave = (_: 'green' | 'next' | 'quit'): void => {};
  const left = new Promise<'green' | 'next' | 'quit'>((resolve) => (leave = resolve));
  const opening = open([exercise], { report, stuck });
  // One run after the other; of the saves that came meanwhile one more run is enough.
  let last: Promise<unknown> = opening;
  let waiting = false;
  let upcoming: Reason = 'again';
  const again = (reason: Reason) => {
    if (!waiting || reason === 'saved') upcoming = reason;
    if (waiting) return;
    waiting = true;
    last = last.then(async () => {
      waiting = false;
      why = upcoming;
      await (await opening).again(exercise.stub);
    });
  };
  const pressed = (key: Key) => {
    if (key === 'q') leave('quit');
    else if (key === 'n') leave('next');
    else if (key === 'l') showBoard();
    else if (key === 'a') again('again');
    else keys?.during(() => runCommand(COMMANDS[key], exercise));
  };
  // Before the first run has ended: who is quick saves, or presses a key, before that.
  const keys = watching ? readKeys(pressed) : undefined;
  const unwatch = watching ? watchFile(exercise.stub, () => again('saved')) : undefined;
  await opening;
  if (green && passes()) leave('green');
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
  process.stdout.write(`\n Running npm run ${command} ${numberOf(exercise)} …\n`);
  const launch = join(ROOT, 'harness/kata/launch.js');
  spawnSync(process.execPath, [launch, ...args], { cwd: ROOT, stdio: 'inherit' });
  process.stdout.write(KEYS);
}

function stuck(_: Exercise | undefined, test: string): void {
  process.stderr.write(`\n '${test}' does not come to an end and was stopped.\n Next: npm start\n`);
  process.exit(1);
}

/** What made it run once more. */
type Reason = 'saved' | 'again';

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
const GREEN = `\n Go on with n. Or break it on purpose, and see who notices.\n${KEYS}`;
const WATCHING = ({ id, file }: Exercise): string =>
  `\n Read exercises/${id}/README.md, edit ${file}\n and save it: the tests run again.\n${KEYS}`;
const HOW_TO_GO_ON = ({ id, file }: Exercise): string =>
  `\n Read exercises/${id}/README.md\n Edit exercises/${id}/${file}\n Then: npm test ${id.slice(0, 2)}\n`;
const NO_NEXT = 'Every other exercise is green.';
const WATCHED = (pid: number): string =>
  `\n Another npm start watches here already (process ${pid}), so this one does not.\n Next: q there, then npm start\n`;
