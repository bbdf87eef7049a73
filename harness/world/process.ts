import type { Disk } from './disk.ts';
import { RuleBroken } from './rules.ts';

/** A process's name, as it appears in every picture: `athens`, `p1`, `a2`. */
export type ProcessId = string;

/** What a world gives to one process: the only things that it can perceive or do. */
export interface Surroundings {
  readonly id: ProcessId;
  readonly everyone: readonly ProcessId[];
  readonly peers: readonly ProcessId[];
  readonly disk: Disk;
  send(to: ProcessId, message: unknown): void;
  setTimer(timer: string, ms: number): void;
  cancelTimer(timer: string): void;
  now(): number;
  random(): number;
  note(text: string, about?: unknown): void;
}

/**
 * One participant of a distributed system: plain fields, and handlers that run to completion
 * without waiting. The world calls the handlers; a restart builds a fresh instance on the same disk,
 * so whatever was only in a field is forgotten.
 *
 * ```ts
 * class Echo extends Process<string> {
 *   receive(message: string, from: ProcessId): void {
 *     if (message === 'ping') this.send(from, 'pong');
 *   }
 * }
 * ```
 */
export abstract class Process<Message = unknown> {
  readonly #world: Surroundings = takeSurroundings();

  /** My own name. */
  get id(): ProcessId {
    return this.#world.id;
  }

  /** The cluster in one fixed order, me included (a client is not part of it). */
  get everyone(): readonly ProcessId[] {
    return this.#world.everyone;
  }

  /** The cluster without me. */
  get peers(): readonly ProcessId[] {
    return this.#world.peers;
  }

  /** Called at boot and after every restart, before anything else. */
  start(): void {}

  /** Called for every message that arrives. The message is frozen. */
  abstract receive(message: Message, from: ProcessId): void;

  /** Called when a timer that this process set has run out. */
  timeout(timer: string): void {
    throw new RuleBroken(
      `timer '${timer}' ran out at ${this.id}, and class ${this.constructor.name} has no timeout handler: write timeout(timer) { … }`,
      'nowhere',
    );
  }

  /** Sends a copy of the message. It may be lost, delayed, repeated or overtaken. */
  protected send(to: ProcessId, message: Message): void {
    this.#world.send(to, message);
  }

  /** Sends to everyone in the cluster, me included. My own copy arrives at once and is never lost. */
  protected broadcast(message: Message): void {
    for (const to of this.#world.everyone) this.#world.send(to, message);
  }

  /** Starts a timer by name, in ms of this process's own clock. Setting it again replaces it. */
  protected setTimer(timer: string, ms: number): void {
    this.#world.setTimer(timer, ms);
  }

  /** Stops a timer; does nothing if it is not running. */
  protected cancelTimer(timer: string): void {
    this.#world.cancelTimer(timer);
  }

  /** This process's own clock, in ms. It may be wrong, and differ from every other. */
  protected now(): number {
    return this.#world.now();
  }

  /** A seeded random number from 0 up to, not including, 1. */
  protected random(): number {
    return this.#world.random();
  }

  /** What survives a restart. */
  protected get disk(): Disk {
    return this.#world.disk;
  }

  /** Says something in the diagram; `about` is plain data for whoever reads the trace. */
  protected note(text: string, about?: unknown): void {
    this.#world.note(text, about);
  }
}

let waiting: Surroundings | undefined;

/** Builds a process inside its surroundings, so that no subclass needs a constructor for them. */
export function construct<P>(make: () => P, surroundings: Surroundings): P {
  waiting = surroundings;
  try {
    const made = make();
    if (waiting !== undefined) throw new RuleBroken(MADE_NOTHING, 'nowhere');
    return made;
  } finally {
    waiting = undefined;
  }
}

function takeSurroundings(): Surroundings {
  if (waiting === undefined) throw new RuleBroken(BUILT_BY_A_WORLD);
  const surroundings = waiting;
  waiting = undefined;
  return surroundings;
}

const MADE_NOTHING =
  'a function in simulate({ processes }) has to return a new process each time: () => new City(3)';
const BUILT_BY_A_WORLD =
  'a Process was made with `new`: only a world can build one, so hand its class to simulate({ processes })';
