import type * as solution from '../../solutions/07-election-stall-lab/election-stall-lab.ts';
import type { Scene } from '../scene.ts';
import { chainWith, raftChainStall } from './raft-chain-stall.ts';

/** The same cut, and each server has all three remedies. */
export const raftChainCalm: Scene<typeof solution> = {
  ...raftChainStall,
  title: 'The chain, with the three remedies',
  start: chainWith({ stickiness: true, preVote: true, checkQuorum: true }),
};
