import {
  type Call,
  covered,
  type Draw,
  example,
  exhaustive,
  type FaultPlan,
  faultPlans,
  given,
  type Happening,
  listOf,
  liveness,
  Process,
  type ProcessId,
  safety,
  show,
  simulate,
  type Simulation,
  stuck,
  type Trace,
  type TraceEvent,
  violated,
} from '#harness';
import { Coordinator, type Message, Replica } from './generation-clock.ts';

// ── First steps: one replica, and two that want to lead it ───────────────────────────────────────

example(
  'higher-only',
  'A replica promises a generation above all before it, and rejects every other.',
  { points: 10 },
  () => {
    const world = oneReplica();
    asks(world, 'east', prepare(1));
    asks(world, 'west', prepare(1));
    asks(world, 'west', prepare(3));
    asks(world, 'east', prepare(2));
    asks(world, 'east', prepare(9));
    asks(world, 'west', prepare(10));
    asks(world, 'east', prepare(9));
    asks(world, 'west', prepare(11));
    asks(world.runFor(60_000), 'east', prepare(11));
    checkWord(world.trace);
    checkAnswers(world.trace);
  },
);

safety(
  'nothing-below',
  'A replica accepts nothing below its promise, and what it accepts raises the promise.',
  {
    points: 15,
    covers: {
      'a replica was asked to accept below its generation': 50,
      'a replica was asked to accept just its generation': 25,
      'an accept raised the generation of a replica': 50,
      'a prepare came below an accepted generation': 25,
    },
  },
  given(listOf(12, question, describeQuestion), (questions) => {
    const world = oneReplica();
    for (const { from, message } of questions) asks(world, from, message);
    coverQuestions(world.trace);
    checkWord(world.trace);
    checkAnswers(world.trace);
  }),
);

example(
  'survives-a-crash',
  'What a replica has promised or accepted, it still knows after a crash.',
  { points: 15 },
  () => {
    for (const first of [prepare(5), accept(5, 'x')]) {
      // It crashes between two questions, and answers after that as it would have before.
      const calm = oneReplica();
      for (let crash = 1; crash <= 4; crash++) calm.loseAtCrash('r1', crash, 'unflushed');
      asks(calm, 'east', first);
      calm.crash('r1').restart('r1');
      asks(calm, 'west', prepare(3));
      asks(calm, 'west', accept(4, 'y'));
      asks(calm, 'west', prepare(5));
      asks(calm, 'east', accept(5, 'z'));
      asks(calm, 'west', prepare(9));
      calm.crash('r1').restart('r1');
      asks(calm, 'west', accept(9, { y: 1 }));
      asks(calm, 'east', accept(5, 'z'));
      asks(calm, 'east', prepare(10));
      asks(calm, 'west', accept(12, 'y'));
      calm.crash('r1').restart('r1');
      asks(calm, 'east', prepare(11));
      asks(calm, 'west', accept(12, 'z'));
      asks(calm, 'east', accept(13, 'y'));
      calm.crash('r1').restart('r1');
      asks(calm, 'west', accept(12, 'z'));
      asks(calm, 'west', prepare(13));
      checkWord(calm.trace);
      checkAnswers(calm.trace);

      // Each time the replica crashes one send or disk operation later than the time before.
      for (let effect = 1; effect <= 10; effect++) {
        const world = oneReplica().crashAfterEffect('r1', effect, 20);
        for (let crash = 1; crash <= 3; crash++) world.loseAtCrash('r1', crash, 'unflushed');
        asks(world, 'east', first);
        asks(world, 'west', prepare(3));
        asks(world, 'west', prepare(5));
        world.crash('r1').restart('r1');
        asks(world, 'west', accept(4, 'y'));
        asks(world, 'west', prepare(5));
        asks(world, 'west', prepare(4));
        asks(world, 'west', prepare(8));
        asks(world, 'west', prepare(9));
        checkWord(world.trace);
        checkAlive(world.trace);
      }
    }
  },
);

// ── One coordinator, and replicas that say what the script tells them ────────────────────────────

const replicas = ['r1', 'r2', 'r3', 'r4', 'r5'] as const;
const clusters = [replicas.slice(0, 3), replicas.slice(0, 4), replicas.slice(0, 5)];

example(
  'majority-leads',
  'A coordinator leads once a majority has promised it that very generation, not before.',
  { points: 15 },
  () => {
    for (const [ids, order] of clusters.flatMap((ids) => [
      [ids, ids] as const,
      [ids, ids.toReversed()] as const,
    ])) {
      const almost = majorityOf(order).slice(0, -1);
      const last = majorityOf(order).at(-1) as ProcessId;

      // Each promise counts once, however often it arrives.
      const world = scripted(ids);
      const one = runs(world);
      for (let times = 1; times <= ids.length; times++) {
        for (const replica of almost) says(world, replica, promise(one));
      }
      says(world, last, promise(one));
      checkLeads(world.trace);

      // Promises of another generation count for nothing.
      const again = scripted(ids);
      const first = runs(again);
      for (const replica of almost) says(again, replica, promise(first));
      const second = runs(again);
      says(again, last, promise(second));
      for (const replica of ids) says(again, replica, promise(second + 1));
      for (const replica of ids) says(again, replica, promise(first));
      checkLeads(again.trace);

      // Late promises count as well.
      const late = scripted(ids);
      const slow = runs(late);
      late.runFor(aLongTimeMs);
      for (const replica of [...almost, last]) says(late, replica, promise(slow));
      checkLeads(late.trace);

      // After a restart it leads nothing that it ran for before.
      const restarted = scripted(ids);
      const before = runs(restarted);
      restarted.crash('east').restart('east');
      for (const replica of ids) says(restarted, replica, promise(before));
      leads(restarted, ids);
      checkLeads(restarted.trace);
    }
  },
);

