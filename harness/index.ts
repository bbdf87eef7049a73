/** The whole public surface of the harness; exercises import `#harness` and nothing else of ours. */
export { Process, type ProcessId } from './world/process.ts';
export { FlushFailed, type Disk } from './world/disk.ts';
export { RuleBroken } from './world/rules.ts';
export { RunStopped, type Simulation } from './world/simulation.ts';
export { show } from './world/show.ts';
export { NETWORK, type Trace, type TraceEvent } from './world/trace.ts';
export type { Fault, FaultKind, FaultPlan } from './faults/plan.ts';
export { faultPlans } from './faults/fault-plans.ts';
export { listOf, type Draw } from './faults/lists.ts';
export { scenarios } from './faults/scenarios.ts';
export { simulate } from './faults/simulate.ts';
export { explore, type Exploration, type Explored } from './check/explore.ts';
export type { Watch } from './check/seen-states.ts';
export { HappensBefore } from './check/happens-before.ts';
export { BadHistory, type Operation } from './check/history.ts';
export { linearizable, type Linearizability } from './check/linearizability.ts';
export type { Call, Happening } from './check/booth.ts';
export { type ClientEvent, operationsOf, unfold } from './check/unfolding.ts';
export {
  casRegister,
  counter,
  keyValue,
  lock,
  log,
  type Model,
  queue,
  register,
} from './check/models.ts';
export { explainHistory } from './story/explain-history.ts';
export { example, exhaustive, liveness, safety } from './guarantee/guarantee.ts';
export { given } from './guarantee/given.ts';
export { mistakes } from './guarantee/mistakes.ts';
export { covered } from './guarantee/judge.ts';
export { todo } from './guarantee/todo.ts';
export { stuck, violated } from './guarantee/verdict.ts';
export {
  bars,
  type Lab,
  measureAll,
  remark,
  type Report,
  type Result,
  type Sample,
  strips,
  table,
} from './lab/lab.ts';
export { quantile } from './lab/quantile.ts';
