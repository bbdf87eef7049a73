import fc from 'fast-check';
import { show } from '../world/show.ts';

/** Draws for one generated item, so that exercises need not know fast-check. */
export interface Draw {
  /** An integer from min to max, both included. */
  integer(min: number, max: number): number;
  /** One of the choices. */
  pick<T>(choices: readonly T[]): T;
  /** True once in `oneIn` times. */
  chance(oneIn: number): boolean;
}

/**
 * Lists that shrink like *delta debugging* (Zeller and Hildebrandt 2002): large chunks go first, then
 * halves, then single items; then times are bisected, and single items tried once more. A field
 * whose name ends in `Ms` is a time.
 */
export class Lists<Item extends object> extends fc.Arbitrary<readonly Item[]> {
  /** What the items are called in a story: faults, actions. */
  readonly noun: string;
  readonly #describe: (item: never) => string;
  readonly #generate: (draw: Draw) => readonly Item[];

  constructor(
    noun: string,
    describe: (item: Item) => string,
    generate: (draw: Draw) => readonly Item[],
  ) {
    super();
    this.noun = noun;
    this.#describe = describe;
    this.#generate = generate;
  }

  /** One item in a few words, as a story shows it. */
  describe(item: Item): string {
    return this.#describe(item as never);
  }

  override generate(random: fc.Random): fc.Value<readonly Item[]> {
    return new fc.Value(this.#generate(drawWith(random)), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is readonly Item[] {
    return Array.isArray(value);
  }

  override shrink(list: readonly Item[], context: unknown): fc.Stream<fc.Value<readonly Item[]>> {
    const stage = (context as Stage | undefined) ?? { kind: 'drop', size: list.length, from: 0 };
    return fc.stream(smaller(list, stage));
  }
}

/**
 * A generated list of at most `maxLength` steps: what clients do in a run.
 *
 * ```ts
 * const writes = listOf(5, (draw) => ({ atMs: draw.integer(0, 99), value: draw.pick(['x', 'y']) }));
 * ```
 */
export function listOf<Item extends object>(
  maxLength: number,
  item: (draw: Draw) => Item,
  describe: (item: Item) => string = show,
): Lists<Item> {
  return new Lists('action', describe, (draw) =>
    Array.from({ length: draw.integer(1, maxLength) }, () => item(draw)),
  );
}

/** Where shrinking goes on after a smaller list was found: not from the beginning. */
type Stage =
  | { readonly kind: 'drop'; readonly size: number; readonly from: number }
  | { readonly kind: 'bisect'; readonly from: number };

function* smaller<Item extends object>(
  list: readonly Item[],
  stage: Stage,
): IterableIterator<fc.Value<readonly Item[]>> {
  if (stage.kind === 'drop') {
    let from = stage.from;
    for (let size = Math.min(stage.size, list.length); size > 1; size = Math.floor(size / 2)) {
      for (; from < list.length; from += size) {
        yield new fc.Value(list.toSpliced(from, size), { kind: 'drop', size, from });
      }
      from = 0;
    }
    yield* withoutOne(list, from);
  }
  const first = stage.kind === 'bisect' ? stage.from : 0;
  for (const i of onceAround(list.length, first)) {
    for (const item of earlier(list[i] as Item)) {
      yield new fc.Value(list.with(i, item), { kind: 'bisect', from: i });
    }
  }
  if (stage.kind === 'bisect') yield* withoutOne(list, 0);
}

function* withoutOne<Item>(
  list: readonly Item[],
  first: number,
): IterableIterator<fc.Value<readonly Item[]>> {
  for (const i of onceAround(list.length, first)) {
    yield new fc.Value(list.toSpliced(i, 1), { kind: 'drop', size: 1, from: i });
  }
}

/** From the first place to the end and on from 0: what changed later may let something earlier go. */
function* onceAround(length: number, first: number): IterableIterator<number> {
  for (let turn = 0; turn < length; turn++) yield (first + turn) % length;
}

/** The item with one of its times nearer to 0: a jump to 0, to the half, to the next round number. */
function* earlier<Item extends object>(item: Item): IterableIterator<Item> {
  for (const [key, value] of Object.entries(item)) {
    if (!key.endsWith('Ms') || typeof value !== 'number' || value === 0) continue;
    const round = Math.trunc(value / 10) * 10;
    const steps = [0, Math.trunc(value / 2), round, value - 10 * Math.sign(value)];
    for (const ms of new Set(steps)) {
      if (Math.abs(ms) < Math.abs(value) && ms * value >= 0) yield { ...item, [key]: ms };
    }
  }
}

function drawWith(random: fc.Random): Draw {
  const integer = (min: number, max: number): number => random.nextInt(min, max);
  return {
    integer,
    pick: <T>(choices: readonly T[]) => choices[integer(0, choices.length - 1)] as T,
    chance: (oneIn) => integer(1, oneIn) === 1,
  };
}
