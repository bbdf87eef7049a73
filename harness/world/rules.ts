import { show } from './show.ts';
import type { Trace } from './trace.ts';

/**
 * A rule of the world was broken by the code under test. The message is one sentence for a learner:
 * what happened, and what to use instead; `where` is the file and line in their code, if known.
 */
export class RuleBroken extends Error {
  override readonly name = 'RuleBroken';
  readonly where: string | undefined;

  /** `place` is nowhere if no line of their code is to blame: the stack has only who runs the world. */
  constructor(sentence: string, place: 'here' | 'nowhere' | { readonly at: string } = 'here') {
    super(sentence);
    const elsewhere = place === 'nowhere' ? undefined : place;
    this.where = elsewhere === 'here' ? whereIn(this.stack) : elsewhere?.at;
    keepBroken(this);
  }
}

/**
 * The first place in a stack that is neither the harness nor a library: `path/file.ts:12:7`.
 * Tests of the harness count as code under test.
 */
export function whereIn(stack: string | undefined): string | undefined {
  for (const line of (stack ?? '').split('\n')) {
    // The first parenthesis counts: folders may be called `kata (1)`.
    const frame = /^\s*at (?:.*? \((.+)\)|(?:async )?(.+))$/.exec(line);
    const file = toPath(frame?.[1] ?? frame?.[2] ?? '');
    if (!/:\d+:\d+$/.test(file) || /node_modules|^node:|<anonymous>/.test(file)) continue;
    if (file.startsWith(HARNESS) && !/\.test\.ts(\?.*)?:\d+:\d+$/.test(file)) continue;
    return file.replace(/\?.*(?=:\d+:\d+$)/, '');
  }
  return undefined;
}

/** A stack frame's place as a plain path with forward slashes, whether it came as URL or as path. */
function toPath(place: string): string {
  const path = place.startsWith('file:')
    ? decodeURIComponent(place.slice('file://'.length))
    : place;
  return path.replaceAll('\\', '/').replace(/^\/(?=[A-Za-z]:)/, '');
}

/** Not in one expression: a bundler would take that for a file to put beside the bundle. */
const here = import.meta.url;
const HARNESS = toPath(new URL('..', here).href);

/**
 * What is running now: a handler, or a check of a guarantee that may call the code under test by
 * itself. Meanwhile the sources of nondeterminism are refused.
 * `broken` keeps the first broken rule (or step to do), so that no `try … catch` can hide it.
 * `seed` is what a run draws from unless it is told: each generated run has one of its own.
 * `traces` collects those of the worlds that are made, if somebody wants to look at them.
 * `remembers` tells worlds to write down what each step does to the fields of its process.
 */
export const running = {
  handler: '',
  check: '',
  broken: undefined as Error | undefined,
  seed: 1,
  turns: 0,
  traces: undefined as Trace[] | undefined,
  remembers: false,
  log: (_text: string): void => {},
};

/** Keeps what must not be swallowed: whoever runs the handler, or the check, throws it again. */
export function keepBroken(error: Error): void {
  if (place() !== '') running.broken ??= error;
}

function place(): string {
  return running.handler === '' ? running.check : running.handler;
}

/**
 * Called at every turn of every loop in the code under test (harness/kata/attempt.ts puts the call
 * there): a loop that does not end is told so after a fixed count, on slow machines and fast ones.
 */
function turn(): void {
  // A loop that swallows broken rules would make one at every turn.
  if (running.broken !== undefined) throw running.broken;
  if (++running.turns <= MAX_TURNS) return;
  running.turns = 0;
  throw new RuleBroken(place() === '' ? ENDLESS : `${ENDLESS} in ${place()}`);
}

