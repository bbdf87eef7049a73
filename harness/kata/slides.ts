import { join, relative, resolve } from 'node:path';
import { standing } from './asked-exercise.ts';
import { attemptsFolder } from './attempts-folder.ts';
import { ROOT } from './catalog.ts';
import { Complaint } from './complaint.ts';
import { quoted } from './quoted.ts';
import { buildSlides, slidesConfig } from './slides-build.ts';

export interface SlidesOptions extends ServeOptions {
  /** Make a folder that opens without a server, and end. */
  readonly build?: boolean;
  /** Print every deck through Chromium, and end. */
  readonly pdf?: boolean;
  /** Where to, instead of `.kata/slides`. */
  readonly out?: string;
  /** Start, say where, and end at once: how a gate runs this command. */
  readonly once?: boolean;
}

export interface ServeOptions {
  /** The first port to try; the next free one is taken. 0 asks the system for any free port. */
  readonly port?: number;
  /** Open the browser. */
  readonly open?: boolean;
  /** A checkout, or a folder of NN-name folders, whose files run in scenes instead of exercises/. */
  readonly from?: string;
}

export interface SlidesServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const firstPort = 8000;

/** Serves the decks until Ctrl-C, builds them, or prints them. Answers with the exit code. */
export async function slides(options: SlidesOptions = {}): Promise<number> {
  if (options.build === true && options.pdf === true) {
    throw new Complaint('Either --build or --pdf, one at a time.', 'npm run slides -- --build');
  }
  const folder = resolve(standing(), options.out ?? join(ROOT, '.kata', 'slides'));
  const named = relative(standing(), folder) || folder;
  if (options.build === true) {
    await buildSlides(folder);
    console.log(built(named));
    return 0;
  }
  if (options.pdf === true) {
    const { printSlides } = await import('./slides-pdf.ts');
    for (const { deck, pages } of await printSlides(folder)) {
      console.log(printed(join(named, `${deck}.pdf`), pages));
    }
    return 0;
  }
  let server: SlidesServer;
  try {
    server = await serveSlides(options);
  } catch (error) {
    console.error(cannotServe(error));
    return 1;
  }
  // Listen before the line is printed: who reads the line may send the signal at once.
  const interrupted = options.once
    ? Promise.resolve()
    : new Promise<void>((resolve) => process.once('SIGINT', () => resolve()));
  console.log(servedAt(server.url));
  await interrupted;
  await server.close();
  return 0;
}

/** Starts the server and leaves ending it to the caller. */
export async function serveSlides(options: ServeOptions = {}): Promise<SlidesServer> {
  const attempts =
    options.from === undefined ? join(ROOT, 'exercises') : attemptsFolder(options.from, standing());
  // Imported here, so that the other commands do not wait for Vite.
  const { createServer } = await import('vite');
  const { mine } = await import('./mine.ts');
  const server = await createServer({
    ...slidesConfig,
    plugins: [mine(attempts)],
    // Pages and nothing else: an unknown address is a 404, not the list of decks once more.
    appType: 'mpa',
    // reveal.js comes as modules that import nothing, so there is nothing to bundle beforehand, no
    // cache to write, and no reload when the first page finds something out.
    optimizeDeps: { noDiscovery: true },
    server: {
      port: options.port ?? firstPort,
      open: options.open ?? false,
      // reveal.js lies beside slides/, and so do the harness and the solutions that scenes run.
      fs: { allow: [ROOT, attempts] },
      // A scene says in its own place why somebody's code does not load; Vite would cover the deck.
      hmr: { overlay: false },
    },
    logLevel: 'warn',
  });
  try {
    await server.listen();
  } catch (error) {
    await server.close();
    throw error;
  }
  const address = server.httpServer?.address();
  if (address === null || address === undefined || typeof address === 'string') {
    throw new Error('Vite is listening, but on no port.');
  }
  return {
    url: `http://localhost:${address.port}/`,
    port: address.port,
    close: () => server.close(),
  };
}

function servedAt(url: string): string {
  return `Slides: ${url} — Ctrl-C ends them.`;
}

function built(folder: string): string {
  return `Slides: ${join(folder, 'index.html')}\nNext: open it in a browser; it needs no server and no network`;
}

function printed(file: string, pages: number): string {
  return `${quoted(file)}: ${pages} pages`;
}

function cannotServe(error: unknown): string {
  const missing = Reflect.get(Object(error), 'code') === 'ERR_MODULE_NOT_FOUND';
  const reason = error instanceof Error ? error.message : String(error);
  const next = missing
    ? 'Install what is missing: npm ci'
    : 'Try another port: npm run slides -- --port 8000';
  return `The slides cannot be served: ${reason}\n${next}`;
}
