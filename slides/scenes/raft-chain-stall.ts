import { scenarios } from '../../harness/faults/scenarios.ts';
import { simulate } from '../../harness/faults/simulate.ts';
import * as solution from '../../solutions/07-election-stall-lab/election-stall-lab.ts';
import type { Scene, World, WorldSetting } from '../scene.ts';
import { leaders } from './raft-split-vote.ts';

type Code = typeof solution;

const servers = ['s1', 's2', 's3'] as const;
const cutAtMs = 200;

/** s1 – s2 – s3: the ends of the chain cannot reach each other, and take the lead from each other. */
export const raftChainStall: Scene<Code> = {
  title: 'The chain, with plain Raft',
  exercise: '07-election-stall-lab',
  code: solution,
  latencyMs: 10,
  untilMs: 3000,
  faults: scenarios.chain(servers, cutAtMs),
  fields: ['state', 'currentTerm', 'votedFor'],
  hidden: ['AppendEntriesReply'],
  start: chainWith({ stickiness: false, preVote: false, checkQuorum: false }),
  tell: leaders,
};

/** Servers of which s3 is elected at once, with some of the remedies. */
export function chainWith(
  remedies: Omit<solution.Settings, 'electionTimeoutMs'>,
): (code: Code, setting: WorldSetting) => World {
  return ({ RaftServer }, { latencyMs, faults }) => {
    class Chosen extends RaftServer {
      override get settings(): solution.Settings {
        return { ...remedies, electionTimeoutMs: { min: 150, max: 300 } };
      }
    }
    const server = () => new Chosen({ currentTerm: 2, log: [2, 2] });
    const processes = Object.fromEntries(servers.map((id) => [id, server]));
    return simulate({ processes, latencyMs, faults }).fire('s3', 'election');
  };
}
