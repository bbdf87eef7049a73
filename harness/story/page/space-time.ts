import type { TraceData } from '../trace-data.ts';
import { browser, type PageElement, type PageEvent, type ShadowRoot } from './dom.ts';
import { spoken } from './draw.ts';
import type { Filter } from './layout.ts';
import { entryOf, Picture } from './picture.ts';
import { ELEMENT_STYLE } from './style.ts';

/** How a run is shown. */
export interface Look {
  readonly filter: Filter;
  /** The entry that the cursor is at. */
  readonly cursor: number;
  /** What those hear who do not see the picture, before how to go through it. */
  readonly label: string;
  /** How much larger than usual everything is. */
  readonly scale?: number;
  /** On paper nothing scrolls. */
  readonly isPaper?: boolean;
}

/**
 * `<space-time>`: a run as a picture, and what it takes to go through it by mouse, keys or by itself. On the
 * page of a trace it is as it is here; on a slide it also runs what it shows. Dispatches `moved` when
 * there is another entry at the cursor.
 */
export class SpaceTime extends browser.HTMLElement {
  #root: ShadowRoot | undefined;
  #sizes: { disconnect(): void } | undefined;
  #picture: Picture | undefined;
  #playing: number | undefined;
  #isSpeedChosen = false;

  connectedCallback(): void {
    if (this.#root === undefined) {
      this.#root = this.attachShadow({ mode: 'open' });
      this.#root.innerHTML = this.inside();
      this.listen();
    }
    const sizes = new browser.ResizeObserver(() => this.resized());
    sizes.observe(this);
    this.#sizes = sizes;
  }

  disconnectedCallback(): void {
    this.#sizes?.disconnect();
    this.pause();
  }

  /** What is shown; undefined before there is anything. */
  get picture(): Picture | undefined {
    return this.#picture;
  }

  get isPlaying(): boolean {
    return this.#playing !== undefined;
  }

  /** Shows a run, in the place of what was shown before. */
  show(data: TraceData, { filter, cursor, label, scale = 1, isPaper = false }: Look): void {
    const showsPast = this.#picture?.showsPast === true;
    const [box, sheet, canvas] = [this.part('picture'), this.part('sheet'), this.part('canvas')];
    box.setAttribute('aria-label', `${label}, ${HOW_TO_GO}`);
    this.part('seek').setAttribute('max', String(data.entries.length - 1));
    for (const id of ['mark-before', 'mark-after']) {
      this.part(id).hidden = data.marks.length === 0;
    }
    if (!this.#isSpeedChosen) {
      const speed = SPEEDS.find((each) => data.entries.length / each <= LONGEST_S) ?? SPEEDS.at(-1);
      this.part('speed').value = String(speed);
    }
    const frame = { box, sheet, canvas, scale, isPaper };
    this.#picture = new Picture(data, filter, cursor, frame, () => this.#moved());
    if (showsPast) this.#picture.showsPast = true;
    this.#picture.drawNow();
  }

  /** Sets aside what cannot have influenced the entry at the cursor, or shows it again. */
  togglePast(): void {
    const picture = this.#picture;
    if (picture === undefined) return;
    picture.showsPast = !picture.showsPast;
    this.part('past').setAttribute('aria-pressed', String(picture.showsPast));
    this.say(picture.showsPast ? PAST_ONLY : ALL);
  }

  /** Says what otherwise only the picture shows. */
  say(sentence: string): void {
    this.part('said').textContent = sentence;
  }

  /** Does what a key does at the picture. Answers whether it does anything. */
  press(key: string): boolean {
    const act = STEPS[key] ?? LETTERS[key];
    act?.(this);
    return act !== undefined;
  }

  // ── What another element makes of it ─────────────────────────────────────────────────────────────

  /** What it consists of: `before` the picture, `under` it, and `after` the controls. */
  protected inside(before = '', under = '', after = ''): string {
    return `<style>${ELEMENT_STYLE}</style>${before}${PICTURE}${under}${CONTROLS}${after}`;
  }

