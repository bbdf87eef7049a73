import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from './catalog.ts';
import { command } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'a long night '));
const clock = '01-lamport-clock';

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function seedsOf(stdout: string): readonly string[] {
  return [...stdout.matchAll(/^ round .* seed (\d+) /gm)].map(([, seed = '']) => seed);
}

describe('npm run soak', () => {
  test('tries a round after the other, each from a seed of its own, the same from the same', () => {
    const args = ['soak', '01', '--from', 'solutions', '--runs', '2000', '--seed', '5'];
    const { exitCode, stdout } = command(args);
    const seeds = seedsOf(stdout);
    expect(new Set(seeds).size).toBe(2);
    expect(stdout).toContain('own-events: left out, it is the same every time');
    expect(exitCode).toBe(0);
    const reports = ['1/2', '2/2'].map(
      (part) => command([...args, '--shard', part, '--json']).stdout,
    );
    const lines = reports.join('').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      seeds.map((seed, i) => ({
        exercise: clock,
        round: i + 1,
        of: 2,
        seed: Number(seed),
        runs: 1000,
        verdict: 'holds',
      })),
    );
  });

  test('draws fresh seeds unless told', () => {
    const args = ['soak', '01', '--from', 'solutions', '--runs', '200'];
    expect(seedsOf(command(args).stdout)).not.toEqual(seedsOf(command(args).stdout));
  });

  test('ends at what breaks, with the command that shows it again', () => {
    const solution = readFileSync(join(ROOT, 'solutions', clock, 'lamport-clock.ts'), 'utf8');
    mkdirSync(join(folder, clock));
    writeFileSync(
      join(folder, clock, 'lamport-clock.ts'),
      solution.replace('remote.time) + 1', 'remote.time)'),
    );
    const { exitCode, stdout } = command(['soak', '01', '--from', folder]);
    expect(exitCode).toBe(1);
    const story = / ✗ clock-condition[^]*(?=\n\n Again)/.exec(stdout)?.[0] ?? '';
    const [, seed = '', runs = ''] =
      /^ Again: npm test 01 -- --from '.*' --only clock-condition --seed (\d+) --runs (\d+)$/m.exec(
        stdout.replaceAll('"', "'"),
      ) ?? [];
    const only = ['--only', 'clock-condition', '--seed', seed, '--runs', runs];
    const again = command(['test', '01', '--from', folder, ...only]);
    expect(story).not.toBe('');
    expect(again.stdout).toContain(story);
  });

  test('says of a stub that it is to do', () => {
    const { exitCode, stdout } = command(['soak', '01']);
    expect(stdout).toMatch(/to do[^]*Again: npm test 01\n/);
    expect(exitCode).toBe(1);
  });

  test.each([
    ['a mistyped exercise', ['lampert'], /There is no exercise/],
    ['a shard that is none', ['01', '--shard', '9/8'], /like 3\/8/],
    ['more shards than rounds', ['01', '--runs', '10', '--shard', '2/2'], /fewer rounds/],
    ['no runs', ['01', '--runs', '0'], /1 or more/],
  ])('%s gets one sentence', (_, args, sentence) => {
    const { exitCode, stdout, stderr } = command(['soak', ...args]);
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain('Next: ');
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});