example(
  'steps-down',
  'A leader hands out values until it hears of a higher generation, and none after.',
  { points: 10 },
  () => {
    for (const ids of clusters) {
      // It leads, whatever the value.
      const calm = scripted(ids);
      writes(calm, 'too early');
      leads(calm, ids);
      for (const value of ['x', 0, '', false, null]) writes(calm, value);
      calm.runFor(aLongTimeMs);
      writes(calm, 'at last');
      checkAccepts(calm.trace);

      // What its own prepares still cause, late or twice, is no higher generation.
      const echo = scripted(ids);
      says(echo, 'r3', reject(8, 8));
      const first = runs(echo);
      const second = runs(echo);
      for (const id of ids) says(echo, id, reject(second, second));
      says(echo, 'r2', reject(first, first));
      says(echo, 'r1', promise(second));
      says(echo, 'r1', reject(second, second));
      for (const id of majorityOf(ids).slice(1)) says(echo, id, promise(second));
      says(echo, 'r1', reject(second, second));
      says(echo, 'r2', reject(first, first));
      writes(echo, 'x');
      checkLeads(echo.trace);
      checkAccepts(echo.trace);

      // While it runs again it does not lead the new generation yet.
      const again = scripted(ids);
      leads(again, ids);
      runs(again);
      writes(again, 'too early');
      checkAccepts(again.trace);

      for (const higher of [oneMore, fiveMore, oneDigitMore]) {
        // Somebody else was promised a higher generation. No late promise brings its own one back.
        const deposed = scripted(ids);
        says(deposed, 'r3', reject(8, 8));
        const over = leads(deposed, ids);
        says(deposed, 'r1', reject(over, higher(over)));
        writes(deposed, 'too late');
        says(deposed, 'r2', reject(over, over));
        says(deposed, ids.at(-1) as ProcessId, promise(over));
        writes(deposed, 'too late');
        checkAccepts(deposed.trace);

        // It is told so by one that never promised it anything, about an earlier run.
        const late = scripted(ids);
        says(late, 'r3', reject(8, 8));
        const earlier = runs(late);
        const led = leads(late, ids);
        says(late, ids.at(-1) as ProcessId, reject(earlier, higher(led)));
        writes(late, 'too late');
        checkAccepts(late.trace);

        // It hears so before it has won.
        const early = scripted(ids);
        says(early, 'r3', reject(8, 8));
        const lost = runs(early);
        says(early, 'r1', reject(lost, higher(lost)));
        for (const id of ids) says(early, id, promise(lost));
        writes(early, 'too late');
        checkAccepts(early.trace);
      }

      // It restarts.
      const restarted = scripted(ids);
      const older = runs(restarted);
      const old = leads(restarted, ids);
      restarted.crash('east').restart('east');
      says(restarted, 'r1', reject(older, older));
      says(restarted, 'r1', reject(old, old));
      for (const id of ids) says(restarted, id, promise(old));
      writes(restarted, 'too late');
      const anew = leads(restarted, ids);
      writes(restarted, 'x');
      says(restarted, 'r1', reject(anew, oneMore(anew)));
      writes(restarted, 'too late');
      checkAccepts(restarted.trace);
    }
  },
);

example(
  'jumps-ahead',
  'A run takes a number above all that the coordinator heard of or ever took.',
  { points: 10 },
  () => {
    const ids = clusters[0] as readonly ProcessId[];
    // The second time in a new world, where it knows nothing of the first.
    const numbers = [1, 2].map(() => {
      const world = scripted(ids);
      const first = runs(world);
      says(world, 'r1', reject(first, first + 2));
      says(world, 'r2', reject(first, first + 9));
      says(world, 'r3', reject(first, first + 8));
      const second = leads(world, ids);
      says(world, 'r1', reject(first, first + 2));
      const ran = [first, second, runs(world), runs(world)];
      checkNumbers(world.trace);
      return list(ran.map(String));
    });
    checkApart(numbers[0], numbers[1]);

    // It may hear of a number before it runs, while it runs, while it leads, and after a restart.
    for (const higher of [oneMore, fiveMore]) {
      const world = scripted(ids);
      says(world, 'r1', reject(1, higher(1)));
      const second = runs(world);
      says(world, 'r1', reject(second, higher(second)));
      const third = leads(world, ids);
      says(world, 'r1', reject(third, higher(third)));
      runs(world);
      world.crash('east').restart('east');
      says(world, 'r2', reject(third, third));
      const fifth = runs(world);
      world.crash('east').restart('east');
      says(world, 'r1', reject(fifth, higher(fifth)));
      runs(world);
      checkNumbers(world.trace);
    }

    // What it has heard of stays true.
    const patient = scripted(ids);
    says(patient, 'r1', reject(1, 5));
    patient.runFor(aLongTimeMs);
    runs(patient);
    checkNumbers(patient.trace);

    // Each time it crashes one send or disk operation later than the time before.
    for (let effect = 1; effect <= 12; effect++) {
      const crashing = scripted(ids).crashAfterEffect('east', effect, 10);
      for (let crash = 1; crash <= 3; crash++) crashing.loseAtCrash('east', crash, 'unflushed');
      crashing.call('east', 'runs', run).runFor(roundTripMs);
      crashing.call('east', 'runs', run).runFor(roundTripMs);
      crashing.crash('east').restart('east').call('east', 'runs', run).runFor(roundTripMs);
      checkNumbers(crashing.trace);
    }
  },
);

