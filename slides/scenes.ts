import type { Scene } from './scene.ts';
import { lamportConcurrent } from './scenes/lamport-concurrent.ts';
import { paxosDuel } from './scenes/paxos-duel.ts';
import { paxosValueTrap } from './scenes/paxos-value-trap.ts';
import { raftChainCalm } from './scenes/raft-chain-calm.ts';
import { raftChainStall } from './scenes/raft-chain-stall.ts';
import { raftSplitVote } from './scenes/raft-split-vote.ts';
import { registerInversion } from './scenes/register-inversion.ts';
import { registerWriteback } from './scenes/register-writeback.ts';

/** Every scene by the name that a deck gives: `<space-time scene="raft-split-vote">`. */
export const scenes: ReadonlyMap<string, Scene> = new Map<string, Scene>([
  ['lamport-concurrent', lamportConcurrent],
  ['register-inversion', registerInversion],
  ['register-writeback', registerWriteback],
  ['paxos-value-trap', paxosValueTrap],
  ['paxos-duel', paxosDuel],
  ['raft-split-vote', raftSplitVote],
  ['raft-chain-stall', raftChainStall],
  ['raft-chain-calm', raftChainCalm],
]);
