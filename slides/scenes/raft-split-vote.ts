import { simulate } from '../../harness/faults/simulate.ts';
import type { Trace } from '../../harness/world/trace.ts';
import * as solution from '../../solutions/06-raft-leader-election/raft-leader-election.ts';
import type { Scene, Told } from '../scene.ts';

type Code = typeof solution;

/** Two servers lose patience at about the same time, and each gets half of the votes. */
export const raftSplitVote: Scene<Code> = {
  title: 'A split vote',
  exercise: '06-raft-leader-election',
  code: solution,
  latencyMs: 20,
  untilMs: 600,
  faults: [],
  fields: ['state', 'currentTerm', 'votedFor'],
  hidden: ['AppendEntriesReply'],
  start({ RaftServer }, { latencyMs, faults }) {
    const server = () => new RaftServer({ currentTerm: 0, log: [] });
    return simulate({
      processes: { s1: server, s2: server, s3: server, s4: server },
      // Half as much again, or half as much less: without a difference the first candidate gets all votes.
      latencyMs: [Math.ceil(latencyMs / 2), Math.floor(latencyMs * 1.5)],
      seed: SEED,
      faults,
    });
  },
  tell: leaders,
};

/** Who led, and in how many terms nobody did. */
export function leaders(trace: Trace): Told {
  const led = trace.all('note').flatMap(({ index, process, at, about }) => {
    const term =
      typeof about === 'object' && about !== null && 'leads' in about ? about.leads : undefined;
    return typeof term === 'number' ? [{ index, process, at, term }] : [];
  });
  const terms = trace.all('send').map(({ message }) => (message as solution.Message).term);
  const highest = Math.max(0, ...terms.filter(Number.isFinite));
  const twice = led.filter(({ term }, i) => led.some((other, j) => j !== i && other.term === term));
  const [first] = led;
  const last = led.at(-1);
  const sentence =
    first === undefined || last === undefined
      ? `${highest} terms, and nobody leads.`
      : led.length === 1
        ? `${first.process} leads term ${first.term} from ${first.at} ms on; the terms before it had no leader.`
        : `${led.length} leaders one after the other, the last one ${last.process} in term ${last.term} (${last.at} ms).`;
  if (twice.length === 0) return { sentence, marks: [] };
  return { sentence: `${TWO_LEADERS} ${sentence}`, marks: twice.map(({ index }) => index) };
}

const TWO_LEADERS = 'Two leaders in one term!';
/** One in which the first term is split and the second is not. */
const SEED = 203;
