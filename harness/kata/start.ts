import { exercises } from './catalog.ts';
import { paint } from './paint.ts';
import { currentExercise, greenExercises, remember } from './progress.ts';
import { type ExerciseResult, run } from './run.ts';
import { board, screen } from './screen.ts';

/**
 * `npm start`: the board, then the current exercise, watched until it is green. Without a terminal
 * both are printed once.
 */
export async function start(): Promise<number> {
  const all = exercises();
  const current = currentExercise(all);
  const colour = paint();
  process.stdout.write(board(all, greenExercises(), current, colour));
  if (current === undefined) return 0;
  const watch = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const { promise: green, resolve: becameGreen } = deferred();
  const show = ([result]: readonly ExerciseResult[]): void => {
    if (result === undefined) return;
    process.stdout.write(screen(result, {}, colour));
    remember(current, result.verdict === 'holds');
    if (result.verdict === 'holds') becameGreen();
    else
      process.stdout.write(
        watch ? WATCHING(current.id, current.file) : HOW_TO_GO_ON(current.id, current.file),
      );
  };
  const vitest = await run([current], {
    watch,
    report: show,
    stuck: (_, test) => {
      process.stderr.write(
        `\n '${test}' does not come to an end and was stopped.\n Next: npm start\n`,
      );
      process.exit(1);
    },
  });
  if (watch) {
    await green;
    await vitest.close();
  }
  return 0;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

const WATCHING = (id: string, file: string): string =>
  `\n Read exercises/${id}/README.md, edit ${file}\n and save it: the tests run again. Ctrl-C ends.\n`;
const HOW_TO_GO_ON = (id: string, file: string): string =>
  `\n Read exercises/${id}/README.md\n Edit exercises/${id}/${file}\n Then: npm test ${id.slice(0, 2)}\n`;
