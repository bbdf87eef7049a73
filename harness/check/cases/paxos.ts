import { Process, type ProcessId } from '../../world/process.ts';
import type { Exploration } from '../explore.ts';
import { linearizable } from '../linearizability.ts';
import { register } from '../models.ts';
import type { Happening } from '../booth.ts';
import { type ClientEvent, operationsOf, unfold } from '../unfolding.ts';

/**
 * Single-decree Paxos behind a register, as in the example `paxos` of the model checker Stateright
 * (github.com/stateright/stateright, examples/paxos.rs), whose numbers of states are known: every
 * server is proposer, acceptor and learner; each client puts one value, and then gets.
 */
type Ballot = readonly [round: number, server: number];
type Proposal = readonly [request: number, client: ProcessId, value: string];
type Accepted = readonly [Ballot, Proposal] | null;

type Message =
  | { readonly type: 'put'; readonly request: number; readonly value: string }
  | { readonly type: 'get'; readonly request: number }
  | { readonly type: 'put-ok'; readonly request: number }
  | { readonly type: 'get-ok'; readonly request: number; readonly value: string }
  | { readonly type: 'prepare'; readonly ballot: Ballot }
  | { readonly type: 'prepared'; readonly ballot: Ballot; readonly accepted: Accepted }
  | { readonly type: 'accept'; readonly ballot: Ballot; readonly proposal: Proposal }
  | { readonly type: 'accepted'; readonly ballot: Ballot }
  | { readonly type: 'decided'; readonly ballot: Ballot; readonly proposal: Proposal };

class Server extends Process<Message> {
  ballot: Ballot = [0, 0];
  proposal: Proposal | null = null;
  /** By the places of the servers, so that the order of the answers leaves no trace. */
  prepares: (Accepted | undefined)[] = [];
  accepts: boolean[] = [];
  accepted: Accepted = null;
  isDecided = false;

  receive(message: Message, from: ProcessId): void {
    const me = this.everyone.indexOf(this.id);
    const majority = Math.floor(this.everyone.length / 2) + 1;
    if (this.isDecided) {
      const [, proposal] = this.accepted as readonly [Ballot, Proposal];
      if (message.type === 'get') {
        this.send(from, { type: 'get-ok', request: message.request, value: proposal[2] });
      }
      return;
    }
    switch (message.type) {
      case 'put':
        if (this.proposal !== null) return;
        this.proposal = [message.request, from, message.value];
        this.ballot = [this.ballot[0] + 1, me];
        this.prepares = this.everyone.map((_, i) => (i === me ? this.accepted : undefined));
        this.accepts = this.everyone.map(() => false);
        this.toPeers({ type: 'prepare', ballot: this.ballot });
        return;
      case 'prepare':
        if (compare(this.ballot, message.ballot) >= 0) return;
        this.ballot = message.ballot;
        this.send(from, { type: 'prepared', ballot: message.ballot, accepted: this.accepted });
        return;
      case 'prepared': {
        if (compare(this.ballot, message.ballot) !== 0) return;
        this.prepares[this.everyone.indexOf(from)] = message.accepted;
        const prepares = this.prepares.filter((each) => each !== undefined);
        if (prepares.length !== majority) return;
        const highest = prepares.reduce((a, b) =>
          b !== null && (a === null || compare(a[0], b[0]) < 0) ? b : a,
        );
        const proposal = highest?.[1] ?? (this.proposal as Proposal);
        this.proposal = proposal;
        this.accepted = [message.ballot, proposal];
        this.accepts[me] = true;
        this.toPeers({ type: 'accept', ballot: message.ballot, proposal });
        return;
      }
      case 'accept':
        if (compare(this.ballot, message.ballot) > 0) return;
        this.ballot = message.ballot;
        this.accepted = [message.ballot, message.proposal];
        this.send(from, { type: 'accepted', ballot: message.ballot });
        return;
      case 'accepted': {
        if (compare(this.ballot, message.ballot) !== 0) return;
        this.accepts[this.everyone.indexOf(from)] = true;
        if (this.accepts.filter((each) => each).length !== majority) return;
        this.isDecided = true;
        const proposal = this.proposal as Proposal;
        this.toPeers({ type: 'decided', ballot: message.ballot, proposal });
        this.send(proposal[1], { type: 'put-ok', request: proposal[0] });
        return;
      }
      case 'decided':
        this.ballot = message.ballot;
        this.accepted = [message.ballot, message.proposal];
        this.isDecided = true;
    }
  }

  toPeers(message: Message): void {
    for (const peer of this.peers) this.send(peer, message);
  }
}

/** Servers come before clients in the order of all; the nth client's number is theirs and n. */
class Client extends Process<Message> {
  awaiting = 0;
  operations = 0;

  override start(): void {
    const me = this.number();
    this.ask({ type: 'put', request: me, value: String.fromCharCode(65 + me - this.servers()) });
  }

  receive(message: Message): void {
    if (!('request' in message) || message.request !== this.awaiting) return;
    this.note('responded', message.type === 'get-ok' ? { result: message.value } : {});
    if (message.type === 'put-ok') {
      this.ask({ type: 'get', request: (this.operations + 1) * this.number() });
    } else if (message.type === 'get-ok') {
      this.awaiting = 0;
      this.operations++;
    }
  }

  ask(message: Extract<Message, { type: 'put' | 'get' }>): void {
    const server = (this.number() + this.operations) % this.servers();
    const asked =
      message.type === 'put' ? { op: 'write', argument: message.value } : { op: 'read' };
    this.note('invoked', asked);
    this.send(this.everyone[server] as ProcessId, message);
    this.awaiting = message.request;
    this.operations++;
  }

  servers(): number {
    return this.everyone.length;
  }

  number(): number {
    return this.servers() + Number(this.id.slice(1));
  }
}

function compare(a: Ballot, b: Ballot): number {
  return a[0] - b[0] || a[1] - b[1];
}

export function paxos(
  servers: number,
  clients: number,
): Exploration<Server | Client, readonly ClientEvent[], 'note'> {
  const named = <P>(letter: string, count: number, Maker: new () => P) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${letter}${i}`, Maker]));
  return {
    processes: named('s', servers, Server),
    clients: named('c', clients, Client),
    maxStates: 3_000_000,
    watch: { kinds: ['note'], start: [], next: watchRegister },
  };
}

/** Keeps the clients' operations, and throws once no order of them explains what they got. */
export function watchRegister(
  history: readonly ClientEvent[],
  event: Extract<Happening, { kind: 'note' }>,
): readonly ClientEvent[] {
  const { process: client, text: kind, about } = event;
  const next = { kind, client, ...(about as object) } as ClientEvent;
  const after = unfold(history, next);
  if (next.kind === 'responded') {
    const { verdict } = linearizable(operationsOf(after), register, { zones: false });
    if (verdict !== 'yes') throw new Error('the history of the register is not linearizable');
  }
  return after;
}
