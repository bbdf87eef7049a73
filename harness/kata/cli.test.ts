import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FROM } from './attempt.ts';
import { exercises, ROOT } from './catalog.ts';
import { command } from './command.ts';

// Attempts live in a folder whose name has spaces, as some home folders do.
const folder = mkdtempSync(join(tmpdir(), 'an attempt of mine '));
const clock = '01-lamport-clock';
const solution = readFileSync(join(ROOT, 'solutions', clock, 'lamport-clock.ts'), 'utf8');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An attempt at the clock, written to a folder of its own. */
function attempt(name: string, source: string): string {
  const from = join(folder, name);
  mkdirSync(join(from, clock), { recursive: true });
  writeFileSync(join(from, clock, 'lamport-clock.ts'), source);
  return from;
}

function edited(name: string, from: string, to: string): string {
  expect(solution).toContain(from);
  return attempt(
    name,
    solution.replace(from, () => to),
  );
}

interface Report {
  readonly exercises: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly points: number;
    readonly of: number;
    readonly guarantees: readonly { id: string; verdict: string; story: string; runs: number }[];
  }[];
}

function json(args: readonly string[], env = {}): { exitCode: number | null; report: Report } {
  const { exitCode, stdout } = command([...args, '--json'], { env });
  return { exitCode, report: JSON.parse(stdout) as Report };
}

/** What the screen says of an attempt, in one line without the line breaks of 80 columns. */
function told(from: string, ...args: readonly string[]): { exitCode: number | null; said: string } {
  const { exitCode, stdout, stderr } = command(['test', '01', '--from', from, ...args]);
  return { exitCode, said: (stdout + stderr).replace(/\s+/g, ' ') };
}

/** The solutions of the first two exercises: all of them would take long. */
const firstTwo = join(folder, 'the first two');
for (const { id } of exercises().slice(0, 2)) {
  cpSync(join(ROOT, 'solutions', id), join(firstTwo, id), { recursive: true });
}

describe('npm test', () => {
  test('grades the solutions with all points, and exits 0', () => {
    const { exitCode, report } = json(['test', '--from', firstTwo]);
    expect(exitCode).toBe(0);
    expect(report.exercises).toHaveLength(2);
    for (const { verdict, points, of } of report.exercises) {
      expect([verdict, points, of]).toEqual(['holds', 100, 100]);
    }
  });

  test('says that the stub is to do, where, and what to run next, and exits 1', () => {
    const { exitCode, stdout } = command(['test', '01']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /step 1 is still to do.*\n +at exercises[\\/]01-lamport-clock[\\/]lamport-clock.ts:\d+/,
    );
    expect(stdout).toMatch(/Next: .*npm test 01\n Hint: npm run hint 01\n/);
  });

  test('finds an exercise by number, by part of its name, and by the folder one stands in', () => {
    const asked = [
      command(['test', '1', '--json']),
      command(['test', 'lamport', '--json']),
      command(['test', 'exercises/01-lamport-clock/', '--json']),
      command(['test', '--json'], { standing: join(ROOT, 'exercises', clock) }),
    ];
    for (const { stdout } of asked)
      expect((JSON.parse(stdout) as Report).exercises[0]?.id).toBe(clock);
  });

  test('runs one guarantee with --only', () => {
    const { report } = json(['test', '01', '--from', 'solutions', '--only', 'clock-condition']);
    expect(report.exercises[0]?.guarantees.map(({ id }) => id)).toEqual(['clock-condition']);
  });

  test('honours --runs and --seed: the same seed tells the same story', () => {
    const from = edited('off by one', 'remote.time) + 1', 'remote.time)');
    const only = ['test', '01', '--from', from, '--only', 'clock-condition'];
    const stories = ['7', '7', '8'].map((seed) => {
      const { report } = json([...only, '--seed', seed, '--runs', '50']);
      return report.exercises[0]?.guarantees[0]?.story;
    });
    expect(stories[0]).toBe(stories[1]);
    expect(stories[0]).not.toBe(stories[2]);
  });

  test('prints a story of at most 80 columns without colour into a pipe', () => {
    const from = edited('off by one', 'remote.time) + 1', 'remote.time)');
    const only = ['--only', 'clock-condition'];
    const { stdout } = command(['test', '01', '--from', from, ...only]);
    expect(stdout).toContain('The shortest schedule found');
    // A command to paste is as long as what it names makes it.
    const lines = stdout.split('\n').filter((line) => !/^ (Again|Hint|Share): /.test(line));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('\u001b[');
  });
});

