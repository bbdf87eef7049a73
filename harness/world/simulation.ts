import { fieldTexts } from './changes.ts';
import { EventQueue } from './event-queue.ts';
import type { DiskLoss } from './disk.ts';
import { fits, type MessagePattern, patternText } from './message-pattern.ts';
import { copyPlain } from './plain.ts';
import { construct, type Process, type ProcessId } from './process.ts';
import { RuleBroken, running } from './rules.ts';
import { type Effects, type Maker, Seat } from './seat.ts';
import { show } from './show.ts';
import { NOT_RUNNING, type Timer } from './timers.ts';
import { CODES, NO_CAUSE, NO_PROCESS, Trace } from './trace.ts';

export interface SimulationOptions<P extends Process<never>> {
  /** The cluster: names and classes, in the order of `everyone`. */
  readonly processes: Readonly<Record<ProcessId, Maker<P>>>;
  /** Processes beside the cluster: they see it as `everyone`, and `broadcast` does not reach them. */
  readonly clients?: Readonly<Record<ProcessId, Maker<P>>>;
  /** The seed of everything random; unless told, 1, or what a generated run drew for itself. */
  readonly seed?: number;
  /** How long a message takes, in ms: one number, or from–to drawn for each message. 10 unless told. */
  readonly latencyMs?: number | readonly [min: number, max: number];
  /** How many events a run may have before it is told that it floods itself. 50,000 unless told. */
  readonly maxEvents?: number;
}

/** What befalls one message on a link. */
export interface Fate {
  readonly lose?: true;
  /** Extra time on the way, in ms. */
  readonly delayMs?: number;
  /** One more copy for each entry, that many ms after the first would arrive. */
  readonly copiesAfterMs?: readonly number[];
}

/**
 * A handler threw, a rule was broken, or the cluster flooded itself: the run ends here.
 * `cause` is what was thrown; the trace shows the run up to it.
 */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  readonly trace: Trace;
  readonly process: ProcessId;

  constructor(message: string, cause: unknown, trace: Trace, process: ProcessId) {
    super(message, { cause });
    this.trace = trace;
    this.process = process;
  }
}

/** A script wanted to deliver, lose or fire what is not there: the processes did something else. */
export class OffScript extends Error {
  override readonly name = 'OffScript';
}

type Act = (process: Process<never>) => void;

/** Something that the script or the fault plan lets happen: at a process, or to the world. */
type Planned =
  | { readonly seat: Seat; readonly label: string; readonly act: Act }
  | { readonly seat: undefined; readonly act: () => void };

/**
 * One run in virtual time. Nothing happens on its own: `run`, `runFor` and the script calls move it.
 *
 * ```ts
 * class Player extends Process<string> {
 *   serve = (): void => this.send('pong', 'ping');
 *   receive(message: string, from: ProcessId): void {
 *     if (message === 'ping') this.send(from, 'pong');
 *   }
 * }
 * const world = new Simulation({ processes: { ping: Player, pong: Player } });
 * world.call('ping', 'serve', (ping) => ping.serve()).run();
 * world.trace.all('deliver').length; // → 2
 * ```
 */
export class Simulation<P extends Process<never> = Process<never>> {
  readonly trace: Trace;
  readonly #seats: Seat[];
  /** Where in `#seats` each process sits. */
  readonly #places = new Map<ProcessId, number>();
  /**
   * A queued number is the index of a send or of a timer-set in the trace, whose entry says all;
   * a negative one, -1 - index, is something planned.
   */
  readonly #queue = new EventQueue();
  readonly #planned: Planned[] = [];
  readonly #minLatencyMs: number;
  readonly #maxLatencyMs: number;
  readonly #maxEvents: number;
  readonly #fates = new Map<number, Map<number, Fate>>();
  readonly #sentOnLink = new Map<number, number>();
  readonly #cuts = new Map<number, number>();
  readonly #slow = new Map<number, number>();
  readonly #heldLinks = new Set<number>();
  #held: number[] = [];
  /** Nothing was ever done to the network: most messages of most runs need no look at it. */
  #calm = true;
  #nowMs = 0;
  #events = 0;
  #booted = false;

