import { fileURLToPath } from 'node:url';

export interface SlidesOptions {
  /** The first port to try; the next free one is taken. 0 asks the system for any free port. */
  readonly port?: number;
  /** Open the browser. */
  readonly open?: boolean;
  /** Start, say where, and end at once: how a gate runs this command. */
  readonly once?: boolean;
}

export interface SlidesServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const repository = fileURLToPath(new URL('../../', import.meta.url));
const slidesFolder = fileURLToPath(new URL('../../slides/', import.meta.url));
const firstPort = 8000;

/** Serves the decks until Ctrl-C. Answers with the exit code. */
export async function slides(options: SlidesOptions = {}): Promise<number> {
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
export async function serveSlides(options: SlidesOptions = {}): Promise<SlidesServer> {
  // Imported here, so that the other commands do not wait for Vite.
  const { createServer } = await import('vite');
  const server = await createServer({
    configFile: false,
    envDir: false,
    root: slidesFolder,
    publicDir: false,
    // Pages and nothing else: an unknown address is a 404, not the list of decks once more.
    appType: 'mpa',
    // reveal.js comes as modules that import nothing, so there is nothing to bundle beforehand, no
    // cache to write, and no reload when the first page finds something out.
    optimizeDeps: { noDiscovery: true },
    server: {
      port: options.port ?? firstPort,
      open: options.open ?? false,
      // reveal.js lies beside slides/, and a deck may run a scene of the harness.
      fs: { allow: [repository] },
    },
    clearScreen: false,
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

function cannotServe(error: unknown): string {
  const missing = Reflect.get(Object(error), 'code') === 'ERR_MODULE_NOT_FOUND';
  const reason = error instanceof Error ? error.message : String(error);
  const next = missing
    ? 'Install what is missing: npm ci'
    : 'Try another port: npm run slides -- --port 8000';
  return `The slides cannot be served: ${reason}\n${next}`;
}
