import { createHash, randomInt } from 'node:crypto';
import { askedExercise, numberOf, standing } from './asked-exercise.ts';
import { attemptsFolder } from './attempts-folder.ts';
import type { Exercise } from './catalog.ts';
import { checkedIn } from './checked.ts';
import { Complaint } from './complaint.ts';
import { focusOf } from './focus.ts';
import { rememberFailure } from './last-failure.ts';
import { paint, paintStory } from './paint.ts';
import { quoted } from './quoted.ts';
import { type ExerciseResult, open } from './run.ts';
import type { Shard } from './shard.ts';
import { stuck } from './stuck.ts';

export interface SoakOptions {
  readonly from?: string;
  readonly runs?: number;
  readonly seed?: number;
  readonly shard?: Shard;
  /** A line of JSON a round, and nothing else: the reports of several shards are merged by joining them. */
  readonly json?: boolean;
}

/**
 * `npm run soak [exercise]`: random schedules that nobody has tried before, until enough were tried or
 * one breaks a promise. A round is a seed of its own, so each can be run again.
 */
export async function soak(query: string | undefined, options: SoakOptions): Promise<number> {
  const exercise = askedExercise(query);
  const from = options.from === undefined ? undefined : attemptsFolder(options.from, standing());
  const { runs = DEFAULT_RUNS, seed = randomInt(2 ** 31), shard = { part: 1, of: 1 } } = options;
  const perRound = Math.min(runs, RUNS_PER_ROUND);
  const rounds = Math.ceil(runs / perRound);
  const own = Array.from({ length: rounds }, (_, i) => i).filter(
    (round) => round % shard.of === shard.part - 1,
  );
  const replay = (roundSeed: number, guarantee: string) =>
    `npm test ${numberOf(exercise)} -- ${options.from === undefined ? '' : `--from ${quoted(options.from)} `}--only ${guarantee} --seed ${roundSeed} --runs ${perRound}`;

  if (own.length === 0) throw new Complaint(NOTHING_TO_DO, `npm run soak ${numberOf(exercise)}`);
  const say = (text: string) => options.json === true || process.stdout.write(text);
  say(
    `\n ${exercise.id}: ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${perRound} schedules, from seed ${seed}\n\n`,
  );
  const results: ExerciseResult[] = [];
  const settings = (round: number) => ({
    seed: roundSeed(seed, round),
    runs: perRound,
    onlyGenerated: true,
  });
  const running = await open([exercise], {
    ...settings(own[0] as number),
    from,
    report: ([result]) => result !== undefined && results.push(result),
    stuck,
  });
  try {
    for (const [i, round] of own.entries()) {
      if (i > 0) await running.again(exercise.stub, settings(round));
      const result = results[i];
      if (result === undefined) throw new Complaint(NOT_RUN, `npm test ${numberOf(exercise)}`);
      if (i === 0) say(leftOut(exercise, result));
      // What the judge says that it began with, for that is what has to bring it back.
      const began = result.guarantees[0]?.seed ?? roundSeed(seed, round);
      say(` round ${round + 1} of ${rounds}   seed ${began}   ${result.verdict}\n`);
      if (options.json === true) {
        const { id, story } = focusOf(result.guarantees) ?? {};
        const line = { exercise: exercise.id, round: round + 1, of: rounds, seed: began };
        const said = { runs: perRound, verdict: result.verdict, guarantee: id, story };
        process.stdout.write(`${JSON.stringify({ ...line, ...said })}\n`);
      }
      if (result.verdict === 'holds') continue;
      rememberFailure([result], { from, runs: perRound });
      say(broken(exercise, result, (id) => replay(began, id)));
      return 1;
    }
  } finally {
    await running.close();
  }
  say(`\n ${HELD}\n`);
  return 0;
}

function leftOut(exercise: Exercise, { guarantees }: ExerciseResult): string {
  const soaked = new Set(guarantees.map(({ id }) => id));
  const others = checkedIn(exercise).filter(({ id }) => !soaked.has(id));
  return others.map(({ id }) => ` · ${id}: left out, it is the same every time\n`).join('');
}

function broken(
  exercise: Exercise,
  { guarantees, troubles }: ExerciseResult,
  replay: (guarantee: string) => string,
): string {
  const focus = focusOf(guarantees);
  if (focus === undefined)
    return `\n ${troubles.join('\n ')}\n Next: npm test ${numberOf(exercise)}\n`;
  const again = focus.verdict === 'to do' ? `npm test ${numberOf(exercise)}` : replay(focus.id);
  return `\n${paintStory(focus.story, paint())}\n\n Again: ${again}\n`;
}

/** The seed of a round: the same on every machine that soaks from the same seed. */
function roundSeed(seed: number, round: number): number {
  return createHash('sha256').update(`${seed} ${round}`).digest().readUInt32BE() >>> 1;
}

const DEFAULT_RUNS = 20_000;
const RUNS_PER_ROUND = 1_000;
const NOTHING_TO_DO = 'There are fewer rounds than shards, and none is left for this one.';
const NOT_RUN = 'The tests did not run.';
const HELD = 'Nothing broke in these schedules, which are not all there are.\n Next: npm start';
