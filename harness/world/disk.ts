import { copyPlain } from './plain.ts';
import { RuleBroken } from './rules.ts';

/** What a crash takes from a disk. `torn-tail` keeps half of the last unflushed append. */
export type DiskLoss = 'nothing' | 'unflushed' | 'torn-tail' | 'everything';

/** The flush failed: nothing written since the last flush is known to be safe. */
export class FlushFailed extends Error {
  override readonly name = 'FlushFailed';
}

/**
 * What survives a restart. Values are copied when written and frozen when read.
 * What was not flushed *may* be lost in a crash; what was flushed is not.
 *
 * ```ts
 * class Voter extends Process<{ term: number }> {
 *   term = this.disk.read<number>('term') ?? 0;
 *   receive({ term }: { term: number }): void {
 *     this.disk.write('term', term);
 *     this.disk.flush();
 *   }
 * }
 * ```
 */
export interface Disk {
  /** The last value written under the key; undefined if there is none. */
  read<T>(key: string): T | undefined;
  /** Replaces the value under the key. @throws RuleBroken if it is not plain data. */
  write(key: string, value: unknown): void;
  /** Adds text to the end of the text under the key. @throws RuleBroken if there is another value. */
  append(key: string, text: string): void;
  /** Makes all that was written so far safe from a crash. @throws FlushFailed if the disk fails. */
  flush(): void;
}

type Write =
  | { readonly kind: 'write'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'append'; readonly key: string; readonly text: string };

/** What is on a disk, and what of it a crash may take. */
export interface SavedDisk {
  readonly durable: ReadonlyMap<string, unknown>;
  readonly current: ReadonlyMap<string, unknown>;
  readonly unflushed: readonly Write[];
}

/** The contents of one disk. The world decides when an effect counts and when a flush fails. */
export class DiskContents {
  #durable = new Map<string, unknown>();
  #current = new Map<string, unknown>();
  #unflushed: Write[] = [];

  read(key: string): unknown {
    return this.#current.get(key);
  }

  /** What there is under some keys. */
  under(keys: readonly string[]): readonly (readonly [key: string, value: unknown])[] {
    return keys.filter((key) => this.#current.has(key)).map((key) => [key, this.read(key)]);
  }

  write(key: string, value: unknown): void {
    this.#apply(this.#current, { kind: 'write', key, value: copyPlain(value, `disk '${key}'`) });
  }

  append(key: string, text: string): void {
    const before = this.#current.get(key) ?? '';
    if (typeof before !== 'string' || typeof text !== 'string') {
      throw new RuleBroken(`disk.append('${key}', …) adds text to text; use disk.write for values`);
    }
    this.#apply(this.#current, { kind: 'append', key, text });
  }

  flush(): void {
    this.#durable = new Map(this.#current);
    this.#unflushed = [];
  }

  /** A crash. Returns the keys whose unflushed writes are gone. */
  crash(loss: DiskLoss): readonly string[] {
    const unflushed = this.#unflushed;
    const gone = loss === 'everything' ? [...this.#current.keys()] : unflushed.map((w) => w.key);
    switch (loss) {
      case 'nothing':
        this.flush();
        return [];
      case 'everything':
        this.#durable = new Map();
        break;
      case 'unflushed':
        break;
      case 'torn-tail': {
        const last = unflushed.pop();
        for (const write of unflushed) this.#apply(this.#durable, write);
        if (last?.kind === 'append') {
          const half = last.text.slice(0, Math.floor(last.text.length / 2));
          this.#apply(this.#durable, { ...last, text: half });
        }
        gone.splice(0, unflushed.length);
      }
    }
    this.#current = new Map(this.#durable);
    this.#unflushed = [];
    return [...new Set(gone)];
  }

  /** Everything on it as it is now. */
  save(): SavedDisk {
    return {
      durable: new Map(this.#durable),
      current: new Map(this.#current),
      unflushed: [...this.#unflushed],
    };
  }

  /** Puts everything back as it was. */
  load({ durable, current, unflushed }: SavedDisk): void {
    this.#durable = new Map(durable);
    this.#current = new Map(current);
    this.#unflushed = [...unflushed];
  }

  #apply(cells: Map<string, unknown>, write: Write): void {
    if (write.kind === 'write') cells.set(write.key, write.value);
    else cells.set(write.key, ((cells.get(write.key) as string | undefined) ?? '') + write.text);
    if (cells === this.#current) this.#unflushed.push(write);
  }
}