// ── Any run at all ───────────────────────────────────────────────────────────────────────────────

const coordinators = ['east', 'west', 'north'] as const;
const deeds = listOf(12, deed, describeDeed);

safety(
  'one-coordinator',
  'No generation ever has two coordinators.',
  {
    points: 10,
    covers: {
      'a generation had a coordinator': 80,
      'two coordinators ran at the same time': 25,
      'a replica restarted after it had promised': 25,
      'a coordinator restarted after it had run': 10,
    },
  },
  given(
    faultPlans({
      processes: [...coordinators, ...replicas],
      kinds: ['lose', 'delay', 'duplicate', 'pause', 'crash', 'crash-mid-step', 'disk-loss'],
      messagesPerLink: 3,
      crashes: 3,
      untilMs: 200,
    }),
    deeds,
    (faults, done) => {
      for (const ids of clusters) {
        const trace = play(ids, done, faults).runFor(1000).trace;
        coverRuns(trace);
        checkCoordinators(trace);
      }
    },
  ),
);

liveness(
  'two-tries',
  'With a majority up and no rival, a coordinator that runs twice leads.',
  {
    points: 5,
    runs: 100,
    covers: { 'somebody else had led before': 30, 'a replica had been down': 15 },
  },
  given(
    faultPlans({
      processes: [...coordinators, ...replicas],
      kinds: ['partition', 'pause', 'crash', 'slow'],
      crashes: 3,
      untilMs: 200,
    }),
    deeds,
    (faults, done) => {
      for (const ids of clusters) {
        const world = play(ids, done, faults).runFor(1000);
        // All is healed, and as many go down as a majority can do without.
        const up = majorityOf(ids);
        for (const id of ids) if (!up.includes(id)) world.crash(id);
        checkInTwo(world, up);
      }
    },
  ),
);

// ── Every order of events ────────────────────────────────────────────────────────────────────────

exhaustive(
  'every-order',
  'In no order of events does a generation get two coordinators, or a promise get lost.',
  { points: 10, covers: ['a generation had a coordinator', 'a leader was too late'] },
  () => {
    const running: Call<Process<Message>> = { label: 'runs', act: run };
    const writing: Call<Process<Message>> = { label: `writes 'x'`, act: write('x') };
    const watch = { kinds: ['note', 'send', 'restart'], start: nothingSeen, next: see } as const;
    const clients = { east: Coordinator, west: Coordinator };
    const two = { processes: { r1: Replica, r2: Replica }, clients, watch };
    const three = { processes: { ...two.processes, r3: Replica }, clients, watch };
    // Each has room for more states than the solution needs; of an answer that keeps more, those nearest
    // to the start are tried.
    return [
      // Two want to lead, and to write.
      {
        ...three,
        calls: { east: [running, writing], west: [running, writing] },
        firstStates: 150_000,
      },
      // Somebody crashes, also in the middle of a handler, and may lose what was not flushed.
      { ...three, calls: { east: [running], west: [running] }, crashes: 1, firstStates: 100_000 },
      {
        ...two,
        calls: { east: [running, writing], west: [running, writing] },
        crashes: 1,
        firstStates: 50_000,
      },
      // Messages arrive once more, also after a crash.
      {
        ...two,
        calls: { east: [running, running] },
        crashes: 1,
        copies: 2,
        firstStates: 60_000,
        watch: { ...watch, kinds: ['note', 'restart'] as const },
      },
    ];
  },
);

interface Seen {
  /** Who led which generation. */
  readonly led: Readonly<Record<number, Leader>>;
  /** The last that each replica promised or accepted, and for whom. */
  readonly given: Readonly<Record<ProcessId, Given>>;
}

/** When something happened, and where in the trace: only there when the run is told. */
interface Place {
  readonly at?: number | undefined;
  readonly index?: number | undefined;
}

interface Leader extends Place {
  readonly process: ProcessId;
  /** It has restarted since. */
  readonly crashed: boolean;
}

interface Given extends Place {
  readonly generation: number;
  readonly to: ProcessId;
  readonly type: 'promise' | 'accepted';
}

const nothingSeen: Seen = { led: {}, given: {} };

type Noted = Extract<Happening, { kind: 'note' }>;
type Answered = Extract<Happening, { kind: 'send' }>;

function see(
  seen: Seen,
  event: Extract<Happening, { kind: 'note' | 'send' | 'restart' }>,
  trace?: Trace,
): Seen {
  switch (event.kind) {
    case 'note':
      return seeLeader(seen, event, trace);
    case 'send':
      return seeAnswer(seen, event, trace);
    case 'restart':
      return seeRestart(seen, event.process);
  }
}

function seeLeader(seen: Seen, event: Noted, trace: Trace | undefined): Seen {
  const { process, at, index, about } = event;
  const generation = leadsIn(about);
  if (generation === undefined) return seen;
  covered('a generation had a coordinator');
  const other = seen.led[generation];
  if (other !== undefined && (other.process !== process || other.crashed)) {
    const marked = entries(trace, other, event);
    violated(
      `${other.process} led generation ${generation} from ${other.at} ms on. ${crashed(trace, ...marked)}${process} led generation ${generation} from ${at} ms on: their values cannot be told apart.`,
      trace,
      ...marked,
    );
  }
  const leader = { process, at, index, crashed: false };
  return { ...seen, led: { ...seen.led, [generation]: leader } };
}

