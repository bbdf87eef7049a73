import type { Fault } from '../harness/faults/plan.ts';
import { describeFault } from '../harness/faults/plan.ts';
import type { PageEvent } from '../harness/story/page/dom.ts';
import { escape, spoken, xOf } from '../harness/story/page/draw.ts';
import { Moments, type ProcessNow } from '../harness/story/page/moments.ts';
import { entryOf, Picture } from '../harness/story/page/picture.ts';
import { PICTURE_STYLE } from '../harness/story/page/style.ts';
import type { ProcessId } from '../harness/world/process.ts';
import { browser, type ShadowRoot, type SlideElement } from './dom.ts';
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
import { SPACE_TIME_PAGE } from './space-time-page.ts';

/** How much larger than on the page of a trace: the last row has to read it. */
const SCALE = 1.35;
/** Who holds a sheet in their hands reads smaller letters, and cannot scroll. */
const SCALE_ON_PAPER = 0.95;
/** In px, as space-time-page.ts has it. */
const STANDING_LINE = 20;

/**
 * A scene on a slide: `<space-time scene="raft-split-vote">`. It runs when it is first seen, from the
 * beginning and always the same way; whatever somebody changes, it runs again with that change as a
 * part of its faults, and the cursor stays where it was.
 */
class SpaceTime extends browser.HTMLElement {
  #root!: ShadowRoot;
  #scene: Scene | undefined;
  #code: unknown;
  #setting!: Setting;
  #run: SceneRun | undefined;
  #picture: Picture | undefined;
  #moments!: Moments;
  #hiddenTypes!: ReadonlySet<string>;
  #sizes: { disconnect(): void } | undefined;
  #unwatch = (): void => {};
  #playing: number | undefined;

  connectedCallback(): void {
    if (this.#sizes === undefined) {
      this.#root = this.attachShadow({ mode: 'open' });
      this.#root.innerHTML = `<style>${PICTURE_STYLE}</style>${SPACE_TIME_PAGE}`;
      this.#listen();
      // A finger on the picture scrolls it, and does not turn the page.
      this.setAttribute('data-prevent-swipe', '');
    }
    // Reveal gives a slide a size when it comes near: what is never shown never runs.
    const sizes = new browser.ResizeObserver(() => this.#seen());
    sizes.observe(this);
    this.#sizes = sizes;
  }

  disconnectedCallback(): void {
    this.#sizes?.disconnect();
    this.#unwatch();
    this.#pause();
  }

  /** What is shown, for tests: the run itself, and the index of the entry at the cursor. */
  get shown(): { readonly run: SceneRun | undefined; readonly cursor: number | undefined } {
    return { run: this.#run, cursor: this.#picture?.cursor };
  }

  #seen(): void {
    if (this.clientWidth === 0) return;
    if (this.#scene === undefined) void this.#open();
    else this.#picture?.redraw();
  }

  // ── Running ──────────────────────────────────────────────────────────────────────────────────────

  async #open(): Promise<void> {
    const name = this.getAttribute('scene') ?? '';
    const scene = scenes.get(name);
    if (scene === undefined) return this.#say(noSuchScene(name));
    this.#scene = scene;
    this.#hiddenTypes = new Set(scene.hidden);
    this.#element('picture').setAttribute('aria-label', pictureLabel(scene));
    const { latencyMs, lossPercent, faults } = untouched(scene);
    this.#setting = {
      latencyMs: this.#number('latency') ?? latencyMs,
      lossPercent: this.#number('loss') ?? lossPercent,
      faults,
    };
    this.#element('latency').value = String(this.#setting.latencyMs);
    this.#element('loss').value = String(this.#setting.lossPercent);
    if (this.#isMine()) {
      const whose = this.#element('whose');
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
    const before = this.#picture?.data.entries[this.#picture.cursor];
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
    this.#element('standing').style.setProperty('height', `${lines * STANDING_LINE}px`);
    const cursor = before === undefined ? this.#firstCursor(run) : cursorAt(run, before);
    this.#picture = new Picture(
      run.data,
      { hiddenProcesses: NOBODY, hiddenTypes: this.#hiddenTypes, disk: false, timers: false },
      cursor,
      {
        box: this.#element('picture'),
        sheet: this.#element('sheet'),
        canvas: this.#element('canvas'),
        scale: isPrint ? SCALE_ON_PAPER : SCALE,
        isPaper: isPrint,
      },
      () => this.#moved(),
    );
    this.#element('seek').setAttribute('max', String(run.data.entries.length - 1));
    this.#offerProcesses(run.data.processes);
    this.#picture.drawNow();
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
    const trouble = this.#element('trouble');
    trouble.textContent = sentence ?? '';
    trouble.hidden = sentence === undefined;
    const isEmpty = sentence !== undefined && (this.#code === undefined || entries.length === 0);
    if (isEmpty) this.#pause();
    for (const id of ['picture', 'standing', 'told']) this.#element(id).hidden = isEmpty;
    for (const id of ['controls', 'meddle']) this.#element(id).hidden = isEmpty || isPrint;
    if (isEmpty) this.dispatchEvent(new browser.CustomEvent('ran', { bubbles: true }));
  }

  // ── What is seen ─────────────────────────────────────────────────────────────────────────────────

  #moved(): void {
    const picture = this.#picture as Picture;
    const run = this.#run as SceneRun;
    const { cursor, data } = picture;
    const entry = data.entries[cursor];
    if (entry === undefined) return;
    const seek = this.#element('seek');
    seek.value = String(cursor);
    seek.setAttribute('aria-valuetext', spoken(entry));
    this.#element('where').textContent = `${entry.at} ms`;
    // The end is told at the end: nobody wants to know before.
    const isEnd = picture.isAtLast || cursor === run.marks.at(-1);
    const told = this.#element('told');
    told.textContent = isEnd && run.sentence !== '' ? run.sentence : spoken(entry);
    told.classList.toggle('end', isEnd);
    told.setAttribute('aria-live', this.#playing === undefined ? 'polite' : 'off');
    this.#showStanding();
    this.#showButtons();
  }

  /** Under every lifeline what its process keeps in its fields at the cursor. */
  #showStanding(): void {
    const scene = this.#scene as Scene;
    const picture = this.#picture as Picture;
    const scale = isPrint ? SCALE_ON_PAPER : SCALE;
    const { processes } = this.#moments.after(picture.cursor);
    const width = this.#element('sheet').clientWidth / scale;
    const left = (column: number) => (xOf({ layout: picture.layout, width }, column) - 8) * scale;
    const gap = left(1) - left(0);
    this.#element('standing').innerHTML = picture.layout.columns
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
    this.#element('latency-is').textContent = `${latencyMs} ms`;
    this.#element('loss-is').textContent = `${lossPercent} %`;
    const chips = faults.map(
      (fault, i) =>
        `<button type="button" data-remove="${i}" aria-label="Take away: ${escape(describeFault(fault))}">${escape(describeFault(fault))} <span aria-hidden="true">×</span></button>`,
    );
    this.#element('faults').innerHTML = chips.join('');
    this.#element('faults').hidden = chips.length === 0;
    // What was added last is at the end of the line.
    this.#element('faults').scrollLeft = faults.length > own ? LAST : 0;
    this.#showButtons();
  }

  #offerProcesses(ids: readonly ProcessId[]): void {
    const [who, whom] = [this.#element('who'), this.#element('whom')];
    if (who.querySelectorAll('option')[Symbol.iterator]().next().done !== true) return;
    const options = ids.map((id) => `<option>${escape(id)}</option>`).join('');
    who.innerHTML = options;
    whom.innerHTML = `<option value="">everyone</option>${options}`;
  }

  /** A button that would do nothing cannot be pressed. */
  #showButtons(): void {
    const who = this.#element('who').value;
    const whom = this.#element('whom').value;
    const now = this.#picture && this.#moments.after(this.#picture.cursor).processes.get(who);
    if (now === undefined) return;
    this.#element('crash').disabled = now.life === 'down';
    this.#element('pause').disabled = now.life !== 'up';
    this.#element('restart').disabled = this.#lasting(who, 'life').length === 0;
    this.#element('cut').disabled = who === whom;
    this.#element('heal').disabled = this.#lasting(who, 'links').length === 0;
  }

