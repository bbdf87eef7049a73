/** The file under test, or one of its exports, cannot be used. The message says why. */
export class CannotLoad extends Error {
  override readonly name = 'CannotLoad';
  /** File, line and column, as far as they are known. */
  readonly where: string | undefined;

  constructor(sentence: string, where?: string) {
    super(sentence);
    this.where = where;
  }
}

/**
 * The same, for whoever is not in the thread of the tests: only a message gets there, and others put
 * words around it, so it is marked.
 */
export function cannotLoad(sentence: string, where: string): Error {
  return new Error(`${MARK}${JSON.stringify([sentence, where])}${MARK}`);
}

/**
 * Loads the file under test and returns the named exports. What is missing or did not load becomes a
 * stand-in that fails the guarantees that touch it, and only those. (The plugin in
 * harness/kata/attempt.ts turns the import in a test file into this call.)
 */
export async function attempted(
  load: () => Promise<Record<string, unknown>>,
  names: readonly string[],
  file: string,
): Promise<Record<string, unknown>> {
  const loaded = await load().catch(toStandIn);
  return Object.fromEntries(
    names.map((name) => {
      if (typeof loaded === 'function') return [name, loaded];
      if (name in loaded) return [name, loaded[name]];
      return [name, standIn(new CannotLoad(`${file} does not export ${name}: ${EXPORTS}`))];
    }),
  );
}

function toStandIn(error: unknown): () => never {
  const marked = markedIn(error);
  return standIn(marked === undefined ? error : new CannotLoad(...marked));
}

/** What `cannotLoad` was given, if the error is one of those, or has one in its words. */
export function markedIn(error: unknown): [sentence: string, where: string] | undefined {
  const marked = error instanceof Error ? error.message.split(MARK)[1] : undefined;
  return marked === undefined ? undefined : (JSON.parse(marked) as [string, string]);
}

/** Can be imported, extended and looked at; whoever calls or constructs it gets the error. */
function standIn(error: unknown): () => never {
  const fail = (): never => {
    throw error;
  };
  return new Proxy(function () {} as () => never, { apply: fail, construct: fail });
}

const MARK = '\u2063';
const EXPORTS = 'write `export` before it, for the tests need every export of the stub';
