import type { EntryData, TraceData } from '../trace-data.ts';
import { Causes } from './causes.ts';
import { element, page, type PageElement, type PageEvent } from './dom.ts';
import { draw, heightOf, ROW, type Scene, widthOf, xOf, yOf } from './draw.ts';
import { Layout } from './layout.ts';
import { livesOf } from './lives.ts';
import { Moments } from './moments.ts';
import { entryPanel, filterPanel, momentPanel } from './panels.ts';

const data = JSON.parse(element('data').textContent ?? '') as TraceData;
const { entries, marks } = data;
const causes = new Causes(entries, data.processes);
const moments = new Moments(data);
const types = [...new Set(entries.flatMap((entry) => (entry.kind === 'send' ? [entry.type] : [])))];
const colours = new Map(types.map((type, i) => [type, i]));

const picture = element('picture');
const sheet = element('sheet');
const canvas = element('canvas');
const slider = element('slider');

const MOST_PRINTED_ROWS = 400;
/** In px of the picture; the printer fits it to the sheet. */
const PAPER_WIDTH = 940;
/** Low enough for a sheet that stands, with the title above the first picture. */
const PAPER_HEIGHT_TO_WIDTH = 1.15;

let layout: Layout;
let lives: Scene['lives'];
let cursor = askedFor() ?? marks.at(-1) ?? entries.length - 1;
let pointedAt: number | undefined;
let showsPast = marks.includes(cursor);

// ── What is shown ──────────────────────────────────────────────────────────────────────────────────

function chooseLayout(): void {
  const hidden = (group: string) =>
    new Set(
      [...element('filters').querySelectorAll(`input[data-${group}]`)]
        .filter(({ checked }) => !checked)
        .map(({ dataset }) => dataset[group] ?? ''),
    );
  layout = new Layout(data, {
    hiddenProcesses: hidden('process'),
    hiddenTypes: hidden('type'),
    disk: element('show-disk').checked,
    timers: element('show-timers').checked,
  });
  lives = livesOf(data, layout);
  cursor = layout.shownFrom(cursor, -1) ?? layout.shownFrom(cursor, 1) ?? cursor;
  sheet.style.setProperty('height', `${heightOf(layout.rows.length)}px`);
  sheet.style.setProperty('min-width', `${widthOf(layout.columns.length)}px`);
}

function sceneOf(width: number): Scene {
  const past = pointedAt ?? (showsPast ? cursor : undefined);
  return {
    data,
    layout,
    lives,
    colours,
    width,
    cursor,
    past: past === undefined ? undefined : causes.past(told(past)),
    thread: new Set(past === undefined ? [] : causes.thread(past)),
  };
}

function drawPicture(): void {
  const scene = sceneOf(sheet.clientWidth);
  const top = picture.scrollTop;
  const height = Math.min(heightOf(layout.rows.length), picture.clientHeight);
  canvas.setAttribute('viewBox', `0 ${top} ${scene.width} ${height}`);
  canvas.setAttribute('width', String(scene.width));
  canvas.setAttribute('height', String(height));
  canvas.innerHTML = draw(scene, top, top + height);
  picture.setAttribute('aria-activedescendant', `e${layout.rows[layout.rowOf[cursor] as number]}`);
}

/** A run that is not too long, else what is around the cursor: a picture a sheet, each with the names. */
function drawOnPaper(): void {
  const scene = sceneOf(Math.max(PAPER_WIDTH, widthOf(layout.columns.length)));
  const onSheet = Math.floor((scene.width * PAPER_HEIGHT_TO_WIDTH) / ROW);
  const middle = Math.max(0, layout.rowOf[cursor] as number);
  const first = Math.max(
    0,
    Math.min(middle - MOST_PRINTED_ROWS / 2, layout.rows.length - MOST_PRINTED_ROWS),
  );
  const last = Math.min(first + MOST_PRINTED_ROWS, layout.rows.length);
  const sheets: string[] = [];
  for (let row = first; row < last; row += onSheet) {
    const top = heightOf(row) - heightOf(0);
    const height = heightOf(Math.min(onSheet, last - row)) - ROW;
    sheets.push(
      `<svg viewBox="0 ${top} ${scene.width} ${height}">${draw(scene, top, top + height)}</svg>`,
    );
  }
  element('paper').innerHTML = sheets.join('');
}

/** The entry named behind the page's address: `trace.html#12`. */
function askedFor(): number | undefined {
  const index = Number(page.location.hash.slice(1) || -1);
  return entries[index]?.index;
}

/** A mark says nothing without those before it: two that contradict each other share no past. */
function told(index: number): readonly number[] {
  return marks.includes(index) ? marks.filter((mark) => mark <= index) : [index];
}

function drawMoment(): void {
  const entry = entries[cursor] as EntryData;
  slider.value = String(cursor);
  slider.setAttribute('aria-valuetext', `${entry.at} ms, ${entry.process}: ${entry.words}`);
  element('where').textContent =
    `${cursor + 1} of ${entries.length.toLocaleString('en')} · ${entry.at} ms`;
  element('entry').innerHTML = entryPanel(data, causes, cursor);
  const now = element('now');
  now.innerHTML = momentPanel(data, moments.after(cursor), cursor);
  for (const card of now.querySelectorAll('.active')) card.scrollIntoView({ block: 'nearest' });
}

let isWaiting = false;
let isMomentStale = false;

/** Draws once before the next picture is due, however often it is asked for. */
function redraw(what: 'picture' | 'all'): void {
  isMomentStale ||= what === 'all';
  if (isWaiting) return;
  isWaiting = true;
  page.requestAnimationFrame(() => {
    isWaiting = false;
    drawPicture();
    if (isMomentStale) drawMoment();
    isMomentStale = false;
  });
}

