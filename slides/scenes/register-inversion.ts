import { linearizable } from '../../harness/check/linearizability.ts';
import { register } from '../../harness/check/models.ts';
import { type ClientEvent, operationsOf } from '../../harness/check/unfolding.ts';
import type { Fault } from '../../harness/faults/plan.ts';
import { simulate } from '../../harness/faults/simulate.ts';
import type { Process } from '../../harness/world/process.ts';
import { show } from '../../harness/world/show.ts';
import type { Trace, TraceEvent } from '../../harness/world/trace.ts';
import * as solution from '../../solutions/03-linearizable-register/linearizable-register.ts';
import type { Scene, Told, WorldSetting } from '../scene.ts';

type Code = typeof solution;
type Client = InstanceType<Code['AbdRegister']>;

class Hasty extends solution.AbdRegister {
  override writeBack(_: solution.Operation, latest: solution.Versioned): void {
    this.respond(latest.value);
  }
}

/** Two readers, one after the other: the second sees the older value, because nobody wrote back. */
export const registerInversion: Scene<Code> = {
  title: 'Two readers, without write-back',
  exercise: '03-linearizable-register',
  code: { ...solution, AbdRegister: Hasty },
  latencyMs: 10,
  untilMs: 600,
  // The new value reaches r1 soon and the others late; bob does not wait for r3, nor carol for r1.
  faults: [
    late('alice', 'r2', 4, 120),
    late('alice', 'r3', 4, 120),
    late('bob', 'r3', 1, 60),
    late('carol', 'r1', 1, 60),
  ],
  fields: ['disk register'],
  short: (text) =>
    text.replace(/\{ version: \{ counter: (\d+), writer: '(\w+)' \}, value: (.*) \}/, '$3 ($1)'),
  hidden: [],
  start,
  tell,
};

function start({ AbdRegister, Replica }: Code, setting: WorldSetting) {
  const replicas = Object.fromEntries(['r1', 'r2', 'r3'].map((id) => [id, Replica]));
  const clients = { alice: AbdRegister, bob: AbdRegister, carol: AbdRegister };
  return simulate<Process<solution.Message>>({ processes: replicas, clients, ...setting })
    .callAt(0, 'alice', 'writes', (client) => (client as Client).write('old'))
    .callAt(60, 'alice', 'writes', (client) => (client as Client).write('new'))
    .callAt(110, 'bob', 'reads', (client) => (client as Client).read())
    .callAt(160, 'carol', 'reads', (client) => (client as Client).read());
}

function tell(trace: Trace): Told {
  const events = trace.all('note').flatMap((note) => {
    const event = clientEvent(note);
    return event === undefined ? [] : [{ note, event }];
  });
  const { verdict } = linearizable(operationsOf(events.map(({ event }) => event)), register);
  const reads = events.filter(({ event }) => event.kind === 'responded' && 'result' in event);
  const said = reads
    .map(({ note, event }) => {
      const { result } = event as { result?: unknown };
      return `${note.process} reads ${show(result)} (${note.at} ms)`;
    })
    .join(', then ');
  const judged = verdict === 'yes' ? IN_ORDER : BACKWARDS;
  const marks = verdict === 'yes' ? [] : reads.map(({ note }) => note.index);
  return { sentence: reads.length === 0 ? NO_READ : `${said}. ${judged}`, marks };
}

function clientEvent(event: TraceEvent): ClientEvent | undefined {
  if (event.kind !== 'note' || typeof event.about !== 'object') return undefined;
  const about = event.about as {
    invoked?: solution.Operation;
    responded?: number;
    value?: solution.Value;
  };
  const client = event.process;
  if (about.invoked !== undefined) {
    const { op, value } = about.invoked;
    return { kind: 'invoked', client, op, argument: value };
  }
  if (about.responded === undefined) return undefined;
  return 'value' in about
    ? { kind: 'responded', client, result: about.value }
    : ({ kind: 'responded', client } as ClientEvent);
}

function late(from: string, to: string, nth: number, byMs: number): Fault {
  return { kind: 'delay', from, to, nth, byMs };
}

const NO_READ = 'No read has ended.';
const IN_ORDER = 'That is linearizable: one register could have answered so.';
const BACKWARDS = 'That is not linearizable: no single register answers so.';
