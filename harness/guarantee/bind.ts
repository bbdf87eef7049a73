import { inject, test } from 'vitest';
import type { Telling } from '../story/report.ts';
import { registerWith } from './guarantee.ts';
import { type Failing, judge, type Outcome } from './judge.ts';

/** What `npm test` hands to the guarantees that it runs. */
export interface KataSettings {
  readonly only?: string | undefined;
  readonly seed?: number | undefined;
  readonly runs?: number | undefined;
  /** Hand over the run of each story, too. */
  readonly trace?: boolean | undefined;
  /** The one failing run of the guarantee in `only`, instead of a search. */
  readonly replay?: Failing | undefined;
  /** Leaves out what would be the same every time: scripts, and what tries every order. */
  readonly onlyGenerated?: boolean | undefined;
  /** How stories are told. */
  readonly telling?: Telling | undefined;
}

declare module 'vitest' {
  interface ProvidedContext {
    kata: KataSettings;
  }
  interface TaskMeta {
    kata?: Outcome;
  }
}

/**
 * Says which guarantee is being judged, at once: vitest's own reports wait for a moment when the
 * thread is idle, which in an endless loop never comes.
 */
const judging = new BroadcastChannel('kata');
judging.unref();

/** Every guarantee that nobody collects becomes a vitest test: one promise, one test. */
registerWith((guarantee) => {
  const settings = (inject('kata') as KataSettings | undefined) ?? {};
  const skipped =
    (settings.only !== undefined && settings.only !== guarantee.id) ||
    (settings.onlyGenerated === true && guarantee.check.kind !== 'given');
  test.skipIf(skipped)(`${guarantee.id}`, ({ task }) => {
    judging.postMessage({ id: guarantee.id, test: task.file.filepath });
    const outcome = judge(guarantee, settings);
    task.meta.kata = outcome;
    if (outcome.verdict !== 'holds') throw new NoPass(outcome);
  });
});

/** Fails the vitest test; its message is the whole story, so that an editor shows it too. */
class NoPass extends Error {
  override readonly name = 'Guarantee';

  constructor(outcome: Outcome) {
    super(`${outcome.verdict}\n\n${outcome.story}\n`);
    this.stack = `${this.name}: ${this.message}`;
  }
}
