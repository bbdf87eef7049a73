import { wrap } from '../story/wrap.ts';
import type { Bars, Report, Section, Strips, Table } from './lab.ts';

export interface ScreenOptions {
  /** Blocks instead of `#`: only where the terminal has them. */
  readonly blocks: boolean;
  /** What to do with a title. */
  readonly bold: (text: string) => string;
}

/** A report for a terminal of 80 columns. */
export function screen(report: Report, options: ScreenOptions): string {
  return report.map((section) => `${lines(section, options).join('\n')}\n`).join('\n');
}

function lines(section: Section, options: ScreenOptions): readonly string[] {
  switch (section.kind) {
    case 'table':
      return [...titled(section.title, options), ...tableLines(section)];
    case 'bars':
      return [...titled(section.title, options), ...barLines(section, options)];
    case 'strips':
      return [...titled(section.title, options), ...stripLines(section, options)];
    case 'remark':
      return wrap(section.text, WIDTH - 1).map((line) => ` ${line}`);
  }
}

function titled(title: string, { bold }: ScreenOptions): readonly string[] {
  return [...wrap(title, WIDTH - 1).map((line) => ` ${bold(line)}`), ''];
}

/** Words to the left, numbers to the right. */
function tableLines({ head, rows }: Table): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
  return all.map((row) => {
    const cells = widths.map((width, i) =>
      i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width),
    );
    return `   ${cells.join('  ')}`.trimEnd();
  });
}

function barLines({ most, groups }: Bars, { blocks }: ScreenOptions): readonly string[] {
  const labels = groups.flatMap((group) => group.bars.map(({ label }) => label.length));
  const texts = groups.flatMap((group) => group.bars.map(({ text }) => text.length));
  const labelWidth = Math.max(0, ...labels);
  const room = Math.max(10, WIDTH - 8 - labelWidth - Math.max(0, ...texts));
  return groups.flatMap((group, i) => [
    ...(i > 0 ? [''] : []),
    `   ${group.label}`,
    ...group.bars.map(({ label, value, text }) => {
      const full = value === undefined ? 0 : Math.round((Math.min(value, most) / most) * room);
      // What is there but small is still there.
      const length = value !== undefined && value > 0 ? Math.max(1, full) : full;
      const bar = (blocks ? '█' : '#').repeat(length);
      return `     ${label.padEnd(labelWidth)} ${bar}${bar === '' ? '' : ' '}${text}`.trimEnd();
    }),
  ]);
}

function stripLines({ marks, step, groups }: Strips, { blocks }: ScreenOptions): readonly string[] {
  const labels = groups.flatMap(({ rows }) => rows.map(({ label }) => label.length));
  const width = Math.max(0, ...labels);
  const drawn = (text: string) =>
    blocks ? [...text].map((mark) => BLOCKS[mark] ?? mark).join('') : text;
  const means = Object.entries(marks).map(([mark, meaning]) => `${drawn(mark)} ${meaning}`);
  return [
    ...groups.flatMap(({ label, rows }, i) => [
      ...(i > 0 ? [''] : []),
      `   ${label}`,
      ...rows.map((row) => `     ${row.label.padEnd(width)}  ${drawn(row.marks)}`.trimEnd()),
    ]),
    '',
    ...wrap(`${means.join('   ')}   (each ${step})`, WIDTH - 4).map((line) => `   ${line}`),
  ];
}

const WIDTH = 80;
const BLOCKS: Readonly<Record<string, string>> = { '#': '█', '-': '░', '.': '·' };
