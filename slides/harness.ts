// What `#harness` is in a browser: the public surface of the harness without what needs vitest. Code of
// exercises that a scene runs imports it, and so does an attendee's own file.
export { Process, type ProcessId } from '../harness/world/process.ts';
export { FlushFailed, type Disk } from '../harness/world/disk.ts';
export { RuleBroken } from '../harness/world/rules.ts';
export { RunStopped, type Simulation } from '../harness/world/simulation.ts';
export { show } from '../harness/world/show.ts';
export { NETWORK, type Trace, type TraceEvent } from '../harness/world/trace.ts';
export { scenarios } from '../harness/faults/scenarios.ts';
export { simulate } from '../harness/faults/simulate.ts';
export { todo } from '../harness/guarantee/todo.ts';
