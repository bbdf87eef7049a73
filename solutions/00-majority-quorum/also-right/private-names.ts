import { Process, type ProcessId } from '#harness';

export type Answer = 'yes' | 'no';
export type Outcome = 'reached' | 'failed' | 'timed out';

/** How long a coordinator waits for answers, in ms of its own clock: ten round trips here. */
export const answerTimeoutMs = 200;

export function majority(n: number): number {
  return (n - (n % 2)) / 2 + 1;
}

/** Collects the answers to one request, and says once what became of it. */
export class QuorumCollector {
  /** Private names, two sets and a countdown instead of a map and a flag. */
  #silent: Set<ProcessId>;
  #yes = new Set<ProcessId>();
  #quorum: number;
  #isOpen = true;

  constructor(replicas: readonly ProcessId[]) {
    this.#silent = new Set(replicas);
    this.#quorum = majority(replicas.length);
  }

  onReply = (from: ProcessId, answer: Answer): Outcome | undefined => {
    const isFirst = this.#silent.delete(from);
    if (!isFirst || !this.#isOpen) return undefined;
    if (answer === 'yes') this.#yes.add(from);
    const outcome = this.#outcome();
    if (outcome !== undefined) this.#isOpen = false;
    return outcome;
  };

  onTimeout = (): Outcome | undefined => {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    return wasOpen ? 'timed out' : undefined;
  };

  #outcome(): Outcome | undefined {
    if (this.#yes.size >= this.#quorum) return 'reached';
    return this.#yes.size + this.#silent.size < this.#quorum ? 'failed' : undefined;
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
