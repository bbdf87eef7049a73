import { describe, expect, test } from 'vitest';
import { csv } from './csv.ts';
import { bars, type Report, remark, strips, table } from './lab.ts';
import { screen } from './screen.ts';
import { svg } from './svg.ts';

const report: Report = [
  table(
    'Rain',
    ['city', 'mm'],
    [
      ['Athens', '3'],
      ['Byzantium', '120'],
    ],
  ),
  bars('How much', 120, [
    {
      label: 'May',
      bars: [
        { label: 'Athens', value: 0.1, text: '0.1 mm' },
        { label: 'Byzantium', value: 120, text: '120 mm' },
        { label: 'Corinth', text: 'to do' },
        { label: 'Delphi', value: 0, text: 'none' },
      ],
    },
  ]),
  strips('When', { marks: { '#': 'rain', '-': 'drizzle', '.': 'none' }, step: '1 h' }, [
    { label: 'May', rows: [{ label: 'Athens', marks: '##-.' }] },
  ]),
  remark('It <rained> & rained.'),
];
const plain = { blocks: false, bold: (text: string) => text };

describe('a report on the screen', () => {
  test('is ASCII where nothing else is to be had', () => {
    expect(screen(report, plain)).toBe(`\
 Rain

   city        mm
   Athens       3
   Byzantium  120

 How much

   May
     Athens    # 0.1 mm
     Byzantium ######################################################### 120 mm
     Corinth   to do
     Delphi    none

 When

   May
     Athens  ##-.

   # rain   - drizzle   . none   (each 1 h)

 It <rained> & rained.
`);
  });

  test('has blocks where they are', () => {
    const text = screen(report, { ...plain, blocks: true });
    expect(text).toContain('     Athens  ██░·\n');
    expect(text).toContain('   █ rain   ░ drizzle   · none   (each 1 h)');
    expect(text).toContain('Byzantium ███');
  });

  test('keeps to 80 columns', () => {
    const lines = screen(report, plain).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });
});

describe('a report as a picture', () => {
  const picture = svg('Rain <& shine>', report);

  test('is one file, without anything from elsewhere', () => {
    expect(picture.match(/(href|src)=|url\(|@import/g)).toBe(null);
    expect(picture).toContain('<title>Rain &#60;&#38; shine&#62;</title>');
    expect(picture).toContain('It &#60;rained&#62; &#38; rained.');
  });

  test('closes what it opens', () => {
    const open: string[] = [];
    const closed: string[] = [];
    for (const [, end, name = '', self] of picture.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (self === '/') continue;
      if (end === '') open.push(name);
      else closed.push(`${open.pop()} by ${name}`);
    }
    expect(open).toEqual([]);
    expect(closed.filter((pair) => !/^(\w+) by \1$/.test(pair))).toEqual([]);
  });

  test('joins marks that are alike', () => {
    expect(picture.match(/<title>rain<\/title>/g)).toHaveLength(2);
  });

  test('has no bar where there is no value', () => {
    expect(picture).toContain('May, Athens: 0.1 mm');
    expect(picture).not.toContain('May, Corinth');
  });
});

describe('CSV', () => {
  test('has every column of every sample, and quotes in quotes', () => {
    const text = csv([
      { job: 'a "b"', samples: [{ virtualMs: 1, x: 2 }] },
      { job: 'c', samples: [{ virtualMs: 1, y: 'z' }] },
      { job: 'd', samples: [], trouble: { sentence: 'no' } },
    ]);
    expect(text).toBe('"job","seed","virtualMs","x","y"\n"a ""b""",1,1,2,""\n"c",1,1,"","z"\n');
  });
});