describe('bad input gets one clear sentence and the next command', () => {
  test.each([
    ['a mistyped exercise', ['test', 'lampert'], /There is no exercise 'lampert'.*Next: npm test/s],
    ['a number that is none', ['test', '77'], /There is no exercise '77'/],
    [
      'an ambiguous exercise',
      ['test', 'o'],
      /fits more than one exercise: 00-.*, 01-.*Next: npm test/s,
    ],
    [
      'a mistyped guarantee',
      ['test', '01', '--only', 'x'],
      /There is no guarantee 'x' in 01-.*Next/s,
    ],
    ['a mistyped command', ['tset'], /unknown command 'tset'.*Next/s],
    ['a mistyped option', ['test', '01', '--sed', '7'], /unknown option '--sed'.*Next/s],
    ['a seed that is no number', ['test', '01', '--seed', 'x'], /whole number.*Next/s],
    ['no runs', ['test', '01', '--runs', '0'], /1 or more.*Next/s],
    ['options without the dashes', ['test', '01', 'clock-condition'], /two dashes.*Next/s],
    [
      'a folder that is not there',
      ['test', '--from', 'nowhere'],
      /There is no folder .*nowhere.*Next/s,
    ],
    ['a folder without exercises', ['test', '--from', 'slides'], /holds no NN-name folders.*Next/s],
    ['a file for a folder', ['test', '--from', 'LICENSE'], /is not a folder.*Next/s],
  ])('%s', (_, args, sentence) => {
    const { exitCode, stdout, stderr } = command(args);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a folder that cannot be read',
    () => {
      const from = attempt('unreadable', solution);
      chmodSync(from, 0o000);
      const { exitCode, said } = told(from);
      chmodSync(from, 0o755);
      expect(said).toContain('cannot be read');
      expect(exitCode).toBe(2);
    },
  );

  test.each([
    [
      'a syntax error',
      '  tick(): Timestamp {',
      '  tick(: Timestamp {',
      /lamport-clock.ts cannot be read: .* at .*lamport-clock.ts:\d+:\d+/,
    ],
    ['a missing export', 'export function compare', 'function compare', /does not export compare/],
    [
      'an endless loop',
      'this.time += 1;',
      'while (true) this.time += 1;',
      /a loop does not end.* at .*lamport-clock.ts:\d+/,
    ],
    [
      'an endless loop in a catch',
      'this.time += 1;',
      'for (;;) { try { this.time += 1; } catch {} }',
      /a loop does not end/,
    ],
    [
      'endless recursion',
      'this.time += 1;',
      'this.tick();',
      /Maximum call stack size exceeded.* at .*lamport-clock.ts:\d+/,
    ],
    [
      'Math.random()',
      'this.time += 1;',
      'this.time += Math.random();',
      /Math.random\(\) was called in .*nothing here may depend on.* at .*lamport-clock.ts:\d+/,
    ],
    [
      'Date.now()',
      'this.time += 1;',
      'this.time = Date.now();',
      /Date.now\(\) was called in .*nothing here may depend on.* at .*lamport-clock.ts:\d+/,
    ],
    [
      'setTimeout',
      'this.time += 1;',
      'setTimeout(() => (this.time += 1), 1);',
      /setTimeout\(\) was called in .*nothing here may depend on.* at .*lamport-clock.ts:\d+/,
    ],
    [
      'a thrown error',
      'this.time += 1;',
      "throw new Error('lost my way');",
      /lost my way.* at .*lamport-clock.ts:\d+/,
    ],
    [
      'a clock from Node',
      'import type {',
      "import { performance } from 'node:perf_hooks';\nimport type {",
      /lamport-clock.ts imports 'node:perf_hooks'/,
    ],
    [
      'a message holding a function',
      'return { time: this.time, process: this.process };\n  }\n\n  /** TODO 2',
      'return { time: this.time, process: this.process, again: () => 1 } as Timestamp;\n  }\n\n  /** TODO 2',
      /is a function/,
    ],
    [
      'an async step',
      '  send(): Timestamp {',
      '  async send(): Promise<Timestamp> {',
      /lamport-clock.ts says async: nothing waits here.* at .*lamport-clock.ts:\d+/,
    ],
    [
      'a clock that throws at the top',
      'export class',
      "throw new Error('not today');\nexport class",
      /not today.* at .*lamport-clock.ts:\d+/,
    ],
  ])('%s in the attempt', (name, from, to, sentence) => {
    const { exitCode, said } = told(edited(name, from, to));
    expect(said).toMatch(sentence);
    expect(said).toMatch(/Again: npm test 01 -- |Next: /);
    expect(exitCode).toBe(1);
  });

  test('Math.random() where a process runs: it says what to use instead', () => {
    const from = edited('chance', 'this.time += 1;', 'this.time += Math.random();');
    const { said } = told(from, '--only', 'clock-condition');
    expect(said).toMatch(/Math.random\(\) was called in the step '.*': use this.random\(\)/);
  });

  test('what the code prints outside of a process is shown below the story', () => {
    const from = edited(
      'chatty',
      'this.time += 1;',
      "console.log('now', this.time); this.time += 1;",
    );
    expect(told(from).said).toMatch(/Printed, .* now \d+/);
  });

  test('an option that npm took for itself', () => {
    const { exitCode, stdout, stderr } = command(['test', '01'], { env: { npm_config_seed: '7' } });
    expect(stderr).toMatch(/npm took --seed 7 for itself.*Next: npm test 01 -- --seed 7/s);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test('a syntax error costs the guarantees of its file, with their points', () => {
    const from = edited('half-written', '  tick(): Timestamp {', '  tick(: Timestamp {');
    const { exitCode, report } = json(['test', '--from', from]);
    expect(exitCode).toBe(1);
    expect(report.exercises).toHaveLength(1);
    expect(report.exercises[0]).toMatchObject({ id: clock, verdict: 'error', points: 0, of: 100 });
  });

  test('an attempt whose file is missing', () => {
    const from = join(folder, 'empty');
    mkdirSync(join(from, clock), { recursive: true });
    const { exitCode, said } = told(from);
    expect(said).toContain('lamport-clock.ts is not there');
    expect(exitCode).toBe(1);
  });

  test('work that no count can see the end of is stopped from outside', () => {
    const from = edited('hopeless', 'this.time += 1;', "/^(a+)+$/.test('a'.repeat(60) + '!');");
    const { exitCode, stderr } = command(['test', '01', '--from', from], {
      env: { KATA_PATIENCE_MS: '1500' },
    });
    expect(stderr).toMatch(
      /'own-events' in 01-lamport-clock does not come to an end.*Next: npm test 01/s,
    );
    expect(exitCode).toBe(1);
  });

  test('a whole checkout, too, is a folder for --from', () => {
    const checkout = join(folder, 'their checkout');
    cpSync(firstTwo, join(checkout, 'exercises'), { recursive: true });
    expect(json(['test', '--from', checkout]).exitCode).toBe(0);
  });
});

describe('npm start', () => {
  let screen = '';
  beforeAll(() => {
    screen = command(['start']).stdout;
  });

  test('without a terminal prints the board and the current exercise once, and exits 0', () => {
    expect(screen).toMatch(/00-majority-quorum +Majority/);
    expect(screen).toMatch(/npm test 0\d/);
    expect(command(['start']).exitCode).toBe(0);
  });

  test('stays within 80 columns', () => {
    expect(Math.max(...screen.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test.skipIf(process.platform === 'win32')(
    'ends at Ctrl-C with a sentence, in the middle of work that never ends',
    async () => {
      const from = join(folder, 'endless');
      for (const { id, file } of exercises()) {
        mkdirSync(join(from, id), { recursive: true });
        writeFileSync(join(from, id, file), "/^(a+)+$/.test('a'.repeat(60) + '!');");
      }
      const child = spawn(process.execPath, [join(ROOT, 'harness/kata/launch.js'), 'start'], {
        env: { ...process.env, [FROM]: from },
      });
      // The board stands on the screen before the tests begin.
      child.stdout.once('data', () => child.kill('SIGINT'));
      const said: string[] = [];
      child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
      const [exitCode] = (await once(child, 'close')) as [number | null];
      expect(said.join('')).toContain('Next: npm start');
      expect(exitCode).toBe(130);
    },
  );
});
