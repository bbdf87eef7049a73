import { Process, type ProcessId } from '../../world/process.ts';
import type { Exploration } from '../explore.ts';

/**
 * Two-phase commit as Lamport specified it in TLA+ ("Consensus on transaction commit", Gray and Lamport
 * 2006, appendix; the module TwoPhase): resource managers prepare or abort by themselves, and a message
 * that was sent can be received again and again.
 */
type Message = 'prepared' | 'commit' | 'abort';

class ResourceManager extends Process<Message> {
  state: 'working' | 'prepared' | 'committed' | 'aborted' = 'working';

  prepare(): void {
    if (this.state !== 'working') return;
    this.state = 'prepared';
    this.send('tm', 'prepared');
  }

  abort(): void {
    if (this.state === 'working') this.decide('aborted');
  }

  receive(message: Message): void {
    this.decide(message === 'commit' ? 'committed' : 'aborted');
  }

  decide(state: 'committed' | 'aborted'): void {
    if (this.state !== state) this.note(state);
    this.state = state;
  }
}

class TransactionManager extends Process<Message> {
  state: 'init' | 'done' = 'init';
  /** In one order from the start, so that who came first leaves no trace. */
  readonly prepared: Record<ProcessId, boolean> = Object.fromEntries(
    this.everyone.filter((id) => id !== this.id).map((id) => [id, false]),
  );

  receive(_message: Message, from: ProcessId): void {
    if (this.state === 'init') this.prepared[from] = true;
  }

  commit(): void {
    if (Object.values(this.prepared).every((each) => each)) this.decide('commit');
  }

  decide(decision: 'commit' | 'abort'): void {
    if (this.state === 'done') return;
    this.state = 'done';
    for (const peer of this.peers) this.send(peer, decision);
  }
}

/** That many resource managers. */
export function twoPhaseCommit(
  managers: number,
): Exploration<Process<never>, Readonly<Record<string, true>>, 'note'> {
  const ids = Array.from({ length: managers }, (_, i) => `rm${i + 1}`);
  const own = <P>(label: string, act: (process: P) => void) => ({
    label,
    act: act as unknown as (process: Process<never>) => void,
    again: true,
  });
  return {
    processes: {
      tm: TransactionManager,
      ...Object.fromEntries(ids.map((id) => [id, ResourceManager])),
    } as unknown as Record<ProcessId, new () => Process<never>>,
    calls: {
      tm: [
        own('commits', (tm: TransactionManager) => tm.commit()),
        own('aborts', (tm: TransactionManager) => tm.decide('abort')),
      ],
      ...Object.fromEntries(
        ids.map((id) => [
          id,
          [
            own('prepares', (rm: ResourceManager) => rm.prepare()),
            own('aborts', (rm: ResourceManager) => rm.abort()),
          ],
        ]),
      ),
    },
    copies: Infinity,
    alike: ids,
  };
}

/** That nobody aborts what another commits: what has been decided, whoever did. */
export const consistent = {
  kinds: ['note'],
  start: {},
  next: (seen: Readonly<Record<string, true>>, { text }: { readonly text: string }) => {
    const after = { ...seen, [text]: true as const };
    if ('committed' in after && 'aborted' in after) throw new Error('one committed, one aborted');
    return 'aborted' in after ? { aborted: true as const, ...after } : after;
  },
} as const;
