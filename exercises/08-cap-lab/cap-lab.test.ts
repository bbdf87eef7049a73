import {
  covered,
  type Draw,
  example,
  type Fault,
  type FaultPlan,
  faultPlans,
  given,
  linearizable,
  listOf,
  liveness,
  type Operation,
  Process,
  type ProcessId,
  register,
  safety,
  scenarios,
  show,
  simulate,
  type Simulation,
  stuck,
  type Trace,
  type TraceEvent,
  violated,
} from '#harness';
import {
  measure,
  type Message,
  type Mode,
  Node,
  percentile,
  type Phase,
  phaseOf,
  report,
  type Report,
  type Row,
  type Run,
  type Value,
  type Version,
} from './cap-lab.ts';

// ── Operations that wait for nobody ──────────────────────────────────────────────────────────────

const names = ['n1', 'n2', 'n3', 'n4', 'n5'] as const;
const clusters = [names.slice(0, 3), names.slice(0, 4), names.slice(0, 5)];
const values: readonly Value[] = ['new', 0, '', false, null];
const old: Version = { counter: 1, writer: 'carol' };
const recent: Version = { counter: 2, writer: 'carol' };
/** Newer than `old` by its name. */
const sameCounter: Version = { counter: 1, writer: 'dora' };
/** As text the first would be newer. */
const [nine, ten]: [Version, Version] = [
  { counter: 9, writer: 'carol' },
  { counter: 10, writer: 'carol' },
];

example(
  'local-read',
  'A local read returns what its node has, at once, whomever that node can reach.',
  { points: 5 },
  () => {
    for (const nodes of clusters) {
      for (const value of values) {
        const world = worldOf(nodes);
        for (const id of nodes) gives(world, id, old, 'old');
        gives(world, 'n1', recent, value);
        world.hold();
        reads(world, 'local', 'n1');
        checkAtOnce(world.trace, 'n1');
        checkRead(world.trace, 'n1', value, 'which is what it has');
        reads(world, 'local', 'n2');
        checkAtOnce(world.trace, 'n2');
        checkRead(world.trace, 'n2', 'old', 'which is what it has');
      }
      const world = worldOf(nodes).hold();
      reads(world, 'local', 'n1');
      checkAtOnce(world.trace, 'n1');
      checkRead(world.trace, 'n1', null, 'for nobody has written');
    }
  },
);

example(
  'async-write',
  'An asynchronous write is done at once; its node has it, and the others soon.',
  { points: 10 },
  () => {
    for (const nodes of clusters) {
      checkInTurn(nodes);
      checkAtTheSameTime(nodes);
      checkCutOff(nodes);
      checkWrittenAgain(nodes);
    }
  },
);

// ── Operations that wait for a majority ──────────────────────────────────────────────────────────

example(
  'quorum-waits',
  'A quorum read returns the newest that a majority has; a quorum write is done when one has it.',
  { points: 10 },
  () => {
    for (const nodes of clusters) {
      for (const mode of ['quorum', 'atomic'] as const) {
        for (const order of turns(nodes)) {
          checkReadWaits(mode, nodes, order, [old, recent]);
          checkReadWaits(mode, nodes, order, [old, sameCounter]);
          checkReadWaits(mode, nodes, order, [nine, ten]);
        }
        for (const order of turns(nodes)) checkWriteWaits(mode, nodes, order);
      }
      checkLateReply(nodes, { crashes: false });
      checkLateReply(nodes, { crashes: true });
      checkLateAcknowledgement(nodes);
      checkTwice(nodes);
      checkSameValue(nodes);
      checkCrashesLater(nodes);
    }
  },
);

example(
  'new-old-inversion',
  'When an atomic read has returned a value, no later one returns an older one.',
  { points: 10 },
  () => {
    for (const nodes of clusters) {
      const last = nodes.at(-1) as ProcessId;
      for (const reached of nodes.length === 5 ? [[], [last]] : [[]]) {
        for (const heard of majoritiesWith(['n1', 'n2'], nodes)) {
          for (const second of nodes.slice(2)) {
            for (const others of majoritiesWith([second], nodes)) {
              checkOneAfterTheOther(nodes, reached, ['n2', heard], [second, others]);
            }
          }
        }
      }
      for (const second of nodes.slice(1)) {
        for (const heard of majoritiesWith(['n1'], nodes)) {
          for (const others of majoritiesWith([second], nodes)) {
            checkAlone(nodes, heard, [second, others]);
          }
        }
      }
      for (const value of values) checkNewestAlone(nodes, ['old'], value);
      checkNewestAlone(nodes, ['new', 'old'], 'new');
      checkOvertaken(nodes);
      checkHeardMeanwhile(nodes);
      checkSameCounter(nodes);
      for (const before of [[], ['n3']]) checkWrittenAtOnce(nodes, before);
    }
  },
);

const deeds = listOf(24, deed, describeDeed);
const answersCover = {
  'a majority answered while another node was cut off': 30,
  'no side had a majority': 5,
  'a node that had been cut off answered again': 50,
};

liveness(
  'answers-again',
  'Whoever reaches a majority answers, in every mode, and so does everybody when the cut is mended.',
  { points: 5, covers: answersCover, runs: 60 },
  given(deeds, (done) => {
    for (const mode of allModes) checkAnswers(play(mode, done, []));
  }),
);

// ── What is measured ─────────────────────────────────────────────────────────────────────────────

example(
  'percentile',
  'The median and the 99th percentile are found by nearest rank: they are times that occurred.',
  { points: 10 },
  () => {
    checkPercentile([30, 10, 20], 50);
    checkPercentile([40, 10, 30, 20], 50);
    checkPercentile([0], 50);
    checkPercentile([7], 99);
    checkPercentile([], 50);
    checkPercentile([], 99);
    checkPercentile([9, 100, 25, 1000, 3], 50);
    checkPercentile([9, 100, 25, 1000, 3, 80], 99);
    checkPercentile([20, 20, 0, 0, 0], 50);
    checkPercentile([10, Infinity, 20], 50);
    checkPercentile([Infinity, 10, Infinity], 50);
    checkPercentile([Infinity, Infinity], 50);
    for (const n of [20, 99, 100, 101, 200, 1000]) {
      const times = Array.from({ length: n }, (_, i) => ((i * 7919) % n) + 1);
      for (const percent of [1, 50, 99, 100]) checkPercentile(times, percent);
      checkPercentile([...times, Infinity], 99);
      checkPercentile([...times, Infinity, Infinity, Infinity], 99);
    }
  },
);

example(
  'time-out-counts',
  'An operation without an answer was asked for, was not answered, and took for ever.',
  { points: 10 },
  () => {
    const [first, , third] = nodesAt;
    // 0 ms is a time, and so is an answer at 0 ms.
    checkMeasure([first('write', 'a', 0, 0), first('read', 'a', 0, 0), first('read', 'a', 0, 5)]);
    checkMeasure([]);
    // What came back says nothing about whether anything did.
    const odd = values.map((value, i) => first('read', value, 300 * i, 300 * i + 10 * i));
    checkMeasure([...odd, first('read', undefined, 9_000)]);
    checkMeasure([first('write', 'a', 100), first('write', 'b', 400)]);
    checkMeasure([
      first('read', null, 0, 10),
      first('read', null, 100, 140),
      first('read', null, 300),
    ]);
    const many = Array.from({ length: 100 }, (_, i) => first('read', null, 300 * i, 300 * i + 20));
    checkMeasure([...many, first('read', null, 99_000)]);
    checkMeasure([...many, first('read', null, 99_000), first('read', null, 99_300)]);
    // Late is not never.
    checkMeasure([first('read', null, 0, 10), first('read', null, 300, 550)]);
    // Nearest rank for any number of times, whole or not.
    for (const n of [10, 50, 150, 199, 200, 250]) {
      const every = Array.from({ length: n }, (_, i) => first('read', null, 300 * i, 301.5 * i));
      checkMeasure(every);
    }
    // Most is answered, and that is not all.
    const most = [0, 300, 600, 900].map((at) => first('read', null, at, at + 20));
    const whole = { mode: 'atomic', sides: [['n1', 'n2', 'n3']], failed: [] } as const;
    const never = { cutAtMs: Infinity, healedAtMs: Infinity };
    checkReport([...most, first('read', undefined, 1200)], { ...whole, ...never });
    checkReport(most, { ...whole, ...never });
    const more = Array.from({ length: 199 }, (_, i) => first('read', null, 300 * i, 300 * i + 20));
    checkReport([...more, first('read', undefined, 99_000)], { ...whole, ...never });
    // A whole run: the side of n3 is silent while it is cut off.
    checkReport(
      [
        first('write', 'a', 0, 40),
        third('read', 'a', 50, 90),
        first('read', 'a', 300, 340),
        third('read', undefined, 300),
        third('read', undefined, 600),
        third('read', 'a', 1000, 1040),
      ],
      { mode: 'atomic', sides: [['n1', 'n2'], ['n3']], cutAtMs: 200, healedAtMs: 900, failed: [] },
    );
  },
);

