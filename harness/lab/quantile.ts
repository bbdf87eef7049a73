/**
 * The smallest of these numbers that at least this part of them does not exceed: 0.5 is the median,
 * 0.99 the 99th percentile. It is always one of them, never something between two.
 *
 * ```ts
 * quantile([40, 10, 20, 30], 0.5); // → 20
 * quantile([40, 10, 20, 30], 0.99); // → 40
 * ```
 *
 * @throws RangeError if there are none, or the part is not from 0 to 1.
 */
export function quantile(numbers: readonly number[], part: number): number {
  if (!(part >= 0 && part <= 1)) throw new RangeError(`${part} is no part from 0 to 1`);
  const rank = Math.max(1, Math.ceil(part * numbers.length));
  const found = numbers.toSorted((a, b) => a - b)[rank - 1];
  if (found === undefined) throw new RangeError('of no numbers there is no quantile');
  return found;
}
