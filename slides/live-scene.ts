import type { Fault } from '../harness/faults/plan.ts';
import { describeFault } from '../harness/faults/plan.ts';
import { browser } from '../harness/story/page/dom.ts';
import { escape, spoken, xOf } from '../harness/story/page/draw.ts';
import { Moments, type ProcessNow } from '../harness/story/page/moments.ts';
import type { Picture } from '../harness/story/page/picture.ts';
import { SpaceTime } from '../harness/story/page/space-time.ts';
import type { EntryData } from '../harness/story/trace-data.ts';
import type { ProcessId } from '../harness/world/process.ts';
import { fileOf, loadMine, whenSaved } from './mine.ts';
import {
  concerns,
  ended,
  justAfter,
  runScene,
  type Scene,
  type SceneRun,
  type Setting,
  untouched,
} from './scene.ts';
import { scenes } from './scenes.ts';
import { AFTER, BEFORE, STYLE, UNDER } from './live-scene-page.ts';

/** In px, as live-scene-page.ts has it. */
const STANDING_LINE = 20;

/**
 * A scene on a slide: `<space-time scene="raft-split-vote">`. It runs when it is first seen, from the
 * beginning and always the same way; whatever somebody changes, it runs again with that change as a
 * part of its faults, and the cursor stays where it was.
 */
