import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest, type Reporter, type RunnerTestCase, type TestModule } from 'vitest/node';
import type { KataSettings } from '../guarantee/bind.ts';
import type { Outcome } from '../guarantee/judge.ts';
import type { Verdict } from '../guarantee/verdict.ts';
import { attempt, FROM } from './attempt.ts';
import { type Exercise, ROOT } from './catalog.ts';
import { isPlain, width } from './plain.ts';
import { exerciseTests, shared } from './vitest-settings.ts';

/** What became of one exercise. */
export interface ExerciseResult {
  readonly exercise: Exercise;
  readonly verdict: Verdict;
  readonly points: number;
  readonly of: number;
  readonly guarantees: readonly Outcome[];
  /** What went wrong beside the guarantees: a test file that does not load, a promise left behind. */
  readonly troubles: readonly string[];
  /** The last lines that the code printed outside of processes; inside they stand in the diagrams. */
  readonly printed: readonly string[];
}

/** Exercises that can be run again after a change. */
export interface Running {
  again(changed: string, other?: KataSettings): Promise<void>;
  close(): Promise<void>;
}

export interface RunOptions extends KataSettings {
  /** The folder of `NN-name/` folders to test instead of `exercises/`. */
  readonly from?: string | undefined;
  /** Where vitest's own JUnit report goes, if anywhere. */
  readonly junit?: string | undefined;
  /** Called after every run. */
  readonly report: (results: readonly ExerciseResult[]) => void;
  /** Called when a test has not come to an end for so long that it never will. The run is over. */
  readonly stuck: (exercise: Exercise | undefined, test: string) => void;
}

/** Runs exercises through vitest, once. */
export async function run(exercises: readonly Exercise[], options: RunOptions): Promise<void> {
  const running = await open(exercises, options);
  await running.close();
}

/** Runs exercises through vitest, and keeps it ready to run them again. */
export async function open(
  exercises: readonly Exercise[],
  { from, junit, report, stuck, ...settings }: RunOptions,
): Promise<Running> {
  if (from !== undefined) process.env[FROM] = from;
  const collector = new Collector(exercises, report, stuck, settings.runs);
  const vitest = await createVitest(
    'test',
    {
      root: ROOT,
      // The same as the project `exercises` of vitest.config.ts, without the time to bundle that file
      // and to start a second project.
      config: false,
      ...shared,
      include: exerciseTests,
      watch: false,
      reporters: [
        collector,
        ...(junit === undefined ? [] : [['junit', { outputFile: junit }] as ['junit', object]]),
      ],
      experimental: keptBetweenRuns(),
    },
    { clearScreen: false, plugins: [attempt()] },
  );
  const telling = { plain: isPlain(), width: width() };
  vitest.provide('kata', { telling, ...settings });
  await vitest.start(exercises.map(({ test }) => test));
  return {
    async again(changed, other = settings) {
      vitest.provide('kata', { telling, ...other });
      vitest.invalidateFile(changed);
      const tests = exercises.map(({ test }) => test);
      await vitest.rerunTestSpecifications(await vitest.globTestSpecifications(tests));
    },
    close: () => vitest.close(),
  };
}

/** The harness does not change between runs, and compiling it anew takes a third of the time. */
function keptBetweenRuns(): { fsModuleCache: boolean; fsModuleCachePath?: string } {
  const fsModuleCachePath = join(ROOT, '.kata', 'cache');
  try {
    mkdirSync(fsModuleCachePath, { recursive: true });
    accessSync(fsModuleCachePath, constants.W_OK);
    return { fsModuleCache: true, fsModuleCachePath };
  } catch {
    return { fsModuleCache: false };
  }
}

/** Turns what vitest reports into results, and notices a test that never ends. */
class Collector implements Reporter {
  readonly #exercises: readonly Exercise[];
  readonly #report: RunOptions['report'];
  readonly #stuck: RunOptions['stuck'];
  #patience: NodeJS.Timeout | undefined;
  #slow: NodeJS.Timeout | undefined;
  #isOver = false;
  /** How many times as long as usual a guarantee may take. */
  readonly #times: number;
  readonly #judging = new BroadcastChannel('kata');
  #running = 'the loading of the tests';
  #exercise: Exercise | undefined;
  #printed: string[] = [];

