import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A stream of random numbers of its own for each concern, drawn from one seed: taking one fault away
 * or asking for one number more in one process does not reshuffle the others.
 */
export class RandomStream {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number, concern: string) {
    this.#generator = xoroshiro128plus(mix(seed, concern));
  }

  /** A number from 0 up to, not including, 1. */
  fraction(): number {
    return (this.#generator.next() >>> 0) / 2 ** 32;
  }

  /** An integer from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return uniformInt(this.#generator, min, max);
  }
}

/**
 * FNV-1a over the concern's name, started from the seed, and then MurmurHash3's last step: without it
 * `p1` and `p2` differ in a few bits only, and the first numbers that they draw are nearly the same.
 * Integers only, so alike on every machine.
 */
function mix(seed: number, concern: string): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (let i = 0; i < concern.length; i++) {
    hash = Math.imul(hash ^ concern.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
