import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { deck } from '../../slides/deck.ts';
import { findChromium } from './find-chromium.ts';
import { command } from './command.ts';
import { serveSlides, slides, type SlidesServer } from './slides.ts';

const folder = new URL('../../slides/', import.meta.url);
const files = readdirSync(folder).filter((file) => /^\d\d-.*\.md$/.test(file));

// What fits on a slide of 1280×720; slides/style.css sets the two sizes of letters.
const columns = 80;
const columnsInLargeCode = 60;
const linesOfCode = 19;

describe('the server of the slides', () => {
  let server: SlidesServer;
  beforeAll(async () => {
    server = await serveSlides({ port: 0 });
  });
  afterAll(() => server.close());

  async function page(path: string): Promise<string> {
    const response = await fetch(new URL(path, server.url));
    expect(response.status, path).toBe(200);
    return response.text();
  }

  test('serves the page', async () => {
    expect(await page('/')).toContain('src="./main.ts"');
  });

  test('serves everything that the page loads, reveal.js and its styles included', async () => {
    const main = await page('/main.ts');
    const imports = [...main.matchAll(/^import .* from "([^"]+)"/gm)].map(
      (found) => found[1] ?? '',
    );
    expect(imports.join('\n')).toMatch(/reveal\.mjs/);
    for (const path of imports) expect(await page(path)).not.toBe('');
    expect(await page('/style.css')).toContain('.reveal .slides section');
  });

  test.each(files)('serves %s to the page, which lists it without being told', async (file) => {
    expect(await page('/main.ts')).toContain(`/${file}?`);
    expect(await page(`/${file}?import&raw`)).toContain(deck(read(file)).title);
  });

  test('answers 404 to an address that is not there', async () => {
    expect((await fetch(new URL('/nothing-here', server.url))).status).toBe(404);
  });

  test('takes the next free port when the first is taken', async () => {
    const second = await serveSlides({ port: server.port });
    expect(second.port).toBeGreaterThan(server.port);
    await second.close();
  });
});

describe('npm run slides', () => {
  test('says in one line where the slides are', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    expect(await slides({ port: 0, once: true })).toBe(0);
    const lines = log.mock.calls.map((call) => String(call[0]));
    log.mockRestore();
    expect(lines).toEqual([
      expect.stringMatching(/^Slides: http:\/\/localhost:\d+\/ — Ctrl-C ends them\.$/),
    ]);
  });

  // On Windows a signal from another process ends a program without asking it.
  test.skipIf(process.platform === 'win32')('ends with exit code 0 on Ctrl-C', async () => {
    const command = new URL('./slides.ts', import.meta.url).href;
    const program = `import { slides } from ${JSON.stringify(command)};
      process.exitCode = await slides({ port: 0 });`;
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'exit');
    const [line] = await once(createInterface(child.stdout), 'line');
    expect(line).toContain('Slides: http');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  });
});

describe('npm run slides -- --build and --pdf', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kata slides '));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('builds a folder, and says where it is', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    const out = join(folder, 'built');
    expect(await slides({ build: true, out })).toBe(0);
    const lines = log.mock.calls.map((call) => String(call[0]));
    log.mockRestore();
    expect(lines.join('\n')).toMatch(/^Slides: .*index\.html\nNext: open it in a browser/);
    expect(readdirSync(out).toSorted()).toEqual(['index.html', 'slides.css', 'slides.js']);
  });

  test('without a Chromium it says what is missing, and what to do', async () => {
    vi.stubEnv('KATA_CHROMIUM', join(folder, 'no-such-browser'));
    const out = join(folder, 'printed');
    await expect(slides({ pdf: true, out })).rejects.toMatchObject({
      message: expect.stringMatching(/^To print, the slides need Chromium/),
      next: expect.stringContaining('npm run slides -- --build'),
    });
    vi.unstubAllEnvs();
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    ['--build', { npm_config_build: 'true' }],
    // To npm this is -p -d -f.
    ['--pdf', { npm_config_parseable: 'true', npm_config_force: 'true' }],
  ])('says so if npm took %s for itself', (option, env) => {
    const { exitCode, stderr } = command(['slides', '--once', '--port', '8200'], { env });
    expect(stderr).toBe(
      `npm took ${option} for itself. Options go behind two dashes.\nNext: npm run slides -- ${option}\n`,
    );
    expect(exitCode).toBe(2);
  });

  const hows = findChromium() === undefined ? ['build'] : ['build', 'pdf'];
  test.each(hows)('says so if what --%s makes cannot be written there', async (how) => {
    const file = join(folder, 'a file');
    writeFileSync(file, '');
    await expect(slides({ [how]: true, out: join(file, 'out') })).rejects.toThrow(
      'cannot be written',
    );
  });

  test('wants one of the two at a time', async () => {
    await expect(slides({ build: true, pdf: true })).rejects.toThrow('one at a time');
  });
});

test('there is a welcome deck', () => {
  expect(files).toContain('00-welcome.md');
});

describe.each(files)('the deck %s', (file) => {
  const { title, slides } = deck(read(file));

  test('has a title', () => {
    expect(title).not.toBe('');
  });

  test.each(slides.map((slide, at) => ({ at: at + 1, ...slide })))(
    'slide $at has text, speaker notes, and code that fits',
    ({ text, notes }) => {
      expect(withoutComments(text).trim()).not.toBe('');
      expect(notes ?? '', 'one `Note:` at the start of a line, with text after it').not.toBe('');
      const limit = text.includes('class="large-code"') ? columnsInLargeCode : columns;
      for (const block of codeBlocks(text)) {
        expect(block.language, 'a code block names its language').not.toBe('');
        expect(block.lines.length).toBeLessThanOrEqual(linesOfCode);
        expect(block.lines.filter((line) => [...line].length > limit)).toEqual([]);
      }
    },
  );
});

test('a deck is cut into slides and notes, whatever its line endings', () => {
  const text =
    '# Clocks\n\nNote:\nhello\n\n---\n\n## One\n\n--\n\n## Below one\n\nNote:\nslow down\n';
  for (const endings of [text, text.replaceAll('\n', '\r\n')]) {
    const { title, slides } = deck(endings);
    expect(title).toBe('Clocks');
    expect(slides.map((slide) => slide.notes)).toEqual(['hello', undefined, 'slow down']);
  }
});

function read(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8');
}

function withoutComments(text: string): string {
  return text.replaceAll(/<!--.*?-->/gs, '');
}

function codeBlocks(text: string): { language: string; lines: string[] }[] {
  const fenced = text.matchAll(/^```(.*)\n(?:([^]*?)\n)?```$/gm);
  return [...fenced].map(([, language, code]) => ({
    language: language ?? '',
    lines: (code ?? '').split('\n'),
  }));
}
