import fc from 'fast-check';
import { type Explored, explore } from '../check/explore.ts';
import { report, type Finding, type ScheduleList, type Telling } from '../story/report.ts';
import { type TraceData, traceData } from '../story/trace-data.ts';
import { RuleBroken, running, whereIn } from '../world/rules.ts';
import { show } from '../world/show.ts';
import { OffScript, RunStopped } from '../world/simulation.ts';
import type { Trace } from '../world/trace.ts';
import { CannotLoad } from './attempted.ts';
import type { Check } from './given.ts';
import type { Guarantee, GuaranteeKind } from './guarantee.ts';
import { ToDo } from './todo.ts';
import { Broken, type Verdict } from './verdict.ts';

export interface JudgeOptions {
  /** Where the generated runs begin; the same for everyone unless told. */
  readonly seed?: number | undefined;
  /** How many generated runs, instead of the guarantee's own number. */
  readonly runs?: number | undefined;
  /** Hand over the run that is told, too: it can be ten thousand entries long. */
  readonly trace?: boolean | undefined;
  /** Instead of generating and shrinking: just this once more, if the guarantee generates at all. */
  readonly replay?: Failing | undefined;
  /** How stories are told. */
  readonly telling?: Telling | undefined;
}

/** The shortest failing run that was found, as plain data: all that it takes to run it again. */
export interface Failing {
  /** The generated lists: a fault plan, clients' steps. */
  readonly values: Values;
  readonly runSeed: number;
  /** How many items each list had before it was shrunk. */
  readonly before: readonly number[];
}

type Values = readonly (readonly object[])[];

/** What became of one guarantee, as plain data. */
export interface Outcome {
  readonly id: string;
  readonly kind: GuaranteeKind;
  readonly promise: string;
  readonly verdict: Verdict;
  readonly points: number;
  readonly of: number;
  readonly runs: number;
  readonly ms: number;
  readonly seed: number;
  /** Empty if it holds. */
  readonly story: string;
  /** How many generated items the shortest failing schedule has, and how many the first one had. */
  readonly shrunk: { readonly from: number; readonly to: number } | undefined;
  readonly covered: Readonly<Record<string, number>>;
  /** What `replay` takes to show the same again; undefined where nothing generated failed. */
  readonly failing: Failing | undefined;
  /** How many states every order of events led to, and whether these are all there are. */
  readonly explored: { readonly states: number; readonly all: boolean } | undefined;
  /** If it was asked for: the run of the story, or one that kept the promise. */
  readonly picture: { readonly sentence: string; readonly trace: TraceData } | undefined;
}

/** Puts a guarantee to the test. Alike on every machine but for `ms`. */
export function judge(guarantee: Guarantee, options: JudgeOptions = {}): Outcome {
  const began = performance.now();
  const seed = options.seed ?? DEFAULT_SEED;
  const { check } = guarantee;
  running.traces = options.trace === true ? [] : undefined;
  running.remembers = options.trace === true;
  const result =
    check.kind === 'once'
      ? judgeOnce(guarantee.id, check.run)
      : check.kind === 'explored'
        ? judgeExplored(guarantee, check)
        : options.replay === undefined
          ? judgeGiven(guarantee, check, seed, options.runs ?? guarantee.runs)
          : judgeAgain(guarantee.id, check, options.replay);
  const { trouble, runs, schedule, covered, failing, explored } = result;
  const verdict = trouble?.verdict ?? 'holds';
  const total = (count: (list: ScheduleList) => number) =>
    schedule.reduce((sum, list) => sum + count(list), 0);
  return {
    id: guarantee.id,
    kind: guarantee.kind,
    promise: guarantee.promise,
    verdict,
    points: verdict === 'holds' ? guarantee.points : 0,
    of: guarantee.points,
    runs,
    ms: Math.round(performance.now() - began),
    seed,
    story:
      trouble === undefined ? '' : storyOf(tell(guarantee, trouble, schedule), options.telling),
    shrunk:
      schedule.length === 0
        ? undefined
        : { from: total((list) => list.before), to: total((list) => list.after.length) },
    covered,
    failing,
    explored,
    picture: picture(guarantee, trouble, running.traces),
  };
}

/** Says that something happened without which the promise would mean nothing in this run. */
export function covered(name: string): void {
  coveredNow.add(name);
}

let coveredNow = new Set<string>();