/** Refuses what a deterministic handler cannot use. Runs once, before any code under test loads. */
function guardGlobals(): void {
  if (Reflect.has(globalThis, GUARDED)) return;
  Reflect.set(globalThis, GUARDED, true);
  Reflect.set(globalThis, TURN, turn);

  refuse(Math, 'random', 'Math.random()', USE_RANDOM);
  refuse(performance, 'now', 'performance.now()', USE_NOW);
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const) {
    refuse(globalThis, name, `${name}()`, USE_TIMER);
  }
  refuse(globalThis, 'fetch', 'fetch()', USE_SEND);
  const crypto = Object.getPrototypeOf(globalThis.crypto) as object;
  refuse(crypto, 'getRandomValues', 'crypto.getRandomValues()', USE_RANDOM);
  refuse(crypto, 'randomUUID', 'crypto.randomUUID()', USE_RANDOM);
  const node = Reflect.get(globalThis, 'process') as object | undefined;
  if (node !== undefined) {
    refuseForGood(node, 'nextTick', 'process.nextTick()', USE_TIMER);
    refuse(Reflect.get(node, 'hrtime') as object, 'bigint', 'process.hrtime.bigint()', USE_NOW);
    refuse(node, 'hrtime', 'process.hrtime()', USE_NOW);
  }
  guardDate();
  guardConsole();
}

function refuse(owner: object, key: string, called: string, instead: string): void {
  const original: unknown = Reflect.get(owner, key);
  if (typeof original !== 'function') return;
  const guarded = function (this: unknown, ...args: unknown[]): unknown {
    if (place() !== '') throw refusal(called, instead);
    return Reflect.apply(original, this, args);
  };
  const { prototype: _, ...descriptors } = Object.getOwnPropertyDescriptors(original);
  Object.defineProperties(guarded, descriptors);
  Object.defineProperty(owner, key, { value: guarded, configurable: true, writable: true });
}

/** The same for what vitest replaces by the original now and then, when it reports to its main thread. */
function refuseForGood(owner: object, key: string, called: string, instead: string): void {
  let original: unknown = Reflect.get(owner, key);
  const refused = (): never => {
    throw refusal(called, instead);
  };
  Object.defineProperty(owner, key, {
    configurable: true,
    enumerable: true,
    get: () => (place() === '' ? original : refused),
    set: (replacement) => {
      original = replacement;
    },
  });
}

function guardDate(): void {
  refuse(Date, 'now', 'Date.now()', USE_NOW);
  const refused = (called: string): void => {
    if (place() !== '') throw refusal(called, USE_NOW);
  };
  globalThis.Date = new Proxy(Date, {
    construct(target, args, newTarget) {
      refused('new Date()');
      return Reflect.construct(target, args, newTarget) as object;
    },
    apply(target, self, args) {
      refused('Date()');
      return Reflect.apply(target, self, args);
    },
  });
}

/** `console.log` in a handler becomes a line of the trace, at its virtual time. */
function guardConsole(): void {
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    const original = console[name].bind(console);
    console[name] = (...args: unknown[]) => {
      if (running.handler !== '') {
        running.log(args.map((arg) => (typeof arg === 'string' ? arg : show(arg))).join(' '));
        return;
      }
      // vitest's console reads the real clock: refused, its stream would print nothing ever after.
      const { check } = running;
      running.check = '';
      original(...args);
      running.check = check;
    };
  }
}

function refusal(called: string, instead: string): RuleBroken {
  const advice = running.handler === '' ? NO_PROCESS_HERE : instead;
  return new RuleBroken(`${called} was called in ${place()}: ${advice}`);
}

/** Far beyond any honest loop in one step; a loop that does not end gets here in milliseconds. */
const MAX_TURNS = 1_000_000;
const ENDLESS = `a loop does not end: it went round ${MAX_TURNS.toLocaleString('en')} times`;
/** Under this name the loops of the code under test find `turn`. */
const TURN = Symbol.for('kata.turn');
const GUARDED = Symbol.for('kata.guarded');
const NO_PROCESS_HERE =
  'nothing here may depend on the time of day, on chance or on waiting, because the same seed must give the same run';
const REPLAY = 'the same seed must give the same run';
const USE_RANDOM = `use this.random(), because ${REPLAY}`;
const USE_NOW = `use this.now(), the clock of this process, because ${REPLAY}`;
const USE_TIMER =
  'use this.setTimer(name, ms) and the timeout handler, because time here is virtual';
const USE_SEND = 'use this.send(to, message), because this world has no other network';

guardGlobals();
