import type { EntryData, TraceData } from '../trace-data.ts';
import type { Causes } from './causes.ts';
import { COLOURS, escape } from './draw.ts';
import type { Moment, ProcessNow } from './moments.ts';

/** The entry at the cursor: what happened, what made it happen, and what it made happen. */
export function entryPanel(data: TraceData, causes: Causes, cursor: number): string {
  const entry = data.entries[cursor] as EntryData;
  const sent = carriedBy(data, entry);
  const because = causes.thread(cursor).slice(1, 1 + MOST_CAUSES);
  const led = causes.effects(cursor);
  const marked = data.marks.includes(cursor) ? ' <span class="mark">✗ marked</span>' : '';
  return [
    `<h2>${entry.at} ms · ${escape(entry.process)}${marked}</h2>`,
    `<p class="words">${escape(entry.words)}</p>`,
    sent === undefined
      ? ''
      : `<p class="fine">message ${sent.nth} ${escape(sent.process)} → ${escape(sent.to)}, sent at ${sent.at} ms</p><pre>${escape(sent.text)}</pre>`,
    list(
      'Because of',
      because.map((index) => jump(data, index)),
    ),
    list('It led to', [
      ...led.slice(0, MOST_EFFECTS).map((index) => jump(data, index)),
      ...(led.length > MOST_EFFECTS ? [`and ${led.length - MOST_EFFECTS} more`] : []),
    ]),
  ].join('');
}

/** How every process stands after the entry at the cursor; what this changed is highlighted. */
export function momentPanel(data: TraceData, moment: Moment, cursor: number): string {
  const going = [...moment.onTheWay.keys()];
  return [
    ...data.processes.map((id) =>
      processCard(data, id, moment.processes.get(id) as ProcessNow, cursor),
    ),
    going.length === 0
      ? ''
      : `<section class="card"><h3>on their way <span class="fine">${going.length}</span></h3>` +
        `<ul>${going
          .slice(-MOST_GOING)
          .map((index) => `<li>${jump(data, index)}</li>`)
          .join('')}</ul></section>`,
  ].join('');
}

function processCard(data: TraceData, id: string, now: ProcessNow, cursor: number): string {
  const entry = data.entries[cursor];
  const active = entry?.process === id ? ' active' : '';
  const cut = [...now.cutFrom.keys()];
  const states = [
    now.life === 'down' ? 'down' : now.life === 'still' ? 'stands still' : '',
    cut.length === 0 ? '' : `cut off from ${cut.join(', ')}`,
  ].filter(Boolean);
  const changed = (by: number, text: string) => (by === cursor ? `<mark>${text}</mark>` : text);
  const fields = [...now.fields].map(
    ([name, { value, by }]) => `<dt>${escape(name)}</dt><dd>${changed(by, escape(value))}</dd>`,
  );
  const disk = [...now.disk].map(([key, { value, flushed, by }]) => {
    const safe = flushed ? '' : ' <span class="fine">not flushed</span>';
    return `<dt>disk ${escape(key)}</dt><dd>${changed(by, escape(value))}${safe}</dd>`;
  });
  const timers = [...now.timers].map(
    ([name, { dueMs, by }]) =>
      `<dt>timer ${escape(name)}</dt><dd>${changed(by, `runs out at ${dueMs} ms`)}</dd>`,
  );
  const notes = now.notes.map((index) => {
    const { at, words } = data.entries[index] as EntryData;
    return `<li><span class="fine">${at} ms</span> ${changed(index, escape(words))}</li>`;
  });
  const known = [...fields, ...disk, ...timers].join('');
  return (
    `<section class="card ${now.life}${active}"><h3>${escape(id)}` +
    `${states.length === 0 ? '' : ` <span class="state">${escape(states.join('; '))}</span>`}</h3>` +
    `${known === '' ? '' : `<dl>${known}</dl>`}` +
    `${notes.length === 0 ? '' : `<ul>${notes.join('')}</ul>`}</section>`
  );
}

/** Who and what is shown, as boxes to tick. */
export function filterPanel(processes: readonly string[], types: readonly string[]): string {
  const box = (group: string, name: string, sample = '') =>
    `<label><input type="checkbox" checked data-${group}="${escape(name)}"/>${sample}${escape(name)}</label>`;
  const sample = (i: number) => `<span class="sample c${i % COLOURS}" aria-hidden="true"></span>`;
  return (
    `<fieldset><legend>Processes</legend>${processes.map((id) => box('process', id)).join('')}</fieldset>` +
    (types.length === 0
      ? ''
      : `<fieldset><legend>Messages</legend>${types.map((type, i) => box('type', type, sample(i))).join('')}</fieldset>`) +
    '<fieldset><legend>Details</legend>' +
    '<label><input type="checkbox" id="show-disk" checked/>disk</label>' +
    '<label><input type="checkbox" id="show-timers"/>setting of timers</label></fieldset>'
  );
}

/** The sending behind an entry that is about a message. */
function carriedBy(data: TraceData, entry: EntryData): (EntryData & { kind: 'send' }) | undefined {
  if (entry.kind === 'send') return entry;
  const sent = entry.cause === undefined ? undefined : data.entries[entry.cause];
  return sent?.kind === 'send' ? sent : undefined;
}

function jump({ entries }: TraceData, index: number): string {
  const { at, process, words } = entries[index] as EntryData;
  return `<button type="button" data-entry="${index}"><span class="fine">${at} ms</span> ${escape(process)}: ${escape(words)}</button>`;
}

function list(heading: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<h3>${heading}</h3><ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

const MOST_CAUSES = 4;
const MOST_EFFECTS = 6;
const MOST_GOING = 8;
