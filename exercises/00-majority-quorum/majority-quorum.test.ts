import {
  covered,
  type Draw,
  example,
  exhaustive,
  type Exploration,
  type FaultPlan,
  faultPlans,
  given,
  listOf,
  liveness,
  Process,
  type ProcessId,
  safety,
  simulate,
  type Simulation,
  stuck,
  type Trace,
  type TraceEvent,
  violated,
} from '#harness';
import {
  type Answer,
  answerTimeoutMs,
  Coordinator,
  majority,
  type Message,
  type Outcome,
} from './majority-quorum.ts';

// ── First steps: a number ────────────────────────────────────────────────────────────────────────

example(
  'majority',
  'Two majorities always share a replica, and no smaller number ensures that.',
  { points: 10 },
  () => {
    const upTo1000 = Array.from({ length: 1000 }, (_, i) => i + 1);
    for (const n of [3, 4, 5, ...upTo1000]) {
      const size = majority(n);
      const is = `majority(${n}) is ${size}`;
      if (!Number.isInteger(size)) violated(`${is}: it must be a whole number of replicas.`);
      if (2 * size <= n) {
        violated(`${is}: of ${n} replicas, two groups of ${size} need not share a single one.`);
      }
      if (2 * (size - 1) > n) {
        violated(`${is}: too many, for any two groups of ${size - 1} of ${n} share one as well.`);
      }
    }
  },
);

// ── Figures: one answer after the other ──────────────────────────────────────────────────────────

/** Who is asked: the first three, four or five. Whoever is left over is a stranger to the request. */
const replicas = ['r1', 'r2', 'r3', 'r4', 'r5'] as const;
const clusters = [replicas.slice(0, 3), replicas.slice(0, 4), replicas.slice(0, 5)];
const fewer = [replicas.slice(0, 1), replicas.slice(0, 2)];

example(
  'reached-at-once',
  'The yes that completes a majority settles the request, without the rest.',
  { points: 15 },
  () => {
    for (const asked of [...clusters, ...fewer]) {
      const world = worldOf(Replica).hold();
      asks(world, 'anna', asked).runFor(0);
      // A second request, to others, is no business of hers.
      asks(world, 'ben', replicas).runFor(0);
      for (const replica of asked) world.deliver('anna', replica);
      for (const replica of asked) {
        world.deliver(replica, 'anna');
        checkOutcome(world.trace, 'anna', asked);
      }
    }
  },
);

example(
  'failed-at-once',
  'The no that rules out a majority of yes settles it, and no earlier one.',
  { points: 15 },
  () => {
    for (const asked of [...clusters, ...fewer]) {
      hears(asked, 'r3 no, r1 no, r2 no');
      hears(asked, 'r1 yes, r2 no, r3 no, r4 no');
    }
  },
);

example(
  'one-voice-each',
  'Each replica that was asked has one voice, its first answer; others have none.',
  { points: 15 },
  () => {
    for (const asked of clusters) {
      // The network delivers one yes three times.
      const world = worldOf(Replica).hold();
      asks(world, 'anna', asked).runFor(0);
      world.deliver('anna', 'r1');
      for (let i = 0; i < 3; i++) world.deliverCopy('r1', 'anna');
      checkOutcome(world.trace, 'anna', asked);

      // A replica says it again, or changes its mind.
      hears(asked, 'r1 yes, r1 yes, r1 yes, r1 yes, r2 yes');
      hears(asked, 'r1 no, r1 no, r1 no, r1 no, r2 yes');
      hears(asked, 'r1 no, r1 yes, r2 yes, r3 yes');
      hears(asked, 'r1 yes, r1 no, r2 no, r3 no');
    }
    // Somebody answers who was not asked.
    hears(['r1', 'r2', 'r3'], 'r4 yes, r5 yes, r1 yes, r2 yes');
    hears(['r1', 'r2', 'r3'], 'r4 no, r5 no, r1 no, r2 yes, r3 yes');
  },
);