function seeAnswer(seen: Seen, event: Answered, trace: Trace | undefined): Seen {
  const { process, to, at, index } = event;
  const { type, generation } = event.message as Message;
  if (type === 'reject' && seen.led[generation]?.process === to) covered('a leader was too late');
  if (type !== 'promise' && type !== 'accepted') return seen;
  const now: Given = { generation, to, type, at, index };
  const last = seen.given[process];
  if (last === undefined || last.generation < generation) {
    return { ...seen, given: { ...seen.given, [process]: now } };
  }
  const marked = entries(trace, last, event);
  const both = `${said(process, last)} at ${last.at} ms. ${crashed(trace, ...marked)}${said(process, now)} at ${at} ms`;
  if (last.generation > generation) {
    violated(`${both}: it must not go below ${last.generation} again.`, trace, ...marked);
  }
  if (type === 'accepted' || last.to === to) return seen;
  violated(`${both}: two coordinators could lead it.`, trace, ...marked);
}

function seeRestart(seen: Seen, id: ProcessId): Seen {
  const led = Object.entries(seen.led).map(([generation, leader]) => {
    return [generation, { ...leader, crashed: leader.crashed || leader.process === id }] as const;
  });
  return { ...seen, led: Object.fromEntries(led) };
}

type Entry = TraceEvent | undefined;

function entries(trace: Trace | undefined, a: Place, b: Place): [Entry, Entry] {
  return [trace?.events[a.index ?? 0], trace?.events[b.index ?? 0]];
}

function said(id: ProcessId, { generation, to, type }: Pick<Given, 'generation' | 'to' | 'type'>) {
  return type === 'promise'
    ? `${id} promised generation ${generation} to ${to}`
    : `${id} accepted a value of generation ${generation} from ${to}`;
}

// ── Worlds ───────────────────────────────────────────────────────────────────────────────────────

/** Says what the script tells it to say. */
class Puppet extends Process<Message> {
  receive(): void {}

  say(to: ProcessId, message: Message): void {
    this.send(to, message);
  }
}

type World = Simulation<Process<Message>>;

/** One replica, and two that ask it. */
function oneReplica(): World {
  return simulate<Process<Message>>({
    processes: { r1: Replica },
    clients: { east: Puppet, west: Puppet },
  });
}

/** One coordinator, and replicas that say what the script tells them. */
function scripted(ids: readonly ProcessId[]): World {
  return simulate<Process<Message>>({
    processes: Object.fromEntries(ids.map((id) => [id, Puppet])),
    clients: { east: Coordinator },
  });
}

/** These replicas and all coordinators do what was drawn. */
function play(ids: readonly ProcessId[], done: readonly Deed[], faults: FaultPlan): World {
  // Replicas beyond the cluster are there as well, so that every fault finds whom it names.
  const spare = replicas.filter((id) => !ids.includes(id));
  const world = simulate<Process<Message>>({
    processes: Object.fromEntries(ids.map((id) => [id, Replica])),
    clients: Object.fromEntries([
      ...coordinators.map((id) => [id, Coordinator] as const),
      ...spare.map((id) => [id, Replica] as const),
    ]),
    faults,
  });
  for (const { atMs, who, value } of done) {
    if (value === undefined) world.callAt(atMs, who, 'runs', run);
    else world.callAt(atMs, who, `writes ${show(value)}`, write(value));
  }
  return world;
}

/** Much longer than anything takes: nothing that was said becomes untrue by waiting. */
const aLongTimeMs = 10_000;

/** Longer than a message and its answer take. */
const roundTripMs = 20;

/** Somebody asks the only replica for something, and waits for the answer. */
function asks(world: World, from: ProcessId, message: Message): void {
  world.call(from, 'asks', say('r1', message)).runFor(roundTripMs);
}

/** A replica answers the only coordinator. */
function says(world: World, from: ProcessId, message: Message): void {
  world.call(from, 'answers', say('east', message)).runFor(roundTripMs);
}

/** East runs. Returns the number that it asks for, which has to be the same for every replica. */
function runs(world: World): number {
  const ran = world.trace.length;
  world.call('east', 'runs', run).runFor(roundTripMs);
  checkMessages(world.trace);
  const sent = world.trace.all('send').filter(({ process, index, message }) => {
    return process === 'east' && index > ran && (message as Message).type === 'prepare';
  });
  const [first] = sent;
  const cluster = world.ids.filter((id) => id !== 'east');
  const missing = cluster.filter((id) => !sent.some(({ to }) => to === id));
  const at = world.trace.events.findLast(isRun) as TraceEvent;
  if (first === undefined || missing.length > 0) {
    stuck(
      `east ran at ${at.at} ms, and sent no prepare to ${list(missing)}: it has to ask all replicas.`,
      world.trace,
      at,
    );
  }
  return (first.message as Message).generation;
}

/** East runs, and a majority promises. Returns the number. */
function leads(world: World, ids: readonly ProcessId[]): number {
  const generation = runs(world);
  for (const id of majorityOf(ids)) says(world, id, promise(generation));
  return generation;
}

function majorityOf(ids: readonly ProcessId[]): readonly ProcessId[] {
  return ids.slice(0, Math.floor(ids.length / 2) + 1);
}

function writes(world: World, value: unknown): void {
  world.call('east', `writes ${show(value)}`, write(value)).runFor(roundTripMs);
}

function say(to: ProcessId, message: Message) {
  return (process: Process<Message>): void => {
    if (process instanceof Puppet) process.say(to, message);
  };
}

