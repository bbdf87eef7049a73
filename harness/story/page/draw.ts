import type { EntryData, TraceData } from '../trace-data.ts';
import type { Arrow, Layout } from './layout.ts';
import type { Lives, Stretch } from './lives.ts';

/** All that decides how the picture looks. */
export interface Scene {
  readonly data: TraceData;
  readonly layout: Layout;
  readonly lives: Lives;
  /** The number of each message type's colour. */
  readonly colours: ReadonlyMap<string, number>;
  readonly width: number;
  readonly cursor: number;
  /** 1 at what is not set aside; undefined if nothing is. */
  readonly past: Uint8Array | undefined;
  /** An entry and its causes, one after the other. */
  readonly thread: ReadonlySet<number>;
}

/** In px. */
export const ROW = 30;
const HEAD = 34;
const GUTTER = 76;
const NARROWEST_COLUMN = 72;
const WIDEST_COLUMN = 240;
/** Of the letters in the picture, on average; a wide text is cut a little early. */
const LETTER = 6.3;
const DOT = 4.5;
/** A lost message ends so many px before the lifeline that it was sent to. */
const LOST_BEFORE = 16;

/** How wide the picture has to be, at least. */
export function widthOf(columns: number): number {
  return GUTTER + columns * NARROWEST_COLUMN;
}

/** How tall the picture is with all its rows. */
export function heightOf(rows: number): number {
  return HEAD + rows * ROW + ROW;
}

/** Where the middle of a row is, from the top of the picture. */
export function yOf(row: number): number {
  return HEAD + row * ROW + ROW / 2;
}

/** The rows of which something is to be seen between two heights. */
export function rowsBetween(top: number, bottom: number, rows: number): [number, number] {
  const first = Math.floor((top - HEAD) / ROW);
  const last = Math.ceil((bottom - HEAD) / ROW);
  return [Math.max(0, first), Math.min(rows - 1, last)];
}

/** What stands between two heights of the picture, as the inside of an SVG element. */
export function draw(scene: Scene, top: number, bottom: number): string {
  const { layout, lives } = scene;
  const [first, last] = rowsBetween(top, bottom, layout.rows.length);
  const inView = <Look>({ fromRow, toRow }: Stretch<Look>) => fromRow <= last + 1 && toRow >= first;
  const shownRows = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  // Arrows that only pass by would hide everything if there were hundreds.
  const arrows = layout.arrowsIn(first, last);
  const ending = arrows.filter(({ fromRow, toRow }) => fromRow >= first || toRow <= last);
  const passing = arrows.filter(({ fromRow, toRow }) => fromRow < first && toRow > last);
  return [
    ...lives.cuts.filter(inView).map((stretch) => band(scene, stretch)),
    ...shownRows.map((row) => ruler(scene, row)),
    ...lives.lives.filter(inView).map((stretch) => life(scene, stretch)),
    ...[...passing.slice(0, MOST_PASSING), ...ending].map((arrow) => arrowShape(scene, arrow)),
    ...shownRows.map((row) => eventShape(scene, row)),
    head(scene, top),
  ].join('');
}

/** Where the lifeline of a column stands. */
export function xOf({ layout, width }: Pick<Scene, 'layout' | 'width'>, column: number): number {
  const even = (width - GUTTER) / Math.max(1, layout.columns.length);
  return GUTTER + 14 + column * Math.min(WIDEST_COLUMN, even);
}

/** The names stay in sight, above what scrolls. */
function head(scene: Scene, top: number): string {
  const { columns } = scene.layout;
  const step = columns.length < 2 ? WIDEST_COLUMN : xOf(scene, 1) - xOf(scene, 0);
  const names = columns.map((id, i) => {
    const name = cut(id, step - 8);
    return `<text class="name" x="${xOf(scene, i) - 8}" y="${top + 22}">${name}<title>${escape(id)}</title></text>`;
  });
  return (
    `<g class="head"><rect x="0" y="${top}" width="${scene.width}" height="${HEAD - 2}"/>` +
    `<text class="ms" x="${GUTTER - 14}" y="${top + 22}">ms</text>${names.join('')}</g>`
  );
}

/** The time where it moves on, the mark, and the line of the cursor. */
function ruler(scene: Scene, row: number): string {
  const { data, layout, cursor, width } = scene;
  const entry = entryIn(scene, row);
  const before = row > 0 ? entryIn(scene, row - 1) : undefined;
  const y = yOf(row);
  const parts: string[] = [];
  const isHere = layout.rowOf[cursor] === row;
  const isMarked = data.marks.some((mark) => layout.rowOf[mark] === row);
  const box = `x="0" y="${y - ROW / 2}" width="${width}" height="${ROW}"`;
  if (isMarked) parts.push(`<rect class="marked" ${box}/>`);
  if (isHere) parts.push(`<rect class="here" ${box}/>`);
  if (isMarked) parts.push(`<text class="mark" x="8" y="${y + 5}">✗</text>`);
  if (before?.at !== entry.at) {
    parts.push(
      `<line class="instant" x1="${GUTTER - 8}" x2="${width}" y1="${y - ROW / 2}" y2="${y - ROW / 2}"/>`,
      `<text class="ms" x="${GUTTER - 14}" y="${y + 4}">${shortTime(entry.at)}</text>`,
    );
  }
  return parts.join('');
}

