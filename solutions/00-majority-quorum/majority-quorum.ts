import { Process, type ProcessId } from '#harness';

export type Answer = 'yes' | 'no';
export type Outcome = 'reached' | 'failed' | 'timed out';

/** How long a coordinator waits for answers, in ms of its own clock: ten round trips here. */
export const answerTimeoutMs = 200;

/** TODO 1: of n replicas, how many at least, so that any two groups of that many share a replica? */
export function majority(n: number): number {
  return Math.floor(n / 2) + 1;
}

/** Collects the answers to one request, and says once what became of it. */
export class QuorumCollector {
  readonly replicas: readonly ProcessId[];
  readonly answers = new Map<ProcessId, Answer>();
  hasResolved = false;

  constructor(replicas: readonly ProcessId[]) {
    this.replicas = replicas;
  }

  /**
   * TODO 2: an answer arrived. Returns the outcome if this answer settles the request, and undefined
   * before that and ever after. Only the replicas that were asked count, each by its first answer.
   */
  onReply(from: ProcessId, answer: Answer): Outcome | undefined {
    if (!this.replicas.includes(from)) return undefined;
    if (this.answers.has(from)) return undefined;
    this.answers.set(from, answer);

    const quorum = majority(this.replicas.length);
    const yes = [...this.answers.values()].filter((each) => each === 'yes').length;
    const missing = this.replicas.length - this.answers.size;
    if (yes >= quorum) return this.resolve('reached');
    if (yes + missing < quorum) return this.resolve('failed');
    return undefined;
  }

  /** TODO 3: time is up. Returns the outcome, or undefined if there has been one. */
  onTimeout(): Outcome | undefined {
    return this.resolve('timed out');
  }

  resolve(outcome: Outcome): Outcome | undefined {
    if (this.hasResolved) return undefined;
    this.hasResolved = true;
    return outcome;
  }
}

// ── Nothing to write below this line, but do read it: this is what a process looks like ──────────

/** What coordinators and replicas say to each other. */
export type Message =
  { readonly type: 'ask' } | { readonly type: 'answer'; readonly answer: Answer };

/** Asks some replicas for their yes, and notes what came of it. It asks once in its life. */
export class Coordinator extends Process<Message> {
  collector: QuorumCollector | undefined;

  /** Sends a question to each of these replicas, and starts to wait. The tests call this. */
  ask(replicas: readonly ProcessId[]): void {
    this.collector = new QuorumCollector(replicas);
    for (const replica of replicas) this.send(replica, { type: 'ask' });
    this.setTimer('answers', answerTimeoutMs);
  }

  /** The world calls this for every message that arrives, at any time, in any order. */
  receive(message: Message, from: ProcessId): void {
    switch (message.type) {
      case 'ask':
        return; // a question for replicas
      case 'answer':
        this.conclude(this.collector?.onReply(from, message.answer));
    }
  }

  /** The world calls this when the timer runs out, whatever has been concluded by then. */
  override timeout(): void {
    this.conclude(this.collector?.onTimeout());
  }

  conclude(outcome: Outcome | undefined): void {
    if (outcome === undefined) return;
    // A note appears in the diagram; the tests judge by it.
    this.note(outcome, { outcome });
  }
}
