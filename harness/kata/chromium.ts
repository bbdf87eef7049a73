import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** Where a Chromium is on this machine, or one of its relatives; `KATA_CHROMIUM` names another one. */
export function findChromium(): string | undefined {
  const asked = process.env['KATA_CHROMIUM'];
  if (asked !== undefined && asked !== '') return existsSync(asked) ? asked : undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const named = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...named, ...(PLACES[process.platform] ?? [])].find((place) => existsSync(place));
}

type Params = Readonly<Record<string, unknown>>;

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

/** A browser without a window, spoken to through a pipe: no port, and no library. */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #heard = new Set<(reply: Reply) => void>();
  readonly #ended: Promise<void>;
  #last = 0;
  #rest = '';
  #isOver = false;

  constructor(path: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'kata-chromium-'));
    this.#process = spawn(path, [...flags(), `--user-data-dir=${this.#profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const answers = this.#process.stdio[4] as Readable;
    answers.setEncoding('utf8');
    answers.on('data', (text: string) => this.#read(text));
    this.#ended = new Promise((resolve) => {
      const over = (): void => {
        this.#isOver = true;
        // Whoever still waits would wait for ever.
        for (const answer of this.#waiting.values()) answer({ error: { message: ENDED } });
        resolve();
      };
      this.#process.once('exit', over);
      this.#process.once('error', over);
      (this.#process.stdio[3] as Writable).on('error', over);
    });
  }

  /** Opens an empty page. */
  async page(): Promise<Page> {
    const { browserContextId } = (await this.send('Target.createBrowserContext')) as {
      browserContextId: string;
    };
    const { targetId } = (await this.send('Target.createTarget', {
      url: 'about:blank',
      browserContextId,
    })) as { targetId: string };
    const { sessionId } = (await this.send('Target.attachToTarget', {
      targetId,
      flatten: true,
    })) as { sessionId: string };
    const page = new Page(this, sessionId);
    await page.begin();
    return page;
  }

  /** One command of the DevTools protocol. @throws Error with what the browser says is wrong */
  send(method: string, params: Params = {}, sessionId?: string): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      if (this.#isOver) return this.#answer({ id, error: { message: ENDED } });
      const message = JSON.stringify({ id, method, params, sessionId });
      (this.#process.stdio[3] as Writable).write(`${message}\0`);
    });
  }

  /** Listens to what happens in one page. */
  listen(sessionId: string, heard: (method: string, params: Params) => void): () => void {
    const listener = (reply: Reply): void => {
      if (reply.sessionId === sessionId && reply.method !== undefined) {
        heard(reply.method, reply.params ?? {});
      }
    };
    this.#heard.add(listener);
    return () => this.#heard.delete(listener);
  }

  async close(): Promise<void> {
    await this.send('Browser.close').catch(() => {});
    await this.#ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(text: string): void {
    const parts = (this.#rest + text).split('\0');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) this.#answer(JSON.parse(part) as Reply);
  }

  #answer(reply: Reply): void {
    if (reply.id === undefined) {
      for (const heard of this.#heard) heard(reply);
      return;
    }
    const answer = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    answer?.(reply);
  }
}

/** One page, and what went wrong or was asked for in it since it was opened. */
export class Page {
  readonly #chromium: Chromium;
  readonly #session: string;
  /** Errors and warnings of the console, and exceptions that nobody caught. */
  readonly problems: string[] = [];
  /** The address of everything that the page asked for. */
  readonly requests: string[] = [];

  constructor(chromium: Chromium, session: string) {
    this.#chromium = chromium;
    this.#session = session;
  }

  async begin(): Promise<void> {
    this.#chromium.listen(this.#session, (method, params) => this.#note(method, params));
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(`${domain}.enable`);
  }

  send(method: string, params: Params = {}): Promise<unknown> {
    return this.#chromium.send(method, params, this.#session);
  }

  /** Goes to an address, and waits until everything is loaded. */
  async open(url: string): Promise<void> {
    const loaded = this.next('Page.loadEventFired');
    const { errorText } = (await this.send('Page.navigate', { url })) as { errorText?: string };
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
    await loaded;
  }

  /** Resolves when something happens in the page. */
  next(event: string): Promise<Params> {
    return new Promise((resolve) => {
      const end = this.#chromium.listen(this.#session, (method, params) => {
        if (method !== event) return;
        end();
        resolve(params);
      });
    });
  }

  /** What a piece of script in the page comes to; a promise is awaited. @throws Error as the page does */
  async run<Value>(script: string): Promise<Value> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      expression: script,
      awaitPromise: true,
      returnByValue: true,
    })) as {
      result: { value: Value };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }

  /** Presses a key, as a keyboard does: to whatever has the focus. */
  async press(key: string, code = key): Promise<void> {
    const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
    const what = { key, code, windowsVirtualKeyCode: KEY_CODES[key] ?? key.charCodeAt(0) };
    await this.send('Input.dispatchKeyEvent', {
      type: text === undefined ? 'rawKeyDown' : 'keyDown',
      ...what,
      ...(text === undefined ? {} : { text }),
    });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...what });
  }

  #note(method: string, params: Params): void {
    switch (method) {
      case 'Runtime.exceptionThrown': {
        const { exceptionDetails } = params as {
          exceptionDetails: { text: string; exception?: { description?: string } };
        };
        this.problems.push(exceptionDetails.exception?.description ?? exceptionDetails.text);
        break;
      }
      case 'Runtime.consoleAPICalled': {
        const { type, args } = params as { type: string; args: readonly { value?: unknown }[] };
        if (type !== 'error' && type !== 'warning') break;
        this.problems.push(args.map(({ value }) => String(value)).join(' '));
        break;
      }
      case 'Log.entryAdded': {
        const { entry } = params as { entry: { level: string; text: string; url?: string } };
        if (entry.level === 'error' || entry.level === 'warning') {
          this.problems.push(`${entry.text} ${entry.url ?? ''}`);
        }
        break;
      }
      case 'Network.requestWillBeSent':
        this.requests.push((params as { request: { url: string } }).request.url);
        break;
    }
  }
}

/** Nobody watches, and nothing is looked up. */
function flags(): readonly string[] {
  // The sandbox of Chromium refuses to start for root, who is who runs things in a container.
  const isRoot = process.getuid?.() === 0;
  return [
    '--headless',
    '--remote-debugging-pipe',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--hide-scrollbars',
    '--window-size=1280,720',
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}

const ENDED = 'the browser has ended';
const KEY_CODES: Readonly<Record<string, number>> = {
  Tab: 9,
  Enter: 13,
  Escape: 27,
  ' ': 32,
  PageUp: 33,
  PageDown: 34,
  End: 35,
  Home: 36,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
};
const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
];
/** Where it is on systems that have no applications on the path. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};