  constructor(options: SimulationOptions<P>) {
    const seed = options.seed ?? running.seed;
    const members = Object.keys(options.processes);
    const makers = Object.entries({ ...options.processes, ...options.clients });
    checkNames(members, Object.keys(options.clients ?? {}));
    this.trace = new Trace(makers.map(([id]) => id));
    running.traces?.push(this.trace);
    if (running.remembers) this.trace.changes = new Map();
    const everyone = Object.freeze(members);
    this.#seats = makers.map(([id, maker], index) => {
      this.#places.set(id, index);
      return new Seat(this.#effects, id, index, everyone, maker, seed);
    });
    const latency = options.latencyMs ?? CALM_LATENCY_MS;
    [this.#minLatencyMs, this.#maxLatencyMs] =
      typeof latency === 'number' ? [latency, latency] : latency;
    this.#maxEvents = options.maxEvents ?? MAX_EVENTS;
  }

  /** The virtual time, in ms. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The names of all processes, the cluster first, then the clients. */
  get ids(): readonly ProcessId[] {
    return this.trace.processes;
  }

  /** Boots every process that has not been: their `start` runs, at 0 ms. Running does it by itself. */
  boot(): this {
    if (running.handler !== '') throw new RuleBroken(`${running.handler} ${MOVES_THE_WORLD}`);
    if (this.#booted) return this;
    this.#booted = true;
    for (const seat of this.#seats) this.#build(seat, 'start', NO_CAUSE);
    return this;
  }

  /** Runs until nothing is left to happen. @throws RunStopped */
  run(): this {
    return this.#runUntil(Infinity);
  }

  /** Runs for that many ms of virtual time. @throws RunStopped */
  runFor(ms: number): this {
    return this.#runUntil(this.#nowMs + ms);
  }

  /** Lets a process do something now, as one step of its own, e.g. a client's request. */
  call(id: ProcessId, label: string, act: (process: P) => void): this {
    this.boot();
    const planned = { seat: this.#seat(id), label, act: act as Act };
    this.#planned.push(planned);
    this.#step(planned.seat, label, planned.act, -this.#planned.length);
    return this;
  }

  /** The same as `call`, at a virtual time to come. A process that is down then misses it. */
  callAt(ms: number, id: ProcessId, label: string, act: (process: P) => void): this {
    return this.#plan(ms, { seat: this.#seat(id), label, act: act as Act });
  }

  // ── What can go wrong ──────────────────────────────────────────────────────────────────────────

  /** Lets something go wrong at a virtual time to come. */
  faultAt(ms: number, act: () => void): this {
    return this.#plan(ms, { seat: undefined, act });
  }

  /** Decides what befalls the nth message (from 1) on a link. More than one fate add up. */
  setFate(from: ProcessId, to: ProcessId, nth: number, fate: Fate): this {
    this.#stir();
    const link = this.#link(from, to);
    const fates = this.#fates.get(link) ?? new Map<number, Fate>();
    const before = fates.get(nth) ?? {};
    const delayMs = (before.delayMs ?? 0) + (fate.delayMs ?? 0);
    const copiesAfterMs = [...(before.copiesAfterMs ?? []), ...(fate.copiesAfterMs ?? [])];
    fates.set(nth, { ...before, ...fate, delayMs, copiesAfterMs });
    this.#fates.set(link, fates);
    return this;
  }

  /** Cuts links, one way each: what is sent, or would arrive, while a link is cut is lost. */
  cut(links: readonly (readonly [from: ProcessId, to: ProcessId])[], text: string): this {
    this.#stir();
    for (const link of this.#between(links)) {
      this.#cuts.set(link, (this.#cuts.get(link) ?? 0) + 1);
    }
    this.#record(CODES.cut, NO_PROCESS, NO_CAUSE, { text, links });
    return this;
  }

  /** Mends links that were cut; a link that was cut twice has to be mended twice. */
  heal(links: readonly (readonly [from: ProcessId, to: ProcessId])[], text: string): this {
    for (const link of this.#between(links)) {
      const cuts = (this.#cuts.get(link) ?? 0) - 1;
      if (cuts > 0) this.#cuts.set(link, cuts);
      else this.#cuts.delete(link);
    }
    this.#record(CODES.heal, NO_PROCESS, NO_CAUSE, { text, links });
    return this;
  }

  /** Makes each message on a link take that much longer, in ms; a negative number takes it back. */
  slow(from: ProcessId, to: ProcessId, byMs: number): this {
    this.#stir();
    const link = this.#link(from, to);
    this.#slow.set(link, (this.#slow.get(link) ?? 0) + byMs);
    return this;
  }

  /**
   * Stops a process: its fields and timers are gone, messages to it are lost. It comes back so many
   * ms later, or when the script restarts it. Does nothing if the process is down.
   */
  crash(id: ProcessId, downMs?: number): this {
    this.boot();
    const seat = this.#seat(id);
    if (seat.up) this.#crash(seat, downMs);
    return this;
  }

  /** A fresh instance on the same disk. Does nothing if the process is up. */
  restart(id: ProcessId): this {
    this.boot();
    const seat = this.#seat(id);
    if (!seat.up) this.#build(seat, 'restart', seat.crashed);
    return this;
  }

  /**
   * Holds a process still for so many ms (or until the script resumes it), as a long garbage
   * collection does; what happens to it meanwhile waits. A crash ends it. Does nothing if it is down.
   */
  pause(id: ProcessId, forMs?: number): this {
    this.boot();
    const seat = this.#seat(id);
    if (!seat.up) return this;
    const pause = Symbol(id);
    seat.mishaps.pauses.add(pause);
    if (forMs !== undefined) {
      this.faultAt(this.#nowMs + forMs, () => {
        if (seat.mishaps.pauses.delete(pause) && seat.mishaps.pauses.size === 0) this.#resume(seat);
      });
    }
    if (seat.paused) return this;
    seat.paused = true;
    this.#record(CODES.pause, seat.index, NO_CAUSE, undefined);
    return this;
  }

  /** Ends every pause of a process: it goes on with all that waited for it, in order. */
  resume(id: ProcessId): this {
    this.boot();
    const seat = this.#seat(id);
    seat.mishaps.pauses.clear();
    if (seat.paused) this.#resume(seat);
    return this;
  }

  #resume(seat: Seat): void {
    seat.paused = false;
    this.#record(CODES.resume, seat.index, NO_CAUSE, undefined);
    // At once: in the queue they would come after what arrives at this instant, but was sent later.
    for (const event of seat.mishaps.backlog.splice(0)) this.#dispatch(event);
  }

  /** Moves a process's own clock by some ms, forward or back. */
  stepClock(id: ProcessId, ms: number): this {
    const seat = this.#seat(id);
    seat.clock.step(ms);
    if (this.#booted) this.#record(CODES['clock-step'], seat.index, NO_CAUSE, { ms });
    return this;
  }

  /** Lets a process's own clock run fast (positive) or slow (negative), in parts per million. */
  driftClock(id: ProcessId, ppm: number): this {
    this.#seat(id).clock.drift(ppm);
    return this;
  }

  /** What a process's nth crash (from 1) takes from its disk. */
  loseAtCrash(id: ProcessId, nth: number, loss: DiskLoss): this {
    this.#seat(id).mishaps.losses.set(nth, loss);
    return this;
  }

  /** Makes a process's nth flush (from 1) fail. */
  failFlush(id: ProcessId, nth: number): this {
    this.#seat(id).mishaps.failingFlushes.add(nth);
    return this;
  }

  /**
   * Crashes a process in the middle of a handler, right after its nth effect (from 1): a send, a disk
   * write or a flush. Whatever the handler does after that does not happen.
   */
  crashAfterEffect(id: ProcessId, nth: number, downMs?: number): this {
    this.#seat(id).mishaps.crashAfter.set(nth, downMs);
    return this;
  }

  // ── Scripts: the order of a figure, message by message ─────────────────────────────────────────

  /**
   * From now on keeps what is sent on a link (or on every link) until the script delivers it. Of the
   * faults only losses and cuts touch a message that is held; when it arrives is up to the script.
   */
  hold(from?: ProcessId, to?: ProcessId): this {
    this.#stir();
    for (const link of this.#links(from, to)) this.#heldLinks.add(link);
    return this;
  }

  /** Lets a link (or every link) flow again; what was held on it goes out now, in order. */
  release(from?: ProcessId, to?: ProcessId): this {
    const links = new Set(this.#links(from, to));
    for (const link of links) this.#heldLinks.delete(link);
    const released = this.#held.filter((sent) => links.has(this.#linkOf(sent)));
    this.#held = this.#held.filter((sent) => !links.has(this.#linkOf(sent)));
    for (const sent of released) this.#queue.push(this.#arrival(sent), sent);
    return this;
  }

  /** Delivers the first held message on a link (that fits the pattern) now. @throws RunStopped if none is held. */
  deliver(from: ProcessId, to: ProcessId, pattern?: MessagePattern): this {
    const sent = this.#takeHeld(from, to, pattern);
    this.#nowMs = this.#arrival(sent);
    this.#arrive(sent);
    return this;
  }

  /** Delivers a copy of the first held message on a link (that fits) now, and keeps the message. */
  deliverCopy(from: ProcessId, to: ProcessId, pattern?: MessagePattern): this {
    const sent = this.#held[this.#findHeld(from, to, pattern)] as number;
    this.#record(CODES.duplicate, NO_PROCESS, sent, undefined);
    this.#nowMs = this.#arrival(sent);
    this.#arrive(sent);
    return this;
  }

  /** Loses the first held message on a link (that fits the pattern). @throws RunStopped if none is held. */
  lose(from: ProcessId, to: ProcessId, pattern?: MessagePattern): this {
    this.#lose(this.#takeHeld(from, to, pattern), LOST);
    return this;
  }

  /** Lets a timer run out now. @throws RunStopped if it is not running. */
  fire(id: ProcessId, timer: string): this {
    this.boot();
    const seat = this.#seat(id);
    const found = seat.timers.running().find(({ name }) => name === timer);
    if (found === undefined) {
      const names = seat.timers.running().map(({ name }) => name);
      const timers = names.join(', ') || 'no timer';
      throw this.#offScript(
        id,
        `the script fires timer '${timer}' at ${id}, where ${timers} is running`,
      );
    }
    this.#timeout(seat, found);
    return this;
  }

  /** The messages that a script holds back on a link (or on every link), oldest first. */
  held(from?: ProcessId, to?: ProcessId): readonly unknown[] {
    const links = new Set(this.#links(from, to));
    const held = this.#held.filter((sent) => links.has(this.#linkOf(sent)));
    return held.map((sent) => this.trace.dataAt(sent));
  }

  // ── Inside ─────────────────────────────────────────────────────────────────────────────────────

  #runUntil(untilMs: number): this {
    this.boot();
    const queue = this.#queue;
    for (let at = queue.nextAt; at <= untilMs && queue.size > 0; at = queue.nextAt) {
      if (at > this.#nowMs) this.#nowMs = at;
      this.#dispatch(queue.pop());
    }
    if (untilMs !== Infinity) this.#nowMs = Math.max(this.#nowMs, untilMs);
    return this;
  }

  #plan(ms: number, planned: Planned): this {
    if (!Number.isFinite(ms)) throw new RuleBroken(`${ms} is no virtual time: give a number of ms`);
    this.#planned.push(planned);
    this.#queue.push(ms, -this.#planned.length);
    return this;
  }

  #dispatch(event: number): void {
    if (event < 0) {
      const planned = this.#planned[-1 - event] as Planned;
      if (planned.seat === undefined) planned.act();
      else this.#step(planned.seat, planned.label, planned.act, event);
    } else if (this.trace.codeAt(event) === CODES.send) {
      this.#arrive(event);
    } else {
      // A timer that was cancelled, replaced or lost in a crash is still queued, and void.
      const timer = this.trace.dataAt(event) as Timer;
      const seat = this.#seats[this.trace.whereAt(event)] as Seat;
      if (timer.setBy === event) this.#timeout(seat, timer);
    }
  }

  #arrive(sent: number): void {
    const seat = this.#seats[this.trace.numberAt(sent)] as Seat;
    if (!seat.up) return this.#lose(sent, `${seat.id} was down`);
    if (this.#cuts.size > 0 && this.#cuts.has(this.#linkOf(sent))) return this.#lose(sent, CUT);
    if (seat.paused) {
      seat.mishaps.backlog.push(sent);
      return;
    }
    const index = this.#record(CODES.deliver, seat.index, sent, undefined);
    const from = this.trace.processes[this.trace.whereAt(sent)] as ProcessId;
    const process = this.#enter(seat, 'receive()', index);
    try {
      this.#leave(seat, process.receive(this.trace.dataAt(sent) as never, from));
    } catch (error) {
      this.#stop(seat, error);
    }
  }

  #timeout(seat: Seat, timer: Timer): void {
    if (seat.paused) {
      seat.mishaps.backlog.push(timer.setBy);
      return;
    }
    const index = this.#record(CODES.timeout, seat.index, timer.setBy, timer.name);
    timer.setBy = NOT_RUNNING;
    const process = this.#enter(seat, 'timeout()', index);
    try {
      this.#leave(seat, process.timeout(timer.name));
    } catch (error) {
      this.#stop(seat, error);
    }
  }

  #step(seat: Seat, label: string, act: Act, event: number): void {
    if (!seat.up) {
      this.#record(CODES.missed, seat.index, seat.crashed, { label });
      return;
    }
    if (seat.paused) {
      seat.mishaps.backlog.push(event);
      return;
    }
    const index = this.#record(CODES.step, seat.index, NO_CAUSE, { label });
    const process = this.#enter(seat, `the step '${label}'`, index);
    try {
      this.#leave(seat, act(process as Process<never>));
    } catch (error) {
      this.#stop(seat, error);
    }
  }

  #build(seat: Seat, kind: 'start' | 'restart', cause: number): void {
    const index = this.#record(CODES[kind], seat.index, cause, undefined);
    seat.up = true;
    seat.step = index;
    seat.sends = 0;
    seat.active = true;
    running.handler = 'the constructor';
    running.turns = 0;
    running.log = this.#log;
    this.#running = seat;
    try {
      seat.instance = construct(() => seat.make(), seat) as Process;
      running.handler = 'start()';
      this.trace.changes?.set(seat.step, { before: new Map(), after: new Map() });
      this.#leave(seat, seat.instance.start());
    } catch (error) {
      this.#stop(seat, error);
    }
  }

