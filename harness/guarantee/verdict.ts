import type { Trace, TraceEvent } from '../world/trace.ts';

/**
 * What became of a guarantee. Only `holds` is a pass: `not decided` never put the promise to the test,
 * `to do` reached a step that is not written, `error` is code that could not run.
 */
export type Verdict = 'holds' | 'violated' | 'not decided' | 'to do' | 'error';

/** Where in a run a promise broke. */
export interface Evidence {
  readonly trace: Trace;
  /** The entries that show it, the breaking one last. */
  readonly at: readonly (TraceEvent | undefined)[];
}

/** A promise was broken (or, if `stuck`, not kept in time). Thrown by a guarantee's check. */
export class Broken extends Error {
  override readonly name = 'Broken';
  readonly evidence: Evidence | undefined;
  readonly stuck: boolean;

  constructor(sentence: string, evidence: Evidence | undefined, stuck: boolean) {
    super(sentence);
    this.evidence = evidence;
    this.stuck = stuck;
  }
}

/**
 * Ends a check: the promise is broken. The sentence names processes, values and times; the entries
 * (the breaking one last) are marked in the diagram.
 *
 * @throws Broken always
 */
export function violated(
  sentence: string,
  trace?: Trace,
  ...at: readonly (TraceEvent | undefined)[]
): never {
  throw new Broken(sentence, trace && { trace, at }, false);
}

/**
 * Ends the check of a liveness guarantee: nothing wrong happened, but neither did the good thing.
 *
 * @throws Broken always
 */
export function stuck(
  sentence: string,
  trace: Trace,
  ...at: readonly (TraceEvent | undefined)[]
): never {
  throw new Broken(sentence, { trace, at }, true);
}
