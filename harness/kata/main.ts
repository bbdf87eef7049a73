import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { Complaint } from './complaint.ts';
import { speakPlainly } from './plain.ts';
import { type Shard, shardFrom } from './shard.ts';

/** Runs one command of the kata. Answers with the exit code: 0 good, 1 not (yet) good, 2 not understood. */
export async function main(typed: readonly string[]): Promise<number> {
  const args = speakPlainly(typed);
  let exitCode = 0;
  const program = commands((code) => (exitCode = code), args[0]);
  // Whoever reads only the head of what we say, as `| head` does, has read enough.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    process.exit(code === 'EPIPE' ? 0 : 1);
  });
  // The threads of tests and labs end with the process, even in an endless loop.
  if (THREADED.includes(args[0] ?? '')) {
    process.once('SIGINT', () => {
      process.stderr.write(STOPPED);
      process.exit(130);
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Complaint) {
      process.stderr.write(`${error.message}\nNext: ${error.next}\n`);
      return 2;
    }
    if (NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '')) {
      const why = error instanceof Error ? error.message : '';
      process.stderr.write(`The disk is full (${why}).\nNext: make room, then npm start\n`);
      return 1;
    }
    throw error;
  }
}

// Each command is loaded when it is asked for: `npm test` should not wait for what it does not use.
function commands(finish: (exitCode: number) => void, asked: string | undefined): Command {
  const program = new Command('npm run')
    .description('Patterns of Distributed Systems: the kata')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(explain(text, asked)) });

  program
    .command('start')
    .description('what is green, what is next; then the current exercise under watch')
    .argument('[exercise]', 'another exercise than the current one')
    .action(async (query: string | undefined) =>
      finish(await (await import('./start.ts')).start(query)),
    );

  program
    .command('test')
    .usage('[exercise] -- [options]')
    .description(
      'one exercise, by number or part of its name; exit code 0 only if all guarantees hold',
    )
    .argument('[exercise]', 'e.g. 01, lamport, or all; else the folder you stand in, else the next')
    .option('--from <folder>', 'a checkout, or a folder of NN-name folders, instead of exercises/')
    .option('--only <guarantee>', 'one guarantee, by its id')
    .option('--seed <number>', 'another seed for the random schedules', integer)
    .option('--runs <number>', 'how many random schedules for each guarantee', positive)
    .option('--json', 'print the results as JSON, and nothing else')
    .option('--junit <file>', 'write a JUnit report as well')
    .action(async (query: string | undefined, options) => {
      refuseSwallowed(options, 'test 01');
      finish(await (await import('./test.ts')).test(query, options));
    });

  program
    .command('trace')
    .usage('[exercise] -- [options]')
    .description('the run that breaks a promise, as a page to look at')
    .argument('[exercise]', 'as for npm test')
    .option('--from <folder>', 'a checkout, or a folder of NN-name folders, instead of exercises/')
    .option('--only <guarantee>', 'one guarantee, by its id')
    .option('--seed <number>', 'another seed for the random schedules', integer)
    .option('--runs <number>', 'how many random schedules for each guarantee', positive)
    .option('--shiviz', 'a log for ShiViz instead of the page')
    .option('--out <file>', 'where to write it, instead of .kata/')
    .option('--no-open', 'do not open the page')
    .action(async (query: string | undefined, options) => {
      refuseSwallowed(options, 'run trace 01');
      finish(await (await import('./trace.ts')).trace(query, options));
    });

  program
    .command('hint')
    .usage('[exercise] -- [options]')
    .description('the next hint for the guarantee that fails first')
    .argument('[exercise]', 'e.g. 01 or lamport; else the folder you stand in, else the next')
    .option('--only <guarantee>', 'for another guarantee, by its id')
    .option('--more', 'the next one of the guarantee that you saw last, without testing again')
    .option('--from <folder>', 'a checkout, or a folder of NN-name folders, instead of exercises/')
    .action(async (query: string | undefined, options) => {
      refuseSwallowed(options, 'run hint 01');
      finish(await (await import('./hint.ts')).hint(query, options));
    });

  program
    .command('diff')
    .usage('[exercise] -- [options]')
    .description('what is between your file and the solution')
    .argument('[exercise]', 'e.g. 01 or lamport; else the folder you stand in, else the next')
    .option('--stub', 'between the stub as it came and your file')
    .option('--from <folder>', 'a checkout, or a folder of NN-name folders, instead of exercises/')
    .action(async (query: string | undefined, options) => {
      refuseSwallowed(options, 'run diff 01');
      finish((await import('./diff.ts')).diff(query, options));
    });

  program
    .command('mistake')
    .usage('<exercise> [words] -- [options]')
    .description(
      'for the projector: what a known mistake breaks; exit code 0 if the tests catch it there',
    )
    .argument('<exercise>', 'e.g. 01 or lamport')
    .argument('[words...]', 'of the title of one mistake, in any order; without them, a list')
    .option('--tell', 'what is wrong instead: the lines, and what there is to learn')
    .action(async (query: string, words: readonly string[], options) => {
      refuseSwallowed(options, ['run mistake', query, ...words].join(' '));
      finish(await (await import('./mistake.ts')).mistake(query, words, options));
    });

  program
    .command('reset')
    .description('the stub as it came; a copy of your file is kept')
    .argument('[exercise]', 'e.g. 01 or lamport; else the folder you stand in, else the next')
    .action(async (query: string | undefined) => finish((await import('./reset.ts')).reset(query)));

  program
    .command('catch-up')
    .description('the solutions, up to and with an exercise; a copy of your files is kept')
    .argument('<exercise>', 'e.g. 01 or lamport')
    .action(async (query: string) => finish((await import('./catch-up.ts')).catchUp(query)));

  program
    .command('grade')
    .usage('-- [options]')
    .description('points for every exercise, of this checkout or of others')
    .option('--from <folder>', 'a checkout; may be given several times', several)
    .option('--json', 'print the grades as JSON, and nothing else')
    .option('--classroom', "print what GitHub Classroom's autograding reporter takes")
    .option('--junit <file>', 'write a JUnit report as well')
    .action(async (options) => {
      refuseSwallowed(options, 'run grade');
      finish(await (await import('./grade.ts')).grade(options));
    });

  program
    .command('replay')
    .usage('-- [options]')
    .description('the last failure again, alone')
    .option('--token <text>', 'one that somebody shared, against your code')
    .option('--from <folder>', 'against the code of a checkout, or of a folder of NN-name folders')
    .action(async (options) => {
      refuseSwallowed(options, 'run replay');
      finish(await (await import('./replay.ts')).replay(options));
    });

  program
    .command('soak')
    .usage('[exercise] -- [options]')
    .description('fresh random schedules, until enough were tried or something breaks')
    .argument('[exercise]', 'e.g. 01 or lamport; else the folder you stand in, else the next')
    .option(
      '--runs <number>',
      'how many schedules for each guarantee; 20,000 unless told',
      positive,
    )
    .option('--seed <number>', 'begin here, and not anywhere', integer)
    .option('--shard <part/of>', 'e.g. 3/8, with a seed: the third part of what eight share', shard)
    .option('--json', 'print a line of JSON for each round, and nothing else')
    .option('--from <folder>', 'a checkout, or a folder of NN-name folders, instead of exercises/')
    .action(async (query: string | undefined, options) => {
      refuseSwallowed(options, 'run soak 01');
      finish(await (await import('./soak.ts')).soak(query, options));
    });

  program
    .command('lab')
    .usage('[exercise] -- [options]')
    .description('measures instead of judging: a table, a chart, and a picture of it all')
    .argument('[exercise]', 'one that has a lab, e.g. 07; else the folder you stand in')
    .option('--from <folder>', 'a checkout, or a folder of NN-name folders, instead of exercises/')
    .option('--runs <number>', 'how many runs of each kind, fewer or more than usual', positive)
    .action(async (query: string | undefined, options) => {
      refuseSwallowed(options, 'run lab 07');
      finish(await (await import('./lab.ts')).lab(query, options));
    });

  program
    .command('doctor')
    .description('what this machine lacks')
    .action(async () => finish((await import('./doctor.ts')).doctor()));

  program
    .command('verify')
    .description("the project's own checks")
    .action(async () => finish(await (await import('./verify.ts')).verify()));

  program
    .command('bench')
    .description('how fast the harness is, in ratios')
    .action(async () => {
      const { bench } = await import('../bench/index.ts');
      await bench((line) => process.stdout.write(`${line}\n`));
    });

  program
    .command('slides')
    .usage('-- [options]')
    .description('the decks, in the browser')
    .option('--port <number>', 'the first port to try', positive)
    .option('--open', 'open the browser')
    .option('--from <folder>', 'a checkout whose files run in scenes with ?mine')
    .option('--build', 'make a folder that opens without a server, and end')
    .option('--pdf', 'print every deck through Chromium, and end')
    .option('--out <folder>', 'where to, with --build or --pdf, instead of .kata/slides')
    .option('--once', 'start, say where, and end at once')
    .action(async (options) => {
      refuseSwallowed(options, 'run slides');
      refuseSwallowedPdf(options);
      finish(await (await import('./slides.ts')).slides(options));
    });

  for (const command of program.commands) {
    command.option('--plain', 'say it in plain ASCII, and tell stories in sentences');
  }
  return program;
}