function run(process: Process<Message>): void {
  if (process instanceof Coordinator) process.run();
}

function write(value: unknown) {
  return (process: Process<Message>): void => {
    if (process instanceof Coordinator) process.write(value);
  };
}

function prepare(generation: number): Message {
  return { type: 'prepare', generation };
}

function promise(generation: number): Message {
  return { type: 'promise', generation };
}

function accept(generation: number, value: unknown): Message {
  return { type: 'accept', generation, value };
}

function reject(generation: number, promised: number): Message {
  return { type: 'reject', generation, promised };
}

const oneMore = (generation: number): number => generation + 1;
const fiveMore = (generation: number): number => generation + 5;
/** 10 for 9: as text it would be lower. */
const oneDigitMore = (generation: number): number => 10 ** String(generation).length;

// ── What is drawn ────────────────────────────────────────────────────────────────────────────────

interface Question {
  readonly from: ProcessId;
  readonly message: Message;
}

function question(draw: Draw): Question {
  const generation = draw.pick([1, 2, 3, 4, 9, 10]);
  const value = draw.pick(['x', 0, '', false, null]);
  return {
    from: draw.pick(['east', 'west']),
    message: draw.chance(2) ? prepare(generation) : accept(generation, value),
  };
}

function describeQuestion({ from, message }: Question): string {
  return `${from} asks r1: ${text(message)}`;
}

interface Deed {
  readonly atMs: number;
  readonly who: ProcessId;
  /** What it writes; it runs if there is nothing. */
  readonly value: unknown;
}

function deed(draw: Draw): Deed {
  const value = draw.pick([undefined, undefined, 'x', 0]);
  return { atMs: draw.integer(0, 10) * 10, who: draw.pick(coordinators), value };
}

function describeDeed({ atMs, who, value }: Deed): string {
  return `at ${atMs} ms ${who} ${value === undefined ? 'runs' : `writes ${show(value)}`}`;
}

// ── What is judged: messages, and who notes that it leads ────────────────────────────────────────

type Sent = Extract<TraceEvent, { kind: 'send' | 'deliver' }> & { readonly message: Message };

/** Everything that was sent is a message of the exercise, from one whose part it is to say it. */
function checkMessages(trace: Trace): void {
  for (const event of trace.all('send') as readonly Sent[]) {
    const role = isReplica(event.process) ? 'replica' : 'coordinator';
    const message = (event.message ?? {}) as Partial<Record<string, unknown>>;
    const fields = FIELDS[role][String(message['type'])];
    const wrong = fields?.find((field) => !isGeneration(message[field], field));
    if (fields !== undefined && wrong === undefined) continue;
    const what = `${event.process} sent ${show(event.message)} to ${event.to} at ${event.at} ms`;
    const must =
      wrong === undefined
        ? `a ${role} sends ${list(Object.keys(FIELDS[role]))} only`
        : `its ${wrong} has to be a whole number, 1 or more`;
    violated(`${what}: ${must}.`, trace, event);
  }
}

/** 0 is no generation, but a replica that has promised nothing may say so. */
function isGeneration(value: unknown, field: string): boolean {
  return Number.isSafeInteger(value) && Number(value) >= (field === 'promised' ? 0 : 1);
}

const FIELDS: Record<'replica' | 'coordinator', Record<string, readonly string[]>> = {
  replica: {
    promise: ['generation'],
    accepted: ['generation'],
    reject: ['generation', 'promised'],
  },
  coordinator: { prepare: ['generation'], accept: ['generation'] },
};

/** What a replica says agrees with what it was asked, and with all that it has said before. */
function checkWord(trace: Trace): void {
  checkMessages(trace);
  for (const id of replicas) {
    const asked: Sent[] = [];
    const given: Sent[] = [];
    for (const event of messagesOf(trace, id)) {
      if (event.kind === 'deliver') {
        asked.push(event);
        continue;
      }
      checkAsked(trace, event, asked);
      if (event.message.type === 'reject') checkReject(trace, event, event.message, asked, given);
      else {
        checkKept(trace, event, given);
        given.push(event);
      }
    }
  }
}

function checkAsked(trace: Trace, answer: Sent, asked: readonly Sent[]): void {
  const { process, to, at, message } = answer;
  const asks = asked.findLast((each) => isAnswer(answer, each));
  if (asks === undefined) {
    violated(
      `${process} sent ${text(message)} to ${to} at ${at} ms, which had not asked for that.`,
      trace,
      answer,
    );
  }
  if (message.type !== 'accepted' || asks.message.type !== 'accept') return;
  if (show(message.value) === show(asks.message.value)) return;
  violated(
    `${to} asked ${process} to accept ${show(asks.message.value)}, and ${process} answered at ${at} ms that it accepted ${show(message.value)}.`,
    trace,
    asks,
    answer,
  );
}

function isAnswer(answer: Sent, asks: Sent): boolean {
  const { type, generation } = answer.message;
  if (asks.from !== answer.to || asks.message.generation !== generation) return false;
  if (type === 'reject') return true;
  return (type === 'promise') === (asks.message.type === 'prepare');
}

