import type { Fault } from '../../harness/faults/plan.ts';
import { simulate } from '../../harness/faults/simulate.ts';
import type { Process } from '../../harness/world/process.ts';
import { show } from '../../harness/world/show.ts';
import type { Trace } from '../../harness/world/trace.ts';
import * as solution from '../../solutions/05-single-value-paxos/single-value-paxos.ts';
import type { Scene, Told } from '../scene.ts';

type Code = typeof solution;
export type Proposer = InstanceType<Code['Proposer']>;

/** x is accepted by one acceptor, y by another, nothing is chosen, and then p3 asks just these two. */
export const paxosValueTrap: Scene<Code> = {
  title: 'The value trap',
  exercise: '05-single-value-paxos',
  code: solution,
  latencyMs: 10,
  untilMs: 190,
  // p1 gets x to a1 only, p2 gets y to a2 only. p3 hears first from those two that disagree.
  faults: [
    lost('p1', 'a3', 1),
    lost('p1', 'a2', 2),
    lost('p1', 'a3', 2),
    lost('p2', 'a1', 1),
    lost('p2', 'a1', 2),
    lost('p2', 'a3', 2),
    lost('p3', 'a3', 1),
  ],
  fields: ['promised', 'accepted', 'phase', 'ballot'],
  short: shortBallots,
  hidden: [],
  start({ Proposer, Acceptor }, setting) {
    return simulate<Process<solution.Message>>({
      processes: { a1: Acceptor, a2: Acceptor, a3: Acceptor },
      clients: { p1: Proposer, p2: Proposer, p3: Proposer },
      ...setting,
    })
      .callAt(0, 'p1', "wants 'x'", (proposer) => (proposer as Proposer).propose('x'))
      .callAt(50, 'p2', "wants 'y'", (proposer) => (proposer as Proposer).propose('y'))
      .callAt(110, 'p3', "wants 'z'", (proposer) => (proposer as Proposer).propose('z'));
  },
  tell: learnedValues,
};

/** Who has learned what. */
export function learnedValues(trace: Trace): Told {
  const learned = trace
    .all('note')
    .flatMap(({ index, process, at, about }) =>
      typeof about === 'object' && about !== null && 'learned' in about
        ? [{ index, process, at, value: show(about.learned) }]
        : [],
    );
  const ballots = new Set(
    trace.all('send').flatMap(({ message }) => {
      const { type, ballot } = message as solution.Message;
      return type === 'prepare' ? [`${ballot.round}.${ballot.proposer}`] : [];
    }),
  );
  const values = [...new Set(learned.map(({ value }) => value))];
  const who = learned.map(({ process, value, at }) => `${process} learns ${value} (${at} ms)`);
  const sentence =
    learned.length === 0
      ? `${ballots.size} ballots, and nobody has learned a value.`
      : `${who.join(', ')}, after ${ballots.size} ballots. ${values.length > 1 ? TWO_VALUES : ''}`;
  return { sentence: sentence.trim(), marks: values.length > 1 ? learned.map((l) => l.index) : [] };
}

/** A ballot as on an arrow, 1.p2, and an accepted proposal as 'y' in 1.p2. */
export function shortBallots(text: string): string {
  return text
    .replace(/\{ round: (\d+), proposer: '(\w*)' \}/g, '$1.$2')
    .replace(/\{ ballot: (\S+), value: (.*) \}/, '$2 in $1')
    .replace(/^0\.$/, '–');
}

function lost(from: string, to: string, nth: number): Fault {
  return { kind: 'lose', from, to, nth };
}

const TWO_VALUES = 'Two values: agreement is broken.';