  #enter(seat: Seat, handler: string, step: number): Process {
    seat.step = step;
    seat.sends = 0;
    seat.active = true;
    running.handler = handler;
    running.turns = 0;
    running.log = this.#log;
    this.#running = seat;
    if (++this.#events > this.#maxEvents) this.#stop(seat, this.#flooded());
    if (this.trace.changes !== undefined) this.#remember(seat);
    return seat.instance as Process;
  }

  #running: Seat | undefined;
  readonly #log = (text: string): void => {
    const seat = this.#running as Seat;
    this.#record(CODES.log, seat.index, seat.step, { text });
  };

  /** Writes down the fields: as they were before a step and, called again, as they are after it. */
  #remember(seat: Seat): void {
    const fields = fieldTexts(seat.instance as Process);
    const { before } = this.trace.changes?.get(seat.step) ?? { before: fields };
    this.trace.changes?.set(seat.step, { before, after: fields });
  }

  #leave(seat: Seat, returned: unknown): void {
    seat.active = false;
    if (this.trace.changes?.has(seat.step)) this.#remember(seat);
    if (returned !== undefined && isPromise(returned)) {
      returned.then(undefined, () => {});
      throw new RuleBroken(`${running.handler} returned a promise: ${NO_PROMISES}`, 'nowhere');
    }
    if (running.broken !== undefined) throw running.broken;
    running.handler = '';
    if (seat.muted) this.#crashInHandler(seat);
  }

  #stop(seat: Seat, error: unknown): void {
    const handler = running.handler;
    const cause = running.broken ?? error;
    running.handler = '';
    running.broken = undefined;
    seat.active = false;
    // What a handler throws after the process crashed in the middle of it never happened.
    if (seat.muted && !(cause instanceof RuleBroken)) return this.#crashInHandler(seat);
    if (cause instanceof RunStopped) throw cause;
    if (this.trace.changes?.has(seat.step)) this.#remember(seat);
    const text = cause instanceof Error ? cause.message : show(cause);
    this.#record(CODES.throw, seat.index, seat.step, { text });
    throw new RunStopped(`${seat.id} stopped in ${handler}: ${text}`, cause, this.trace, seat.id);
  }

  #flooded(): RuleBroken {
    const counts = new Map<string, number>();
    for (const event of this.trace.events) {
      if (event.kind !== 'deliver' && event.kind !== 'timeout') continue;
      const what =
        event.kind === 'deliver'
          ? `messages ${event.from}→${event.process}, e.g. ${show(event.message)}`
          : `timeouts '${event.timer}' at ${event.process}`;
      const key = what.split(', e.g.')[0] as string;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const [most, count] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? ['steps', 0];
    return new RuleBroken(
      `the cluster floods itself: ${this.#maxEvents} events in ${this.#nowMs} ms, most of them ${count} ${most}; ${SEND_LESS}`,
      'nowhere',
    );
  }

  #crash(seat: Seat, downMs: number | undefined): void {
    const loss = seat.mishaps.losses.get(++seat.crashes) ?? 'nothing';
    const crashed = this.#record(CODES.crash, seat.index, NO_CAUSE, undefined);
    const keys = seat.contents.crash(loss);
    if (keys.length > 0) {
      const left = seat.contents.under(keys);
      this.#record(CODES.forgot, seat.index, crashed, { keys, left });
    }
    if (downMs !== undefined) {
      // Another crash may have come in between, and it may be one for good.
      this.faultAt(this.#nowMs + downMs, () => {
        if (seat.crashed === crashed) this.restart(seat.id);
      });
    }
    seat.crashed = crashed;
    seat.up = false;
    seat.paused = false;
    seat.mishaps.pauses.clear();
    seat.instance = undefined;
    seat.timers.stopAll();
    for (const event of seat.mishaps.backlog.splice(0)) {
      if (event >= 0 && this.trace.codeAt(event) === CODES.send)
        this.#lose(event, `${seat.id} was down`);
      const planned = event < 0 ? this.#planned[-1 - event] : undefined;
      if (planned?.seat !== undefined) this.#step(seat, planned.label, planned.act, event);
    }
  }

  #crashInHandler(seat: Seat): void {
    seat.muted = false;
    this.#crash(seat, seat.mishaps.crashAfter.get(seat.effects));
  }

  /** What a seat may do to the world: everything that a process causes comes through here. */
  readonly #effects: Effects = {
    send: (seat, to, message) => {
      const target = this.#places.get(to);
      if (target === undefined) throw new RuleBroken(noSuchProcess(to, this.ids));
      if (++seat.sends > MAX_SENDS_IN_A_STEP) throw new RuleBroken(TOO_MANY_SENDS);
      this.#post(seat, target, copyPlain(message, 'message'));
    },
    record: (seat, kind, data) => this.#record(CODES[kind], seat.index, seat.step, data),
    setTimer: (seat, timer, ms) => {
      timer.setBy = this.trace.record(
        CODES['timer-set'],
        this.#nowMs,
        seat.index,
        seat.step,
        ms,
        timer,
      );
      this.#queue.push(this.#nowMs + seat.virtual(ms), timer.setBy);
    },
    nowMs: () => this.#nowMs,
  };

  #post(seat: Seat, target: number, message: unknown): void {
    const nowMs = this.#nowMs;
    const sent = this.trace.record(CODES.send, nowMs, seat.index, seat.step, target, message);
    if (target === seat.index) return this.#queue.push(nowMs, sent);
    if (this.#calm) return this.#queue.push(nowMs + this.#drawLatency(seat), sent);
    const link = this.#linkOf(sent);
    const fate = this.#nextFate(link);
    // Drawn for lost messages too: taking the loss away must not reshuffle those that follow.
    const latency = this.#drawLatency(seat);
    if (fate?.lose) return this.#lose(sent, LOST);
    if (this.#cuts.has(link)) return this.#lose(sent, CUT);
    if (this.#heldLinks.has(link)) {
      this.#held.push(sent);
      return;
    }
    const arrival = nowMs + latency + (this.#slow.get(link) ?? 0) + (fate?.delayMs ?? 0);
    this.#queue.push(arrival, sent);
    for (const afterMs of fate?.copiesAfterMs ?? []) {
      this.#record(CODES.duplicate, NO_PROCESS, sent, undefined);
      this.#queue.push(arrival + afterMs, sent);
    }
  }

  /** The first thing is done to the network: from here on it counts what is sent, and has counted. */
  #stir(): void {
    if (!this.#calm) return;
    this.#calm = false;
    for (let index = 0; index < this.trace.length; index++) {
      if (this.trace.codeAt(index) === CODES.send) this.#nextFate(this.#linkOf(index));
    }
  }

  #nextFate(link: number): Fate | undefined {
    const nth = (this.#sentOnLink.get(link) ?? 0) + 1;
    this.#sentOnLink.set(link, nth);
    return this.#fates.get(link)?.get(nth);
  }

  /** A stream for each sender: what one process sends more or less does not reshuffle the others. */
  #drawLatency(seat: Seat): number {
    const min = this.#minLatencyMs;
    const max = this.#maxLatencyMs;
    return min === max ? min : seat.latencies.integer(min, max);
  }

  #lose(sent: number, why: string): void {
    this.#record(CODES.lose, NO_PROCESS, sent, why);
  }

  /** A held message arrives no earlier than it would have on the calm network. */
  #arrival(sent: number): number {
    return Math.max(this.#nowMs, this.trace.timeAt(sent) + this.#minLatencyMs);
  }

  #takeHeld(from: ProcessId, to: ProcessId, pattern?: MessagePattern): number {
    return this.#held.splice(this.#findHeld(from, to, pattern), 1)[0] as number;
  }

  #findHeld(from: ProcessId, to: ProcessId, pattern?: MessagePattern): number {
    this.boot();
    const link = this.#link(from, to);
    const index = this.#held.findIndex(
      (sent) => this.#linkOf(sent) === link && fits(this.trace.dataAt(sent), pattern),
    );
    if (index >= 0) return index;
    const wanted = pattern === undefined ? 'a message' : `a message ${patternText(pattern)}`;
    const held = this.held(from, to).map(show).join(', ') || 'none';
    throw this.#offScript(from, `the script wants ${wanted} on ${from}→${to}; held there: ${held}`);
  }

  /** The run is not the one that the script tells: the trace shows what happened instead. */
  #offScript(id: ProcessId, sentence: string): RunStopped {
    return new RunStopped(sentence, new OffScript(sentence), this.trace, id);
  }

  #links(from?: ProcessId, to?: ProcessId): readonly number[] {
    const froms = from === undefined ? this.ids : [from];
    const tos = to === undefined ? this.ids : [to];
    return froms.flatMap((a) => tos.filter((b) => b !== a).map((b) => this.#link(a, b)));
  }

  /** Nobody can be cut off from themselves, also if they stand on both sides of a partition. */
  #between(links: readonly (readonly [ProcessId, ProcessId])[]): readonly number[] {
    return links.filter(([from, to]) => from !== to).map(([from, to]) => this.#link(from, to));
  }

  #link(from: ProcessId, to: ProcessId): number {
    return this.#seat(from).index * this.#seats.length + this.#seat(to).index;
  }

  #linkOf(sent: number): number {
    return this.trace.whereAt(sent) * this.#seats.length + this.trace.numberAt(sent);
  }

  #seat(id: ProcessId): Seat {
    const index = this.#places.get(id);
    const seat = index === undefined ? undefined : this.#seats[index];
    if (seat === undefined) throw new RuleBroken(noSuchProcess(id, this.ids));
    return seat;
  }

  #record(code: number, where: number, cause: number, data: unknown): number {
    return this.trace.record(code, this.#nowMs, where, cause, 0, data);
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && isFunction(value.then);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function checkNames(members: readonly ProcessId[], clients: readonly ProcessId[]): void {
  if (members.length === 0)
    throw new RuleBroken('simulate({ processes }) needs at least one process');
  const twice = clients.find((id) => members.includes(id));
  if (twice !== undefined) throw new RuleBroken(`${twice} is both a process and a client`);
  // JavaScript moves keys like '1' to the front, which would change the order of `everyone`.
  const numeric = [...members, ...clients].find((id) => /^\d+$/.test(id) || id === 'network');
  if (numeric !== undefined) {
    throw new RuleBroken(`a process cannot be called '${numeric}': use a name such as p${numeric}`);
  }
}

function noSuchProcess(id: unknown, ids: readonly ProcessId[]): string {
  return `there is no process ${show(id)}; there are ${ids.join(', ')}`;
}

const CALM_LATENCY_MS = 10;
const MAX_EVENTS = 50_000;
/** More than any handler needs; a loop that sends for ever stops here before the memory does. */
const MAX_SENDS_IN_A_STEP = 20_000;

const MOVES_THE_WORLD =
  'moves the world from inside: a script calls run, deliver, crash and the like between the steps';
const LOST = 'lost on the way';
const CUT = 'the link was cut';
const NO_PROMISES =
  'a handler runs to completion, so remove async and await; to wait, set a timer or wait for a message';
const SEND_LESS = 'answer only what asks for an answer, and let repeats wait for a timer';
const TOO_MANY_SENDS = `one handler sent more than ${MAX_SENDS_IN_A_STEP} messages: look for a loop that does not end`;
