import { wrap } from '../story/wrap.ts';
import type { Bars, Report, Section, Strips, Table } from './lab.ts';

/** A report as a picture, which needs nothing else. */
export function svg(title: string, report: Report): string {
  const canvas = new Canvas();
  canvas.text(MARGIN, title, 'title');
  canvas.down(LINE);
  for (const section of report) {
    canvas.down(LINE);
    draw(section, canvas);
  }
  const height = canvas.y + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>
text { font: 13px ui-monospace, Menlo, Consolas, monospace; fill: #1b1f24; }
.title { font-weight: bold; font-size: 18px; }
.head { font-weight: bold; }
.pale { fill: #57606a; }
</style>
<rect width="100%" height="100%" fill="#fff"/>
${canvas.shapes.join('\n')}
</svg>
`;
}

/** Shapes from top to bottom. */
class Canvas {
  readonly shapes: string[] = [];
  y = MARGIN;

  down(by: number): void {
    this.y += by;
  }

  text(x: number, text: string, style = '', anchor: 'start' | 'end' = 'start'): void {
    this.shapes.push(
      `<text x="${x}" y="${this.y + BASELINE}" class="${style}" text-anchor="${anchor}" xml:space="preserve">${escaped(text)}</text>`,
    );
  }

  box(x: number, width: number, colour: string, means: string): void {
    const [left, wide] = [round(x), round(width)];
    this.shapes.push(
      `<rect x="${left}" y="${this.y}" width="${wide}" height="${BOX}" fill="${colour}"><title>${escaped(means)}</title></rect>`,
    );
  }
}

function draw(section: Section, canvas: Canvas): void {
  if (section.kind === 'remark') return drawLines(section.text, '', canvas);
  drawLines(section.title, 'head', canvas);
  canvas.down(GAP);
  if (section.kind === 'table') drawTable(section, canvas);
  else if (section.kind === 'bars') drawBars(section, canvas);
  else drawStrips(section, canvas);
}

function drawLines(text: string, style: string, canvas: Canvas): void {
  for (const line of wrap(text, Math.floor((WIDTH - 2 * MARGIN) / LETTER))) {
    canvas.text(MARGIN, line, style);
    canvas.down(LINE);
  }
}

function drawTable({ head, rows }: Table, canvas: Canvas): void {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
  for (const [i, row] of all.entries()) {
    let x = MARGIN;
    for (const [column, width] of widths.entries()) {
      const end = x + width * LETTER;
      const style = i === 0 ? 'head' : '';
      if (column === 0) canvas.text(x, row[column] ?? '', style);
      else canvas.text(end, row[column] ?? '', style, 'end');
      x = end + 3 * LETTER;
    }
    canvas.down(LINE);
  }
}

function drawBars({ most, groups }: Bars, canvas: Canvas): void {
  const names = [...new Set(groups.flatMap((group) => group.bars.map(({ label }) => label)))];
  const left = MARGIN + LETTER * (2 + Math.max(0, ...names.map((name) => name.length)));
  const texts = groups.flatMap((group) => group.bars.map(({ text }) => text.length));
  const room = WIDTH - MARGIN - left - LETTER * (2 + Math.max(0, ...texts));
  for (const group of groups) {
    canvas.text(MARGIN, group.label);
    canvas.down(LINE);
    for (const { label, value, text } of group.bars) {
      const width = (Math.min(value ?? 0, most) / most) * room;
      const colour = COLOURS[names.indexOf(label) % COLOURS.length] as string;
      canvas.text(MARGIN + LETTER, label, 'pale');
      if (value !== undefined && value > 0) {
        canvas.box(left, Math.max(1, width), colour, `${group.label}, ${label}: ${text}`);
      }
      canvas.text(left + width + LETTER, text, 'pale');
      canvas.down(LINE);
    }
    canvas.down(GAP);
  }
}

function drawStrips({ marks, step, groups }: Strips, canvas: Canvas): void {
  const all = groups.flatMap(({ rows }) => rows);
  const left = MARGIN + LETTER * (3 + Math.max(0, ...all.map(({ label }) => label.length)));
  const most = Math.max(1, ...all.map((row) => row.marks.length));
  const wide = (WIDTH - MARGIN - left) / most;
  const colourOf = (mark: string) => MARKS[mark] ?? OTHER_MARK;
  for (const group of groups) {
    canvas.text(MARGIN, group.label);
    canvas.down(LINE);
    for (const { label, marks: row } of group.rows) {
      canvas.text(MARGIN + LETTER, label, 'pale');
      for (const { mark, from, length } of stretches(row)) {
        canvas.box(left + from * wide, length * wide, colourOf(mark), marks[mark] ?? mark);
      }
      canvas.down(LINE);
    }
    canvas.down(GAP);
  }
  let x = left;
  canvas.down(GAP);
  for (const [mark, meaning] of Object.entries(marks)) {
    canvas.box(x, BOX, colourOf(mark), meaning);
    canvas.text(x + BOX + LETTER, meaning, 'pale');
    x += BOX + LETTER * (meaning.length + 4);
  }
  canvas.text(WIDTH - MARGIN, `from left to right: ${step} each`, 'pale', 'end');
  canvas.down(LINE);
}

/** Marks that follow each other and are alike, as one. */
function stretches(
  row: string,
): readonly { readonly mark: string; readonly from: number; readonly length: number }[] {
  return [...row.matchAll(/(.)\1*/g)].map(({ 0: all, 1: mark, index }) => ({
    mark: mark as string,
    from: index,
    length: all.length,
  }));
}

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function round(length: number): number {
  return Math.round(length * 100) / 100;
}

const WIDTH = 900;
const MARGIN = 24;
const LINE = 22;
const BOX = 15;
const BASELINE = 12;
const GAP = 6;
/** How wide a letter is, about: the font has letters of one width. */
const LETTER = 8;
/** Told apart also by those who see few colours (Okabe and Ito), and on grey paper. */
const COLOURS = ['#d55e00', '#e69f00', '#56b4e9', '#0072b2', '#009e73', '#cc79a7'];
const MARKS: Readonly<Record<string, string>> = { '#': '#0072b2', '-': '#a6cbe3', '.': '#eaeef2' };
const OTHER_MARK = '#d55e00';
