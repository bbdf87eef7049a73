import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../harness/kata/catalog.ts';
import { findChromium } from '../harness/kata/find-chromium.ts';
import { buildSlides, SLIDES } from '../harness/kata/slides-build.ts';
import { deckNames, pagesIn, printDeck } from '../harness/kata/slides-pdf.ts';
import { serveSlides, type SlidesServer } from '../harness/kata/slides.ts';
import { watched, type Watched } from '../harness/kata/watched-page.ts';
import { deck } from './deck.ts';
import { IN_PAGE } from './in-page.ts';
import { runScene, type Scene, untouched } from './scene.ts';
import { scenes } from './scenes.ts';

const folder = mkdtempSync(join(tmpdir(), 'kata slides '));
const built = join(folder, 'built');
const executablePath = findChromium();
const told = executablePath === undefined ? ' (skipped: no Chromium on this machine)' : '';

beforeAll(() => buildSlides(built));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the built folder is at most 3 MB, and asks nobody for anything', () => {
  const sizes = readdirSync(built).map((file) => statSync(join(built, file)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
  const page = readFileSync(join(built, 'index.html'), 'utf8');
  expect(page.match(/(?:src|href)="[^"]*"/g)).toEqual([
    'href="data:,"',
    'href="./slides.css"',
    'src="./slides.js"',
  ]);
  expect(page).not.toContain('type="module"');
});