// ── Any answers, in any order, over any network ──────────────────────────────────────────────────

const badNetwork = faultPlans({
  processes: ['anna', ...replicas],
  kinds: ['lose', 'delay', 'duplicate', 'pause'],
  messagesPerLink: 3,
  untilMs: 250,
});
const answers = listOf(16, step, describeStep);

safety(
  'true-outcome',
  'An outcome is true when it is given, and given as soon as it is true.',
  {
    points: 15,
    covers: {
      'a request was reached': 15,
      'a request failed': 15,
      'a request timed out': 30,
      'a replica changed its mind': 30,
      'a stranger answered': 40,
    },
  },
  given(badNetwork, answers, (faults, steps) => {
    for (const asked of clusters) {
      const trace = play(asked, steps, faults);
      coverAnswers(trace, asked);
      checkOutcome(trace, 'anna', asked);
    }
  }),
);

liveness(
  'exactly-one-outcome',
  'There is an outcome by the time that time is up, and never a second one.',
  {
    points: 10,
    covers: {
      'an answer came after the outcome': 40,
      'a request was settled before its time was up': 30,
      'a request stayed open until its time was up': 30,
    },
  },
  given(badNetwork, answers, (faults, steps) => {
    for (const asked of clusters) {
      const trace = play(asked, steps, faults);
      coverTimes(trace, asked);
      const [first, second] = outcomes(trace, 'anna');
      const end = trace.all('timeout').at(-1) ?? trace.at(trace.length - 1);
      if (first === undefined) {
        stuck(
          `anna asked ${list(asked)} at 0 ms, and at ${end.at} ms, when time was up, the request had no outcome.`,
          trace,
          end,
        );
      }
      if (second === undefined) continue;
      violated(
        `anna noted ${said(first)}, and ${said(second)}: one request, two outcomes.`,
        trace,
        first.event,
        second.event,
      );
    }
  }),
);

// ── What majorities are for ──────────────────────────────────────────────────────────────────────

exhaustive(
  'never-two-winners',
  'If each replica says yes to one only, two coordinators never both win.',
  { points: 10, covers: ['anna won', 'ben won', 'a request failed'] },
  () => [
    // Of three also with what may go wrong: time is up, or a message comes twice.
    { ...rivalry(replicas.slice(0, 3)), timeouts: 2, copies: 1 },
    rivalry(replicas.slice(0, 4)),
  ],
);

/** Who believed to have won, and, when the run is told, where in it. */
interface Winner {
  readonly process: ProcessId;
  readonly at: number | undefined;
  readonly index: number | undefined;
}

/** Anna and ben both ask these replicas: what is seen is who won first. */
function rivalry(
  asked: readonly ProcessId[],
): Exploration<Coordinator | Replica, Winner | undefined, 'note'> {
  const asks = {
    label: `asks ${list(asked)}`,
    act: (process: Coordinator | Replica) => {
      if (process instanceof Coordinator) process.ask([...asked]);
    },
  };
  return {
    processes: Object.fromEntries(asked.map((id) => [id, Replica])),
    clients: { anna: Coordinator, ben: Coordinator },
    calls: { anna: [asks], ben: [asks] },
    watch: {
      kinds: ['note'],
      start: undefined,
      next: (winner, event, trace) => {
        const { outcome } = event.about as { outcome: Outcome };
        if (outcome === 'failed') covered('a request failed');
        if (outcome !== 'reached' || event.process === winner?.process) return winner;
        covered(`${event.process} won`);
        if (winner === undefined)
          return { process: event.process, at: event.at, index: event.index };
        violated(
          `${winner.process} noted “reached” at ${winner.at} ms, and ${event.process} at ${event.at} ms: both believe that they have a majority of ${asked.length}.`,
          trace,
          trace?.events[winner.index ?? 0],
          trace?.events[event.index ?? 0],
        );
      },
    },
  };
}

const crashes = faultPlans({
  processes: replicas,
  kinds: ['crash'],
  crashes: 2,
  untilMs: 40,
  heals: false,
});

