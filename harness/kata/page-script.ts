import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** The script of a trace's page, with all that it imports, as text that any browser reads. */
export async function pageScript(): Promise<string> {
  const built = await build({
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input: MAIN, output: { format: 'iife' } },
    },
  });
  const [chunk] = 'output' in built ? built.output : [];
  if (chunk?.type !== 'chunk') throw new Error('Vite has built no script for the page.');
  return chunk.code;
}

const MAIN = fileURLToPath(new URL('../story/page/main.ts', import.meta.url));
