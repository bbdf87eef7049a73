import { show } from '../world/show.ts';

/** A key for a Map under which equal plain values meet. The mark keeps an object from a string that reads alike. */
export function valueKey(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? `\u0000${show(value)}` : value;
}