describe.skipIf(executablePath === undefined)(`in Chromium${told}`, () => {
  let browser: Browser;
  let page: Page;
  let seen: Watched;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath as string });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    seen = watched(page);
  });
  afterAll(() => browser.close());

  /** Opens a deck of the built folder, or of a server. */
  async function open(
    name: string,
    address = pathToFileURL(join(built, 'index.html')).href,
  ): Promise<void> {
    await page.goto(`${address}?deck=${name}`);
    await page.addScriptTag({ content: IN_PAGE });
    await page.evaluate('shown');
  }

  /** A scene over the first slide, under the name `scene`; answers with what it ran. */
  async function show(name: string, attributes: Record<string, string> = {}): Promise<Shown> {
    await page.evaluate(
      `addScene(${JSON.stringify(name)}, ${JSON.stringify(attributes)}).then((added) => { globalThis.scene = added; })`,
    );
    return shown();
  }

  function shown(): Promise<Shown> {
    return page.evaluate(`({
      entries: scene.shown.run?.data.entries ?? [],
      cursor: scene.shown.cursor,
      told: scene.shadowRoot.getElementById('told').textContent,
      trouble: scene.shadowRoot.getElementById('trouble').textContent,
    })`);
  }

  describe.each(deckNames())('%s', (name) => {
    test('every slide fits, at every fragment', async () => {
      await open(name);
      expect(await page.evaluate('throughDeck(overflowing)')).toEqual([]);
    });

    test('can be read in a bright room, in light and in dark', async () => {
      // Still open, and every scene has run.
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        expect(await page.evaluate('pale(7)'), scheme).toEqual([]);
      }
      await page.emulateMedia({ colorScheme: 'light' });
    });

    test('has a page a slide when it is printed', async () => {
      const { slides } = deck(readFileSync(join(SLIDES, `${name}.md`), 'utf8'));
      expect(pagesIn(await printDeck(page, built, name))).toBe(slides.length);
    });
  });

  test('the list has every deck, for keys too, and can be read', async () => {
    await page.goto(pathToFileURL(join(built, 'index.html')).href);
    await page.addScriptTag({ content: IN_PAGE });
    const links = await page.evaluate(
      `[...document.links].map((link) => link.getAttribute('href'))`,
    );
    expect(links).toEqual(deckNames().map((name) => `?deck=${name}`));
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement === document.links[0]`)).toBe(true);
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      expect(await page.evaluate('pale(7)'), scheme).toEqual([]);
    }
  });

  describe('a scene', () => {
    beforeAll(() => open('00-welcome'));

    test.each([...scenes.keys()])('%s is the run that the harness makes anywhere', async (name) => {
      const { entries, trouble } = await show(name);
      expect(trouble).toBe('');
      expect(entries).toEqual(inNode(name));
      await page.evaluate('pale(7)').then((found) => expect(found).toEqual([]));
      await page.evaluate('scene.remove()');
    });

    test('is stepped and left by keys, while the deck stays where it is', async () => {
      const where = () => page.evaluate<number>('reveal.getIndices().h');
      const { cursor: first } = await show('raft-split-vote');
      await page.evaluate(`scene.shadowRoot.getElementById('picture').focus()`);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      await page.evaluate('nextFrame()');
      const stepped = await shown();
      expect(stepped.cursor).toBeGreaterThan((first ?? 0) + 1);
      await page.keyboard.press('End');
      await page.evaluate('nextFrame()');
      expect((await shown()).told).toMatch(/^s2 leads term 2/);
      await page.keyboard.press('Home');
      await page.evaluate('nextFrame()');
      expect((await shown()).cursor).toBe(first);
      expect(await where()).toBe(0);
      // What a clicker sends is for the deck.
      await page.keyboard.press('PageDown');
      expect(await where()).toBe(1);
      await page.keyboard.press('PageUp');
      await page.keyboard.press('Escape');
      await page.keyboard.press('ArrowRight');
      expect(await where()).toBe(1);
      await page.keyboard.press('ArrowLeft');
      expect(await where()).toBe(0);
    });

    test('plays until its end, and then stops by itself', async () => {
      await page.evaluate(`(() => {
        scene.shadowRoot.getElementById('speed').value = '60';
        scene.shadowRoot.getElementById('play').click();
        return new Promise((resolve) => {
          const look = () => (scene.shadowRoot.getElementById('play').textContent === '▶ play' ? resolve() : requestAnimationFrame(look));
          look();
        }).then(nextFrame);
      })()`);
      const { told: end } = await shown();
      expect(end).toMatch(/^s2 leads term 2/);
    });

    test('a step lays the page out once, and no more: that is what 60 steps a second take', async () => {
      const devTools = await page.context().newCDPSession(page);
      await devTools.send('Performance.enable');
      const layouts = async (): Promise<number> => {
        const { metrics } = await devTools.send('Performance.getMetrics');
        return metrics.find(({ name }) => name === 'LayoutCount')?.value ?? 0;
      };
      await page.evaluate(`scene.shadowRoot.querySelector('[data-act=first]').click()`);
      await page.evaluate('nextFrame().then(nextFrame)');
      const before = await layouts();
      await page.evaluate(`(async () => {
        for (let steps = 0; steps < 40; steps++) {
          scene.picture.goBy(1);
          scene.picture.drawNow();
          await nextFrame();
        }
      })()`);
      expect((await layouts()) - before).toBeLessThanOrEqual(40 * 1.5);
    });

    test('every button, list and slider is reached with the tab key, and shows that it is', async () => {
      const all = await page.evaluate<string[]>(
        `[...scene.shadowRoot.querySelectorAll('[tabindex], button, select, input')].filter((e) => !e.disabled && e.offsetParent).map((e) => e.id || e.dataset.act)`,
      );
      expect(all.length).toBeGreaterThan(10);
      const reached: string[] = [];
      await page.evaluate(`document.activeElement?.blur()`);
      for (let presses = 0; presses < 60 && reached.length < all.length; presses++) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate<string | null>(`(() => {
          const e = document.activeElement === scene ? scene.shadowRoot.activeElement : null;
          return e === null ? null : (getComputedStyle(e).outlineStyle === 'none' ? 'no outline: ' : '') + (e.id || e.dataset.act);
        })()`);
        if (at !== null && !reached.includes(at)) reached.push(at);
      }
      // The browser begins where the last click was.
      const first = reached.indexOf('picture');
      expect([...reached.slice(first), ...reached.slice(0, first)]).toEqual(all);
    });

    test('a fault that is added at the cursor keeps all before it, and can be taken away', async () => {
      const press = (what: string) =>
        page.evaluate(`scene.shadowRoot.querySelector('${what}').click()`).then(shown);
      await press('[data-act=first]');
      await page.evaluate(`(() => {
        const seek = scene.shadowRoot.getElementById('seek');
        seek.value = String(Math.floor(seek.max / 3));
        seek.dispatchEvent(new Event('input', { bubbles: true }));
        return nextFrame();
      })()`);
      const before = await shown();
      const crashed = await press('#crash');
      const cursor = before.cursor ?? 0;
      expect(crashed.cursor).toBe(cursor);
      expect(crashed.entries.slice(0, cursor + 1)).toEqual(before.entries.slice(0, cursor + 1));
      expect(crashed.entries.some(({ kind }) => kind === 'crash')).toBe(true);
      const cut = await press('#cut');
      expect(cut.entries.some(({ kind }) => kind === 'cut')).toBe(true);
      const last = '[data-remove]:last-child';
      const undone = await press(last).then(() => press(last));
      expect(undone.entries).toEqual(before.entries);
      expect(undone.cursor).toBe(cursor);
    });

    test('a slider runs it again, and keeps the time of the cursor', async () => {
      const before = await shown();
      await page.evaluate(`(() => {
        const latency = scene.shadowRoot.getElementById('latency');
        latency.value = '90';
        latency.dispatchEvent(new Event('input', { bubbles: true }));
      })()`);
      const after = await shown();
      expect(after.entries).not.toEqual(before.entries);
      const at = (where: Shown) => where.entries[where.cursor ?? 0]?.at ?? 0;
      expect(at(after)).toBeLessThanOrEqual(at(before));
      const { entries } = await page
        .evaluate(`scene.shadowRoot.querySelector('[data-act=reset]').click()`)
        .then(shown);
      expect(entries).toEqual(before.entries);
      await page.evaluate('scene.remove()');
    });

    test('shows nothing of what is to come to those who shall guess it', async () => {
      await show('paxos-value-trap', { future: 'hidden', at: '130' });
      const seen = await page.evaluate<string[]>(
        `[...new Set([...scene.shadowRoot.querySelectorAll('.future text')].map((e) => getComputedStyle(e).visibility))]`,
      );
      expect(seen).toEqual(['hidden']);
      await page.evaluate('scene.remove()');
    });

    test('one that does not exist, and my file without a server, say so in a sentence', async () => {
      await page.evaluate(`(() => {
        globalThis.scene = document.createElement('space-time');
        scene.setAttribute('scene', 'no-such');
        const ran = nextRun(scene);
        reveal.getCurrentSlide().append(scene);
        return ran;
      })()`);
      expect((await shown()).trouble).toMatch(/^There is no scene “no-such”; there are lamport-/);
      await page.evaluate('scene.remove()');
      expect((await show('raft-split-vote', { code: 'mine' })).trouble).toBe(
        'Your own file runs here while “npm run slides” serves this deck.',
      );
      await page.evaluate('scene.remove()');
    });
  });

  test('nothing went wrong in the console, and nothing was asked of any other machine', () => {
    expect(seen.problems).toEqual([]);
    const files = pathToFileURL(built).href;
    expect(
      seen.requests.filter((url) => !url.startsWith(files) && !url.startsWith('data:')),
    ).toEqual([]);
  });

  describe('my own file, while the slides are served', () => {
    const mine = join(folder, 'mine');
    let server: SlidesServer;

    /** Writes somebody's file, made of what is in a folder of the project. */
    function write(
      exercise: string,
      like: 'exercises' | 'solutions',
      edit = (text: string) => text,
    ): void {
      const file = join(exercise, `${exercise.slice(3)}.ts`);
      mkdirSync(join(mine, exercise), { recursive: true });
      writeFileSync(join(mine, file), edit(readFileSync(join(ROOT, like, file), 'utf8')));
    }

    beforeAll(async () => {
      write('06-raft-leader-election', 'exercises');
      server = await serveSlides({ port: 0, from: mine });
      await open('00-welcome&mine', server.url);
    });
    afterAll(() => server.close());

    test('runs in a scene, and again when it is saved', async () => {
      const stub = await show('raft-split-vote');
      expect(stub.trouble).toMatch(/step 1 is still to do/);
      await page.evaluate('void (globalThis.again = nextRun(scene))');
      write('06-raft-leader-election', 'solutions');
      await page.evaluate('again');
      const saved = await shown();
      expect(saved.trouble).toBe('');
      expect(saved.entries).toEqual(inNode('raft-split-vote'));
      expect(await page.evaluate('reveal.getIndices().h'), 'the deck is where it was').toBe(0);
    });

    test.each<
      [what: string, scene: string, exercise: string, edit: (text: string) => string, said: RegExp]
    >([
      [
        'cannot be read',
        'lamport-concurrent',
        '01-lamport-clock',
        (text) => text.replace('tick(): Timestamp {', 'tick(: Timestamp {'),
        /^lamport-clock\.ts cannot be read: .*\(lamport-clock\.ts:\d+:\d+\)$/,
      ],
      [
        'does not end',
        'register-writeback',
        '03-linearizable-register',
        (text) => text.replace('query({ request }: Operation): void {', '$& for (;;);'),
        /a loop does not end/,
      ],
      [
        'throws at once',
        'paxos-duel',
        '05-single-value-paxos',
        (text) => `${text}\nthrow new Error('at once');`,
        /^at once$/,
      ],
      [
        'lacks an export',
        'raft-chain-calm',
        '07-election-stall-lab',
        (text) => text.replace('export class RaftServer', 'class RaftServer'),
        /^election-stall-lab\.ts does not export RaftServer\.$/,
      ],
    ])('one that %s says so in a sentence', async (_, scene, exercise, edit, said) => {
      write(exercise, 'solutions', edit);
      await page.evaluate('scene.remove()');
      expect((await show(scene)).trouble).toMatch(said);
    });

    test('one that is not there says so, too, and nothing of all this is an error of the page', async () => {
      rmSync(join(mine, '01-lamport-clock'), { recursive: true });
      await page.evaluate('scene.remove()');
      expect((await show('lamport-concurrent')).trouble).not.toBe('');
      expect(seen.problems).toEqual([]);
    });

    test('fits its slide, with the name of the file beside it', async () => {
      write('06-raft-leader-election', 'solutions');
      await open('06-raft-leader-election&mine', server.url);
      expect(await page.evaluate('throughDeck(overflowing)')).toEqual([]);
    });
  });
});

/** What a scene runs to, as a page hands it over. */
function inNode(name: string): unknown {
  const scene = scenes.get(name) as Scene;
  return JSON.parse(JSON.stringify(runScene(scene, scene.code, untouched(scene)).data.entries));
}

interface Shown {
  readonly entries: readonly { readonly kind: string; readonly at: number }[];
  readonly cursor: number | undefined;
  readonly told: string;
  readonly trouble: string;
}