/** A promise or an acceptance goes back on none before it. */
function checkKept(trace: Trace, event: Sent, given: readonly Sent[]): void {
  const { process, to, at, message } = event;
  const { generation } = message;
  const higher = given.find((each) => each.message.generation > generation);
  if (higher !== undefined) {
    violated(
      `${gave(higher)}. ${crashed(trace, higher, event)}${gave(event)}: it must not go below ${higher.message.generation} again.`,
      trace,
      higher,
      event,
    );
  }
  if (message.type !== 'promise') return;
  const same = given.filter((each) => each.message.generation === generation);
  // Its own promise, asked for once more, it may get once more.
  if (same.some((each) => each.message.type === 'promise' && each.to === to)) return;
  const [other] = same.filter((each) => each.to !== to);
  if (other === undefined) return;
  violated(
    `${gave(other)}. ${crashed(trace, other, event)}${process} promised the same generation to ${to} at ${at} ms: two coordinators could lead it.`,
    trace,
    other,
    event,
  );
}

/** A reject names what the replica has promised: no less than it said, no more than it was asked. */
function checkReject(
  trace: Trace,
  event: Sent,
  { generation, promised }: Extract<Message, { type: 'reject' }>,
  asked: readonly Sent[],
  given: readonly Sent[],
): void {
  const { process, to, at } = event;
  const says = `${process} told ${to} at ${at} ms, when it rejected ${generation}, that it has promised ${promised}`;
  const higher = given.find((each) => each.message.generation > promised);
  if (higher !== undefined) {
    violated(`${gave(higher)}. ${crashed(trace, higher, event)}${says}.`, trace, higher, event);
  }
  if (promised < generation) {
    violated(`${says}: that is lower, so nothing speaks against ${generation}.`, trace, event);
  }
  if (asked.some(({ message }) => message.generation >= promised)) return;
  violated(`${says}. Nobody had asked it for so much.`, trace, event);
}

/** On a calm network: every question is answered, and what no promise forbids is granted. */
function checkAnswers(trace: Trace): void {
  for (const id of replicas) {
    const messages = messagesOf(trace, id);
    const asked = messages.filter(({ kind }) => kind === 'deliver');
    for (const [i, asks] of asked.entries()) {
      const { from, at, message } = asks;
      const answers = messages.filter((each) => {
        return each.kind === 'send' && each.index > asks.index && isAnswer(each, asks);
      });
      const what = `${from} asked ${id} at ${at} ms: ${text(message)}.`;
      if (answers.length === 0) stuck(`${what} There was no answer.`, trace, asks);
      if (!mustGrant(asks, asked.slice(0, i))) continue;
      if (answers.some((each) => each.message.type !== 'reject')) continue;
      violated(
        `${what} ${id} rejected it. It had promised and accepted nothing that forbids it.`,
        trace,
        asks,
        answers[0],
      );
    }
  }
}

/** Of the last two questions a crash can have hit one. */
function checkAlive(trace: Trace): void {
  const promised = messagesOf(trace, 'r1').some(({ message, kind }) => {
    return kind === 'send' && message.type === 'promise' && message.generation >= 8;
  });
  if (promised) return;
  stuck(
    'r1 crashed, and came back. West asked it for generation 8, and then for 9: it promised neither.',
    trace,
    ...messagesOf(trace, 'r1').slice(-2),
  );
}

function mustGrant({ from, message }: Sent, before: readonly Sent[]): boolean {
  return before.every((each) => {
    if (each.message.generation < message.generation) return true;
    if (each.message.generation > message.generation) return false;
    return message.type === 'accept' && each.from === from;
  });
}

function coverQuestions(trace: Trace): void {
  let highest = 0;
  let accepted = 0;
  for (const { kind, message } of messagesOf(trace, 'r1')) {
    if (kind !== 'deliver') continue;
    const { type, generation } = message;
    if (type === 'accept') {
      if (generation < highest) covered('a replica was asked to accept below its generation');
      if (generation === highest) covered('a replica was asked to accept just its generation');
      if (generation > highest) covered('an accept raised the generation of a replica');
      if (generation > highest) accepted = generation;
    } else if (generation <= accepted && accepted === highest) {
      covered('a prepare came below an accepted generation');
    }
    highest = Math.max(highest, generation);
  }
}

interface Led {
  readonly generation: number;
  readonly event: TraceEvent;
}

/** The generation that a note of `lead()` names; other notes may say what they like. */
function leadsIn(about: unknown): number | undefined {
  const leads = (about as { leads?: unknown } | null | undefined)?.leads;
  return typeof leads === 'number' ? leads : undefined;
}

/** When coordinators noted that they lead. */
function ledBy(trace: Trace, id?: ProcessId): readonly Led[] {
  return trace.all('note').flatMap((event): Led[] => {
    const generation = leadsIn(event.about);
    if (generation === undefined || (id !== undefined && event.process !== id)) return [];
    return [{ generation, event }];
  });
}

/** Who has promised a generation to east, from when it asked for it to an entry of the trace. */
function promisedTo(trace: Trace, generation: number, until: number): readonly ProcessId[] {
  const restart = trace.all('restart').findLast(({ process, index }) => {
    return process === 'east' && index < until;
  });
  const since = restart?.index ?? 0;
  const own = messagesOf(trace, 'east').filter(({ index }) => index > since && index <= until);
  const asked = own.find(({ kind, message }) => {
    return kind === 'send' && message.type === 'prepare' && message.generation === generation;
  });
  const heard = own.filter(({ kind, index, message }) => {
    if (kind !== 'deliver' || asked === undefined || index < asked.index) return false;
    return message.type === 'promise' && message.generation === generation;
  });
  return [...new Set(heard.map(({ from }) => from))];
}