liveness(
  'one-round-trip',
  'With a calm network and a majority up, an outcome takes one round trip.',
  {
    points: 10,
    covers: { 'a replica was down': 25, 'two of five were down': 7 },
  },
  given(crashes, (faults) => {
    for (const asked of clusters) {
      const hit = faults.flatMap((fault) => (fault.kind === 'crash' ? [fault.process] : []));
      const down = asked.filter((replica) => hit.includes(replica));
      if (2 * down.length >= asked.length) continue;
      if (down.length > 0) covered('a replica was down');
      if (down.length === 2) covered('two of five were down');
      const world = worldOf(Replica, faults);
      // Everyone says yes to anna, who comes first, and no to ben.
      checkInTime(world, 'anna', asked, 'reached');
      checkInTime(world, 'ben', asked, 'failed');
    }
  }),
);

// ── The replicas ─────────────────────────────────────────────────────────────────────────────────

/** Says yes to the first coordinator that asks, for good, and no to every other. */
class Replica extends Process<Message> {
  receive(message: Message, from: ProcessId): void {
    if (message.type !== 'ask') return;
    // On disk, because a restart must not make it say yes twice.
    const first = this.disk.read<ProcessId>('first') ?? from;
    this.disk.write('first', first);
    this.disk.flush();
    this.send(from, { type: 'answer', answer: first === from ? 'yes' : 'no' });
  }
}

/** Answers when the script tells it to, whether it was asked or not. */
class Puppet extends Process<Message> {
  receive(): void {}

  say(answer: Answer, to: ProcessId): void {
    this.send(to, { type: 'answer', answer });
  }
}

type World = Simulation<Coordinator | Replica | Puppet>;

/** Five replicas of one kind, and two coordinators. */
function worldOf(kind: typeof Replica | typeof Puppet, faults: FaultPlan = []): World {
  return simulate<Coordinator | Replica | Puppet>({
    processes: { r1: kind, r2: kind, r3: kind, r4: kind, r5: kind },
    clients: { anna: Coordinator, ben: Coordinator },
    faults,
  });
}

function asks(world: World, coordinator: ProcessId, asked: readonly ProcessId[]): World {
  return world.callAt(world.nowMs, coordinator, `asks ${list(asked)}`, (process) => {
    if (process instanceof Coordinator) process.ask([...asked]);
  });
}

// ── Scripts: who answers what, and when ──────────────────────────────────────────────────────────

interface Step {
  /** How long after the question has arrived. */
  readonly waitMs: number;
  readonly replica: ProcessId;
  readonly answer: Answer;
}

function step(draw: Draw): Step {
  return {
    waitMs: draw.integer(0, 19) * 10,
    replica: draw.pick(replicas),
    answer: draw.pick(['yes', 'no']),
  };
}

function describeStep({ waitMs, replica, answer }: Step): string {
  return `${replica} answers ${answer} at ${answersFromMs + waitMs} ms`;
}

/** Anna asks at 0 ms, and the replicas answer as the steps say. */
function play(
  asked: readonly ProcessId[],
  steps: readonly Step[],
  faults: FaultPlan = [],
  forMs = Infinity,
): Trace {
  const world = asks(worldOf(Puppet, faults), 'anna', asked);
  for (const { waitMs, replica, answer } of steps) {
    world.callAt(answersFromMs + waitMs, replica, `answers ${answer}`, (process) => {
      if (process instanceof Puppet) process.say(answer, 'anna');
    });
  }
  return world.runFor(forMs).trace;
}

/** A figure: anna hears these answers one after the other, `r1 yes, r2 no`, before her time is up. */
function hears(asked: readonly ProcessId[], script: string): void {
  const steps = script.split(', ').map((words, i): Step => {
    const [replica, answer] = words.split(' ') as [ProcessId, Answer];
    return { waitMs: 20 * i, replica, answer };
  });
  checkOutcome(play(asked, steps, [], answerTimeoutMs - 10), 'anna', asked);
}

