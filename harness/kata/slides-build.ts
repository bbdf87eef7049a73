import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InlineConfig } from 'vite';
import { Complaint } from './complaint.ts';

export const SLIDES = fileURLToPath(new URL('../../slides/', import.meta.url));

/** What serving and building the slides have in common. */
export const slidesConfig: InlineConfig = {
  configFile: false,
  envDir: false,
  root: SLIDES,
  publicDir: false,
  // Exercises import `#harness`; in a browser that is the part of it that needs no vitest.
  resolve: { alias: { '#harness': join(SLIDES, 'harness.ts') } },
  clearScreen: false,
};

/**
 * All decks as a folder of three files that opens from the disk: a browser refuses modules there, so
 * the script is a classic one, and everything else is in it or beside it.
 */
export async function buildSlides(folder: string): Promise<void> {
  const { build } = await import('vite');
  const built = await build({
    ...slidesConfig,
    logLevel: 'silent',
    // A classic script has no address of its own; the harness only wants to know its own lines.
    define: { 'import.meta.url': '"file:///slides.js"', 'import.meta.env.DEV': 'false' },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      cssCodeSplit: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      rollupOptions: { input: join(SLIDES, 'built.ts'), output: { format: 'iife' } },
    },
  });
  const output = 'output' in built ? built.output : [];
  const [script] = output.flatMap((file) => (file.type === 'chunk' ? [file.code] : []));
  const style = output.find((file) => file.type === 'asset' && file.fileName.endsWith('.css'));
  if (script === undefined || style?.type !== 'asset') {
    throw new Error('Vite has built no script or no style for the slides.');
  }
  const page = readFileSync(join(SLIDES, 'index.html'), 'utf8').replace(
    '<script type="module" src="./main.ts"></script>',
    '<script src="./slides.js"></script>',
  );
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.html'), page.replace('./style.css', './slides.css'));
    writeFileSync(join(folder, 'slides.js'), script);
    writeFileSync(join(folder, 'slides.css'), style.source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Complaint(
      `${folder} cannot be written: ${reason}`,
      'npm run slides -- --build --out slides-built',
    );
  }
}