// ── Where the cursor goes ──────────────────────────────────────────────────────────────────────────

function goTo(index: number | undefined): void {
  if (index === undefined) return;
  cursor = Math.max(0, Math.min(entries.length - 1, index));
  pointedAt = undefined;
  reveal();
  redraw('all');
}

/** Scrolls as little as it takes to have the cursor in sight, with something before and after it. */
function reveal(): void {
  const row = layout.rowOf[cursor] as number;
  if (row < 0) return;
  const y = yOf(row);
  const above = y - 4 * ROW;
  const below = y + 3 * ROW - picture.clientHeight;
  if (above < picture.scrollTop) picture.scrollTop = Math.max(0, above);
  else if (below > picture.scrollTop) picture.scrollTop = below;
  const x = xOf(
    { layout, width: sheet.clientWidth },
    Math.max(0, layout.columnOf[cursor] as number),
  );
  const { scrollLeft, clientWidth } = picture;
  if (x - 80 < scrollLeft) picture.scrollLeft = x - 80;
  else if (x + 120 > scrollLeft + clientWidth) picture.scrollLeft = x + 120 - clientWidth;
}

function goBy(steps: number): void {
  const direction = steps < 0 ? -1 : 1;
  let to = cursor;
  for (let i = 0; i < Math.abs(steps); i++) {
    to = layout.shownFrom(to + direction, direction) ?? to;
  }
  goTo(to);
}

function goToMark(direction: 1 | -1): void {
  const to =
    direction > 0 ? marks.find((mark) => mark > cursor) : marks.findLast((mark) => mark < cursor);
  goTo(to ?? (direction > 0 ? marks[0] : marks.at(-1)));
}

function togglePast(): void {
  showsPast = !showsPast;
  element('past').setAttribute('aria-pressed', String(showsPast));
  redraw('picture');
}

// ── What people do ─────────────────────────────────────────────────────────────────────────────────

const KEYS: Readonly<Record<string, () => void>> = {
  ArrowLeft: () => goBy(-1),
  ArrowUp: () => goBy(-1),
  ArrowRight: () => goBy(1),
  ArrowDown: () => goBy(1),
  PageUp: () => goBy(-20),
  PageDown: () => goBy(20),
  Home: () => goTo(layout.shownFrom(0, 1)),
  End: () => goTo(layout.shownFrom(entries.length - 1, -1)),
};
/** Letters work only where nothing else is done with them. */
const LETTERS: Readonly<Record<string, () => void>> = {
  c: () => goTo(entries[cursor]?.cause),
  m: () => goToMark(1),
  M: () => goToMark(-1),
  p: togglePast,
};
const ACTS: Readonly<Record<string, () => void>> = {
  first: () => KEYS['Home']?.(),
  back: () => goBy(-1),
  on: () => goBy(1),
  last: () => KEYS['End']?.(),
  'mark-before': () => goToMark(-1),
  'mark-after': () => goToMark(1),
  past: togglePast,
};

function pressed(event: PageEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const target = event.target;
  const atPicture = target === picture || target === slider || target?.tagName === 'BODY';
  const inPanels = (target?.closest('#moment, details') ?? null) !== null;
  const sideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
  const act = atPicture
    ? (KEYS[event.key] ?? LETTERS[event.key])
    : inPanels && !sideways
      ? undefined
      : KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

function entryOf(target: PageElement | null): number | undefined {
  const found = target?.closest('[data-entry]')?.dataset['entry'];
  return found === undefined ? undefined : Number(found);
}

function pointAt(index: number | undefined): void {
  if (index === pointedAt) return;
  pointedAt = index;
  redraw('picture');
}

page.document.addEventListener('keydown', pressed);
canvas.addEventListener('mouseover', ({ target }) => pointAt(entryOf(target)));
canvas.addEventListener('mouseleave', () => pointAt(undefined));
// Pointing redraws, and what is redrawn between press and release is never clicked.
canvas.addEventListener('pointerdown', ({ target }) => {
  const index = entryOf(target);
  if (index !== undefined) goTo(index);
});
picture.addEventListener('scroll', () => redraw('picture'), { passive: true });
slider.addEventListener('input', () => goTo(Number(slider.value)));
element('controls').addEventListener('click', ({ target }) => {
  ACTS[target?.closest('button')?.dataset['act'] ?? '']?.();
});
element('moment').addEventListener('click', ({ target }) =>
  goTo(entryOf(target?.closest('button') ?? null)),
);
for (const type of ['mouseover', 'focusin']) {
  element('moment').addEventListener(type, ({ target }) =>
    pointAt(entryOf(target?.closest('button') ?? null)),
  );
}
for (const type of ['mouseleave', 'focusout']) {
  element('moment').addEventListener(type, () => pointAt(undefined));
}
element('filters').addEventListener('change', () => {
  chooseLayout();
  reveal();
  redraw('all');
});
page.addEventListener('resize', () => redraw('picture'));
page.addEventListener('beforeprint', drawOnPaper);
page.addEventListener('afterprint', () => {
  element('paper').innerHTML = '';
});

element('filters').innerHTML = filterPanel(data.processes, types);
slider.setAttribute('max', String(entries.length - 1));
element('past').setAttribute('aria-pressed', String(showsPast));
for (const act of ['mark-before', 'mark-after']) element(act).disabled = marks.length === 0;
chooseLayout();
reveal();
drawPicture();
drawMoment();