/** npm keeps options for itself unless they stand behind two dashes; they come as its settings then. */
function refuseSwallowed(options: Readonly<Record<string, unknown>>, command: string): void {
  for (const name of OPTIONS) {
    // Where npm has a longer option of its own that begins like ours, it takes ours for that one.
    const value =
      process.env[`npm_config_${name}`] ?? process.env[`npm_config_${name}_description`];
    if (value === undefined || value === '' || options[name] !== undefined) continue;
    const option = value === 'true' ? `--${name}` : `--${name} ${value}`;
    throw new Complaint(
      `npm took ${option} for itself. ${TWO_DASHES}`,
      `npm ${command} -- ${option}`,
    );
  }
}

/** npm reads `--pdf` as its own -p, -d and -f: two of these leave a trace that nothing else here does. */
function refuseSwallowedPdf(options: Readonly<Record<string, unknown>>): void {
  const { npm_config_parseable: p, npm_config_force: f } = process.env;
  if (p !== 'true' || f !== 'true' || options['pdf'] !== undefined) return;
  throw new Complaint(`npm took --pdf for itself. ${TWO_DASHES}`, 'npm run slides -- --pdf');
}

function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function shard(text: string): Shard {
  const found = shardFrom(text);
  if (found === undefined) throw new InvalidArgumentError('It has to be like 3/8.');
  return found;
}