  /** Listens to what people do; once. */
  protected listen(): void {
    this.root.addEventListener('keydown', (event) => this.#pressed(event));
    this.part('controls').addEventListener('click', ({ target }) => {
      ACTS[target?.closest('button')?.dataset['act'] ?? '']?.(this);
    });
    const seek = this.part('seek');
    seek.addEventListener('input', () => {
      this.pause();
      this.#picture?.goTo(Number(seek.value));
    });
    this.part('speed').addEventListener('change', () => (this.#isSpeedChosen = true));
    const canvas = this.part('canvas');
    canvas.addEventListener('mouseover', ({ target }) => this.#picture?.pointAt(entryOf(target)));
    canvas.addEventListener('mouseleave', () => this.#picture?.pointAt(undefined));
    // Pointing redraws, and what is redrawn between press and release is never clicked.
    canvas.addEventListener('pointerdown', ({ target }) => this.#picture?.goTo(entryOf(target)));
    const scrolled = (): void => this.#picture?.redraw();
    this.part('picture').addEventListener('scroll', scrolled, { passive: true });
  }

  /** It has got another size, be it its first. */
  protected resized(): void {
    this.#picture?.redraw();
  }

  protected get root(): ShadowRoot {
    return this.#root as ShadowRoot;
  }

  /** @throws Error if there is none. */
  protected part(id: string): PageElement {
    const found = this.root.getElementById(id);
    if (found === null) throw new Error(`<space-time> has no #${id}`);
    return found;
  }

  // ── Playing ──────────────────────────────────────────────────────────────────────────────────────

  play(): void {
    const picture = this.#picture;
    if (picture === undefined || this.isPlaying) return;
    if (picture.isAtLast) picture.goToFirst();
    let last: number | undefined;
    let due = 0;
    const frame = (ms: number): void => {
      due += ((ms - (last ?? ms)) / 1000) * Number(this.part('speed').value);
      last = ms;
      const steps = Math.floor(due);
      due -= steps;
      if (steps > 0) {
        this.#picture?.goBy(steps);
        this.#picture?.drawNow();
      }
      if (this.#picture?.isAtLast === true) this.pause();
      else this.#playing = browser.requestAnimationFrame(frame);
    };
    this.#playing = browser.requestAnimationFrame(frame);
    this.#showPlaying();
  }

  pause(): void {
    if (this.#playing === undefined) return;
    browser.cancelAnimationFrame(this.#playing);
    this.#playing = undefined;
    this.#showPlaying();
  }

  #showPlaying(): void {
    this.part('play').textContent = this.isPlaying ? '❚❚' : '▶ play';
    this.part('play').setAttribute('aria-label', this.isPlaying ? 'Pause' : 'Play');
  }

  // ── What people do ───────────────────────────────────────────────────────────────────────────────

  /** Whoever listens around it uses the same keys: what does something here goes no further. */
  #pressed(event: PageEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { key, target } = event;
    if (key === 'Escape') {
      event.stopPropagation();
      this.root.activeElement?.blur();
      return;
    }
    const isAtRun = target === this.part('picture') || target === this.part('seek');
    // Who has just clicked a button may go on with the arrows.
    const isDone = (isAtRun || (target?.tagName === 'BUTTON' && key in STEPS)) && this.press(key);
    if (isDone) event.preventDefault();
    if (isDone || NATIVE.has(key)) event.stopPropagation();
  }

  #moved(): void {
    const picture = this.#picture as Picture;
    const { cursor, data } = picture;
    const entry = data.entries[cursor];
    if (entry === undefined) return;
    const seek = this.part('seek');
    seek.value = String(cursor);
    seek.setAttribute('aria-valuetext', spoken(entry, data.marks));
    this.part('where').textContent =
      `${(cursor + 1).toLocaleString('en')} of ${data.entries.length.toLocaleString('en')} · ${entry.at} ms`;
    this.dispatchEvent(new browser.CustomEvent('moved'));
  }
}

type Act = (shown: SpaceTime) => void;

/** Who goes somewhere does not want to be carried on. */
const go =
  (act: (picture: Picture) => void): Act =>
  (shown) => {
    shown.pause();
    const { picture } = shown;
    if (picture === undefined) return;
    const before = picture.cursor;
    act(picture);
    shown.say(picture.cursor === before ? NO_FURTHER : '');
  };

const STEPS: Readonly<Record<string, Act>> = {
  ArrowLeft: go((picture) => picture.goBy(-1)),
  ArrowUp: go((picture) => picture.goBy(-1)),
  ArrowRight: go((picture) => picture.goBy(1)),
  ArrowDown: go((picture) => picture.goBy(1)),
  Home: go((picture) => picture.goToFirst()),
  End: go((picture) => picture.goToLast()),
};
const ACTS: Readonly<Record<string, Act>> = {
  first: go((picture) => picture.goToFirst()),
  back: go((picture) => picture.goBy(-1)),
  on: go((picture) => picture.goBy(1)),
  last: go((picture) => picture.goToLast()),
  play: (shown) => (shown.isPlaying ? shown.pause() : shown.play()),
  'mark-before': go((picture) => picture.goToMark(-1)),
  'mark-after': go((picture) => picture.goToMark(1)),
  past: (shown) => shown.togglePast(),
};
const LETTERS: Readonly<Record<string, Act>> = {
  c: go((picture) => picture.goToCause()),
  m: ACTS['mark-after'] as Act,
  M: ACTS['mark-before'] as Act,
  p: ACTS['past'] as Act,
  ' ': ACTS['play'] as Act,
};
/** What buttons, lists and sliders understand by themselves. */
const NATIVE = new Set([...Object.keys(STEPS), ' ', 'Enter']);
const HOW_TO_GO =
  'time downwards. Arrow keys step, space plays, c goes to the cause, m to the next mark, p shows the past, escape leaves.';

/** Entries a second; the slowest that comes to the end in time, unless somebody chooses. */
const SPEEDS = [3, 12, 60] as const;
const LONGEST_S = 60;

const PICTURE = `
<div id="picture" tabindex="0" role="application" aria-roledescription="space-time diagram">
<div id="sheet"><svg id="canvas" xmlns="http://www.w3.org/2000/svg"></svg></div>
</div>
`;
const PAST_ONLY = 'Set aside: what cannot have influenced this entry.';
const ALL = 'Everything is shown.';
const NO_FURTHER = 'That is as far as it goes.';
const CONTROLS = `
<div id="controls" role="group" aria-label="Time">
<button type="button" data-act="first" aria-label="First entry" title="First (Home)">|◀</button>
<button type="button" data-act="back" aria-label="Entry before" title="Before (←)">◀</button>
<button type="button" id="play" data-act="play" aria-label="Play" title="Space">▶ play</button>
<button type="button" data-act="on" aria-label="Next entry" title="Next (→)">▶</button>
<button type="button" data-act="last" aria-label="Last entry" title="Last (End)">▶|</button>
<input id="seek" type="range" min="0" value="0" aria-label="Entry">
<output id="where" for="seek"></output>
<button type="button" id="mark-before" data-act="mark-before" aria-label="Mark before" title="Mark before (M)">◀ ✗</button>
<button type="button" id="mark-after" data-act="mark-after" aria-label="Next mark" title="Next mark (m)">✗ ▶</button>
<button type="button" id="past" data-act="past" aria-pressed="false" title="Set aside what cannot have influenced the entry at the cursor (p)">its past only</button>
<select id="speed" aria-label="Entries a second">
${SPEEDS.map((speed, i) => `<option value="${speed}">${['slow', 'fast', 'very fast'][i]}</option>`).join('')}
</select>
<span id="said" role="status"></span>
</div>
`;
