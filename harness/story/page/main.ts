import type { EntryData, TraceData } from '../trace-data.ts';
import { element, page, type PageEvent } from './dom.ts';
import { draw, heightOf, ROW, spoken, widthOf } from './draw.ts';
import type { Filter } from './layout.ts';
import { Moments } from './moments.ts';
import { entryPanel, filterPanel, momentPanel } from './panels.ts';
import { entryOf, Picture } from './picture.ts';

const data = JSON.parse(element('data').textContent ?? '') as TraceData;
const { entries, marks } = data;
const moments = new Moments(data);

const box = element('picture');
const canvas = element('canvas');
const slider = element('slider');

const MOST_PRINTED_ROWS = 400;
/** In px of the picture; the printer fits it to the sheet. */
const PAPER_WIDTH = 940;
/** Low enough for a sheet that stands, with the title above the first picture. */
const PAPER_HEIGHT_TO_WIDTH = 1.15;

// ── What is shown ──────────────────────────────────────────────────────────────────────────────────

function chosen(): Filter {
  const hidden = (group: string) =>
    new Set(
      [...element('filters').querySelectorAll(`input[data-${group}]`)]
        .filter(({ checked }) => !checked)
        .map(({ dataset }) => dataset[group] ?? ''),
    );
  return {
    hiddenProcesses: hidden('process'),
    hiddenTypes: hidden('type'),
    disk: element('show-disk').checked,
    timers: element('show-timers').checked,
  };
}

/** A run that is not too long, else what is around the cursor: a picture a sheet, each with the names. */
function drawOnPaper(): void {
  const { layout, cursor } = picture;
  const scene = picture.sceneOf(Math.max(PAPER_WIDTH, widthOf(layout.columns.length)));
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

function drawMoment(): void {
  const { cursor } = picture;
  const entry = entries[cursor] as EntryData;
  slider.value = String(cursor);
  slider.setAttribute('aria-valuetext', spoken(entry));
  element('where').textContent =
    `${cursor + 1} of ${entries.length.toLocaleString('en')} · ${entry.at} ms`;
  element('entry').innerHTML = entryPanel(data, picture.causes, cursor);
  const now = element('now');
  now.innerHTML = momentPanel(data, moments.after(cursor), cursor);
  for (const card of now.querySelectorAll('.active')) card.scrollIntoView({ block: 'nearest' });
}

function togglePast(): void {
  picture.showsPast = !picture.showsPast;
  element('past').setAttribute('aria-pressed', String(picture.showsPast));
}

// ── What people do ─────────────────────────────────────────────────────────────────────────────────

const KEYS: Readonly<Record<string, () => void>> = {
  ArrowLeft: () => picture.goBy(-1),
  ArrowUp: () => picture.goBy(-1),
  ArrowRight: () => picture.goBy(1),
  ArrowDown: () => picture.goBy(1),
  PageUp: () => picture.goBy(-20),
  PageDown: () => picture.goBy(20),
  Home: () => picture.goToFirst(),
  End: () => picture.goToLast(),
};
/** Letters work only where nothing else is done with them. */
const LETTERS: Readonly<Record<string, () => void>> = {
  c: () => picture.goToCause(),
  m: () => picture.goToMark(1),
  M: () => picture.goToMark(-1),
  p: togglePast,
};
const ACTS: Readonly<Record<string, () => void>> = {
  first: () => picture.goToFirst(),
  back: () => picture.goBy(-1),
  on: () => picture.goBy(1),
  last: () => picture.goToLast(),
  'mark-before': () => picture.goToMark(-1),
  'mark-after': () => picture.goToMark(1),
  past: togglePast,
};

function pressed(event: PageEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const target = event.target;
  const atPicture = target === box || target === slider || target?.tagName === 'BODY';
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

element('filters').innerHTML = filterPanel(data.processes, [
  ...new Set(entries.flatMap((entry) => (entry.kind === 'send' ? [entry.type] : []))),
]);
slider.setAttribute('max', String(entries.length - 1));
for (const act of ['mark-before', 'mark-after']) element(act).disabled = marks.length === 0;

const picture = new Picture(
  data,
  chosen(),
  askedFor() ?? marks.at(-1) ?? entries.length - 1,
  { box, sheet: element('sheet'), canvas, scale: 1 },
  drawMoment,
);
if (marks.includes(picture.cursor)) togglePast();
picture.drawNow();

page.document.addEventListener('keydown', pressed);
canvas.addEventListener('mouseover', ({ target }) => picture.pointAt(entryOf(target)));
canvas.addEventListener('mouseleave', () => picture.pointAt(undefined));
// Pointing redraws, and what is redrawn between press and release is never clicked.
canvas.addEventListener('pointerdown', ({ target }) => picture.goTo(entryOf(target)));
box.addEventListener('scroll', () => picture.redraw(), { passive: true });
slider.addEventListener('input', () => picture.goTo(Number(slider.value)));
element('controls').addEventListener('click', ({ target }) => {
  ACTS[target?.closest('button')?.dataset['act'] ?? '']?.();
});
element('moment').addEventListener('click', ({ target }) =>
  picture.goTo(entryOf(target?.closest('button') ?? null)),
);
for (const type of ['mouseover', 'focusin']) {
  element('moment').addEventListener(type, ({ target }) =>
    picture.pointAt(entryOf(target?.closest('button') ?? null)),
  );
}
for (const type of ['mouseleave', 'focusout']) {
  element('moment').addEventListener(type, () => picture.pointAt(undefined));
}
element('filters').addEventListener('change', () => picture.show(chosen()));
page.addEventListener('resize', () => picture.redraw());
page.addEventListener('beforeprint', drawOnPaper);
page.addEventListener('afterprint', () => {
  element('paper').innerHTML = '';
});