  constructor(
    exercises: readonly Exercise[],
    report: RunOptions['report'],
    stuck: RunOptions['stuck'],
    runs = 0,
  ) {
    this.#times = Math.max(1, runs / USUAL_RUNS);
    this.#exercises = exercises;
    this.#report = report;
    this.#stuck = stuck;
    this.#judging.unref();
    this.#judging.onmessage = ({ data }: { data: { id: string; test: string } }) => {
      this.#running = data.id;
      this.#exercise = this.#exerciseOf(data.test);
      this.#wait();
    };
  }

  onTestRunStart(): void {
    this.#isOver = false;
    this.#printed = [];
    this.#wait();
  }

  onUserConsoleLog({ content }: { content: string }): void {
    this.#printed.push(...content.trimEnd().split('\n'));
    this.#printed = this.#printed.slice(-MOST_PRINTED);
  }

  onTestCaseResult(): void {
    this.#wait();
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly { message: string }[]): void {
    this.#isOver = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#slow);
    const unhandled = errors.map(({ message }) => message);
    this.#report(
      this.#exercises.flatMap((exercise) => {
        const module = modules.find(
          (candidate) => this.#exerciseOf(candidate.moduleId) === exercise,
        );
        return module === undefined ? [] : [resultOf(exercise, module, unhandled, this.#printed)];
      }),
    );
  }

  /** Loops are stopped by a count, inside the tests; this is for what no count can see. */
  #wait(): void {
    // What a thread says may arrive after vitest has said that it is done.
    if (this.#isOver) return;
    clearTimeout(this.#patience);
    const ms = Number(process.env['KATA_PATIENCE_MS'] ?? PATIENCE_MS) * this.#times;
    this.#patience = setTimeout(() => this.#stuck(this.#exercise, this.#running), ms);
    this.#patience.unref();
    clearTimeout(this.#slow);
    if (!process.stderr.isTTY) return;
    this.#slow = setTimeout(
      () => process.stderr.write(` ${this.#running} still runs …\n`),
      SLOW_MS,
    );
    this.#slow.unref();
  }

  #exerciseOf(file: string): Exercise | undefined {
    const path = file.replaceAll('\\', '/');
    return this.#exercises.find(({ test }) => test.replaceAll('\\', '/') === path);
  }
}

function resultOf(
  exercise: Exercise,
  module: TestModule,
  unhandled: readonly string[],
  printed: readonly string[],
): ExerciseResult {
  const guarantees = [...module.children.allTests()].flatMap((test) => {
    const { kata } = test.meta() as RunnerTestCase['meta'];
    return kata === undefined ? [] : [kata];
  });
  const troubles = [...module.errors().map(({ message }) => message), ...unhandled];
  const sum = (pick: (outcome: Outcome) => number) =>
    guarantees.reduce((total, outcome) => total + pick(outcome), 0);
  return {
    exercise,
    verdict: troubles.length > 0 ? 'error' : worst(guarantees.map(({ verdict }) => verdict)),
    points: sum(({ points }) => points),
    of: sum(({ of }) => of),
    guarantees,
    troubles,
    printed,
  };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  const order: readonly Verdict[] = ['error', 'violated', 'to do', 'not decided'];
  const found = order.find((verdict) => verdicts.includes(verdict));
  return found ?? (verdicts.length === 0 ? 'not decided' : 'holds');
}

/** Longer than any test takes on any machine. */
const PATIENCE_MS = 60_000;
/** As many random schedules as the guarantee with the fewest asks for. */
const USUAL_RUNS = 30;
/** Who waits longer wants to know for what. */
const SLOW_MS = 5_000;
const MOST_PRINTED = 10;