interface Result {
  readonly trouble: Trouble | undefined;
  readonly runs: number;
  readonly schedule: readonly ScheduleList[];
  readonly covered: Readonly<Record<string, number>>;
  readonly failing?: Failing | undefined;
  readonly explored?: Outcome['explored'];
}

type Trouble = Pick<Finding, 'sentence' | 'how' | 'where' | 'trace' | 'marks'> & {
  readonly verdict: Exclude<Verdict, 'holds'>;
  /** The worlds of that run, if they are wanted. */
  readonly traces?: readonly Trace[] | undefined;
};

function judgeOnce(id: string, run: () => void): Result {
  const trouble = lookCloser(attempt(id, run), () => attempt(id, run));
  return { trouble, runs: 1, schedule: [], covered: {} };
}

/** The same trouble from one run more, in which the worlds write down what each step changes. */
function lookCloser(
  trouble: Trouble | undefined,
  again: () => Trouble | undefined,
): Trouble | undefined {
  if (trouble?.verdict !== 'violated' || trouble.trace === undefined) return trouble;
  if (running.remembers) return trouble;
  running.remembers = true;
  try {
    const closer = again();
    return closer?.sentence === trouble.sentence ? closer : trouble;
  } finally {
    running.remembers = false;
  }
}

function judgeExplored(
  { id, covers }: Guarantee,
  { explorations }: Extract<Check, { kind: 'explored' }>,
): Result {
  coveredNow = new Set();
  let states = 0;
  let all = true;
  let answer: Explored | undefined;
  let trouble = attempt(id, () => {
    for (const exploration of explorations()) {
      answer = explore(exploration);
      states += answer.states;
      if (answer.verdict !== 'holds') break;
      all &&= answer.all;
    }
  });
  if (trouble === undefined && answer?.verdict === 'violated') {
    const { by, trace, mark } = answer;
    const found = troubleFrom(by);
    const marks = found.trace === trace || mark === undefined ? found.marks : [mark];
    trouble = { ...found, trace, marks };
  }
  if (trouble === undefined && answer?.verdict === 'not decided') {
    trouble = notDecided(tooMany(answer));
  }
  const undeclared = [...coveredNow].find((name) => !Object.hasOwn(covers, name));
  if (undeclared !== undefined) {
    trouble ??= errorTrouble(`the check covers '${undeclared}', which ${id} does not declare`);
  }
  const missing = Object.keys(covers).find((name) => !coveredNow.has(name));
  if (missing !== undefined) {
    trouble ??= notDecided(
      `nothing broke in ${count(states)} states, but in none of them ${missing}, so the promise was not put to the test`,
    );
  }
  return {
    trouble,
    runs: 1,
    schedule: [],
    covered: Object.fromEntries(
      Object.keys(covers).map((name) => [name, coveredNow.has(name) ? 1 : 0]),
    ),
    explored: { states, all: all && trouble === undefined },
  };
}

function tooMany(answer: Extract<Explored, { verdict: 'not decided' }>): string {
  const { states, frontier, depth, growing } = answer;
  const grows = growing === undefined ? '' : ` ${growing}`;
  return `nothing broke in the first ${count(states)} states, up to ${depth} steps from the start, but ${count(frontier)} of them still wait to be gone on from.${grows}`;
}

function count(n: number): string {
  return n.toLocaleString('en');
}

