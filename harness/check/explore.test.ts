import { describe, expect, test } from 'vitest';
import { Process, type ProcessId } from '../world/process.ts';
import { RunStopped } from '../world/simulation.ts';
import { paxos } from './cases/paxos.ts';
import { consistent, twoPhaseCommit } from './cases/two-phase-commit.ts';
import { type Exploration, explore } from './explore.ts';

describe('the numbers of states that others have found', () => {
  test.each([
    [3, 288],
    [5, 8_832],
    [7, 296_448],
  ])('two-phase commit with %d resource managers: %d', (managers, states) => {
    const answer = explore(twoPhaseCommit(managers), { symmetry: false });
    expect(answer).toMatchObject({ verdict: 'holds', all: true, states });
  });

  test.each([
    [3, 80],
    [5, 314],
    [7, 920],
  ])('with its %d managers interchangeable: %d', (managers, states) => {
    expect(explore(twoPhaseCommit(managers))).toMatchObject({ verdict: 'holds', states });
  });

  test('single-decree Paxos, 3 servers and 2 clients, as in Stateright: 16,668', () => {
    const answer = explore(paxos(3, 2));
    expect(answer).toMatchObject({ verdict: 'holds', all: true, states: 16_668 });
  });

  // Stateright counts the first state among those generated, and in the depth.
  test('and 3 clients: 1,194,428, of 2,420,477 generated, at a depth of 28', () => {
    expect(explore(paxos(3, 3))).toMatchObject({
      verdict: 'holds',
      all: true,
      states: 1_194_428,
      generated: 2_420_477 - 1,
      depth: 28 - 1,
    });
  });
});

describe('the same answer', () => {
  const systems: [string, Exploration<never, never>][] = [
    ['paxos', paxos(3, 2) as never],
    ['two-phase commit', { ...twoPhaseCommit(4), watch: consistent } as never],
  ];
  test.each(systems)('depth first: %s', (_, system) => {
    const [breadth, depth] = [explore(system), explore(system, { order: 'depth' })];
    expect([depth.verdict, depth.states, depth.generated]).toEqual([
      breadth.verdict,
      breadth.states,
      breadth.generated,
    ]);
  });

  test.each(systems)('without memory: %s', (_, system) => {
    const [memo, none] = [explore(system), explore(system, { memo: false })];
    expect(none).toEqual({ ...memo, handlersRun: none.handlersRun });
    expect(none.handlersRun).toBeGreaterThan(memo.handlersRun);
  });
});

// ── A small protocol with everything in it ───────────────────────────────────────────────────────

type Message = 'ping' | 'pong';

/** Sends a ping to everyone, again when its timer runs out, and counts the pongs. */
class Pinger extends Process<Message> {
  readonly heard = new Set<ProcessId>();

  override start(): void {
    this.ask();
    this.setTimer('again', 100);
  }

  override timeout(): void {
    this.ask();
  }

  receive(message: Message, from: ProcessId): void {
    if (message !== 'pong') return;
    this.heard.add(from);
    if (this.heard.size === this.peers.length) this.note('everyone answered');
  }

  ask(): void {
    for (const peer of this.peers) this.send(peer, 'ping');
  }
}

class Ponger extends Process<Message> {
  receive(message: Message, from: ProcessId): void {
    if (message === 'ping') this.send(from, 'pong');
  }
}

const notes = {
  kinds: ['note'],
  start: 0,
  next: (seen: number, _: { readonly text: string }) => seen + 1,
} as const;

function never(text: string) {
  return {
    ...notes,
    next: (seen: number, note: { readonly text: string }): number => {
      if (note.text === text) throw new Error(`“${text}” was noted`);
      return seen;
    },
  };
}

const pings: Exploration<Process<Message>, number, 'note'> = {
  processes: { anna: Pinger, ben: Ponger, cleo: Ponger },
  watch: notes,
};

describe('what can happen', () => {
  test('every message may come before every other', () => {
    // Of each of two conversations: the ping is on its way, or the pong, or it is over.
    expect(explore({ ...pings, processes: { anna: Pinger, ben: Ponger } }).states).toBe(3);
    // 9, and the four in which anna remembers who answered first are two.
    expect(explore(pings).states).toBe(10);
  });

  test('a message is lost, as often as the budget says', () => {
    const two = { ...pings, processes: { anna: Pinger, ben: Ponger } };
    expect(explore({ ...two, loses: 1 }).states).toBe(4);
    expect(explore({ ...two, loses: 9 }).states).toBe(4);
  });

  test('a message arrives twice', () => {
    const answer = explore({ ...pings, copies: 1, watch: never('everyone answered') });
    expect(answer).toMatchObject({ verdict: 'violated', steps: 4 });
    expect(explore({ ...pings, copies: 1 }).states).toBeGreaterThan(explore(pings).states);
  });

  test('a timer runs out, and is not set again', () => {
    const two = { ...pings, processes: { anna: Pinger, ben: Ponger } };
    expect(explore({ ...two, timeouts: 1 }).states).toBeGreaterThan(3);
    expect(explore({ ...two, timeouts: 2 }).states).toBe(explore({ ...two, timeouts: 1 }).states);
  });

  test.each([-1, 0.5, 64, NaN])('a budget of %d is refused', (loses) => {
    expect(() => explore({ ...pings, loses })).toThrow(/is no budget/);
  });

  test('a run that breaks the promise is told as short as can be', () => {
    const answer = explore({ ...pings, watch: never('everyone answered') });
    if (answer.verdict !== 'violated') throw new Error(answer.verdict);
    expect(answer.steps).toBe(4);
    expect(answer.trace.all('deliver').map(({ process, at }) => [process, at])).toEqual([
      ['ben', 10],
      ['anna', 20],
      ['cleo', 20],
      ['anna', 30],
    ]);
    expect(answer.trace.at(answer.mark as number)).toMatchObject({ kind: 'note', process: 'anna' });
  });

  test('what is at rest is judged there and nowhere else', () => {
    const atRest = (seen: number) => {
      if (seen === 0) throw new Error('nobody ever heard everyone');
    };
    const calm = { ...pings, watch: { ...notes, atRest } };
    // The timer still runs, so it is never at rest.
    expect(explore({ ...calm, loses: 1 }).verdict).toBe('holds');
    expect(explore({ ...calm, timeouts: 1 }).verdict).toBe('holds');
    expect(explore({ ...calm, timeouts: 1, loses: 1 }).verdict).toBe('holds');
    expect(explore({ ...calm, timeouts: 1, loses: 2 })).toMatchObject({ verdict: 'violated' });
  });
});

test('a handler that throws is told by the shortest run up to it', () => {
  class Fragile extends Ponger {
    override receive(message: Message, from: ProcessId): void {
      if (from === 'cleo') throw new TypeError('out of paper');
      super.receive(message, from);
    }
  }
  const system = { processes: { anna: Pinger, ben: Fragile, cleo: Pinger } };
  const stopped = thrownBy(() => explore(system)) as RunStopped;
  expect(stopped).toBeInstanceOf(RunStopped);
  expect(stopped.message).toBe('ben stopped: out of paper');
  expect(stopped.trace.all('throw')).toMatchObject([{ process: 'ben', text: 'out of paper' }]);
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