// ── What is judged: what a coordinator heard, and what it noted ──────────────────────────────────

interface Noted {
  readonly outcome: Outcome;
  readonly event: TraceEvent;
}

function outcomes(trace: Trace, coordinator: ProcessId): readonly Noted[] {
  return trace.all('note').flatMap((event): Noted[] => {
    const { outcome } = (event.about ?? {}) as { outcome?: Outcome };
    return event.process === coordinator && outcome !== undefined ? [{ outcome, event }] : [];
  });
}

interface Heard {
  readonly from: ProcessId;
  readonly answer: Answer;
  /** Whether it is the first answer of a replica that was asked. */
  readonly counts: boolean;
}

/** The answers that reached a coordinator, up to an entry of the trace. */
function heard(
  trace: Trace,
  coordinator: ProcessId,
  asked: readonly ProcessId[],
  until: number,
): readonly Heard[] {
  const arrived = trace
    .all('deliver')
    .filter(({ process, index }) => process === coordinator && index <= until);
  return arrived.map(({ from, message }, i) => {
    const isFirst = arrived.findIndex((each) => each.from === from) === i;
    const { answer } = message as { answer: Answer };
    return { from, answer, counts: isFirst && asked.includes(from) };
  });
}

/** Whose yes and whose no counts for a coordinator, up to an entry of the trace. */
function voices(
  trace: Trace,
  coordinator: ProcessId,
  asked: readonly ProcessId[],
  until = trace.length,
): Readonly<Record<Answer, readonly ProcessId[]>> {
  const counted = heard(trace, coordinator, asked, until).filter(({ counts }) => counts);
  const saying = (answer: Answer) =>
    counted.filter((each) => each.answer === answer).map(({ from }) => from);
  return { yes: saying('yes'), no: saying('no') };
}

interface Settled {
  readonly outcome: Outcome;
  readonly by: TraceEvent;
}

/** What must come of a request, and the entry that settles it; undefined while it is open. */
function settled(
  trace: Trace,
  coordinator: ProcessId,
  asked: readonly ProcessId[],
): Settled | undefined {
  for (const by of trace.events) {
    if (by.process !== coordinator) continue;
    if (by.kind === 'timeout') return { outcome: 'timed out', by };
    if (by.kind !== 'deliver') continue;
    const { yes, no } = voices(trace, coordinator, asked, by.index);
    if (2 * yes.length > asked.length) return { outcome: 'reached', by };
    if (2 * no.length >= asked.length) return { outcome: 'failed', by };
  }
  return undefined;
}

/** The first outcome that was noted is the right one, noted at the entry that settles the request. */
function checkOutcome(trace: Trace, coordinator: ProcessId, asked: readonly ProcessId[]): void {
  const must = settled(trace, coordinator, asked);
  const [noted] = outcomes(trace, coordinator);
  if (noted !== undefined && (must === undefined || noted.event.index < must.by.index)) {
    violated(
      `${coordinator} asked ${list(asked)}, and noted ${said(noted)}: too early. ${facts(trace, coordinator, asked, noted.event)}`,
      trace,
      noted.event,
    );
  }
  if (must === undefined) return;
  if (noted?.outcome === must.outcome && noted.event.cause === must.by.index) return;
  violated(
    `${coordinator} asked ${list(asked)}, and should have noted “${must.outcome}” at ${must.by.at} ms, but noted ${said(noted)}. ${facts(trace, coordinator, asked, must.by)}`,
    trace,
    must.by,
  );
}