function integer(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(number)) {
    throw new InvalidArgumentError('It has to be a whole number.');
  }
  return number;
}

function positive(text: string): number {
  const number = integer(text);
  if (number < 1) throw new InvalidArgumentError('It has to be a whole number, 1 or more.');
  return number;
}

/** npm takes options for its own unless they stand behind a `--`. */
function explain(text: string, asked: string | undefined): string {
  const next = /too many arguments/.test(text)
    ? `${TWO_DASHES} Next: npm test 01 -- --only clock-condition`
    : /missing required argument/.test(text)
      ? `Next: npm run ${asked} 01`
      : `Next: npm ${/unknown option/.test(text) && asked !== 'test' ? `run ${asked}` : 'test'} -- --help`;
  return `${text.trim()}\n${next}\n`;
}

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** What npm would swallow. */
const OPTIONS = [
  'from',
  'seed',
  'runs',
  'json',
  'only',
  'more',
  'stub',
  'classroom',
  'junit',
  'shard',
  'shiviz',
  'out',
  'token',
  'build',
  'tell',
];
/** Commands that run attempts in threads. */
const THREADED = ['start', 'test', 'hint', 'replay', 'soak', 'trace', 'mistake', 'lab', 'verify'];
const TWO_DASHES = 'Options go behind two dashes.';
const STOPPED = '\nStopped. Your files are as you saved them.\nNext: npm start\n';