function life(scene: Scene, { column, fromRow, toRow, look }: Stretch<string>): string {
  const x = xOf(scene, column);
  const y1 = fromRow === 0 ? HEAD : yOf(fromRow);
  const y2 = toRow === scene.layout.rows.length ? yOf(toRow - 1) + ROW / 2 : yOf(toRow);
  return `<line class="life ${look}" x1="${x}" x2="${x}" y1="${y1}" y2="${y2}"/>`;
}

function band(scene: Scene, { column, fromRow, toRow, look }: Stretch<number>): string {
  const x = xOf(scene, column);
  const y = yOf(fromRow);
  const side = look < 0 ? 'some' : `side${look % SIDES}`;
  return `<rect class="cut ${side}" x="${x - 8}" y="${y}" width="16" height="${yOf(toRow) - y}"/>`;
}

function arrowShape(scene: Scene, arrow: Arrow): string {
  const { sent, end, lost, again, type, fromColumn, toColumn, fromRow, toRow } = arrow;
  const { cursor, thread } = scene;
  const target = end ?? sent;
  const classes = [
    'arrow',
    `c${(scene.colours.get(type) ?? 0) % COLOURS}`,
    ...(lost ? ['lost'] : []),
    ...(again ? ['again'] : []),
    // On its way at the cursor: sent, and neither arrived nor lost.
    ...(sent <= cursor && (end === undefined || end > cursor) ? ['going'] : []),
    ...(sent > cursor ? ['future'] : []),
    ...(isAside(scene, sent) || isAside(scene, target) ? ['aside'] : []),
    ...(thread.has(sent) && thread.has(target) ? ['thread'] : []),
  ].join(' ');
  const x1 = xOf(scene, fromColumn);
  const y1 = yOf(fromRow);
  const open = `<g class="${classes}" data-entry="${target}">`;
  if (fromColumn === toColumn) {
    const y2 = end === undefined ? y1 + ROW * 0.7 : yOf(toRow);
    const path = `M${x1} ${y1}C${x1 - 26} ${y1} ${x1 - 26} ${y2} ${x1 - 6} ${y2}`;
    const tip = end === undefined ? '' : tipShape(x1 - 6, y2, 0, lost);
    return `${open}<path class="hit" d="${path}"/><path class="line" d="${path}"/>${tip}</g>`;
  }
  const toX = xOf(scene, toColumn);
  const right = toX > x1 ? 1 : -1;
  // One that never ends within the run leads only part of the way.
  const part = end === undefined ? 0.3 : 1;
  const wholeX = toX - right * (lost ? LOST_BEFORE : DOT + 1);
  const x2 = x1 + (wholeX - x1) * part;
  const y2 = end === undefined ? y1 + ROW * 0.6 : yOf(toRow);
  const path = `M${round(x1 + right * DOT)} ${y1}L${round(x2)} ${round(y2)}`;
  const tip = end === undefined ? '' : tipShape(x2, y2, Math.atan2(y2 - y1, x2 - x1), lost);
  return `${open}<path class="hit" d="${path}"/><path class="line" d="${path}"/>${tip}</g>`;
}

/** An arrowhead, or × where a message is lost. */
function tipShape(x: number, y: number, angle: number, lost: boolean): string {
  const place = `translate(${round(x)} ${round(y)})`;
  if (lost) return `<path class="cross" transform="${place}" d="M-5 -5L5 5M-5 5L5 -5"/>`;
  const turn = `rotate(${round((angle * 180) / Math.PI)})`;
  return `<path class="tip" transform="${place} ${turn}" d="M0 0L-9 -4.5L-9 4.5Z"/>`;
}

function eventShape(scene: Scene, row: number): string {
  const { data, layout, cursor, width, thread } = scene;
  const entry = entryIn(scene, row);
  const column = layout.columnOf[entry.index] as number;
  const y = yOf(row);
  const classes = [
    'event',
    entry.kind,
    ...(data.marks.some((mark) => layout.rowOf[mark] === row) ? ['marked'] : []),
    ...(entry.index > cursor ? ['future'] : []),
    ...(isAside(scene, entry.index) ? ['aside'] : []),
    ...(thread.has(entry.index) ? ['thread'] : []),
    ...(layout.rowOf[cursor] === row ? ['current'] : []),
  ].join(' ');
  const open =
    `<g class="${classes}" id="e${entry.index}" data-entry="${entry.index}" role="img" ` +
    `aria-label="${escape(spoken(entry, data.marks))}">`;
  const said = textOf(scene, entry);
  if (column < 0) {
    const text = cut(said, width - GUTTER - 20);
    return `${open}<line class="across" x1="${GUTTER}" x2="${width}" y1="${y}" y2="${y}"/><text x="${GUTTER + 14}" y="${y - 4}">${text}</text></g>`;
  }
  const x = xOf(scene, column);
  const { side, rise, room } = placeOfText(scene, row, entry, said);
  const anchor = side > 0 ? '' : ' text-anchor="end"';
  const text = `<text x="${round(x + side * gapOf(scene, entry, side))}" y="${round(y + rise)}"${anchor}>${cut(said, room)}</text>`;
  return `${open}${symbol(entry, x, y)}${text}</g>`;
}

