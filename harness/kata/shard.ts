/** One of several machines that share the work: part 3 of 8. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

/** Reads `3/8`; undefined if it is no such thing. */
export function shardFrom(text: string): Shard | undefined {
  const [, part, of] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? [];
  const shard = { part: Number(part), of: Number(of) };
  return shard.part <= shard.of ? shard : undefined;
}