/** A coordinator asks now, and has this outcome one round trip later. */
function checkInTime(
  world: World,
  coordinator: ProcessId,
  asked: readonly ProcessId[],
  outcome: Outcome,
): void {
  const fromMs = world.nowMs;
  const { trace } = asks(world, coordinator, asked).runFor(roundTripMs);
  const [noted] = outcomes(trace, coordinator);
  if (noted?.outcome === outcome) return;
  const last = trace.events.findLast(({ process }) => process === coordinator) as TraceEvent;
  const sentence = `${coordinator} asked ${list(asked)} at ${fromMs} ms, and one round trip later, at ${world.nowMs} ms, should have noted “${outcome}”, but noted ${said(noted)}. ${facts(trace, coordinator, asked, last)}`;
  if (noted === undefined) stuck(sentence, trace, last);
  violated(sentence, trace, noted.event);
}

/** What a coordinator had heard at an entry of the trace, and what follows from it. */
function facts(
  trace: Trace,
  coordinator: ProcessId,
  asked: readonly ProcessId[],
  at: TraceEvent,
): string {
  const { yes, no } = voices(trace, coordinator, asked, at.index);
  const saying = (answer: Answer, names: readonly ProcessId[]) =>
    names.length === 0 ? [] : [`${answer} from ${list(names)}`];
  const voice = [...saying('yes', yes), ...saying('no', no)].join(', ') || 'nothing that counts';
  const ignored = heard(trace, coordinator, asked, at.index).filter(({ counts }) => !counts);
  const names = [...new Set(ignored.map(({ from }) => from))];
  const repeating = names.filter((name) => asked.includes(name));
  const strange = names.filter((name) => !asked.includes(name));
  return [
    `Heard: ${voice}.`,
    ...(repeating.length > 0 ? [`Of ${list(repeating)} only the first answer counts.`] : []),
    ...(strange.length > 0 ? [`What ${list(strange)} said does not count: nobody asked.`] : []),
    conclusion(asked, yes, no, at.kind === 'timeout'),
  ].join(' ');
}

function conclusion(
  asked: readonly ProcessId[],
  yes: readonly ProcessId[],
  no: readonly ProcessId[],
  isTimeUp: boolean,
): string {
  const n = asked.length;
  if (2 * yes.length > n) return `${yes.length} of ${n} is a majority.`;
  if (2 * no.length >= n) {
    return `With ${no.length} of ${n} saying no, a majority of yes has become impossible.`;
  }
  const missing = asked.filter((id) => !yes.includes(id) && !no.includes(id));
  const time = isTimeUp ? ', but time is up' : '';
  return `${yes.length} yes of ${n} is no majority, and ${list(missing)} may still make it one${time}.`;
}

function said(noted: Noted | undefined): string {
  return noted === undefined ? 'nothing' : `“${noted.outcome}” at ${noted.event.at} ms`;
}

/** `r1`, `r1 and r2`, `r1, r2 and r3`. */
function list(names: readonly string[] = []): string {
  if (names.length < 2) return names[0] ?? 'nobody';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

// ── What the runs must have met, for the promises to mean anything ───────────────────────────────

function coverAnswers(trace: Trace, asked: readonly ProcessId[]): void {
  const outcome = settled(trace, 'anna', asked)?.outcome;
  if (outcome === 'timed out') covered('a request timed out');
  if (outcome === 'reached') covered('a request was reached');
  if (outcome === 'failed') covered('a request failed');
  const first = voices(trace, 'anna', asked);
  for (const { from, answer, counts } of heard(trace, 'anna', asked, trace.length)) {
    if (!asked.includes(from)) covered('a stranger answered');
    else if (!counts && !first[answer].includes(from)) covered('a replica changed its mind');
  }
}

function coverTimes(trace: Trace, asked: readonly ProcessId[]): void {
  const by = settled(trace, 'anna', asked)?.by;
  if (by === undefined) return;
  covered(
    by.kind === 'timeout'
      ? 'a request stayed open until its time was up'
      : 'a request was settled before its time was up',
  );
  const last = trace.all('deliver').findLast(({ process }) => process === 'anna');
  if (last !== undefined && last.index > by.index) covered('an answer came after the outcome');
}

/** On the calm network a message takes 10 ms. */
const roundTripMs = 20;
/** The puppets answer after the question has reached them. */
const answersFromMs = 20;
