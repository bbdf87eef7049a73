import type { TraceData } from '../trace-data.ts';
import { browser, element, type PageElement, type PageEvent } from './dom.ts';
import { draw, heightOf, ROW, widthOf } from './draw.ts';
import type { Filter } from './layout.ts';
import { Moments } from './moments.ts';
import { entryPanel, filterPanel, momentPanel } from './panels.ts';
import { entryOf, type Picture } from './picture.ts';
import { SpaceTime } from './space-time.ts';

const data = JSON.parse(element('data').textContent ?? '') as TraceData;
const { entries, marks } = data;
const moments = new Moments(data);

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
function drawOnPaper(picture: Picture): void {
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
  const index = Number(browser.location.hash.slice(1) || -1);
  return entries[index]?.index;
}

function drawMoment({ causes, cursor }: Picture): void {
  element('entry').innerHTML = entryPanel(data, causes, cursor);
  const now = element('now');
  now.innerHTML = momentPanel(data, moments.after(cursor), cursor);
  for (const card of now.querySelectorAll('.active')) card.scrollIntoView({ block: 'nearest' });
}

// ── What people do ─────────────────────────────────────────────────────────────────────────────────

/** What is pressed outside of the picture: nobody has to click it first. */
function pressed(event: PageEvent): void {
  const { key, target } = event;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const isInPanel = (target?.closest('#moment, details') ?? null) !== null;
  const page = isInPanel ? undefined : PAGES[key];
  if (page !== undefined) run.picture?.goBy(page);
  else if (target?.tagName !== 'BODY' && !(isInPanel && SIDEWAYS.has(key))) return;
  else if (!run.press(key)) return;
  event.preventDefault();
}

/** In entries. */
const PAGES: Readonly<Record<string, number>> = { PageUp: -20, PageDown: 20 };
/** Up and down scroll a panel. */
const SIDEWAYS = new Set(['ArrowLeft', 'ArrowRight']);

element('filters').innerHTML = filterPanel(data.processes, [
  ...new Set(entries.flatMap((entry) => (entry.kind === 'send' ? [entry.type] : []))),
]);

browser.customElements.define('space-time', SpaceTime);
const run = element('run') as SpaceTime;
run.addEventListener('moved', () => drawMoment(run.picture as Picture));
run.show(data, {
  filter: chosen(),
  cursor: askedFor() ?? marks.at(-1) ?? entries.length - 1,
  label: `${data.processes.length} processes, ${entries.length} entries`,
});
const picture = run.picture as Picture;
if (marks.includes(picture.cursor)) run.togglePast();

browser.document.addEventListener('keydown', pressed);
const moment = element('moment');
const pointedAt = (target: PageElement | null) => entryOf(target?.closest('button') ?? null);
moment.addEventListener('click', ({ target }) => {
  run.pause();
  picture.goTo(pointedAt(target));
});
for (const type of ['mouseover', 'focusin']) {
  moment.addEventListener(type, ({ target }) => picture.pointAt(pointedAt(target)));
}
for (const type of ['mouseleave', 'focusout']) {
  moment.addEventListener(type, () => picture.pointAt(undefined));
}
element('filters').addEventListener('change', () => picture.show(chosen()));
browser.addEventListener('beforeprint', () => drawOnPaper(picture));
browser.addEventListener('afterprint', () => {
  element('paper').innerHTML = '';
});