function judgeGiven(
  { covers, id }: Guarantee,
  check: Extract<Check, { kind: 'given' }>,
  seed: number,
  numRuns: number,
): Result {
  const counts: Record<string, number> = Object.fromEntries(
    Object.keys(covers).map((name) => [name, 0]),
  );
  let runs = 0;
  let shrinks = 0;
  let maxShrinks = MAX_SHRINKS;
  let over: Trouble | undefined;
  let first: Values | undefined;
  let last: { values: Values; runSeed: number; trouble: Trouble } | undefined;

  const holdsFor = (values: Values, runSeed: number): boolean => {
    if (over !== undefined || shrinks > maxShrinks) return true;
    coveredNow = new Set();
    const trouble = attempt(id, () => check.run(values), runSeed);
    if (last !== undefined) {
      shrinks++;
      // A shorter schedule that fails in another way tells another story.
      if (trouble?.verdict !== last.trouble.verdict || trouble.how !== last.trouble.how)
        return true;
      last = { values, runSeed, trouble };
      return false;
    }
    runs++;
    for (const name of coveredNow) {
      if (Object.hasOwn(counts, name)) (counts[name] as number)++;
      else over = errorTrouble(`the check covers '${name}', which ${id} does not declare`);
    }
    if (trouble?.verdict === 'to do') over = trouble;
    if (trouble === undefined || over !== undefined) return true;
    first = values;
    last = { values, runSeed, trouble };
    if (trouble.verdict === 'error') maxShrinks = MAX_ERROR_SHRINKS;
    return false;
  };
  try {
    const runSeeds = fc.noShrink(fc.integer());
    fc.check(fc.property(check.values, runSeeds, holdsFor), { seed, numRuns });
  } catch (error) {
    // The check's own errors are in `last`; this one comes from what generates its lists.
    over = troubleFrom(error);
  }

  // The same bug tells the same story, whichever run it was that met it.
  if (last !== undefined) holdsFor(last.values, USUAL_RUN_SEED);
  const failing = over === undefined && last !== undefined ? failingOf(first, last) : undefined;
  const found = lookCloser(last?.trouble, () =>
    attempt(id, () => check.run(last?.values ?? []), last?.runSeed),
  );
  return {
    trouble: over ?? found ?? notCovered(covers, counts, runs),
    runs,
    schedule: scheduleOf(check, last?.trouble, failing),
    covered: counts,
    failing,
  };
}

/** The same run once more, without a search for it. */
function judgeAgain(id: string, check: Extract<Check, { kind: 'given' }>, replay: Failing): Result {
  coveredNow = new Set();
  const again = () => attempt(id, () => check.run(replay.values), replay.runSeed);
  const trouble = lookCloser(again(), again);
  const failing = trouble === undefined || trouble.verdict === 'to do' ? undefined : replay;
  return { trouble, runs: 1, schedule: scheduleOf(check, trouble, failing), covered: {}, failing };
}

function failingOf(
  first: Values | undefined,
  { values, runSeed }: { values: Values; runSeed: number },
): Failing {
  return { values, runSeed, before: values.map((_, i) => first?.[i]?.length ?? 0) };
}

function scheduleOf(
  check: Extract<Check, { kind: 'given' }>,
  trouble: Trouble | undefined,
  failing: Failing | undefined,
): readonly ScheduleList[] {
  // Code that could not even be called needs no schedule to show it.
  const uncalled = trouble?.how === 'error' && trouble.trace === undefined;
  if (failing === undefined || uncalled) return [];
  return check.lists.map((list, i) => ({
    noun: list.noun,
    before: failing.before[i] ?? 0,
    after: inTime(failing.values[i] ?? []).map((item) => list.describe(item)),
  }));
}

/** Steps and faults in the order in which they happen; what has no time of its own goes first. */
function inTime(items: readonly object[]): readonly object[] {
  const at = (item: object) => ('atMs' in item ? Number(item.atMs) : 0);
  return items.toSorted((a, b) => at(a) - at(b));
}

/** Every run kept the promise, but too few put it to the test: that is no pass. */
function notCovered(
  covers: Readonly<Record<string, number>>,
  counts: Readonly<Record<string, number>>,
  runs: number,
): Trouble | undefined {
  if (runs === 0) return notDecided('it was not run at all, so nothing is known.');
  for (const [name, percent] of Object.entries(covers)) {
    const count = counts[name] ?? 0;
    if (count * 100 >= percent * runs) continue;
    const few = count === 0 ? 'in none of them' : `in only ${count} of them`;
    return notDecided(
      `nothing broke in ${runs} runs, but ${few} ${name}, so the promise was hardly put to the test (${percent} in 100 are needed)`,
    );
  }
  return undefined;
}

function notDecided(sentence: string): Trouble {
  return { ...errorTrouble(sentence), verdict: 'not decided', how: 'not decided' };
}

function errorTrouble(sentence: string): Trouble {
  return {
    verdict: 'error',
    how: 'error',
    sentence,
    where: undefined,
    trace: undefined,
    marks: [],
  };
}

/** Runs a check once; undefined if the promise was kept. */
function attempt(id: string, run: () => unknown, seed = 1): Trouble | undefined {
  running.turns = 0;
  if (running.traces !== undefined) running.traces = [];
  running.check = id;
  running.seed = seed;
  running.broken = undefined;
  try {
    const returned: unknown = run();
    if (running.broken !== undefined) throw running.broken;
    // What it finds after an await would come too late: it would hold whatever happened.
    if (!(returned instanceof Promise)) return undefined;
    returned.catch(() => {});
    return errorTrouble('the check returned a promise: remove async and await from it');
  } catch (error) {
    return { ...troubleFrom(error), traces: running.traces };
  } finally {
    running.check = '';
    running.seed = 1;
    running.broken = undefined;
  }
}

