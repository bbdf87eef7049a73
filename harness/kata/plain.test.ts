import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from './catalog.ts';
import { command } from './command.ts';
import { ascii } from './plain.ts';

const folder = mkdtempSync(join(tmpdir(), 'said plainly '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A clock that forgets the one above what it hears. */
mkdirSync(join(folder, '01-lamport-clock'));
writeFileSync(
  join(folder, '01-lamport-clock', 'lamport-clock.ts'),
  readFileSync(join(ROOT, 'solutions/01-lamport-clock/lamport-clock.ts'), 'utf8').replace(
    'remote.time) + 1',
    'remote.time)',
  ),
);
const test01 = ['test', '01', '--from', folder];

const BEYOND_ASCII = /[^\0-\x7f]/;

describe('--plain', () => {
  test('tells the story in sentences, in ASCII', () => {
    const { stdout } = command([...test01, '--plain']);
    expect(stdout).toContain('\n   Look here: at 10 ms byzantium says "reads, C = 4".\n');
    expect(stdout).toContain(' x  letters-move-clocks  0/20   violated\n');
    expect(stdout).not.toMatch(BEYOND_ASCII);
    expect(stdout).not.toContain('\u001b[');
  });

  test('works without the two dashes, too, and in colour it is none', () => {
    const { stdout } = command(['doctor'], {
      env: { npm_config_plain: 'true', NO_COLOR: '', FORCE_COLOR: '1' },
    });
    expect(stdout).not.toMatch(BEYOND_ASCII);
    expect(stdout).not.toContain('\u001b[');
  });

  test('leaves JSON alone', () => {
    const { stdout } = command([...test01, '--plain', '--json', '--only', 'letters-move-clocks']);
    const { exercises } = JSON.parse(stdout) as {
      exercises: readonly { guarantees: readonly { story: string }[] }[];
    };
    expect(exercises[0]?.guarantees[0]?.story).toContain('“reads, C = 4”');
  });

  test('without it a pipe, too, has the picture', () => {
    expect(command([...test01, '--only', 'letters-move-clocks']).stdout).toContain('│');
  });
});

describe('in ASCII', () => {
  test('a picture keeps its columns', () => {
    const picture = '  ✗   20  │◀────ask×┤ ● × ┴ ┬ ├─yes─▶│ ┌─┊└';
    expect(ascii(picture)).toBe('  x   20  |<----askx+ * x + + +-yes->| +-:+');
    expect(ascii(picture)).toHaveLength(picture.length);
  });

  test.each([
    ['§5.2 – “a→b”…', 'section 5.2 - "a>b"...'],
    ['Zoë', 'Zoe'],
    ['😀', '?'],
  ])('%s', (text, plain) => expect(ascii(text)).toBe(plain));
});