example(
  'both-sides',
  'The report counts each side and each phase apart, and leaves out the nodes that failed.',
  { points: 10 },
  () => {
    const [n1, n2, n3, n4, n5] = nodesAt;
    const halves = [
      ['n1', 'n2'],
      ['n3', 'n4', 'n5'],
    ];
    const span = { mode: 'quorum', cutAtMs: 100, healedAtMs: 500 } as const;
    // The larger side answers all, the other one nothing, wherever in the list it stands.
    const cutOff = [
      n1('read', null, 10, 30),
      n4('read', null, 40, 70),
      n3('write', 'a', 150, 190),
      n1('read', undefined, 160),
      n2('write', 'b', 170),
      n5('read', 'a', 200, 220),
      n2('read', 'a', 600, 640),
      n3('read', 'a', 700, 710),
    ];
    for (const sides of [halves, halves.toReversed()]) {
      checkReport(cutOff, { ...span, sides, failed: [] });
    }
    // In the order in which they ended, or in none.
    checkReport(cutOff.toReversed(), { ...span, sides: halves, failed: [] });
    // n4 failed; what it was asked for was asked of nobody.
    const crashed = [...cutOff.slice(0, 3), n4('read', undefined, 210), ...cutOff.slice(5)];
    checkReport(crashed, { ...span, sides: halves, failed: ['n4'] });
    checkReport(crashed, { ...span, sides: halves, failed: ['n5'] });
    checkReport(crashed, { ...span, sides: halves, failed: ['n5', 'n4'] });
    checkReport(cutOff, { ...span, sides: halves, failed: ['n1', 'n2'] });
    // Each node is a side.
    checkReport(cutOff, { ...span, sides: names.map((id) => [id]), failed: [] });
    // No side has a majority, and there are three.
    checkReport(
      [n1('read', undefined, 150), n3('read', undefined, 160), n5('read', null, 90, 120)],
      { ...span, sides: [['n1', 'n2'], ['n3', 'n4'], ['n5']], failed: [] },
    );
    // What is asked for before the cut, and ends in it, was asked for before.
    const edges = [99, 100, 101, 499, 500, 501];
    checkReport(
      [
        ...edges.map((at, i) => (nodesAt[i % 5] as Asked)('write', `v${i}`, at)),
        n1('read', null, 90, 130),
        n4('read', null, 480, 520),
        n2('read', undefined, 90),
      ],
      { ...span, sides: halves, failed: [] },
    );
    // Only what was asked for shortly before the cut is not answered.
    checkReport([n1('read', null, 10, 20), n4('read', undefined, 90), n1('read', null, 150, 160)], {
      ...span,
      sides: halves,
      failed: [],
    });
    // Only what was asked for after the cut is not answered.
    checkReport(
      [n1('read', null, 10, 20), n4('write', 'a', 190, 230), n2('read', undefined, 800)],
      {
        ...span,
        sides: halves,
        failed: [],
      },
    );
    for (const at of [0, ...edges, 9_000]) checkPhase(at, { ...span, sides: halves, failed: [] });
    checkReport([], { ...span, sides: halves, failed: [] });
    // Cut from the beginning, or never whole again.
    const atOnce = {
      mode: 'quorum',
      sides: halves,
      cutAtMs: 0,
      healedAtMs: 500,
      failed: [],
    } as const;
    checkReport([n1('read', undefined, 0), n4('read', null, 10, 30)], atOnce);
    for (const at of [0, 1, 500]) checkPhase(at, atOnce);
    for (const at of [0, 9_000]) checkPhase(at, { ...atOnce, cutAtMs: 5, healedAtMs: Infinity });
    // Never cut: then all of it was before.
    const never = { mode: 'local', cutAtMs: Infinity, healedAtMs: Infinity } as const;
    checkReport([n1('read', null, 0, 0)], { ...never, sides: [names], failed: [] });
  },
);

example(
  'measured',
  'Whether a run is linearizable is read off its whole history, not off its mode.',
  { points: 10 },
  () => {
    const [n1, n2, n3, n4, n5] = nodesAt;
    const sides = [
      ['n1', 'n2'],
      ['n3', 'n4', 'n5'],
    ];
    const run = { sides, cutAtMs: 300, healedAtMs: 900, failed: [] } as const;
    // Each side agrees with itself.
    const brain = [
      n1('write', 'a', 400, 400),
      n2('read', 'a', 450, 450),
      n3('write', 'b', 500, 500),
      n4('read', 'b', 550, 550),
      n1('read', 'a', 600, 600),
    ];
    checkReport(brain, { ...run, mode: 'local' });
    // Quorum reads that contradict each other (exercise 03), and some that do not.
    const inversion = [
      n1('write', 'new', 0, 190),
      n2('read', 'new', 30, 60),
      n3('read', null, 70, 100),
    ];
    checkReport(inversion, { ...run, mode: 'quorum' });
    checkReport(inversion, { ...run, mode: 'atomic' });
    checkReport(inversion.with(2, n3('read', 'new', 70, 100)), { ...run, mode: 'quorum' });
    // A local read is not wrong because it is local.
    checkReport([n1('write', 'a', 0, 0), n1('read', 'a', 10, 10)], { ...run, mode: 'local' });
    checkReport([n1('write', 'a', 0, 0), n2('read', null, 10, 10)], { ...run, mode: 'local' });
    // Each phase agrees with itself.
    const back = [
      n3('write', 'a', 100, 140),
      n4('read', 'a', 500, 520),
      n5('read', null, 950, 950),
    ];
    checkReport(back, { ...run, mode: 'mixed' });
    const forth = [
      n3('write', 'a', 100, 140),
      n4('read', 'a', 500, 520),
      n5('read', 'a', 950, 970),
    ];
    checkReport(forth, { ...run, mode: 'quorum' });
    // It takes a while until they contradict each other.
    const calm = Array.from({ length: 120 }, (_, i) => n4('read', null, i, i));
    const late = inversion.map((each): Operation => {
      const { invokedAt, respondedAt = Infinity } = each;
      return { ...each, invokedAt: invokedAt + 950, respondedAt: respondedAt + 950 };
    });
    checkReport([...calm, ...late], { ...run, mode: 'quorum' });
    // Nothing was cut, and they contradict each other all the same.
    const whole = { sides: [names], cutAtMs: Infinity, healedAtMs: Infinity, failed: [] };
    checkReport(inversion, { ...whole, mode: 'quorum' });
    checkReport(inversion, { ...whole, mode: 'mixed' });
    // The write timed out, or its node failed, and it was read all the same.
    const pending = [n1('write', 'a', 310), n2('read', 'a', 1000, 1020)];
    checkReport(pending, { ...run, mode: 'atomic' });
    checkReport(pending, { ...run, mode: 'atomic', failed: ['n1'] });
    checkReport(pending.with(1, n2('read', null, 1000, 1020)), { ...run, mode: 'atomic' });
    const gone = [n1('write', 'a', 0, 10), n2('read', null, 950, 970)];
    checkReport(gone, { ...run, mode: 'atomic', failed: ['n1'] });
    checkReport(gone, { ...run, mode: 'atomic', failed: ['n2'] });
  },
);

// ── The two warnings ─────────────────────────────────────────────────────────────────────────────

const trouble = faultPlans({
  processes: names,
  kinds: ['lose', 'delay', 'duplicate', 'crash'],
  messagesPerLink: 8,
  untilMs: 1000,
  crashes: 1,
});
const capCover = {
  'a run was available, and not linearizable': 40,
  'a run was linearizable, and not available': 40,
  'a run was neither': 20,
  'no side had a majority': 5,
  'a node failed': 15,
  'there were four nodes': 10,
  'there were five nodes': 10,
};

safety(
  'cap',
  'Cut apart, no mode is both linearizable and available at every node that has not failed.',
  { points: 10, covers: capCover, runs: 80 },
  given(trouble, deeds, (plan, done) => {
    for (const mode of allModes) checkCap(play(mode, done, plan));
  }),
);

example(
  'pacelc',
  'With no cut at all, asking a majority costs a round trip at least, and not asking costs nothing.',
  { points: 10 },
  () => {
    for (const mode of allModes) {
      for (const nodes of clusters) {
        for (const latencyMs of [2, 6, 15]) checkCosts(mode, nodes, latencyMs);
      }
      checkReport(...measured(mode, names, [5, 25]));
    }
  },
);

// ── The worlds ───────────────────────────────────────────────────────────────────────────────────

/** Says what a test tells it to say. */
class Puppet extends Process<Message> {
  say(to: ProcessId, message: Message): void {
    this.send(to, message);
  }
  receive(): void {}
}

type World = Simulation<Node | Puppet>;

const allModes: readonly Mode[] = ['local', 'mixed', 'quorum', 'atomic'];

function worldOf(
  nodes: readonly ProcessId[],
  options: { latencyMs?: number | readonly [number, number]; faults?: FaultPlan } = {},
): World {
  return simulate<Node | Puppet>({
    processes: Object.fromEntries(nodes.map((id) => [id, Node])),
    clients: { carol: Puppet },
    ...options,
  });
}

/** Carol, who is no node, lets a node have something. Nothing else gets through, now or later. */
function gives(world: World, to: ProcessId, version: Version, value: Value): void {
  world.hold();
  world.call('carol', `gives ${show(value)} to ${to}`, (carol) => {
    if (carol instanceof Puppet) carol.say(to, { type: 'store', request: 0, version, value });
  });
  world.deliver('carol', to).runFor(0);
}

