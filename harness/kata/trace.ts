import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { shiviz } from '../story/shiviz.ts';
import { tracePage } from '../story/trace-page.ts';
import type { Outcome } from '../guarantee/judge.ts';
import { standing } from './asked-exercise.ts';
import { attemptsFolder } from './attempts-folder.ts';
import { type Exercise, ROOT } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { openFile } from './open-file.ts';
import { pageScript } from './page-script.ts';
import { type ExerciseResult, run } from './run.ts';
import { stuck } from './stuck.ts';
import { checkOnly, choose, type TestOptions } from './test.ts';

export interface TraceOptions extends Pick<TestOptions, 'from' | 'only' | 'seed' | 'runs'> {
  /** The log for ShiViz instead of the page. */
  readonly shiviz?: boolean;
  readonly out?: string;
  readonly open?: boolean;
}

/** `npm run trace [exercise]`: the run of the first story, or a good one if all is well, to look at. */
export async function trace(query: string | undefined, options: TraceOptions): Promise<number> {
  const from = options.from === undefined ? undefined : attemptsFolder(options.from, standing());
  const chosen = choose(query, from);
  let results: readonly ExerciseResult[] = [];
  await run(chosen, {
    ...options,
    from,
    trace: true,
    report: (reported) => (results = reported),
    stuck,
  });
  if (options.only !== undefined) checkOnly(options.only, results, chosen);
  const found = findRun(results);
  if (found === undefined) {
    process.stdout.write(nothingToDraw(results, chosen));
    return 1;
  }
  const { exercise, outcome, picture } = found;
  const about = {
    title: `${exercise.id.slice(0, 2)} ${exercise.title}: ${outcome.id}`,
    sentence: picture.sentence,
    story: outcome.story,
  };
  const log = options.shiviz === true;
  const file = resolve(standing(), options.out ?? join(ROOT, '.kata', log ? LOG : PAGE));
  save(file, log ? shiviz(picture.trace) : tracePage(picture.trace, about, await pageScript()));
  process.stdout.write(saved(found, relative(standing(), file) || file, log));
  if (!log && options.open !== false && process.stdout.isTTY) openFile(file);
  return 0;
}

interface Found {
  readonly exercise: Exercise;
  readonly outcome: Outcome;
  readonly picture: NonNullable<Outcome['picture']>;
}

/** The first run that broke a promise; if none did, the first example's, else that of any promise. */
function findRun(results: readonly ExerciseResult[]): Found | undefined {
  const all = results.flatMap(({ exercise, guarantees }) =>
    guarantees.flatMap((outcome) =>
      outcome.picture === undefined ? [] : [{ exercise, outcome, picture: outcome.picture }],
    ),
  );
  return (
    all.find(({ outcome }) => outcome.verdict !== 'holds') ??
    all.find(({ outcome }) => outcome.kind === 'example') ??
    all[0]
  );
}

function save(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Complaint(
      `${file} cannot be written: ${reason}`,
      'npm run trace -- --out trace.html',
    );
  }
}

const PAGE = 'trace.html';
const LOG = 'trace.shiviz.log';

function saved({ outcome, picture }: Found, file: string, log: boolean): string {
  const { length } = picture.trace.entries;
  const run = `${length.toLocaleString('en')} entries of ${outcome.id}, ${outcome.verdict}`;
  const next = log
    ? 'Next: paste it at https://bestchai.bitbucket.io/shiviz/ (nothing leaves this machine until you do)'
    : 'Next: open it in a browser; it needs no network';
  return ` ${file}: ${run}\n ${next}\n`;
}

function nothingToDraw(results: readonly ExerciseResult[], chosen: readonly Exercise[]): string {
  const waits = results.some(({ verdict }) => verdict === 'to do');
  const why = waits
    ? 'the first steps are still to do, and no run gets past them.'
    : 'no guarantee has a run to show.';
  return ` Nothing to draw yet: ${why}\n Next: npm test ${chosen[0]?.id.slice(0, 2) ?? ''}\n`;
}