/** East leads with a majority of promises of that very generation, and does so once it has one. */
function checkLeads(trace: Trace): void {
  checkMessages(trace);
  const n = trace.processes.filter(isReplica).length;
  for (const { generation, event } of ledBy(trace, 'east')) {
    const heard = promisedTo(trace, generation, event.index);
    if (2 * heard.length > n) continue;
    const what = `east noted at ${event.at} ms that it leads generation ${generation}`;
    const restart = trace.all('restart').find(({ index }) => index < event.index);
    violated(
      restart === undefined
        ? `${what}. Since it asked for that, ${list(heard)} had promised it: ${heard.length} of ${n} is no majority.`
        : `${what}. But it restarted at ${restart.at} ms, and did not run again: what it ran for before is over.`,
      trace,
      restart,
      event,
    );
  }
  let running: number | undefined;
  for (const event of trace.events) {
    if (event.process !== 'east') continue;
    if (isRun(event) || event.kind === 'restart') running = undefined;
    if (event.kind !== 'send' && event.kind !== 'deliver') continue;
    const { type, generation } = event.message as Message;
    if (type === 'prepare') running = generation;
    if (type !== 'promise' || generation !== running) continue;
    const heard = promisedTo(trace, generation, event.index);
    if (2 * heard.length <= n) continue;
    if (ledBy(trace, 'east').some((led) => led.generation === generation)) continue;
    stuck(
      `by ${event.at} ms ${list(heard)} had promised generation ${generation} to east: ${heard.length} of ${n}, a majority. And yet east does not lead it.`,
      trace,
      event,
    );
  }
}

/** East hands out values in a generation that it leads, until it hears of a higher one. */
function checkAccepts(trace: Trace): void {
  checkMessages(trace);
  let led: Led | undefined;
  let higher: Sent | undefined;
  let isRunning = false;
  for (const event of trace.events) {
    if (event.process !== 'east') continue;
    const noted = ledBy(trace, 'east').find((each) => each.event === event);
    if (event.kind === 'restart') [led, higher, isRunning] = [undefined, undefined, false];
    if (noted !== undefined) [led, isRunning] = [noted, false];
    if (isRun(event)) isRunning = true;
    if (event.kind === 'deliver' && promisedIn(event) > promisedIn(higher)) higher = event as Sent;
    if (event.kind === 'send') checkAccept(trace, event as Sent, led, higher);
    if (event.kind !== 'step' || isRunning || led === undefined) continue;
    if (promisedIn(higher) <= led.generation) checkHanded(trace, event, led);
  }
}

function checkAccept(trace: Trace, sent: Sent, led: Led | undefined, higher: Sent | undefined) {
  if (sent.message.type !== 'accept') return;
  const { generation, value } = sent.message;
  const what = `east sent accept ${generation} with ${show(value)} to ${sent.to} at ${sent.at} ms`;
  if (generation !== led?.generation) {
    const leads = led === undefined ? 'no generation' : `generation ${led.generation}`;
    violated(`${what}. It was leading ${leads} then.`, trace, led?.event, sent);
  }
  if (promisedIn(higher) <= generation) return;
  violated(
    `${what}. But at ${higher?.at} ms it had heard from ${higher?.from} that it has promised ${promisedIn(higher)}: the time of generation ${generation} is over.`,
    trace,
    higher,
    sent,
  );
}

function checkHanded(trace: Trace, step: Extract<TraceEvent, { kind: 'step' }>, led: Led): void {
  const missing = trace.processes.filter(isReplica).filter((id) => {
    return !messagesOf(trace, 'east').some(({ kind, to, index, message }) => {
      if (kind !== 'send' || to !== id || index < step.index) return false;
      return message.type === 'accept' && `writes ${show(message.value)}` === step.label;
    });
  });
  if (missing.length === 0) return;
  stuck(
    `east led generation ${led.generation} from ${led.event.at} ms on, and had heard of no higher one. At ${step.at} ms, when it was to hand out a value (${step.label}), it sent no accept to ${list(missing)}.`,
    trace,
    led.event,
    step,
  );
}

/** Each number that east runs with is above all that it heard of, and all that it ever ran with. */
function checkNumbers(trace: Trace): void {
  checkMessages(trace);
  let now: number | undefined;
  let heard: Sent | undefined;
  let used: Sent | undefined;
  let wasTold = false;
  for (const event of trace.events) {
    if (event.process !== 'east') continue;
    if (event.kind === 'restart') heard = undefined;
    if (event.kind === 'restart' || isRun(event)) [now, wasTold] = [undefined, isRun(event)];
    if (event.kind === 'deliver' && promisedIn(event) > promisedIn(heard)) heard = event as Sent;
    if (event.kind !== 'send') continue;
    const sent = event as Sent;
    const { type, generation } = sent.message;
    if (type !== 'prepare' || generation === now) continue;
    if (!wasTold) {
      violated(
        `east ran with ${generation} at ${sent.at} ms, and nobody had told it to: one run for each call of run().`,
        trace,
        sent,
      );
    }
    wasTold = false;
    if (generation <= promisedIn(heard)) {
      violated(
        `${heard?.from} told east at ${heard?.at} ms that it has promised ${promisedIn(heard)}. East ran with ${generation} at ${sent.at} ms: it takes a higher number to win.`,
        trace,
        heard,
        sent,
      );
    }
    if (used !== undefined && generation <= used.message.generation) {
      violated(
        `east ran with ${used.message.generation} at ${used.at} ms. ${crashed(trace, used, sent)}It ran with ${generation} at ${sent.at} ms: every run needs a number above all before it.`,
        trace,
        used,
        sent,
      );
    }
    now = generation;
    used = sent;
  }
}