function reads(world: World, mode: Mode, id: ProcessId): void {
  world.call(id, `reads, ${mode}`, (node) => {
    if (node instanceof Node) node.read(mode);
  });
}

function writes(world: World, mode: Mode, id: ProcessId, value: Value): void {
  world.call(id, `writes ${show(value)}, ${mode}`, (node) => {
    if (node instanceof Node) node.write(mode, value);
  });
}

/** After so long a node gives up. */
const givesUpAfterMs = 200;

/** By then everybody has heard of everything. */
const soonMs = 200;

/** One after the other each node writes, and everybody reads it. One clock is far behind. */
function checkInTurn(nodes: readonly ProcessId[]): void {
  const world = worldOf(nodes).stepClock('n2', -9_000);
  for (const [i, writer] of [...nodes, ...nodes.toReversed()].entries()) {
    const value = values[i % values.length] as Value;
    writes(world, 'local', writer, value);
    checkAtOnce(world.trace, writer);
    const written = lastOf(world.trace, writer).invoked;
    // What it sent to itself arrives at once, but not in the same step.
    world.runFor(0);
    reads(world, 'local', writer);
    checkRead(world.trace, writer, value, 'which it has just written');
    world.runFor(soonMs);
    for (const id of nodes) {
      reads(world, 'local', id);
      checkRead(world.trace, id, value, `which ${writer} wrote, and all could hear of`, written);
    }
  }
}

/** Two nodes write before they have heard of each other, the last time over an old value. In the end all have the same. */
function checkAtTheSameTime(nodes: readonly ProcessId[]): void {
  for (const [a, b, before] of [
    ['n1', 'n2'],
    ['n3', 'n1'],
    ['n1', 'n2', 'n3'],
  ] as const) {
    const world = worldOf(nodes);
    if (before !== undefined) writes(world, 'local', before, 'old');
    if (before !== undefined) world.runFor(soonMs);
    const { nowMs } = world;
    writes(world, 'local', a, 'hers');
    writes(world, 'local', b, 'mine');
    world.runFor(soonMs);
    for (const id of nodes) reads(world, 'local', id);
    const ended = operations(world.trace).filter(({ op }) => op === 'read');
    const [first, other] = [ended[0], ended.find((one) => one.end?.value !== ended[0]?.end?.value)];
    if (first === undefined || other === undefined) continue;
    violated(
      `${a} wrote 'hers' and ${b} 'mine' at ${nowMs} ms. When everybody had heard of both, ${did(first)}, and ${endedAs(first)}; ${did(other)}, and ${endedAs(other)}. They should agree: of two versions with the same counter the greater name is newer.`,
      world.trace,
      first.end?.event,
      other.end?.event,
    );
  }
}

/** Nothing gets through from n1; it writes, crashes, and comes back. */
function checkCutOff(nodes: readonly ProcessId[]): void {
  const world = worldOf(nodes, { faults: scenarios.alone('n1', nodes) });
  world.runFor(0).loseAtCrash('n1', 1, 'unflushed');
  writes(world, 'local', 'n1', 'new');
  checkAtOnce(world.trace, 'n1');
  world.runFor(soonMs);
  reads(world, 'local', 'n1');
  checkRead(world.trace, 'n1', 'new', 'which it wrote itself');
  world.crash('n1').restart('n1');
  reads(world, 'local', 'n1');
  checkRead(world.trace, 'n1', 'new', 'which it wrote before it crashed');
  writes(world, 'local', 'n1', 'newer');
  checkAtOnce(world.trace, 'n1');
  world.runFor(0);
  reads(world, 'local', 'n1');
  checkRead(world.trace, 'n1', 'newer', 'which it wrote after it had crashed');
}

/** What n1 writes reaches nobody; when the cut is mended it writes the same once more. */
function checkWrittenAgain(nodes: readonly ProcessId[]): void {
  const world = worldOf(nodes, { faults: scenarios.alone('n1', nodes, 0, soonMs) });
  world.runFor(0);
  writes(world, 'local', 'n1', 'same');
  world.runFor(2 * soonMs);
  writes(world, 'local', 'n1', 'same');
  const written = lastOf(world.trace, 'n1').invoked;
  world.runFor(soonMs);
  for (const id of nodes) {
    reads(world, 'local', id);
    checkRead(world.trace, id, 'same', 'which n1 wrote, and all could hear of', written);
  }
}

/** `order` replies one after the other, and the last of its majority has something new. */
function checkReadWaits(
  mode: Mode,
  nodes: readonly ProcessId[],
  order: readonly ProcessId[],
  [older, version]: readonly [Version, Version],
): void {
  const [reader, ...others] = order as [ProcessId, ...ProcessId[]];
  const needed = majorityOf(nodes.length) - 1;
  const value = values[nodes.indexOf(reader) % values.length] as Value;
  const world = worldOf(nodes);
  for (const id of nodes) gives(world, id, older, 'old');
  gives(world, others[needed - 1] as ProcessId, version, value);
  world.hold();
  reads(world, mode, reader);
  for (let heard = 0; heard < needed; heard++) {
    exchange(world, reader, others.slice(0, heard));
    checkOpen(world.trace, reader, others.slice(0, heard));
  }
  exchange(world, reader, others.slice(0, needed));
  checkDone(world.trace, reader, others.slice(0, needed));
  checkRead(world.trace, reader, value, `which ${others[needed - 1]} had`);
}

/** A write by one majority, another by another one, and whoever reads then finds the second. */
function checkWriteWaits(
  mode: Mode,
  nodes: readonly ProcessId[],
  order: readonly ProcessId[],
): void {
  const [writer, ...others] = order as [ProcessId, ...ProcessId[]];
  const reader = others.at(-1) as ProcessId;
  const value = values[nodes.indexOf(writer) % values.length] as Value;
  const world = worldOf(nodes).stepClock('n2', -9_000).hold();
  writes(world, mode, reader, 'old');
  exchangeUntilDone(world, reader, others.toReversed());
  checkReached(world.trace, reader);
  writes(world, mode, writer, value);
  for (let heard = 0; heard < majorityOf(nodes.length) - 1; heard++) {
    exchange(world, writer, others.slice(0, heard));
    checkReached(world.trace, writer);
  }
  exchange(world, writer, others.slice(0, majorityOf(nodes.length) - 1), isNoStore);
  checkReached(world.trace, writer);
  exchangeUntilDone(world, writer, others);
  checkReached(world.trace, writer);
  checkDone(world.trace, writer, others);
  reads(world, mode, reader);
  exchangeUntilDone(world, reader, [...others.slice(0, -1).toReversed(), writer]);
  checkDone(world.trace, reader, others);
  checkRead(world.trace, reader, value, `which ${writer} had written before that`);
}

type Read = readonly [reader: ProcessId, heard: readonly ProcessId[]];

/** The write of n1 has hardly reached anybody. One node hears of it and reads, and then another does. */
function checkOneAfterTheOther(
  nodes: readonly ProcessId[],
  reached: readonly ProcessId[],
  [first, heard]: Read,
  [second, others]: Read,
): void {
  const world = worldOf(nodes).hold();
  writes(world, 'atomic', 'n1', 'new');
  exchange(world, 'n1', nodes, isNoStore);
  for (const id of nodes.slice(1)) {
    if (reached.includes(id)) world.deliver('n1', id, 'store');
    else world.lose('n1', id, 'store');
  }
  reads(world, 'atomic', first);
  exchangeUntilDone(world, first, heard);
  checkDone(world.trace, first, heard);
  world.runFor(1);
  reads(world, 'atomic', second);
  exchangeUntilDone(world, second, others);
  checkDone(world.trace, second, others);
  checkHistory(world.trace);
}

/** The write of n1 has reached nobody, and it has given it up. It reads, and then another one does. */
function checkAlone(
  nodes: readonly ProcessId[],
  heard: readonly ProcessId[],
  [second, others]: Read,
): void {
  const world = worldOf(nodes).hold();
  writes(world, 'atomic', 'n1', 'new');
  exchange(world, 'n1', nodes, isNoStore);
  loseAll(world, 'n1', nodes);
  world.runFor(givesUpAfterMs);
  checkGivesUp(world.trace, 'atomic');
  loseAll(world, 'n1', nodes);
  reads(world, 'atomic', 'n1');
  exchangeUntilDone(world, 'n1', heard);
  checkDone(world.trace, 'n1', heard);
  world.runFor(1);
  reads(world, 'atomic', second);
  exchangeUntilDone(world, second, others);
  checkDone(world.trace, second, others);
  checkHistory(world.trace);
}