  // ── What people do ───────────────────────────────────────────────────────────────────────────────

  #listen(): void {
    const root = this.#root;
    root.addEventListener('keydown', (event) => this.#pressed(event));
    root.addEventListener('click', ({ target }) => {
      const button = target?.closest('button');
      const act = ACTS[button?.dataset['act'] ?? ''];
      if (act !== undefined) act(this.#acts);
      const remove = button?.dataset['remove'];
      if (remove !== undefined)
        this.#change({ faults: this.#setting.faults.toSpliced(Number(remove), 1) });
    });
    root.addEventListener('input', ({ target }) => {
      if (target === this.#element('seek')) this.#picture?.goTo(Number(target?.value));
    });
    for (const [id, key] of SLIDERS) {
      this.#element(id).addEventListener('input', ({ target }) =>
        this.#change({ [key]: Number(target?.value) }),
      );
    }
    for (const id of ['who', 'whom']) {
      this.#element(id).addEventListener('change', () => this.#showButtons());
    }
    const canvas = this.#element('canvas');
    canvas.addEventListener('mouseover', ({ target }) => this.#picture?.pointAt(entryOf(target)));
    canvas.addEventListener('mouseleave', () => this.#picture?.pointAt(undefined));
    canvas.addEventListener('pointerdown', ({ target }) => this.#picture?.goTo(entryOf(target)));
    this.#element('picture').addEventListener('scroll', () => this.#picture?.redraw(), {
      passive: true,
    });
  }

  /**
   * The deck listens to the same keys: what does something here goes no further. Page up and down do
   * nothing here, because that is what the clicker in a presenter's hand sends.
   */
  #pressed(event: PageEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { key, target } = event;
    if (key === 'Escape') {
      event.stopPropagation();
      this.#root.activeElement?.blur();
      return;
    }
    const isAtRun = target === this.#element('picture') || target === this.#element('seek');
    const act = isAtRun ? KEYS[key] : undefined;
    if (act !== undefined) {
      event.preventDefault();
      act(this.#acts);
    }
    if (act !== undefined || NATIVE.has(key)) event.stopPropagation();
  }

  readonly #acts: Acts = {
    picture: (act) => {
      this.#pause();
      if (this.#picture !== undefined) act(this.#picture);
    },
    play: () => (this.#playing === undefined ? this.#play() : this.#pause()),
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
      const whom = this.#element('whom').value;
      const ids = this.#run?.data.processes ?? [];
      const others = whom === '' ? ids.filter((id) => id !== this.#who) : [whom];
      this.#add({ kind: 'partition', groups: [[this.#who], others], atMs: this.#afterCursor });
    },
    heal: () => this.#end('links'),
    reset: () => {
      const setting = untouched(this.#scene as Scene);
      this.#element('latency').value = String(setting.latencyMs);
      this.#element('loss').value = String(setting.lossPercent);
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
    return this.#element('who').value;
  }

  get #afterCursor(): number {
    const { data, cursor } = this.#picture as Picture;
    return justAfter(data.entries[cursor]?.at ?? 0);
  }

  // ── Playing ──────────────────────────────────────────────────────────────────────────────────────

  #play(): void {
    const picture = this.#picture;
    if (picture === undefined) return;
    if (picture.isAtLast) picture.goToFirst();
    let last: number | undefined;
    let due = 0;
    const frame = (ms: number): void => {
      due += ((ms - (last ?? ms)) / 1000) * Number(this.#element('speed').value);
      last = ms;
      const steps = Math.floor(due);
      due -= steps;
      if (steps > 0) this.#picture?.goBy(steps);
      if (this.#picture?.isAtLast === true) this.#pause();
      else this.#playing = browser.requestAnimationFrame(frame);
    };
    this.#playing = browser.requestAnimationFrame(frame);
    this.#showPlaying();
  }

  #pause(): void {
    if (this.#playing === undefined) return;
    browser.cancelAnimationFrame(this.#playing);
    this.#playing = undefined;
    this.#showPlaying();
  }

  #showPlaying(): void {
    const isPlaying = this.#playing !== undefined;
    this.#element('play').textContent = isPlaying ? '❚❚' : '▶ play';
    this.#element('play').setAttribute('aria-label', isPlaying ? 'Pause' : 'Play');
  }

  #element(id: string): SlideElement {
    const found = this.#root.getElementById(id);
    if (found === null) throw new Error(`slides/space-time-page.ts has no #${id}`);
    return found;
  }
}

/** What buttons and keys may do. */
interface Acts {
  picture(act: (picture: Picture) => void): void;
  play(): void;
  crash(): void;
  pause(): void;
  restart(): void;
  cut(): void;
  heal(): void;
  reset(): void;
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
const LAST = 1_000_000;
const NOBODY: ReadonlySet<string> = new Set();
const LIVES = { down: 'down', still: 'stands still' } as const;
const SLIDERS = [
  ['latency', 'latencyMs'],
  ['loss', 'lossPercent'],
] as const;

type Act = (acts: Acts) => void;
const onPicture =
  (act: (picture: Picture) => void): Act =>
  (acts) =>
    acts.picture(act);

const KEYS: Readonly<Record<string, Act>> = {
  ArrowLeft: onPicture((picture) => picture.goBy(-1)),
  ArrowUp: onPicture((picture) => picture.goBy(-1)),
  ArrowRight: onPicture((picture) => picture.goBy(1)),
  ArrowDown: onPicture((picture) => picture.goBy(1)),
  Home: onPicture((picture) => picture.goToFirst()),
  End: onPicture((picture) => picture.goToLast()),
  c: onPicture((picture) => picture.goToCause()),
  ' ': (acts) => acts.play(),
};
const ACTS: Readonly<Record<string, Act>> = {
  first: onPicture((picture) => picture.goToFirst()),
  back: onPicture((picture) => picture.goBy(-1)),
  on: onPicture((picture) => picture.goBy(1)),
  last: onPicture((picture) => picture.goToLast()),
  play: (acts) => acts.play(),
  crash: (acts) => acts.crash(),
  pause: (acts) => acts.pause(),
  restart: (acts) => acts.restart(),
  cut: (acts) => acts.cut(),
  heal: (acts) => acts.heal(),
  reset: (acts) => acts.reset(),
};
/** What buttons, lists and sliders understand by themselves. */
const NATIVE = new Set([
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  ' ',
  'Enter',
]);

const NOTHING_HAPPENED = 'Nothing happened in this run.';

function noSuchScene(name: string): string {
  return `There is no scene “${name}”; there are ${[...scenes.keys()].join(', ')}.`;
}

function pictureLabel({ title }: Scene): string {
  return `${title}, time downwards. Arrow keys step, space plays, c goes to the cause, escape gives the keys back to the deck.`;
}

browser.customElements.define('space-time', SpaceTime);