class LiveScene extends SpaceTime {
  #scene: Scene | undefined;
  #code: unknown;
  #setting!: Setting;
  #run: SceneRun | undefined;
  #moments!: Moments;
  #hiddenTypes!: ReadonlySet<string>;
  #unwatch = (): void => {};

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch();
  }

  protected override inside(): string {
    return super.inside(STYLE + BEFORE, UNDER, AFTER);
  }

  /** What is shown, for tests: the run itself, and the index of the entry at the cursor. */
  get shown(): { readonly run: SceneRun | undefined; readonly cursor: number | undefined } {
    return { run: this.#run, cursor: this.picture?.cursor };
  }

  /** Reveal gives a slide a size when it comes near: what is never shown never runs. */
  protected override resized(): void {
    if (this.clientWidth === 0) return;
    if (this.#scene === undefined) void this.#open();
    else super.resized();
  }

  // ── Running ──────────────────────────────────────────────────────────────────────────────────────

  async #open(): Promise<void> {
    const name = this.getAttribute('scene') ?? '';
    const scene = scenes.get(name);
    if (scene === undefined) return this.#say(noSuchScene(name));
    this.#scene = scene;
    this.#hiddenTypes = new Set(scene.hidden);
    const { latencyMs, lossPercent, faults } = untouched(scene);
    this.#setting = {
      latencyMs: this.#number('latency') ?? latencyMs,
      lossPercent: this.#number('loss') ?? lossPercent,
      faults,
    };
    this.part('latency').value = String(this.#setting.latencyMs);
    this.part('loss').value = String(this.#setting.lossPercent);
    if (this.#isMine()) {
      const whose = this.part('whose');
      whose.hidden = false;
      whose.textContent = `your ${fileOf(scene)}`;
      this.#unwatch = whenSaved(scene.exercise, () => void this.#load(scene));
      await this.#load(scene);
    } else {
      this.#code = scene.code;
      this.#runAgain();
    }
  }

  #isMine(): boolean {
    return this.getAttribute('code') === 'mine' || parameters.has('mine');
  }

  async #load(scene: Scene): Promise<void> {
    const { code, sentence } = await loadMine(scene);
    this.#code = code;
    if (sentence === undefined) this.#runAgain();
    else this.#say(sentence);
  }

  #number(attribute: string): number | undefined {
    const text = this.getAttribute(attribute);
    return text === null || !Number.isFinite(Number(text)) ? undefined : Number(text);
  }

  /** From the beginning; what is the same up to the cursor keeps it there. */
  #runAgain(): void {
    const scene = this.#scene as Scene;
    const before = this.picture?.data.entries[this.picture.cursor];
    const run = runScene(scene, this.#code, this.#setting);
    this.#run = run;
    if (run.data.entries.length === 0) return this.#say(run.trouble ?? NOTHING_HAPPENED);
    this.#say(run.trouble);
    this.#moments = new Moments(run.data);
    const end = [...this.#moments.after(run.data.entries.length - 1).processes.values()];
    const lines = Math.max(
      1,
      ...end.map((now) => scene.fields.flatMap((f) => fieldOf(now, f)).length),
    );
    this.part('standing').style.setProperty('height', `${lines * STANDING_LINE}px`);
    this.#offerProcesses(run.data.processes);
    this.show(run.data, {
      filter: {
        hiddenProcesses: new Set(),
        hiddenTypes: this.#hiddenTypes,
        disk: false,
        timers: false,
      },
      cursor: before === undefined ? this.#firstCursor(run) : cursorAt(run, before),
      label: scene.title,
      scale: SCALE,
      isPaper: isPrint,
    });
    this.#showSetting();
    this.dispatchEvent(new browser.CustomEvent('ran', { bubbles: true }));
  }

  /** Where somebody who has touched nothing begins; on paper that is the end of the story. */
  #firstCursor({ data, marks }: SceneRun): number {
    if (isPrint) return marks.at(-1) ?? data.entries.length - 1;
    return cursorAt({ data }, { index: 0, at: this.#number('at') ?? 0 });
  }

  /** One sentence in the place of the picture, or over it if there is a run up to there. */
  #say(sentence: string | undefined): void {
    const { entries } = this.#run?.data ?? { entries: [] };
    const trouble = this.part('trouble');
    trouble.textContent = sentence ?? '';
    trouble.hidden = sentence === undefined;
    const isEmpty = sentence !== undefined && (this.#code === undefined || entries.length === 0);
    if (isEmpty) this.pause();
    for (const id of ['picture', 'standing', 'line']) this.part(id).hidden = isEmpty;
    for (const id of ['controls', 'meddle']) this.part(id).hidden = isEmpty || isPrint;
    if (isEmpty) this.dispatchEvent(new browser.CustomEvent('ran', { bubbles: true }));
  }

  // ── What is seen ─────────────────────────────────────────────────────────────────────────────────

  #moved(): void {
    const picture = this.picture as Picture;
    const run = this.#run as SceneRun;
    // The end is told at the end: nobody wants to know before.
    const isEnd = picture.isAtLast || picture.cursor === run.marks.at(-1);
    const told = this.part('told');
    const entry = picture.data.entries[picture.cursor] as EntryData;
    told.textContent = isEnd && run.sentence !== '' ? run.sentence : spoken(entry, []);
    told.classList.toggle('end', isEnd);
    told.setAttribute('aria-live', this.isPlaying ? 'off' : 'polite');
    this.#showStanding(picture);
    this.#showButtons();
  }

  /** Under every lifeline what its process keeps in its fields at the cursor. */
  #showStanding({ cursor, layout, width }: Picture): void {
    const scene = this.#scene as Scene;
    const { processes } = this.#moments.after(cursor);
    const left = (column: number) => (xOf({ layout, width }, column) - 8) * SCALE;
    const gap = left(1) - left(0);
    this.part('standing').innerHTML = layout.columns
      .map((id, column) => {
        const now = processes.get(id) as ProcessNow;
        const fields = scene.fields.flatMap((field) => fieldOf(now, field, scene.short));
        const life = now.life === 'up' ? '' : `<b>${LIVES[now.life]}</b>`;
        const place = `left:${left(column)}px;width:${gap - 8}px`;
        return `<dl class="${now.life}" style="${place}">${life}${fields.join('')}</dl>`;
      })
      .join('');
  }

  #showSetting(): void {
    const { latencyMs, lossPercent, faults } = this.#setting;
    const own = (this.#scene as Scene).faults.length;
    this.part('latency-is').textContent = `${latencyMs} ms`;
    this.part('loss-is').textContent = `${lossPercent} %`;
    const chips = faults.map(
      (fault, i) =>
        `<button type="button" data-remove="${i}" aria-label="Take away: ${escape(describeFault(fault))}">${escape(describeFault(fault))} <span aria-hidden="true">×</span></button>`,
    );
    this.part('faults').innerHTML = chips.join('');
    this.part('faults').hidden = chips.length === 0;
    // What was added last is at the end of the line.
    this.part('faults').scrollLeft = faults.length > own ? LAST : 0;
    this.#showButtons();
  }

  #offerProcesses(ids: readonly ProcessId[]): void {
    const [who, whom] = [this.part('who'), this.part('whom')];
    if (who.querySelectorAll('option')[Symbol.iterator]().next().done !== true) return;
    const options = ids.map((id) => `<option>${escape(id)}</option>`).join('');
    who.innerHTML = options;
    whom.innerHTML = `<option value="">everyone</option>${options}`;
  }

  /** A button that would do nothing cannot be pressed. */
  #showButtons(): void {
    const who = this.part('who').value;
    const whom = this.part('whom').value;
    const now = this.picture && this.#moments.after(this.picture.cursor).processes.get(who);
    if (now === undefined) return;
    this.part('crash').disabled = now.life === 'down';
    this.part('pause').disabled = now.life !== 'up';
    this.part('restart').disabled = this.#lasting(who, 'life').length === 0;
    this.part('cut').disabled = who === whom;
    this.part('heal').disabled = this.#lasting(who, 'links').length === 0;
  }

  // ── What people do ───────────────────────────────────────────────────────────────────────────────

  protected override listen(): void {
    super.listen();
    // A finger on the picture scrolls it, and does not turn the page.
    this.setAttribute('data-prevent-swipe', '');
    this.addEventListener('moved', () => this.#moved());
    this.root.addEventListener('click', ({ target }) => {
      const { act = '', remove } = target?.closest('button')?.dataset ?? {};
      this.#acts[act]?.();
      if (remove === undefined) return;
      this.#change({ faults: this.#setting.faults.toSpliced(Number(remove), 1) });
    });
    for (const [id, key] of SLIDERS) {
      this.part(id).addEventListener('input', ({ target }) =>
        this.#change({ [key]: Number(target?.value) }),
      );
    }
    for (const id of ['who', 'whom']) {
      this.part(id).addEventListener('change', () => this.#showButtons());
    }
  }

  readonly #acts: Readonly<Record<string, () => void>> = {
    crash: () => this.#add({ kind: 'crash', process: this.#who, atMs: this.#afterCursor }),
    pause: () =>
      this.#add({
        kind: 'pause',
        process: this.#who,
        atMs: this.#afterCursor,
        forMs: (this.#scene as Scene).untilMs,
      }),
    restart: () => this.#end('life'),
    cut: () => {
      const whom = this.part('whom').value;
      const ids = this.#run?.data.processes ?? [];
      const others = whom === '' ? ids.filter((id) => id !== this.#who) : [whom];
      this.#add({ kind: 'partition', groups: [[this.#who], others], atMs: this.#afterCursor });
    },
    heal: () => this.#end('links'),
    reset: () => {
      const setting = untouched(this.#scene as Scene);
      this.part('latency').value = String(setting.latencyMs);
      this.part('loss').value = String(setting.lossPercent);
      this.#change(setting);
    },
  };

  #change(what: Partial<Setting>): void {
    this.#setting = { ...this.#setting, ...what };
    if (this.#code !== undefined) this.#runAgain();
  }

  #add(fault: Fault): void {
    this.#change({ faults: [...this.#setting.faults, fault] });
  }

  /** Ends now what holds a process down, still, or cut off. */
  #end(what: 'life' | 'links'): void {
    const lasting = new Set(this.#lasting(this.#who, what));
    const atMs = this.#afterCursor;
    this.#change({
      faults: this.#setting.faults.map((fault) =>
        lasting.has(fault) ? (ended(fault, atMs) ?? fault) : fault,
      ),
    });
  }

  #lasting(who: ProcessId, what: 'life' | 'links'): readonly Fault[] {
    const atMs = this.#afterCursor;
    return this.#setting.faults.filter(
      (fault) => concerns(fault, who, what) && ended(fault, atMs) !== undefined,
    );
  }

  get #who(): ProcessId {
    return this.part('who').value;
  }

  get #afterCursor(): number {
    const { data, cursor } = this.picture as Picture;
    return justAfter(data.entries[cursor]?.at ?? 0);
  }
}