/** The last write of n1 has reached nobody: n2 finds it at n1, and then the last node must not miss it. */
function checkNewestAlone(
  nodes: readonly ProcessId[],
  [first, second]: readonly Value[],
  last: Value,
): void {
  const needed = majorityOf(nodes.length);
  const world = worldOf(nodes).hold();
  writes(world, 'atomic', 'n1', first as Value);
  exchange(world, 'n1', nodes);
  if (second !== undefined) {
    writes(world, 'atomic', 'n1', second);
    exchange(world, 'n1', nodes.slice(1 - needed));
    loseAll(world, 'n1', nodes);
  }
  writes(world, 'atomic', 'n1', last);
  exchange(world, 'n1', nodes, isNoStore);
  loseAll(world, 'n1', nodes);
  world.runFor(givesUpAfterMs);
  loseAll(world, 'n1', nodes);
  for (const [reader, heard] of [
    ['n2', nodes.slice(0, needed)],
    [nodes.at(-1) as ProcessId, nodes.slice(-needed)],
  ] as const) {
    reads(world, 'atomic', reader);
    exchangeUntilDone(world, reader, heard);
    checkDone(world.trace, reader, heard);
    world.runFor(1);
  }
  checkHistory(world.trace);
}

/** Everything that waits on its way from a node to the others is lost. */
function loseAll(world: World, from: ProcessId, nodes: readonly ProcessId[]): void {
  for (const to of nodes) {
    if (to !== from) for (const _ of world.held(from, to)) world.lose(from, to);
  }
}

/** While n2 writes back what it has found, it hears of the write of n1, which reaches nobody else. */
function checkHeardMeanwhile(nodes: readonly ProcessId[]): void {
  const others = nodes.slice(2, majorityOf(nodes.length) + 1);
  const world = worldOf(nodes).hold();
  writes(world, 'atomic', 'n1', 'new');
  exchange(world, 'n1', nodes, isNoStore);
  reads(world, 'atomic', 'n2');
  exchange(world, 'n2', others, isNoStore);
  world.deliver('n1', 'n2', 'store');
  exchangeUntilDone(world, 'n2', others);
  checkDone(world.trace, 'n2', others);
  world.runFor(1);
  reads(world, 'atomic', 'n3');
  exchangeUntilDone(world, 'n3', nodes.slice(2).toReversed());
  if (nodes.length > 4) checkDone(world.trace, 'n3', nodes.slice(2));
  checkHistory(world.trace);
}

/** n1 and n2 write before they have heard of each other; all hear of n1, and only n2 has its own. */
function checkSameCounter(nodes: readonly ProcessId[]): void {
  const world = worldOf(nodes).hold();
  writes(world, 'atomic', 'n1', 'hers');
  writes(world, 'atomic', 'n2', 'mine');
  exchange(world, 'n1', nodes, isNoStore);
  exchange(world, 'n2', nodes, isNoStore);
  loseAll(world, 'n2', nodes);
  exchangeUntilDone(world, 'n1', nodes.toSpliced(1, 1));
  checkDone(world.trace, 'n1', nodes.toSpliced(1, 1));
  for (const [reader, heard] of [
    ['n3', nodes.slice(1)],
    ['n1', nodes.toSpliced(1, 1)],
  ] as const) {
    world.runFor(1);
    reads(world, 'atomic', reader);
    exchangeUntilDone(world, reader, heard.slice(0, majorityOf(nodes.length)));
    checkDone(world.trace, reader, heard.slice(0, majorityOf(nodes.length)));
  }
  checkHistory(world.trace);
}

/** n1 and n2 write before they have heard of each other, and n3, which may have written, hears of n2 first. */
function checkWrittenAtOnce(nodes: readonly ProcessId[], before: readonly ProcessId[]): void {
  const world = worldOf(nodes).hold();
  for (const id of before) {
    writes(world, 'atomic', id, 'old');
    exchange(world, id, nodes);
  }
  writes(world, 'atomic', 'n1', 'hers');
  writes(world, 'atomic', 'n2', 'mine');
  exchange(world, 'n1', nodes, isNoStore);
  exchange(world, 'n2', nodes, isNoStore);
  exchange(world, 'n2', ['n3']);
  exchange(world, 'n1', nodes);
  exchange(world, 'n2', nodes);
  for (const reader of ['n1', 'n3', 'n1', 'n2', 'n3']) {
    world.runFor(1);
    reads(world, 'atomic', reader);
    exchangeUntilDone(world, reader, nodes.toReversed());
    checkDone(world.trace, reader, nodes);
  }
  checkHistory(world.trace);
}

/** While n2 reads, n1 writes. What n2 has found must not come back. */
function checkOvertaken(nodes: readonly ProcessId[]): void {
  for (const [reader, heard] of [
    ['n3', nodes],
    ['n2', nodes.slice(0, majorityOf(nodes.length))],
  ] as const) {
    const world = worldOf(nodes).hold();
    writes(world, 'atomic', 'n1', 'old');
    exchange(world, 'n1', nodes);
    world.runFor(1);
    reads(world, 'atomic', 'n2');
    exchange(world, 'n2', nodes, isNoStore);
    writes(world, 'atomic', 'n1', 'new');
    exchangeUntilDone(world, 'n1', nodes.toSpliced(1, 1));
    checkDone(world.trace, 'n1', nodes);
    loseAll(world, 'n1', nodes);
    exchange(world, 'n2', nodes);
    world.runFor(1);
    reads(world, 'atomic', reader);
    exchangeUntilDone(world, reader, heard);
    checkDone(world.trace, reader, heard);
    checkHistory(world.trace);
  }
}

/** A reply to the first read of n1 arrives during its second. In between the others have written. */
function checkLateReply(nodes: readonly ProcessId[], { crashes }: { crashes: boolean }): void {
  const last = nodes.at(-1) as ProcessId;
  const others = nodes.slice(1);
  const world = worldOf(nodes).hold();
  world.loseAtCrash('n1', 1, 'unflushed');
  reads(world, 'quorum', 'n1');
  world.deliver('n1', last, 'fetch');
  exchange(world, 'n1', others.slice(0, -1));
  if (crashes) world.crash('n1').restart('n1');
  writes(world, 'quorum', 'n2', 'new');
  exchangeUntilDone(world, 'n2', others);
  reads(world, 'quorum', 'n1');
  exchange(world, 'n1', others.slice(0, majorityOf(nodes.length) - 2));
  world.deliver(last, 'n1', 'fetched').runFor(0);
  checkOpen(world.trace, 'n1', others.slice(0, majorityOf(nodes.length) - 2));
}

/** What acknowledges the first write of n1 arrives during its second. */
function checkLateAcknowledgement(nodes: readonly ProcessId[]): void {
  const last = nodes.at(-1) as ProcessId;
  const others = nodes.slice(1);
  const world = worldOf(nodes).hold();
  writes(world, 'quorum', 'n1', 'first');
  exchange(world, 'n1', others, isNoStore);
  world.deliver('n1', last, 'store');
  exchange(world, 'n1', others.slice(0, -1));
  checkDone(world.trace, 'n1', others);
  writes(world, 'quorum', 'n1', 'second');
  exchange(world, 'n1', others.slice(0, -1), isNoStore);
  exchange(world, 'n1', others.slice(0, majorityOf(nodes.length) - 2));
  world.deliver(last, 'n1', 'stored').runFor(0);
  checkReached(world.trace, 'n1');
}

/** n2 replies twice, and acknowledges twice: it is one node all the same. */
function checkTwice(nodes: readonly ProcessId[]): void {
  const world = worldOf(nodes).hold();
  reads(world, 'quorum', 'n1');
  world.deliver('n1', 'n2', 'fetch').runFor(0);
  world.deliverCopy('n2', 'n1', 'fetched').deliver('n2', 'n1', 'fetched').runFor(0);
  if (majorityOf(nodes.length) > 2) checkOpen(world.trace, 'n1', ['n2']);
  exchangeUntilDone(world, 'n1', nodes);
  checkDone(world.trace, 'n1', nodes);
  writes(world, 'quorum', 'n1', 'new');
  exchange(world, 'n1', nodes, isNoStore);
  world.deliver('n1', 'n2', 'store').runFor(0);
  world.deliverCopy('n2', 'n1', 'stored').deliver('n2', 'n1', 'stored').runFor(0);
  checkReached(world.trace, 'n1');
}

/** n1 has written a value that reached nobody, and then n2 writes the same. */
function checkSameValue(nodes: readonly ProcessId[]): void {
  const world = worldOf(nodes).hold();
  writes(world, 'quorum', 'n1', 'same');
  exchange(world, 'n1', nodes, isNoStore);
  loseAll(world, 'n1', nodes);
  world.runFor(givesUpAfterMs);
  loseAll(world, 'n1', nodes);
  writes(world, 'quorum', 'n2', 'same');
  exchange(world, 'n2', nodes, isNoStore);
  checkReached(world.trace, 'n2');
  exchangeUntilDone(world, 'n2', nodes);
  checkReached(world.trace, 'n2');
  checkDone(world.trace, 'n2', nodes);
}

/** The nodes that acknowledged a write crash, and lose what was not safe. Whoever reads then finds it. */
function checkCrashesLater(nodes: readonly ProcessId[]): void {
  const last = nodes.at(-1) as ProcessId;
  const told = nodes.slice(1, majorityOf(nodes.length));
  const world = worldOf(nodes).hold();
  for (const id of told) world.loseAtCrash(id, 1, 'unflushed');
  writes(world, 'quorum', 'n1', 'new');
  exchangeUntilDone(world, 'n1', told);
  checkDone(world.trace, 'n1', told);
  for (const id of told) world.crash(id).restart(id);
  reads(world, 'quorum', last);
  exchangeUntilDone(world, last, nodes.slice(1));
  checkDone(world.trace, last, nodes.slice(1));
  checkRead(world.trace, last, 'new', `which ${list(['n1', ...told])} had, on disk`);
}