/** From the lifeline to the text; × of a lost message stands in between, or on the other side. */
function gapOf({ layout }: Scene, entry: EntryData, side: 1 | -1): number {
  if (entry.kind !== 'lose') return 11;
  const arrow = layout.into(entry.index);
  const from = arrow === undefined ? 0 : Math.sign(arrow.fromColumn - arrow.toColumn);
  return from === side ? LOST_BEFORE + 9 : 6;
}

/** Text beside its event, in the quarter where no arrow is. */
function placeOfText(
  scene: Scene,
  row: number,
  entry: EntryData,
  said: string,
): { readonly side: 1 | -1; readonly rise: number; readonly room: number } {
  const { layout, width } = scene;
  const column = layout.columnOf[entry.index] as number;
  const x = xOf(scene, column);
  const into = layout.into(entry.index);
  const leaving = layout.outOf(row);
  const free = { right: width - x - 16, left: x - GUTTER - 4 };
  const from = into === undefined ? 0 : Math.sign(into.fromColumn - column);
  const quarters = [
    { side: 1, above: true, taken: from > 0 },
    { side: 1, above: false, taken: leaving.some(({ toColumn }) => toColumn > column) },
    { side: -1, above: true, taken: from < 0 || into?.fromColumn === column },
    { side: -1, above: false, taken: leaving.some(({ toColumn }) => toColumn <= column) },
  ] as const;
  const room = (side: 1 | -1) => (side > 0 ? free.right : free.left);
  const needed = said.length * LETTER;
  const best =
    quarters.find(({ side, taken }) => !taken && needed <= room(side)) ??
    quarters.find(({ side }) => needed <= room(side)) ??
    quarters[free.right >= free.left ? 0 : 2];
  const other = quarters.find(
    ({ side, above }) => side === best.side && above !== best.above,
  ) as (typeof quarters)[number];
  const rise = other.taken ? (best.above ? -4 : 12) : 4;
  return { side: best.side, rise, room: room(best.side) };
}

function symbol({ kind }: EntryData, x: number, y: number): string {
  switch (kind) {
    case 'lose':
      return '';
    case 'crash':
      return `<path class="sign" d="M${x - 8} ${y}H${x + 8}M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x - 5} ${y + 5}L${x + 5} ${y - 5}"/>`;
    case 'restart':
      return `<path class="sign" d="M${x - 8} ${y}H${x + 8}"/><circle r="${DOT}" cx="${x}" cy="${y}"/>`;
    case 'missed':
      return `<path class="sign" d="M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x - 5} ${y + 5}L${x + 5} ${y - 5}"/>`;
    case 'write':
    case 'append':
    case 'forgot':
    case 'flush-failed':
      return `<rect class="dot" x="${x - 4}" y="${y - 4}" width="8" height="8"/>`;
    case 'timer-set':
    case 'timer-cancel':
    case 'timeout':
      return `<path class="dot" d="M${x - 5} ${y - 5}H${x + 5}L${x - 5} ${y + 5}H${x + 5}Z"/>`;
    default:
      return `<circle class="dot" r="${DOT}" cx="${x}" cy="${y}"/>`;
  }
}

/** What stands beside an event: of a message what it says, for where it comes from is drawn. */
function textOf({ data, layout }: Scene, entry: EntryData): string {
  const sent = entry.cause === undefined ? undefined : data.entries[entry.cause];
  if (sent?.kind !== 'send') return entry.words;
  const arrow = layout.into(entry.index);
  if (entry.kind === 'lose') {
    const why = entry.words.slice(entry.words.lastIndexOf(': ') + 2);
    return why === BAD_LUCK ? sent.label : `${sent.label} (${why})`;
  }
  if (entry.kind !== 'deliver') return entry.words;
  if (arrow === undefined) return entry.words;
  return arrow.again ? `${sent.label} (again)` : sent.label;
}

/** One entry in a sentence for those who hear it. */
export function spoken({ index, at, process, words }: EntryData, marks: readonly number[]): string {
  return `${at} ms, ${process}: ${words}${marks.includes(index) ? ', marked' : ''}`;
}

function isAside({ past }: Scene, index: number): boolean {
  return past !== undefined && past[index] !== 1;
}

function entryIn({ data, layout }: Scene, row: number): EntryData {
  return data.entries[layout.rows[row] as number] as EntryData;
}

/** Text that fits into so many px, ready to stand in SVG. */
function cut(text: string, room: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const most = Math.max(1, Math.floor(room / LETTER));
  return escape(line.length <= most ? line : `${line.slice(0, most - 1)}…`);
}

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function shortTime(ms: number): string {
  return Number.isInteger(ms) ? String(ms) : ms.toFixed(1);
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}

/** As the world says it: no reason worth telling. */
const BAD_LUCK = 'lost on the way';
const MOST_PASSING = 200;
export const COLOURS = 6;
const SIDES = 3;