function troubleFrom(error: unknown): Trouble {
  const stopped = error instanceof RunStopped ? error : undefined;
  const cause = stopped === undefined ? error : stopped.cause;
  const trace = stopped?.trace;
  // A run that the script gave up has no entry that shows it: all of it is drawn.
  const marks = trace?.all('throw').map((event) => event.index) ?? [];
  const where = fromHere(whereOf(cause));
  if (cause instanceof ToDo) {
    return {
      verdict: 'to do',
      how: 'to do',
      sentence: cause.message,
      where,
      trace: undefined,
      marks: [],
    };
  }
  if (cause instanceof Broken) {
    const at = cause.evidence?.at.flatMap((event) => (event === undefined ? [] : [event.index]));
    return {
      verdict: 'violated',
      how: cause.stuck ? 'stuck' : 'violated',
      sentence: cause.message,
      where: undefined,
      trace: cause.evidence?.trace ?? trace,
      marks: at ?? marks,
    };
  }
  if (cause instanceof OffScript || (cause instanceof Error && cause.name === 'AssertionError')) {
    return {
      verdict: 'violated',
      how: 'violated',
      sentence: cause.message,
      where: undefined,
      trace,
      marks,
    };
  }
  const sentence =
    stopped === undefined ? errorText(cause) : `${stopped.process}: ${errorText(cause)}`;
  return { verdict: 'error', how: 'error', sentence, where, trace, marks };
}

function whereOf(error: unknown): string | undefined {
  if (error instanceof CannotLoad || error instanceof RuleBroken) return error.where;
  return error instanceof Error ? whereIn(error.stack) : undefined;
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return `something that is no Error was thrown: ${show(error)}`;
  if (error instanceof RuleBroken || error instanceof CannotLoad) return error.message;
  const frozen = /read only|not extensible|Cannot delete property|Cannot define property/;
  const hint = error instanceof TypeError && frozen.test(error.message) ? ` ${FROZEN}` : '';
  return `${error.name}: ${error.message}${hint}`;
}

/** A path as the learner would type it, relative to where the command runs. */
function fromHere(where: string | undefined): string | undefined {
  const here = `${process.cwd().replaceAll('\\', '/')}/`;
  return where?.startsWith(here) ? where.slice(here.length) : where;
}

function tell(guarantee: Guarantee, trouble: Trouble, schedule: readonly ScheduleList[]): Finding {
  return { id: guarantee.id, promise: guarantee.promise, ...trouble, schedule };
}

/** Of a check that ran more than one world, and does not say which one shows it, the longest run. */
function picture(
  { promise }: Guarantee,
  trouble: Trouble | undefined,
  traces: readonly Trace[] | undefined,
): Outcome['picture'] {
  if (traces === undefined || trouble?.verdict === 'to do') return undefined;
  const others = (trouble === undefined ? traces : trouble.traces) ?? [];
  const trace = trouble?.trace ?? others.toSorted((a, b) => b.length - a.length)[0];
  if (!trace?.events.some((event) => event.kind !== 'start')) return undefined;
  const sentence = trouble?.sentence ?? promise;
  return { sentence, trace: traceData(trace, trouble?.marks ?? []) };
}

/** A run that cannot be drawn is told without its picture: a verdict is never lost. */
function storyOf(finding: Finding, telling: Telling | undefined): string {
  try {
    return report(finding, telling);
  } catch (error) {
    const sentence = `${finding.sentence} (No picture: ${errorText(error)})`;
    return report({ ...finding, sentence, trace: undefined }, telling);
  }
}

/** The same for everyone, so that a room agrees on what is green. */
const DEFAULT_SEED = 2024;
/** A shrink that has not found its shortest schedule by then tells the one that it has. */
const MAX_SHRINKS = 1_000;
/** Code that cannot run may loop until it is stopped, each time. */
const MAX_ERROR_SHRINKS = 100;
/** What a world draws from unless it is told. */
const USUAL_RUN_SEED = 1;
const FROZEN = '(received messages and stored values are frozen: change a copy, { ...message })';