type Filter = (message: Message) => boolean;

/**
 * Lets what is asked, told and replied flow between a node and some others, until nothing more is said.
 * What a node sends to itself arrives at once; what is sent again, or by the clock, waits.
 */
function exchange(
  world: World,
  node: ProcessId,
  others: readonly ProcessId[],
  filter: Filter = () => true,
): void {
  const links = linksOf(node, others);
  const isNext = (message: Message) => isPrompt(world.trace, message) && filter(message);
  for (;;) {
    world.runFor(0);
    const link = links.find(([a, b]) => (world.held(a, b) as Message[]).some(isNext));
    if (link === undefined) return;
    world.deliver(...link, isNext as (message: never) => boolean);
  }
}

/** The same, one message after the other, and no longer than the node's operation takes. */
function exchangeUntilDone(world: World, node: ProcessId, others: readonly ProcessId[]): void {
  const links = linksOf(node, others).toReversed();
  const isNext = (message: Message) => isPrompt(world.trace, message);
  for (let seen = lastOf(world.trace, node).invoked.index + 1; ;) {
    world.runFor(0);
    const news = world.trace.events.slice(seen);
    seen = world.trace.length;
    if (news.some((event) => event.process === node && isEnd(notedIn(event)))) return;
    const link = links.find(([a, b]) => (world.held(a, b) as Message[]).some(isNext));
    if (link === undefined) return;
    world.deliver(...link, isNext as (message: never) => boolean);
  }
}

/**
 * Whether a message was sent because of what somebody asked for, or because of a message like that; and
 * not because time went by, which is how nodes gossip, and ask again.
 */
function isPrompt(trace: Trace, message: Message): boolean {
  const sent = sendings(trace).get(message);
  let waitedMs = 0;
  for (let event = sent; event?.cause !== undefined;) {
    const cause = trace.at(event.cause);
    if (event.kind === 'timeout') waitedMs += event.at - cause.at;
    event = cause;
  }
  return waitedMs < 10;
}

const sentSoFar = new WeakMap<Trace, { upTo: number; readonly sent: Map<unknown, TraceEvent> }>();

/** What has been sent so far. */
function sendings(trace: Trace): ReadonlyMap<unknown, TraceEvent> {
  const known = sentSoFar.get(trace) ?? { upTo: 0, sent: new Map<unknown, TraceEvent>() };
  sentSoFar.set(trace, known);
  for (; known.upTo < trace.length; known.upTo++) {
    const event = trace.at(known.upTo);
    if (event.kind === 'send') known.sent.set(event.message, event);
  }
  return known.sent;
}

function linksOf(
  node: ProcessId,
  others: readonly ProcessId[],
): readonly (readonly [ProcessId, ProcessId])[] {
  const some = others.filter((id) => id !== node);
  return some.flatMap((id) => [[node, id] as const, [id, node] as const]);
}

function isNoStore(message: Message): boolean {
  return message.type !== 'store';
}

/** Of so many, how many are more than half. */
function majorityOf(size: number): number {
  return Math.floor(size / 2) + 1;
}

/** All majorities of the smallest size with these nodes in them. */
function majoritiesWith(
  ids: readonly ProcessId[],
  nodes: readonly ProcessId[],
): readonly (readonly ProcessId[])[] {
  return nodes
    .reduce<readonly (readonly ProcessId[])[]>(
      (parts, id) => [...parts, ...parts.map((part) => [...part, id])],
      [[]],
    )
    .filter((part) => part.length === majorityOf(nodes.length))
    .filter((part) => ids.every((id) => part.includes(id)));
}

/** The list turned by one, two, three …: each is first once. */
function turns(ids: readonly ProcessId[]): readonly (readonly ProcessId[])[] {
  return ids.map((_, i) => [...ids.slice(i), ...ids.slice(0, i)]);
}

// ── Generated runs: cut apart from 500 to 1700 ms, and quiet in the last 700 of these ────────────

const cutAtMs = 500;
const quietAtMs = 1000;
const healedAtMs = 1700;
const untilMs = 2600;

/** An operation, or what the cluster is and who is cut off from whom; the first of those counts. */
type Deed =
  | { readonly side: readonly number[]; readonly writesIn: number }
  | {
      readonly atMs: number;
      readonly node: number;
      readonly toWrite: boolean;
      /** Which odd value it writes, if nobody has yet. */
      readonly odd: number;
    };

function deed(draw: Draw): Deed {
  if (draw.chance(5)) {
    const size = draw.pick([3, 4, 5]);
    const sides = draw.pick([2, 2, 2, 3]);
    const side = Array.from({ length: size }, (_, i) => (i < 2 ? i : draw.integer(0, sides - 1)));
    return { side, writesIn: draw.integer(0, 1) };
  }
  return {
    atMs: draw.integer(0, 74) * 20,
    node: draw.integer(0, 4),
    toWrite: draw.chance(2),
    odd: draw.integer(0, 9),
  };
}

const usual: Extract<Deed, { side: unknown }> = { side: [0, 1, 1], writesIn: 0 };

function describeDeed(one: Deed): string {
  if ('side' in one) {
    const sides = sidesOf(one.side).map((side) => side.join(' '));
    return `${one.side.length} nodes, cut apart: ${sides.join(' | ')}`;
  }
  return `at ${timeOf(one)} ms n${one.node + 1} ${one.toWrite ? 'writes' : 'reads'}`;
}

function sidesOf(side: readonly number[]): readonly (readonly ProcessId[])[] {
  const all = [0, 1, 2].map((each) =>
    names.slice(0, side.length).filter((_, i) => side[i] === each),
  );
  return all.filter(({ length }) => length > 0);
}

function timeOf({ atMs }: { readonly atMs: number }): number {
  return atMs < quietAtMs ? atMs : atMs + (healedAtMs - quietAtMs);
}

interface Played {
  readonly trace: Trace;
  readonly run: Run;
  readonly history: readonly Operation[];
}

/** Everyone does what they should, if they are not busy; then one side writes, and the others read. */
function play(mode: Mode, done: readonly Deed[], faults: FaultPlan): Played {
  const { side, writesIn } = done.find((one) => 'side' in one) ?? usual;
  const nodes = names.slice(0, side.length);
  const sides = sidesOf(side);
  const plan = faults.filter((fault) => namedIn(fault).every((id) => nodes.includes(id as 'n1')));
  const cut: Fault = {
    kind: 'partition',
    groups: sides,
    atMs: cutAtMs,
    forMs: healedAtMs - cutAtMs,
  };
  const world = worldOf(nodes, { latencyMs: [1, 15], faults: [cut, ...plan] });
  const used = new Set<number>();
  const asked = new Set<string>();
  done.forEach((one, i) => {
    const id = 'side' in one ? undefined : nodes[one.node];
    if ('side' in one || id === undefined || asked.has(`${id} ${one.atMs}`)) return;
    asked.add(`${id} ${one.atMs}`);
    const odd = used.has(one.odd) ? undefined : values[one.odd + 1];
    if (one.toWrite) used.add(one.odd);
    const value = odd === undefined ? `v${i}` : odd;
    asks(world, timeOf(one), mode, id, one.toWrite ? value : undefined);
  });
  const down = plan.flatMap((fault) => (fault.kind === 'crash' ? [fault.process] : []));
  const [writing, ...others] = sides.map((ids) => ids.find((id) => !down.includes(id)));
  const [from, to] = writesIn === 0 ? [writing, others[0]] : [others[0], writing];
  if (from !== undefined) asks(world, quietAtMs + 220, mode, from, 'probe');
  if (to !== undefined) asks(world, quietAtMs + 450, mode, to, undefined);
  const { trace } = world.runFor(untilMs);
  const failed = [...new Set(trace.all('crash').map(({ process }) => process))];
  const run = { mode, sides, cutAtMs, healedAtMs, failed };
  return { trace, run, history: historyOf(trace) };
}

function asks(
  world: World,
  atMs: number,
  mode: Mode,
  id: ProcessId,
  value: Value | undefined,
): void {
  const label = value === undefined ? 'reads' : `writes ${show(value)}`;
  world.callAt(atMs, id, `${label}, ${mode}`, (node) => {
    if (!(node instanceof Node)) return;
    if (value === undefined) node.read(mode);
    else node.write(mode, value);
  });
}

function namedIn(fault: Fault): readonly ProcessId[] {
  if ('process' in fault) return [fault.process];
  return 'groups' in fault ? fault.groups.flat() : [fault.from, fault.to];
}

/** Nobody is cut off; all write and read, one after the other. */
function measured(
  mode: Mode,
  nodes: readonly ProcessId[],
  latencyMs: number | readonly [number, number],
): [readonly Operation[], Run, Trace] {
  const world = worldOf(nodes, { latencyMs });
  nodes.forEach((id, i) => {
    for (const [j, value] of [`v${i}`, undefined, `w${i}`, undefined].entries()) {
      asks(world, 1000 * i + 250 * j, mode, id, value);
    }
  });
  const { trace } = world.runFor(1000 * (nodes.length + 1));
  const sides = [nodes];
  const run = { mode, sides, cutAtMs: Infinity, healedAtMs: Infinity, failed: [] };
  return [historyOf(trace), run, trace];
}