/** The last entry that is not later; the same one if the run is the same up to there. */
function cursorAt(
  { data: { entries } }: Pick<SceneRun, 'data'>,
  before: { readonly index: number; readonly at: number },
): number {
  if (entries[before.index]?.at === before.at) return before.index;
  return Math.max(
    0,
    entries.findLastIndex(({ at }) => at <= before.at),
  );
}

function fieldOf(
  { fields, disk }: ProcessNow,
  name: string,
  short = (text: string) => text,
): readonly string[] {
  const isOnDisk = name.startsWith('disk ');
  const cell = isOnDisk ? disk.get(name.slice('disk '.length)) : fields.get(name);
  if (cell === undefined || cell.value === 'undefined') return [];
  const value = short(cell.value).replace(/^'(.*)'$/, '$1');
  return [`<div><dt>${escape(name.replace('disk ', ''))}</dt><dd>${escape(value)}</dd></div>`];
}

const parameters = new URLSearchParams(browser.location.search);
const isPrint = parameters.get('view') === 'print';
/** How much larger than on the page of a trace: the last row has to read it; a sheet of paper is at hand. */
const SCALE = isPrint ? 0.95 : 1.35;
const LAST = 1_000_000;
const LIVES = { down: 'down', still: 'stands still' } as const;
const SLIDERS = [
  ['latency', 'latencyMs'],
  ['loss', 'lossPercent'],
] as const;

const NOTHING_HAPPENED = 'Nothing happened in this run.';

function noSuchScene(name: string): string {
  return `There is no scene “${name}”; there are ${[...scenes.keys()].join(', ')}.`;
}

browser.customElements.define('space-time', LiveScene);
