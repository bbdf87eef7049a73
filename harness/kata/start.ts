import { type Exercise, exercises, findExercise } from './catalog.ts';
import { rememberFailure } from './last-failure.ts';
import { paint } from './paint.ts';
import { currentExercise, greenExercises, remember } from './progress.ts';
import { type ExerciseResult, open, type RunOptions } from './run.ts';
import { board, screen } from './screen.ts';
import { watchFile } from './watch-file.ts';

/**
 * `npm start [exercise]`: the board, then the current exercise, under watch until Ctrl-C. Without a
 * terminal both are printed once.
 */
export async function start(query: string | undefined): Promise<number> {
  const all = exercises();
  let current = query === undefined ? currentExercise(all) : findExercise(query);
  process.stdout.write(board(all, greenExercises(), current, paint()));
  const watching = process.stdin.isTTY === true && process.stdout.isTTY === true;
  while (current !== undefined) {
    const green = await show(current, watching);
    // It was not known to be green, and is: there is nothing to wait for.
    const next = green && query === undefined ? currentExercise(all) : undefined;
    current = next === current ? undefined : next;
  }
  return 0;
}

/** Shows how an exercise stands, and again after every save; true at once if it is green already. */
async function show(exercise: Exercise, watching: boolean): Promise<boolean> {
  let green = false;
  let runs = 0;
  const report: RunOptions['report'] = ([result]: readonly ExerciseResult[]) => {
    if (result === undefined) return;
    green = result.verdict === 'holds';
    remember(exercise, green);
    rememberFailure([result], {});
    if (++runs > 1) process.stdout.write(`\n── saved, run ${runs} ${'─'.repeat(50)}\n`);
    process.stdout.write(screen(result, {}, paint()));
    if (green && runs === 1) return;
    process.stdout.write(watching ? WATCHING(exercise, green) : HOW_TO_GO_ON(exercise));
  };
  const running = await open([exercise], { report, stuck });
  if (!watching || green) {
    await running.close();
    return green;
  }
  // One run after the other; of the saves that came meanwhile one more run is enough.
  let last = Promise.resolve();
  let waiting = false;
  watchFile(exercise.stub, () => {
    if (waiting) return;
    waiting = true;
    last = last.then(async () => {
      waiting = false;
      await running.again(exercise.stub);
    });
  });
  return new Promise(() => {});
}

function stuck(_: Exercise | undefined, test: string): void {
  process.stderr.write(`\n '${test}' does not come to an end and was stopped.\n Next: npm start\n`);
  process.exit(1);
}

const WATCHING = ({ id, file }: Exercise, green: boolean): string =>
  green
    ? '\n Go on: Ctrl-C, then npm start. Or break it on purpose, and see who notices.\n'
    : `\n Read exercises/${id}/README.md, edit ${file}\n and save it: the tests run again. Ctrl-C ends.\n`;
const HOW_TO_GO_ON = ({ id, file }: Exercise): string =>
  `\n Read exercises/${id}/README.md\n Edit exercises/${id}/${file}\n Then: npm test ${id.slice(0, 2)}\n`;