// ── What is judged: what nodes were asked for, and what came of it ───────────────────────────────

/** What nodes note: that they were asked for something, and what came of it. */
interface Noted {
  readonly invoked?: { readonly op: 'read' | 'write'; readonly mode: Mode; readonly value?: Value };
  readonly responded?: true;
  readonly gaveUp?: true;
  readonly value?: Value;
}

/** What an entry notes; a node may note other things as well. */
function notedIn(event: TraceEvent): Noted {
  const about = event.kind === 'note' ? event.about : undefined;
  return typeof about === 'object' && about !== null ? about : {};
}

function isEnd(about: Noted): boolean {
  return 'responded' in about || 'gaveUp' in about;
}

interface Done {
  readonly node: ProcessId;
  readonly op: 'read' | 'write';
  readonly mode: Mode;
  /** What was to be written. */
  readonly value?: Value;
  readonly invoked: TraceEvent;
  /** How it ended; undefined as long as it has not. */
  end?: {
    readonly how: 'responded' | 'gave up' | 'crashed';
    /** What a read returned. */
    readonly value?: Value;
    readonly event: TraceEvent;
  };
}

/** The operations of a run, as the nodes noted them. An operation ends once, or not at all. */
function operations(trace: Trace): readonly Done[] {
  const all: Done[] = [];
  for (const event of trace.events) {
    if (event.kind !== 'note' && event.kind !== 'crash') continue;
    const last = all.findLast(({ node }) => node === event.process);
    if (event.kind === 'crash' && last?.end === undefined && last !== undefined) {
      last.end = { how: 'crashed', event };
    }
    if (event.kind !== 'note') continue;
    const about = notedIn(event);
    if (about.invoked !== undefined) {
      all.push({ ...about.invoked, node: event.process, invoked: event });
    } else if (isEnd(about)) {
      if (last === undefined || last.end !== undefined) {
        violated(
          `${event.process} noted “${event.text}” at ${event.at} ms, with no operation under way${last === undefined ? '' : `: ${did(last)}, and that ${endedAs(last)}`}. An operation is answered once.`,
          trace,
          last?.end?.event,
          event,
        );
      }
      const { value } = about;
      const how = 'gaveUp' in about ? 'gave up' : 'responded';
      last.end = { how, event, ...(value === undefined ? {} : { value }) };
    }
  }
  return all;
}

function lastOf(trace: Trace, node: ProcessId): Done {
  return operations(trace).findLast((one) => one.node === node) as Done;
}

/** What the nodes were asked for and answered, in ms; what was not answered is pending. */
function historyOf(trace: Trace): readonly Operation[] {
  return operations(trace).map(({ node: client, op, value, invoked, end }): Operation => {
    const argument = op === 'write' ? { argument: value } : {};
    const asked = { client, op, ...argument, invokedAt: invoked.at };
    if (end?.how !== 'responded') return asked;
    return { ...asked, result: end.value, respondedAt: end.event.at };
  });
}

// ── Nodes, one message after the other ───────────────────────────────────────────────────────────

/** Its last operation has been answered already: nothing had to arrive for that. */
function checkAtOnce(trace: Trace, node: ProcessId): void {
  const one = lastOf(trace, node);
  if (one.end?.how === 'responded' && one.end.event.at === one.invoked.at) return;
  const at = trace.at(trace.length - 1);
  stuck(
    `${did(one)}, and ${endedAs(one)}. It should have been answered in the same step, without waiting for anybody.`,
    trace,
    one.invoked,
    at,
  );
}

/** Its last operation, a read, has returned this. */
function checkRead(
  trace: Trace,
  node: ProcessId,
  value: Value,
  why: string,
  written?: TraceEvent,
): void {
  const read = lastOf(trace, node);
  if (read.end?.how === 'responded' && Object.is(read.end.value, value)) return;
  violated(
    `${did(read)}, and ${endedAs(read)}. It should have got ${show(value)}, ${why}.`,
    trace,
    written,
    read.invoked,
    read.end?.event,
  );
}

/** Its last operation is open: too few have replied. */
function checkOpen(trace: Trace, node: ProcessId, heard: readonly ProcessId[]): void {
  const one = lastOf(trace, node);
  if (one.end === undefined) return;
  const size = clusterOf(trace).length;
  violated(
    `${did(one)}, and ${endedAs(one)}, having heard from ${heard.length === 0 ? 'nobody' : list(heard)}. It has to wait for a majority, itself included: ${majorityOf(size)} of ${size}.`,
    trace,
    one.invoked,
    one.end.event,
  );
}

/** Its last operation is done, for a majority has replied. */
function checkDone(trace: Trace, node: ProcessId, heard: readonly ProcessId[]): void {
  const one = lastOf(trace, node);
  if (one.end?.how === 'responded') return;
  const at = trace.at(trace.length - 1);
  const others = heard.filter((id) => id !== node);
  stuck(
    `${did(one)}. By ${at.at} ms it has heard all that ${list(others)} had to say, and that is a majority with itself. It should have been answered, but ${one.end === undefined ? 'it still waits' : `it ${endedAs(one)}`}.`,
    trace,
    one.invoked,
    at,
  );
}

/** If a node's last operation, a write, is done, then a majority has been told, itself included. */
function checkReached(trace: Trace, node: ProcessId): void {
  const write = lastOf(trace, node);
  if (write.end?.how !== 'responded') return;
  const { event } = write.end;
  const reached = trace.all('deliver').filter(({ index, message }) => {
    const store = message as Message;
    return index < event.index && store.type === 'store' && Object.is(store.value, write.value);
  });
  const told = new Set([node, ...reached.map(({ process }) => process)]);
  const size = clusterOf(trace).length;
  if (told.size >= majorityOf(size)) return;
  violated(
    `${did(write)}, and ${endedAs(write)}, when ${list([...told])} had it. A majority should have it first: ${majorityOf(size)} of ${size}.`,
    trace,
    write.invoked,
    event,
  );
}

/** The whole run, as one register. */
function checkHistory(trace: Trace): void {
  const history = historyOf(trace);
  if (isRight(history)) return;
  violated(contradiction(history), trace, ...marksOf(trace, witnessesOf(history)));
}

/** Everyone who reaches a majority answers. */
function checkAnswers({ trace, run, history }: Played): void {
  const all = clusterOf(trace);
  for (const one of history) {
    const { client, invokedAt, respondedAt } = one;
    const side = run.sides.find((ids) => ids.includes(client)) as readonly ProcessId[];
    const touchesCut = invokedAt >= cutAtMs - 200 && invokedAt < healedAtMs;
    const reached = touchesCut ? side : all;
    const isUp = reached.length >= majorityOf(all.length);
    if (isUp && touchesCut) covered('a majority answered while another node was cut off');
    if (invokedAt >= healedAtMs) covered('a node that had been cut off answered again');
    if (respondedAt !== undefined || !isUp) continue;
    const event = sayingAt(trace, client, invokedAt, /^(reads|writes)/);
    stuck(
      `In mode ${run.mode} ${tell(one)}. ${client} could reach ${list(reached)}, ${reached.length} of ${all.length}, and that is a majority. It should have been answered.`,
      trace,
      event,
    );
  }
  if (run.sides.every((ids) => ids.length < majorityOf(all.length)))
    covered('no side had a majority');
  checkBegins(trace, run);
  checkGivesUp(trace, run.mode);
}

/** No operation is open for more than 200 ms: then its node has to be free for the next. */
function checkGivesUp(trace: Trace, mode: Mode): void {
  for (const one of operations(trace)) {
    const untilAt = one.invoked.at + givesUpAfterMs;
    if ((one.end?.event.at ?? Infinity) <= untilAt) continue;
    const began = `${one.node} ${one.op === 'read' ? 'read' : `wrote ${show(one.value)}`} at ${one.invoked.at} ms`;
    stuck(
      `In mode ${mode} ${began}, and ${endedAs(one)}. By ${untilAt} ms it should have been answered or given up, for ${one.node} does one operation at a time.`,
      trace,
      one.invoked,
      one.end?.event,
    );
  }
}

/** Whoever has nothing else to do begins with what it is asked for. */
function checkBegins(trace: Trace, { mode }: Run): void {
  const all = operations(trace);
  for (const asked of trace.all('step')) {
    const own = all.filter(({ node }) => node === asked.process);
    const before = own.findLast(({ invoked }) => invoked.index < asked.index);
    const isFree = before === undefined || (before.end?.event.index ?? Infinity) < asked.index;
    if (!isFree || own.some(({ invoked }) => invoked.cause === asked.index)) continue;
    const idle = before === undefined ? '' : ` ${did(before)}, and ${endedAs(before)}.`;
    stuck(
      `In mode ${mode} ${asked.process} was asked for something at ${asked.at} ms (${asked.label}), and did not begin.${idle} It had nothing else to do.`,
      trace,
      before?.end?.event,
      asked,
    );
  }
}

// ── What a report should say ─────────────────────────────────────────────────────────────────────