/** What a process knows came from its own disk and from messages, so the same makes it do the same. */
function checkApart(once: string | undefined, again: string | undefined): void {
  if (once === again) return;
  violated(
    `east ran with ${once}; then, in a new world where the same happened to it, with ${again}. It knew something of the world before: what stands outside of the class, or is static, belongs to all processes at once, and survives what no memory survives.`,
  );
}

/** Who leads a generation, or acts as if: each generation has one, and that one leads it once. */
function checkCoordinators(trace: Trace): void {
  checkMessages(trace);
  const first = new Map<number, Led>();
  for (const led of ledBy(trace)) {
    const { generation, event } = led;
    const other = first.get(generation) ?? led;
    first.set(generation, other);
    const again = crashed(trace, other.event, event);
    if (other.event.process === event.process && again === '') continue;
    violated(
      `${other.event.process} led generation ${generation} from ${other.event.at} ms on. ${again}${event.process} led generation ${generation} from ${event.at} ms on: their values cannot be told apart.`,
      trace,
      other.event,
      event,
    );
  }
}

function coverRuns(trace: Trace): void {
  if (ledBy(trace).length > 0) covered('a generation had a coordinator');
  const sent = trace.all('send') as readonly Sent[];
  const ran = trace.events.filter(isRun);
  const overlap = ran.some(({ process, at }) => {
    return ran.some((each) => each.process !== process && Math.abs(each.at - at) < roundTripMs);
  });
  if (overlap) covered('two coordinators ran at the same time');
  for (const { process, index } of trace.all('restart')) {
    const said = sent.filter((each) => each.process === process && each.index < index);
    if (said.some(({ message }) => message.type === 'promise'))
      covered('a replica restarted after it had promised');
    if (said.some(({ message }) => message.type === 'prepare'))
      covered('a coordinator restarted after it had run');
  }
}

/** Nobody else runs: east leads after two runs, and all that are up accept what it writes. */
function checkInTwo(world: World, up: readonly ProcessId[]): void {
  const { trace } = world;
  const from = trace.length;
  if (ledBy(trace).some(({ event }) => event.process !== 'east'))
    covered('somebody else had led before');
  if (trace.all('restart').some(({ process }) => up.includes(process)))
    covered('a replica had been down');
  const ran: string[] = [];
  for (let time = 1; time <= 2; time++) {
    const began = trace.length;
    world.call('east', 'runs', run).runFor(2 * roundTripMs);
    const sent = messagesOf(trace, 'east').filter(({ index }) => index >= began);
    const asked = sent.find(({ message }) => message.type === 'prepare');
    ran.push(asked === undefined ? 'no prepare at all' : String(asked.message.generation));
  }
  checkMessages(trace);
  const began = trace.at(from);
  const led = ledBy(trace, 'east').findLast(({ event }) => event.index >= from);
  if (led === undefined || String(led.generation) !== ran.at(-1)) {
    stuck(
      `${list(up)} were up, nobody else ran, and all was calm. East ran at ${began.at} ms, with ${ran[0]}, and ${2 * roundTripMs} ms later, with ${ran[1]}; it does not lead.`,
      trace,
      began,
      messagesOf(trace, 'east').at(-1),
    );
  }
  world.call('east', `writes 'x'`, write('x')).runFor(2 * roundTripMs);
  const silent = up.filter((id) => {
    const said = messagesOf(trace, id).filter(({ index }) => index > led.event.index);
    return !said.some(({ kind, message }) => kind === 'send' && message.type === 'accepted');
  });
  if (silent.length === 0) return;
  stuck(
    `east led generation ${led.generation} from ${led.event.at} ms on, and wrote 'x'. ${list(silent)} did not accept it.`,
    trace,
    led.event,
  );
}

// ── Words, and looking things up ─────────────────────────────────────────────────────────────────

function isReplica(id: ProcessId): boolean {
  return /^r\d$/.test(id);
}

function isRun(event: TraceEvent): boolean {
  return event.kind === 'step' && event.label === 'runs';
}

/** What a process sent and received, in order. */
function messagesOf(trace: Trace, id: ProcessId): readonly Sent[] {
  return trace.events.filter(({ kind, process }) => {
    return process === id && (kind === 'send' || kind === 'deliver');
  }) as Sent[];
}

/** The promise that a reject tells of; 0 for everything else. */
function promisedIn(event: TraceEvent | undefined): number {
  if (event?.kind !== 'deliver') return 0;
  const message = event.message as Message;
  return message.type === 'reject' ? message.promised : 0;
}

/** `r1 promised generation 5 to east at 10 ms`. */
function gave({ process, to, at, message }: Sent): string {
  const type = message.type === 'promise' ? 'promise' : 'accepted';
  return `${said(process, { generation: message.generation, to, type })} at ${at} ms`;
}

/** `It crashed at 20 ms. ` if the process of two entries did so between them. */
function crashed(trace: Trace | undefined, a: Entry, b: Entry): string {
  if (a === undefined || b === undefined) return '';
  const crash = trace?.all('crash').findLast(({ process, index }) => {
    return process === a.process && process === b.process && index > a.index && index < b.index;
  });
  return crash === undefined ? '' : `It crashed at ${crash.at} ms. `;
}

function text(message: Message): string {
  const { type, generation, ...rest } = message;
  return [type, generation, ...Object.values(rest).map(show)].join(' ');
}

function list(names: readonly string[] = []): string {
  if (names.length === 0) return 'nobody';
  if (names.length === 1) return names[0] as string;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
