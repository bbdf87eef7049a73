import type { TraceData } from '../trace-data.ts';
import { Causes } from './causes.ts';
import { browser, type PageElement } from './dom.ts';
import { draw, heightOf, ROW, type Scene, widthOf, xOf, yOf } from './draw.ts';
import { type Filter, Layout } from './layout.ts';
import { type Lives, livesOf } from './lives.ts';

/** What of the page the picture is in: a box that scrolls, in it a sheet of the whole height, and the SVG. */
export interface Frame {
  readonly box: PageElement;
  readonly sheet: PageElement;
  readonly canvas: PageElement;
  /** How much larger than on the page of a trace everything is. */
  readonly scale: number;
  /** On paper nothing scrolls: what fits into the box is what there is to be seen. */
  readonly isPaper?: boolean;
}

/**
 * A run in its frame, with a cursor at one of its entries. Only the rows in sight are drawn, so a run may
 * be long. Whoever owns it listens to what people do, and moves the cursor.
 */
export class Picture {
  readonly data: TraceData;
  readonly types: readonly string[];
  readonly causes: Causes;
  readonly #frame: Frame;
  readonly #moved: () => void;
  readonly #colours: ReadonlyMap<string, number>;
  #layout!: Layout;
  #lives!: Lives;
  #cursor: number;
  #pointedAt: number | undefined;
  #showsPast = false;
  #isWaiting = false;
  #isMoved = true;
  #width = 0;

  /** Is not drawn yet. `moved` is called when there is another entry at the cursor, after it is drawn. */
  constructor(data: TraceData, filter: Filter, cursor: number, frame: Frame, moved: () => void) {
    this.data = data;
    this.types = [
      ...new Set(data.entries.flatMap((entry) => (entry.kind === 'send' ? [entry.type] : []))),
    ];
    this.causes = new Causes(data.entries, data.processes);
    this.#colours = new Map(this.types.map((type, i) => [type, i]));
    this.#frame = frame;
    this.#moved = moved;
    this.#cursor = cursor;
    this.#choose(filter);
  }

  /** The index of the entry at the cursor. */
  get cursor(): number {
    return this.#cursor;
  }

  get layout(): Layout {
    return this.#layout;
  }

  /** How wide it was drawn, before it was made larger: asking the page again would cost a new layout. */
  get width(): number {
    return this.#width;
  }

  get showsPast(): boolean {
    return this.#showsPast;
  }

  set showsPast(shows: boolean) {
    this.#showsPast = shows;
    this.redraw();
  }

  /** Chooses what is in the picture. */
  show(filter: Filter): void {
    this.#choose(filter);
    this.#redrawWith(true);
  }