type Asked = (op: 'read' | 'write', value: unknown, from: number, to?: number) => Operation;

/** Operations of each node, for histories written by hand: what was read or written, from, to. */
const nodesAt = names.map((client): Asked => (op, value, invokedAt, respondedAt) => {
  const argument = op === 'write' ? { argument: value } : {};
  const asked = { client, op, ...argument, invokedAt };
  if (respondedAt === undefined) return asked;
  return { ...asked, respondedAt, ...(op === 'read' ? { result: value } : {}) };
}) as unknown as readonly [Asked, Asked, Asked, Asked, Asked];

function checkPercentile(times: readonly number[], percent: number): void {
  const found = percentile([...times], percent);
  if (isPercentile(found, times, percent)) return;
  violated(
    `percentile(${timesInWords(times)}, ${percent}) is ${show(found)}. ${rankInWords(times, percent)}`,
  );
}

/** At least so many in 100 are no larger, and fewer than that are smaller. */
function isPercentile(found: unknown, times: readonly number[], percent: number): boolean {
  if (times.length === 0) return found === null;
  if (typeof found !== 'number' || !times.includes(found)) return false;
  const upTo = times.filter((ms) => ms <= found).length;
  const below = times.filter((ms) => ms < found).length;
  return 100 * upTo >= percent * times.length && 100 * below < percent * times.length;
}

function timesInWords(times: readonly number[]): string {
  if (times.length <= 8) return `[${times.join(', ')}]`;
  const finite = times.filter((ms) => ms < Infinity);
  const never = times.length - finite.length;
  return `[${finite.length} times from ${Math.min(...finite)} to ${Math.max(...finite)}${never === 0 ? '' : `, and ${never} of Infinity`}]`;
}

function rankInWords(times: readonly number[], percent: number): string {
  if (times.length === 0) return 'Of no times there is none: it should be null.';
  const sorted = times.toSorted((a, b) => a - b);
  const right = sorted.find((ms) => isPercentile(ms, times, percent));
  const rank = sorted.filter(
    (ms) => 100 * (sorted.indexOf(ms) + 1) <= percent * times.length,
  ).length;
  const exact =
    rank * 100 === percent * times.length ? rank : Math.ceil((percent * times.length) / 100);
  const inOrder = times.length <= 8 ? `In order they are ${sorted.join(', ')}; n` : 'N';
  return `${inOrder}umber ${exact} of ${times.length} is the first that ${percent} in 100 do not exceed: it should be ${right}.`;
}

function checkMeasure(history: readonly Operation[]): void {
  checkMeasures(measure([...history]), history, 'measure', undefined, history);
}

function checkPhase(invokedAt: number, run: Run): void {
  const found = phaseOf({ client: 'n1', op: 'read', invokedAt }, run);
  const right = phaseAt(invokedAt, run);
  if (found === right) return;
  violated(
    `phaseOf says ${show(found)} of a read that n1 was asked for at ${invokedAt} ms. The network was cut from ${run.cutAtMs} ms on, and whole again from ${run.healedAtMs} ms on: it should say '${right}'.`,
  );
}

function phaseAt(invokedAt: number, run: Run): Phase {
  if (invokedAt >= run.healedAtMs) return 'after';
  return invokedAt >= run.cutAtMs ? 'during' : 'before';
}

/** Everything that a report says is what the history says. */
function checkReport(history: readonly Operation[], run: Run, trace?: Trace): Report {
  const told = report([...history], run);
  const shown = trace ?? pictureOf(history, run);
  if (!Array.isArray((told as Report | undefined)?.rows)) {
    violated(`report returned ${show(told)}: it should be { rows, available, linearizable }.`);
  }
  const working = history.filter(({ client }) => !run.failed.includes(client));
  for (const side of run.sides) {
    for (const phase of ['before', 'during', 'after'] as const) {
      for (const op of ['read', 'write'] as const) {
        const found = told.rows.filter(
          (row) => isSameSide(row.side, side) && row.phase === phase && row.op === op,
        );
        const cell = working.filter(
          (one) =>
            side.includes(one.client) && phaseAt(one.invokedAt, run) === phase && one.op === op,
        );
        const down = side.filter((id) => run.failed.includes(id));
        const but = down.length === 0 ? '' : ` (without ${list(down)}, which failed)`;
        const what = `${op}s of ${list(side)}${but} ${phase} the cut`;
        checkRow(found, cell, what, shown, history);
      }
    }
  }
  checkAvailable(told, working, run, shown);
  checkLinearizable(told, history, shown);
  return told;
}

function isSameSide(a: unknown, b: readonly ProcessId[]): boolean {
  return Array.isArray(a) && a.toSorted().join() === b.toSorted().join();
}

function checkRow(
  found: readonly Row[],
  cell: readonly Operation[],
  what: string,
  trace: Trace | undefined,
  history: readonly Operation[],
): void {
  const [row, ...more] = found;
  if (row === undefined || more.length > 0) {
    violated(
      `The report has ${row === undefined ? 'no row' : `${found.length} rows`} for the ${what}. It should have one for each side, each phase and each op, also where nothing was asked.`,
      trace,
    );
  }
  checkMeasures(row, cell, `For the ${what} the report`, trace, history);
}

function checkMeasures(
  found: Omit<Row, 'side' | 'phase' | 'op'> | undefined,
  cell: readonly Operation[],
  who: string,
  trace: Trace | undefined,
  history: readonly Operation[],
): void {
  const times = cell.map(({ invokedAt, respondedAt }) =>
    respondedAt === undefined ? Infinity : respondedAt - invokedAt,
  );
  const answered = times.filter((ms) => ms < Infinity).length;
  const shown = trace ?? pictureOf(history);
  const wrong = (name: string, is: unknown, should: string): never =>
    violated(
      `${who} says ${name}: ${show(is)}. ${cellInWords(cell)}. ${should}`,
      shown,
      ...marksOf(shown, cell),
    );
  if (found?.asked !== cell.length) {
    wrong('asked', found?.asked, `So asked should be ${cell.length}.`);
  }
  if (found?.answered !== answered) {
    wrong('answered', found?.answered, `So answered should be ${answered}.`);
  }
  for (const [name, percent] of [
    ['medianMs', 50],
    ['p99Ms', 99],
  ] as const) {
    if (isPercentile(found?.[name], times, percent)) continue;
    wrong(name, found?.[name], rankInWords(times, percent));
  }
}

function cellInWords(cell: readonly Operation[]): string {
  if (cell.length === 0) return 'There was none';
  if (cell.length > 6) {
    const never = cell.filter(({ respondedAt }) => respondedAt === undefined).length;
    return `There were ${cell.length}, and ${never === 0 ? 'all' : `all but ${never}`} were answered`;
  }
  const told = cell.map(({ client, op, invokedAt, respondedAt }) => {
    const asked = `${client} a ${op} at ${invokedAt} ms`;
    return `${asked}, ${respondedAt === undefined ? 'never answered' : `answered at ${respondedAt} ms`}`;
  });
  return `There ${cell.length === 1 ? 'was' : 'were'} ${cell.length}: ${told.join('; ')}`;
}

function checkAvailable(
  told: Report,
  working: readonly Operation[],
  run: Run,
  trace: Trace | undefined,
): void {
  const silent = working.filter(({ respondedAt }) => respondedAt === undefined);
  if (told.available === (silent.length === 0)) return;
  const but = run.failed.length === 0 ? '' : `, and only ${list(run.failed)} had failed`;
  const [one] = silent;
  violated(
    one === undefined
      ? `The report says available: ${show(told.available)}. Every node that never failed answered whatever it was asked${run.failed.length === 0 ? '' : ` (${list(run.failed)} had failed)`}: it should be true.`
      : `The report says available: ${show(told.available)}. ${tell(one)}${but}: it should be false.`,
    trace,
    ...marksOf(
      trace,
      [one].flatMap((each) => each ?? []),
    ),
  );
}

function checkLinearizable(
  told: Report,
  history: readonly Operation[],
  trace: Trace | undefined,
): void {
  const right = isRight(history);
  if (told.linearizable === right) return;
  const claims = `The report says linearizable: ${show(told.linearizable)}.`;
  violated(
    right
      ? `${claims} It should be true: this order explains all that was read: ${orderInWords(history)}.`
      : `${claims} It should be false. ${contradiction(history)}`,
    trace,
    ...(right ? [] : marksOf(trace, witnessesOf(history))),
  );
}

