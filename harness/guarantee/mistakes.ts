/** One textual change: what stands in the solution exactly once, and what stands there instead. */
export type Edit = readonly [from: string, to: string];

/** A classic wrong turn: a small edit of the solution that one guarantee must catch. */
export interface Mistake {
  readonly edit: Edit | readonly Edit[];
  /** The id of the guarantee that catches it. */
  readonly breaks: string;
  /** What there is to learn from it, in a sentence or two for the attendee. */
  readonly lesson: string;
}

/**
 * The classic wrong turns of an exercise, by name. They are the tests' tests and the instructor's
 * field guide.
 *
 * ```ts
 * export default mistakes({
 *   'takes the time in the message as it is': {
 *     edit: ['Math.max(this.time, remote.time) + 1', 'remote.time'],
 *     breaks: 'clock-condition',
 *     lesson: 'The receipt is an event of its own, later than the sending and than my own past.',
 *   },
 * });
 * ```
 */
export function mistakes<const M extends Readonly<Record<string, Mistake>>>(all: M): M {
  return all;
}

/** The source with a mistake in it. @throws Error unless each edit applies exactly once. */
export function applyMistake(source: string, { edit }: Pick<Mistake, 'edit'>): string {
  const edits = (typeof edit[0] === 'string' ? [edit] : edit) as readonly Edit[];
  return edits.reduce((text, [from, to]) => {
    const times = text.split(from).length - 1;
    if (times !== 1) throw new Error(`an edit applies ${times} times, not once: ${from}`);
    return text.replace(from, () => to);
  }, source);
}