  #choose(filter: Filter): void {
    const { sheet, scale, isPaper } = this.#frame;
    this.#layout = new Layout(this.data, filter);
    this.#lives = livesOf(this.data, this.#layout);
    this.#cursor = this.#shownNear(this.#cursor);
    const { rows, columns } = this.#layout;
    const height = isPaper === true ? '100%' : `${heightOf(rows.length) * scale}px`;
    sheet.style.setProperty('height', height);
    sheet.style.setProperty('min-width', `${widthOf(columns.length) * scale}px`);
    this.#reveal();
  }

  #shownNear(index: number): number {
    return this.#layout.shownFrom(index, -1) ?? this.#layout.shownFrom(index, 1) ?? index;
  }

  // ── Where the cursor goes ────────────────────────────────────────────────────────────────────────

  goTo(index: number | undefined): void {
    if (index === undefined) return;
    this.#cursor = Math.max(0, Math.min(this.data.entries.length - 1, index));
    this.#pointedAt = undefined;
    this.#reveal();
    this.#redrawWith(true);
  }

  /** So many shown entries on, or back. */
  goBy(steps: number): void {
    const direction = steps < 0 ? -1 : 1;
    let to = this.#cursor;
    for (let i = 0; i < Math.abs(steps); i++) {
      to = this.#layout.shownFrom(to + direction, direction) ?? to;
    }
    this.goTo(to);
  }

  goToFirst(): void {
    this.goTo(this.#layout.shownFrom(0, 1));
  }

  goToLast(): void {
    this.goTo(this.#layout.shownFrom(this.data.entries.length - 1, -1));
  }

  get isAtLast(): boolean {
    return this.#layout.shownFrom(this.#cursor + 1, 1) === undefined;
  }

  goToCause(): void {
    this.goTo(this.data.entries[this.#cursor]?.cause);
  }

  goToMark(direction: 1 | -1): void {
    const { marks } = this.data;
    const to =
      direction > 0
        ? marks.find((mark) => mark > this.#cursor)
        : marks.findLast((mark) => mark < this.#cursor);
    this.goTo(to ?? (direction > 0 ? marks[0] : marks.at(-1)));
  }

  /** Shows the thread of an entry that somebody points at. */
  pointAt(index: number | undefined): void {
    if (index === this.#pointedAt) return;
    this.#pointedAt = index;
    this.redraw();
  }

  /** Scrolls as little as it takes to have the cursor in sight, with something before and after it. */
  #reveal(): void {
    const row = this.#layout.rowOf[this.#cursor] ?? -1;
    if (row < 0) return;
    const { box, sheet, scale } = this.#frame;
    const around = Math.min(3, Math.floor(box.clientHeight / (ROW * scale) / 3));
    const y = yOf(row) * scale;
    const above = y - (around + 1) * ROW * scale;
    const below = y + around * ROW * scale - box.clientHeight;
    if (above < box.scrollTop) box.scrollTop = Math.max(0, above);
    else if (below > box.scrollTop) box.scrollTop = below;
    const column = Math.max(0, this.#layout.columnOf[this.#cursor] as number);
    const x = xOf({ layout: this.#layout, width: sheet.clientWidth / scale }, column) * scale;
    const { scrollLeft, clientWidth } = box;
    if (x - 80 < scrollLeft) box.scrollLeft = x - 80;
    else if (x + 120 > scrollLeft + clientWidth) box.scrollLeft = x + 120 - clientWidth;
  }

  // ── Drawing ──────────────────────────────────────────────────────────────────────────────────────

  /** Draws before the next picture is due, and once, however often it is asked for. */
  redraw(): void {
    this.#redrawWith(false);
  }

  #redrawWith(isMoved: boolean): void {
    this.#isMoved ||= isMoved;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    browser.requestAnimationFrame(() => {
      if (this.#isWaiting) this.drawNow();
    });
  }

  drawNow(): void {
    this.#isWaiting = false;
    const { box, sheet, canvas, scale, isPaper } = this.#frame;
    const { rows, rowOf } = this.#layout;
    this.#width = sheet.clientWidth / scale;
    const scene = this.sceneOf(this.#width);
    const height = Math.min(heightOf(rows.length), box.clientHeight / scale);
    const top = isPaper === true ? this.#topOnPaper(height) : box.scrollTop / scale;
    canvas.setAttribute('viewBox', `0 ${top} ${scene.width} ${height}`);
    canvas.setAttribute('width', String(scene.width * scale));
    canvas.setAttribute('height', String(height * scale));
    canvas.innerHTML = draw(scene, top, top + height);
    box.setAttribute('aria-activedescendant', `e${rows[rowOf[this.#cursor] as number]}`);
    if (this.#isMoved) this.#moved();
    this.#isMoved = false;
  }

  /** What led to the entry at the cursor is above it. */
  #topOnPaper(height: number): number {
    const { rows, rowOf } = this.#layout;
    const row = Math.max(0, rowOf[this.#cursor] ?? 0);
    const below = Math.min(row + 3, rows.length);
    // Whole rows, with the names above them.
    const fits = Math.floor((height - heightOf(0)) / ROW) + 1;
    return Math.max(0, below - fits) * ROW;
  }

  /** All that decides how the picture looks, at some width. */
  sceneOf(width: number): Scene {
    const past = this.#pointedAt ?? (this.#showsPast ? this.#cursor : undefined);
    return {
      data: this.data,
      layout: this.#layout,
      lives: this.#lives,
      colours: this.#colours,
      width,
      cursor: this.#cursor,
      past: past === undefined ? undefined : this.causes.past(this.#told(past)),
      thread: new Set(past === undefined ? [] : this.causes.thread(past)),
    };
  }

  /** A mark says nothing without those before it: two that contradict each other share no past. */
  #told(index: number): readonly number[] {
    const { marks } = this.data;
    return marks.includes(index) ? marks.filter((mark) => mark <= index) : [index];
  }
}

/** The entry that some part of the picture, or of a list beside it, is for. */
export function entryOf(target: PageElement | null): number | undefined {
  const found = target?.closest('[data-entry]')?.dataset['entry'];
  return found === undefined ? undefined : Number(found);
}
