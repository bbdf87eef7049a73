import { Process } from '../world/process.ts';
import { RuleBroken } from '../world/rules.ts';

/**
 * Copies what a process keeps in its fields: plain data, Map and Set, typed arrays, and objects of
 * classes made of these. What is one object in two places stays one object in the copy.
 *
 * @throws RuleBroken naming the field, e.g. `p1.pending.callback is a function`
 */
export function copyFields<T>(value: T, name: string): T {
  return new Copier(name).copy(value) as T;
}

/**
 * An object of a class whose methods are fields (`answer = () => …`): they belong to this very object, so it
 * is not copied. What is kept is its other fields, and they are put back into it.
 */
class Kept {
  readonly host: object;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(host: object, fields: Readonly<Record<string, unknown>>) {
    this.host = host;
    this.fields = fields;
  }
}

/** The methods that an object had when it was first seen. */
const methodsOf = new WeakMap<object, ReadonlyMap<string, unknown>>();

/** The same with some strings replaced by others, wherever they stand: keys and members included. */
export function renamed<T>(value: T, names: ReadonlyMap<string, string>): T {
  return new Copier('', names).copy(value) as T;
}

/** What the fields of a process are made of, one by one; functions that it was born with are left out. */
export function fieldsOf(
  instance: object,
  born: ReadonlyMap<string, unknown>,
  name: string,
): Readonly<Record<string, unknown>> {
  refuseHidden(instance, name);
  const fields: Record<string, unknown> = {};
  const copier = new Copier(name);
  copier.know(instance, instance);
  for (const [key, value] of Object.entries(instance)) {
    if (typeof value === 'function' && born.get(key) === value) continue;
    fields[key] = copier.step(`.${key}`, value);
  }
  return fields;
}

/** Puts such fields back: the instance is then as it was, and shares nothing with the copy. */
export function restoreFields(
  instance: object,
  fields: Readonly<Record<string, unknown>>,
  original: object,
): void {
  for (const [key, value] of Object.entries(instance)) {
    if (!(key in fields) && typeof value !== 'function') Reflect.deleteProperty(instance, key);
  }
  const copier = new Copier('', undefined, true);
  copier.know(original, instance);
  for (const key in fields) Reflect.set(instance, key, copier.copy(fields[key]));
}

class Copier {
  readonly #copies = new Map<object, object>();
  readonly #path: string[];
  readonly #names: ReadonlyMap<string, string> | undefined;
  readonly #putsBack: boolean;

  constructor(name: string, names?: ReadonlyMap<string, string>, putsBack = false) {
    this.#path = [name];
    this.#names = names;
    this.#putsBack = putsBack;
  }

  know(original: object, copy: object): void {
    this.#copies.set(original, copy);
  }

  /** The copy of something inside. */
  step(step: string, value: unknown): unknown {
    if (typeof value === 'number' || typeof value === 'string') return this.copy(value);
    this.#path.push(step);
    const copy = this.copy(value);
    this.#path.pop();
    return copy;
  }

  copy(value: unknown): unknown {
    if (typeof value === 'function') throw this.#refuse('is a function');
    if (typeof value === 'symbol') throw this.#refuse('is a symbol');
    if (typeof value === 'string') return this.#names?.get(value) ?? value;
    if (typeof value !== 'object' || value === null) return value;
    if (this.#names === undefined && isFrozenThrough(value)) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    const copy = this.#copyObject(value);
    return Object.isFrozen(value) ? Object.freeze(copy) : copy;
  }

  #copyObject(value: object): object {
    if (this.#path.length > MAX_DEPTH) throw this.#refuse('is nested too deeply');
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (Array.isArray(value)) {
      const copy: unknown[] = Object.setPrototypeOf([], prototype);
      this.know(value, copy);
      for (let i = 0; i < value.length; i++) copy.push(this.step(`[${i}]`, value[i]));
      return copy;
    }
    if (value instanceof Map) {
      const copy: Map<unknown, unknown> = Object.setPrototypeOf(new Map(), prototype);
      this.know(value, copy);
      for (const [key, item] of value) {
        copy.set(this.step(' (a key)', key), this.step(`.get(${String(key)})`, item));
      }
      return copy;
    }
    if (value instanceof Set) {
      const copy: Set<unknown> = Object.setPrototypeOf(new Set(), prototype);
      this.know(value, copy);
      for (const item of value) copy.add(this.step(' (a member)', item));
      return copy;
    }
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      return (value as Uint8Array).slice();
    }
    if (Object.prototype.toString.call(value) !== '[object Object]') {
      throw this.#refuse(`is a ${value.constructor?.name || 'thing of its own kind'}`);
    }
    if (value instanceof Kept) return this.#copyKept(value);
    refuseHidden(value, this.#path.join(''));
    if (prototype !== Object.prototype && Object.values(value).some(isFunction)) {
      return this.#keep(value);
    }
    const copy = Object.create(prototype) as Record<string, unknown>;
    this.know(value, copy);
    for (const key of Object.keys(value)) {
      copy[this.#names?.get(key) ?? key] = this.step(
        `.${key}`,
        (value as Record<string, unknown>)[key],
      );
    }
    return copy;
  }

  #keep(host: object): Kept {
    const entries = Object.entries(host);
    let methods = methodsOf.get(host);
    if (methods === undefined) {
      methods = new Map(entries.filter(([, value]) => isFunction(value)));
      methodsOf.set(host, methods);
    }
    const fields: Record<string, unknown> = {};
    const kept = new Kept(host, fields);
    this.know(host, kept);
    for (const [key, value] of entries) {
      if (methods.get(key) !== value || !isFunction(value))
        fields[key] = this.step(`.${key}`, value);
    }
    return kept;
  }

