import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { Complaint } from './complaint.ts';
import { findChromium } from './find-chromium.ts';
import { buildSlides, SLIDES } from './slides-build.ts';

export interface PrintedDeck {
  readonly deck: string;
  readonly pages: number;
}

/**
 * Every deck as a PDF with a page a slide, in a folder.
 *
 * @throws Complaint if there is no Chromium
 */
export async function printSlides(folder: string): Promise<readonly PrintedDeck[]> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Complaint(NO_CHROMIUM, HOW_TO_GET_IT[process.platform] ?? BUILD);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Complaint(
      `${folder} cannot be written: ${reason}`,
      'npm run slides -- --pdf --out printed',
    );
  }
  const built = mkdtempSync(join(tmpdir(), 'kata-slides-'));
  const browser = await chromium.launch({ executablePath });
  try {
    await buildSlides(built);
    const page = await browser.newPage();
    const printed: PrintedDeck[] = [];
    for (const deck of deckNames()) {
      const pdf = await printDeck(page, built, deck);
      writeFileSync(join(folder, `${deck}.pdf`), pdf);
      printed.push({ deck, pages: pagesIn(pdf) });
    }
    return printed;
  } finally {
    await browser.close();
    rmSync(built, { recursive: true, force: true });
  }
}

/** The names of the decks, in order. */
export function deckNames(): readonly string[] {
  return readdirSync(SLIDES)
    .filter((file) => /^\d\d-.*\.md$/.test(file))
    .map((file) => file.slice(0, -'.md'.length))
    .toSorted();
}

/** A deck of a built folder as a PDF. */
export async function printDeck(page: Page, built: string, deck: string): Promise<Buffer> {
  const address = pathToFileURL(join(built, 'index.html'));
  address.search = `?deck=${deck}&view=print`;
  await page.goto(address.href);
  await page.evaluate('shown');
  return page.pdf({ printBackground: true, preferCSSPageSize: true });
}

export function pagesIn(pdf: Buffer): number {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

const NO_CHROMIUM =
  'To print, the slides need Chromium, Chrome or Edge, and there is none where they usually are; KATA_CHROMIUM may name one.';
const HOW_TO_GET_IT: Readonly<Record<string, string>> = {
  linux: 'sudo apt-get install chromium, or npm run slides -- --build and print from your browser',
  darwin: 'brew install chromium, or npm run slides -- --build and print from your browser',
};
const BUILD = 'npm run slides -- --build, and print from your browser with &view=print';
