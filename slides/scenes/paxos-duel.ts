import { simulate } from '../../harness/faults/simulate.ts';
import type { Process } from '../../harness/world/process.ts';
import * as solution from '../../solutions/05-single-value-paxos/single-value-paxos.ts';
import type { Scene } from '../scene.ts';
import { learnedValues, type Proposer, shortBallots } from './paxos-value-trap.ts';

/** Two proposers take the promises away from each other, until one of them has luck. */
export const paxosDuel: Scene<typeof solution> = {
  title: 'The duel',
  exercise: '05-single-value-paxos',
  code: solution,
  latencyMs: 60,
  untilMs: 1600,
  faults: [],
  fields: ['promised', 'accepted', 'phase', 'ballot'],
  short: shortBallots,
  hidden: [],
  start({ Proposer, Acceptor }, setting) {
    return simulate<Process<solution.Message>>({
      processes: { a1: Acceptor, a2: Acceptor, a3: Acceptor },
      clients: { p1: Proposer, p2: Proposer },
      seed: SEED,
      ...setting,
    })
      .callAt(0, 'p1', "wants 'x'", (proposer) => (proposer as Proposer).propose('x'))
      .callAt(100, 'p2', "wants 'y'", (proposer) => (proposer as Proposer).propose('y'));
  },
  tell: learnedValues,
};

/** One in which the waiting times keep the duel going: ten ballots. */
const SEED = 72;