  #copyKept(kept: Kept): object {
    if (this.#putsBack) {
      this.know(kept, kept.host);
      for (const [key, value] of Object.entries(kept.host)) {
        if (!(key in kept.fields) && !isFunction(value)) Reflect.deleteProperty(kept.host, key);
      }
      for (const key in kept.fields) Reflect.set(kept.host, key, this.copy(kept.fields[key]));
      return kept.host;
    }
    const fields: Record<string, unknown> = {};
    const copy = new Kept(kept.host, fields);
    this.know(kept, copy);
    for (const key in kept.fields) {
      fields[this.#names?.get(key) ?? key] = this.copy(kept.fields[key]);
    }
    return copy;
  }

  #refuse(what: string): RuleBroken {
    return new RuleBroken(`${this.#path.join('')} ${what}: ${PLAIN_FIELDS}`, 'nowhere');
  }
}

/** Plain data that is frozen in every part, as received messages are, need not be copied. */
function isFrozenThrough(value: object): boolean {
  const known = frozenThrough.get(value);
  if (known !== undefined) return known;
  const prototype: unknown = Object.getPrototypeOf(value);
  const answer =
    Object.isFrozen(value) &&
    (Array.isArray(value) || prototype === Object.prototype || prototype === null) &&
    Object.values(value).every((item) =>
      typeof item === 'object' && item !== null
        ? isFrozenThrough(item)
        : typeof item !== 'function' && typeof item !== 'symbol',
    );
  // What is not frozen yet may be so later.
  if (answer) frozenThrough.set(value, true);
  return answer;
}

const frozenThrough = new WeakMap<object, true>();

/** Freezes arrays and object literals, and those in them: what is frozen is written and copied once. */
export function freezeThrough(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return;
  Object.freeze(value);
  for (const item of Object.values(value)) freezeThrough(item);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** Private names (`#count`) cannot be read from outside: two different states would look the same. */
function refuseHidden(value: object, path: string): void {
  for (let at: unknown = value; at !== null && at !== Process.prototype;) {
    const { constructor } = at as { constructor?: unknown };
    if (Object.hasOwn(at as object, 'constructor') && typeof constructor === 'function') {
      if (hides(constructor)) throw new RuleBroken(`${path} ${HIDDEN}`, 'nowhere');
    }
    at = Object.getPrototypeOf(at);
  }
}

const hiding = new WeakMap<object, boolean>();

function hides(constructor: object): boolean {
  let answer = hiding.get(constructor);
  if (answer === undefined) {
    answer = /\bthis\.#\w/.test(Function.prototype.toString.call(constructor));
    hiding.set(constructor, answer);
  }
  return answer;
}

/**
 * The canonical text of what `copyFields` can copy: two values have the same text if and only if no
 * handler can tell them apart (but for being frozen). The order of keys and members counts, because a loop sees it; `loose`
 * leaves it out. `names` replaces strings by others.
 */
export function canonical(
  value: unknown,
  loose = false,
  names?: ReadonlyMap<string, string>,
): string {
  return new Writer(loose, names).text(value);
}

class Writer {
  readonly #loose: boolean;
  readonly #names: ReadonlyMap<string, string> | undefined;
  readonly #numbers = new Map<object, number>();

  constructor(loose: boolean, names: ReadonlyMap<string, string> | undefined) {
    this.#loose = loose;
    this.#names = names;
  }

  text(value: unknown): string {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(this.#names?.get(value) ?? value);
      case 'number':
        return Object.is(value, -0) ? '-0' : `${value}`;
      case 'bigint':
        return `${value}n`;
      case 'object':
        return value === null ? 'null' : this.#object(value);
      default:
        return `${value as boolean | undefined}`;
    }
  }

  #object(value: object): string {
    if (this.#names !== undefined || !isFrozenThrough(value)) return this.#parts(value);
    // Frozen data is never changed, so it does not matter whether two places share it.
    const texts = this.#loose ? looseTexts : strictTexts;
    let text = texts.get(value);
    if (text === undefined) {
      text = this.#parts(value);
      texts.set(value, text);
    }
    return text;
  }

  #parts(value: object): string {
    const known = this.#numbers.get(value);
    if (known !== undefined) return `^${known}`;
    if (!Object.isFrozen(value)) this.#numbers.set(value, this.#numbers.size);
    if (Array.isArray(value)) return `[${value.map((item) => this.text(item)).join()}]`;
    if (value instanceof Map) {
      const pairs = [...value].map(([key, item]) => `${this.text(key)}:${this.text(item)}`);
      return `Map{${this.#ordered(pairs)}}`;
    }
    if (value instanceof Set) {
      return `Set{${this.#ordered([...value].map((item) => this.text(item)))}}`;
    }
    if (ArrayBuffer.isView(value)) return `${value.constructor.name}[${String(value)}]`;
    const { constructor } = value as { constructor?: unknown };
    const name =
      typeof constructor === 'function' && constructor !== Object ? constructor.name : '';
    const pairs = Object.keys(value).map(
      (key) => `${this.text(key)}:${this.text((value as Record<string, unknown>)[key])}`,
    );
    return `${name}{${this.#ordered(pairs)}}`;
  }

  #ordered(texts: string[]): string {
    return (this.#loose ? texts.toSorted() : texts).join();
  }
}

const strictTexts = new WeakMap<object, string>();
const looseTexts = new WeakMap<object, string>();

const MAX_DEPTH = 100;
const PLAIN_FIELDS =
  'to try every order of events, the world has to keep and put back what is in the fields, so they hold plain data, Map, Set, and objects made of these';
const HIDDEN =
  'keeps something in a private name (#…), which cannot be kept and put back: write `private` instead of #';