function checkCap({ trace, run, history }: Played): void {
  const told = report([...history], run);
  const probe = history.find(({ argument }) => argument === 'probe');
  const reading = history.find(({ invokedAt }) => invokedAt === quietAtMs + 450);
  if (probe !== undefined && reading !== undefined && told?.available && told.linearizable) {
    violated(
      `The report says of a run in mode ${run.mode}: available and linearizable. It cannot be both. ${tell(probe)}. ${tell(reading)}. In between no message got from one side to the other.`,
      trace,
      ...marksOf(trace, [probe, reading]),
    );
  }
  checkReport(history, run, trace);
  const { available, linearizable: isAtomic } = told;
  const silent = history.find(
    ({ client, op, respondedAt }) =>
      respondedAt === undefined &&
      !run.failed.includes(client) &&
      (run.mode === 'local' || (run.mode === 'mixed' && op === 'read')),
  );
  if (silent !== undefined) {
    violated(
      `In mode ${run.mode} ${tell(silent)}. It should wait for nobody.`,
      trace,
      ...marksOf(trace, [silent]),
    );
  }
  if (run.mode === 'atomic' && !isAtomic) {
    violated(
      `In mode atomic every run should be linearizable. ${contradiction(history)}`,
      trace,
      ...marksOf(trace, witnessesOf(history)),
    );
  }
  checkSilence(run, history, trace);
  if (available && !isAtomic) covered('a run was available, and not linearizable');
  if (!available && isAtomic) covered('a run was linearizable, and not available');
  if (!available && !isAtomic) covered('a run was neither');
  if (run.failed.length > 0) covered('a node failed');
  const all = clusterOf(trace);
  if (all.length === 4) covered('there were four nodes');
  if (all.length === 5) covered('there were five nodes');
  if (run.sides.every((ids) => ids.length < majorityOf(all.length)))
    covered('no side had a majority');
}

/** Who has to ask a majority, and is cut off from it from the question to the answer, has no answer. */
function checkSilence(run: Run, history: readonly Operation[], trace: Trace): void {
  const all = clusterOf(trace);
  for (const one of history) {
    const { client, op, invokedAt, respondedAt = Infinity } = one;
    const asksNobody = run.mode === 'local' || (run.mode === 'mixed' && op === 'read');
    const side = run.sides.find((ids) => ids.includes(client)) as readonly ProcessId[];
    const isCutOff = side.length < majorityOf(all.length);
    if (asksNobody || !isCutOff || invokedAt < cutAtMs || respondedAt >= healedAtMs) continue;
    violated(
      `In mode ${run.mode} ${tell(one)}. It was cut off: it could reach ${side.length === 1 ? 'nobody' : list(side.filter((id) => id !== client))}, and needs ${majorityOf(all.length)} of ${all.length}, itself included. It should not have been answered.`,
      trace,
      ...marksOf(trace, [one]),
    );
  }
}

function checkCosts(mode: Mode, nodes: readonly ProcessId[], latencyMs: number): void {
  const [history, run, trace] = measured(mode, nodes, latencyMs);
  checkReport(history, run, trace);
  for (const one of history) {
    const asksNobody = mode === 'local' || (mode === 'mixed' && one.op === 'read');
    const { invokedAt, respondedAt = Infinity } = one;
    const ms = respondedAt - invokedAt;
    if (asksNobody ? ms === 0 : ms >= 2 * latencyMs && ms < Infinity) continue;
    violated(
      `Nothing is cut, and a message takes ${latencyMs} ms. In mode ${mode} ${tell(one)}. ${asksNobody ? 'It should take no time, for it asks nobody' : `It should take ${2 * latencyMs} ms at least, there and back`}.`,
      trace,
      ...marksOf(trace, [one]),
    );
  }
}

// ── Histories in words and pictures ──────────────────────────────────────────────────────────────

function isRight(history: readonly Operation[]): boolean {
  const { verdict } = linearizable(history, register);
  if (verdict === 'not decided') throw new Error('a history took too long to judge');
  return verdict === 'yes';
}

function orderInWords(history: readonly Operation[]): string {
  const answer = linearizable(history, register, { zones: false });
  const order = answer.verdict === 'yes' ? answer.order : [];
  if (order.length === 0) return 'there is nothing to explain';
  return order
    .slice(0, 8)
    .map(({ client, op, argument, result }) =>
      op === 'write' ? `${client} writes ${show(argument)}` : `${client} gets ${show(result)}`,
    )
    .join(', ');
}

/** Which operations contradict each other, and what the last should have returned. */
function contradiction(history: readonly Operation[]): string {
  const answer = linearizable(history, register);
  if (answer.verdict !== 'no') return '';
  const { blocked } = answer;
  const others = witnessesOf(history).filter((each) => !isSame(each, blocked));
  const isLater = others.some(({ respondedAt = Infinity }) => respondedAt < blocked.invokedAt);
  return [
    ...others.map((each) => `${capital(tell(each))}.`),
    `${isLater ? 'Then ' : ''}${tell(blocked)}: ${shouldHaveGot(history, blocked)}.`,
  ].join(' ');
}

/** The few operations that contradict each other. */
function witnessesOf(history: readonly Operation[]): readonly Operation[] {
  const answer = linearizable(history, register);
  const few = answer.verdict === 'no' ? answer.witness : [];
  return history.filter((one) => few.some((each) => isSame(each, one)));
}

function isSame(a: Operation, b: Operation): boolean {
  return a.client === b.client && a.invokedAt === b.invokedAt && a.op === b.op;
}

/** What an operation might have returned instead, for the history up to then to be right. */
function shouldHaveGot(history: readonly Operation[], blocked: Operation): string {
  const end = blocked.respondedAt as number;
  const before = history.filter(({ invokedAt }) => invokedAt <= end);
  const written = before.flatMap(({ op, argument }) => (op === 'write' ? [argument] : []));
  const right = [...new Set([null, ...written])].filter((result) => {
    const other = before.map((each): Operation => {
      if (isSame(each, blocked)) return { ...each, result };
      if ((each.respondedAt ?? Infinity) <= end) return each;
      const { respondedAt: _, ...pending } = each;
      return pending;
    });
    return isRight(other);
  });
  if (right.length === 0) return 'whatever it got, no order of these explains it';
  return `it should have been ${right.map(show).join(' or ')}`;
}

/** One operation of a history in words. */
function tell({ client, op, argument, result, invokedAt, respondedAt }: Operation): string {
  const began = `${client} ${op === 'read' ? 'read' : `wrote ${show(argument)}`} at ${invokedAt} ms`;
  if (respondedAt === undefined) return `${began}, and was never answered`;
  return `${began}, and ${op === 'read' ? `got ${show(result)}` : 'was done'} at ${respondedAt} ms`;
}

/** A history written by hand as a run in which nothing else happens, for the diagram. */
function pictureOf(history: readonly Operation[], run?: Run): Trace | undefined {
  if (history.length === 0 || history.length > 10) return undefined;
  const nodes = run?.sides.flat() ?? history.map(({ client }) => client);
  const { cutAtMs: atMs = Infinity, healedAtMs: untilMs = 0, sides: groups = [] } = run ?? {};
  const cut: Fault = { kind: 'partition', groups, atMs, forMs: untilMs - atMs };
  const world = simulate<Puppet>({
    processes: Object.fromEntries([...new Set(nodes)].toSorted().map((id) => [id, Puppet])),
    faults: atMs === Infinity ? [] : [cut],
  });
  for (const { client, op, argument, result, invokedAt, respondedAt } of history) {
    const asked = op === 'read' ? 'reads' : `writes ${show(argument)}`;
    world.callAt(invokedAt, client, asked, () => {});
    if (respondedAt === undefined) continue;
    const answer = op === 'read' ? `gets ${show(result)}` : 'done';
    world.callAt(respondedAt, client, answer, () => {});
  }
  return world.run().trace;
}

/** Where in a trace the operations began and ended. */
function marksOf(
  trace: Trace | undefined,
  marked: readonly Operation[],
): readonly (TraceEvent | undefined)[] {
  if (trace === undefined || marked.length > 8) return [];
  return marked
    .flatMap(({ client, invokedAt, respondedAt }) => [
      sayingAt(trace, client, invokedAt, /^(reads|writes)/),
      respondedAt === undefined ? undefined : sayingAt(trace, client, respondedAt, /^(gets|done)/),
    ])
    .toSorted((a, b) => (a?.index ?? 0) - (b?.index ?? 0));
}

/** The note of a node, or the step of a history written by hand. */
function sayingAt(
  trace: Trace,
  node: ProcessId,
  at: number,
  words: RegExp,
): TraceEvent | undefined {
  const there = trace.events.filter((event) => event.process === node && event.at === at);
  return (
    there.find((event) => event.kind === 'note' && words.test(event.text)) ??
    there.find((event) => event.kind === 'step' && words.test(event.label))
  );
}

/** `n1 wrote 'new' at 20 ms (quorum)`. */
function did({ node, op, mode, value, invoked }: Done): string {
  const what = op === 'read' ? 'read' : `wrote ${show(value)}`;
  return `${node} ${what} in mode ${mode} at ${invoked.at} ms`;
}

/** `got 'old' at 40 ms`. */
function endedAs({ op, end }: Done): string {
  if (end === undefined) return 'has not been answered';
  const { how, event, value } = end;
  if (how === 'crashed') return `crashed at ${event.at} ms`;
  if (how === 'gave up') return `gave up at ${event.at} ms`;
  return op === 'read' ? `got ${show(value)} at ${event.at} ms` : `was done at ${event.at} ms`;
}

function clusterOf(trace: Trace): readonly ProcessId[] {
  return trace.processes.filter((id) => id.startsWith('n'));
}

/** `n1`, `n1 and n2`, `n1, n2 and n3`. */
function list(ids: readonly string[]): string {
  if (ids.length < 2) return ids[0] ?? 'nobody';
  return `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}`;
}

function capital(text: string): string {
  return /^n\d/.test(text) ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
}
