import { RuleBroken } from '../world/rules.ts';
import type { Cells } from './cells.ts';
import type { SeenStates } from './seen-states.ts';
import type { Inboxes } from './inboxes.ts';
import type { Move } from './moves.ts';
import { PairMap } from './pair-map.ts';
import type { Envelope, Steps } from './steps.ts';

/** Who plays whose part: process i becomes process `to[i]`. */
interface Permutation {
  readonly number: number;
  readonly to: readonly number[];
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Processes that play the same part: of all states that differ only in who is who, one stands for all
 * (Ip and Dill 1996, "Better verification through symmetry").
 *
 * Members are sorted by all that can be said of one without naming the others. Where that leaves ties,
 * every order of the tied is tried, unless swapping them changes nothing: the choice is exact.
 */
export class Symmetry {
  readonly #members: readonly number[];
  readonly #ids: readonly string[];
  readonly #steps: Steps;
  readonly #cells: Cells;
  readonly #inboxes: Inboxes;
  readonly #seen: SeenStates | undefined;
  readonly #permutations: Permutation[] = [];
  readonly #byText = new Map<string, Permutation>();
  readonly #renamedCells = new PairMap();
  readonly #renamedSeen = new PairMap();
  readonly #views = new PairMap();
  readonly #viewNumbers = new Map<string, number>();
  readonly #pointed: ReadonlyMap<number, ReadonlyMap<string, string>>;
  readonly #identity: Permutation;

  constructor(
    alike: readonly string[],
    parts: {
      readonly steps: Steps;
      readonly cells: Cells;
      readonly inboxes: Inboxes;
      readonly seen: SeenStates | undefined;
    },
  ) {
    this.#steps = parts.steps;
    this.#cells = parts.cells;
    this.#inboxes = parts.inboxes;
    this.#seen = parts.seen;
    this.#ids = parts.steps.ids;
    this.#members = alike.map((id) => this.#ids.indexOf(id));
    const stranger = alike.find((id) => !this.#ids.includes(id));
    if (stranger !== undefined) {
      throw new RuleBroken(
        `alike names '${stranger}', which is no process; there are ${this.#ids.join(', ')}`,
        'nowhere',
      );
    }
    this.#identity = this.#permutation(this.#ids.map((_, i) => i));
    this.#pointed = new Map(
      this.#members.map((me) => [
        me,
        new Map(alike.map((id) => [id, id === this.#ids[me] ? '*me*' : '*other*'])),
      ]),
    );
  }

  /** Replaces a row by the one that stands for it; returns who plays whose part in it. */
  canonize(row: Int32Array): readonly number[] {
    const signatures = new Map(this.#members.map((me) => [me, this.#signature(row, me)]));
    const compare = (a: number, b: number) =>
      (signatures.get(a) as number) - (signatures.get(b) as number);
    const sorted = this.#members.toSorted(compare);
    const ties: number[][] = [];
    for (const member of sorted) {
      const last = ties.at(-1);
      if (last !== undefined && compare(last[0] as number, member) === 0) last.push(member);
      else ties.push([member]);
    }
    let best: Int32Array | undefined;
    let chosen = this.#identity;
    for (const order of orders(ties.map((tied) => this.#ordersOf(row, tied)))) {
      const permutation = this.#sending(order);
      const candidate = this.#applied(row, permutation);
      if (best === undefined || isLess(candidate, best)) {
        best = candidate;
        chosen = permutation;
      }
    }
    row.set(best as Int32Array);
    return chosen.to;
  }

  /** What a move is called by those whose parts are played by others. */
  renamedMove(move: Move, to: readonly number[]): Move {
    const permutation = this.#permutation(to);
    const process = to[move.process] as number;
    return 'envelope' in move
      ? { ...move, process, envelope: this.#renamedEnvelope(move.envelope, permutation) }
      : { ...move, process };
  }

  /** The orders of members that look alike: one, if it makes no difference. */
  #ordersOf(row: Int32Array, tied: readonly number[]): readonly (readonly number[])[] {
    const makesNone = tied.every((member, i) => {
      if (i === 0) return true;
      const before = tied[i - 1] as number;
      const to = this.#identity.to.map((p) => (p === member ? before : p === before ? member : p));
      return isSame(this.#applied(row, this.#permutation(to)), row);
    });
    return makesNone ? [tied] : permutationsOf(tied);
  }

  /** The permutation that puts these members, in this order, into the places of all members. */
  #sending(order: readonly number[]): Permutation {
    const to = [...this.#identity.to];
    order.forEach((member, i) => {
      to[member] = this.#members[i] as number;
    });
    return this.#permutation(to);
  }

  #applied(row: Int32Array, permutation: Permutation): Int32Array {
    const after = Int32Array.from(row);
    const { to } = permutation;
    to.forEach((place, process) => {
      after[place] = this.#renamedCell(row[process] as number, permutation);
    });
    const seenAt = to.length;
    if (this.#seen !== undefined) {
      after[seenAt] = this.#renamedSeenState(row[seenAt] as number, permutation);
    }
    return after;
  }

  #renamedCell(cell: number, permutation: Permutation): number {
    const known = this.#renamedCells.get(cell, permutation.number);
    if (known >= 0) return known;
    const local = this.#cells.localOf(cell);
    const process = permutation.to[this.#steps.processOf(local)] as number;
    const letters = this.#inboxes.letters(this.#cells.inboxOf(cell));
    const after = this.#cells.of(
      this.#steps.renamedLocal(local, process, permutation.names),
      this.#inboxes.of(letters.map((letter) => this.#renamedEnvelope(letter, permutation))),
    );
    this.#renamedCells.set(cell, permutation.number, after);
    return after;
  }

  #renamedEnvelope(envelope: number, { to, names }: Permutation): number {
    const { from, to: target, message } = this.#steps.envelopes[envelope] as Envelope;
    return this.#steps.envelopeNamed(to[from] as number, to[target] as number, message, names);
  }

  #renamedSeenState(seen: number, permutation: Permutation): number {
    const known = this.#renamedSeen.get(seen, permutation.number);
    if (known >= 0) return known;
    const after = (this.#seen as SeenStates).renamed(seen, permutation.names);
    this.#renamedSeen.set(seen, permutation.number, after);
    return after;
  }

  /** A number that says of a member all that can be said without naming the others. */
  #signature(row: Int32Array, me: number): number {
    let signature = 0;
    for (let process = 0; process < this.#ids.length; process++) {
      const weight = process === me ? 3 : this.#members.includes(process) ? 5 : 7 + 2 * process;
      const view = this.#view(row[process] as number, me, 0);
      signature = (signature + mix(Math.imul(view, 31) + weight)) | 0;
    }
    if (this.#seen !== undefined) {
      const view = this.#view(row[this.#ids.length] as number, me, 1);
      signature = (signature + mix(Math.imul(view, 31) + 1)) | 0;
    }
    return signature;
  }

  /** How a cell, or what was seen, looks to a member that is called by no name. */
  #view(thing: number, me: number, isSeen: 0 | 1): number {
    const key = 2 * me + isSeen;
    const known = this.#views.get(thing, key);
    if (known >= 0) return known;
    const names = this.#pointed.get(me) as ReadonlyMap<string, string>;
    const text =
      isSeen === 1 ? (this.#seen as SeenStates).text(thing, names) : this.#cellText(thing, names);
    let number = this.#viewNumbers.get(text);
    if (number === undefined) {
      number = this.#viewNumbers.size;
      this.#viewNumbers.set(text, number);
    }
    this.#views.set(thing, key, number);
    return number;
  }

  #cellText(cell: number, names: ReadonlyMap<string, string>): string {
    const letters = this.#inboxes.letters(this.#cells.inboxOf(cell));
    const texts = letters.map((letter) => this.#steps.envelopeText(letter, names));
    const local = this.#steps.localText(this.#cells.localOf(cell), names);
    return `${local}\n${texts.toSorted().join('\n')}`;
  }

  #permutation(to: readonly number[]): Permutation {
    const text = to.join();
    let permutation = this.#byText.get(text);
    if (permutation === undefined) {
      const names = new Map<string, string>();
      to.forEach((place, process) => {
        if (place !== process) names.set(this.#ids[process] as string, this.#ids[place] as string);
      });
      permutation = { number: this.#permutations.length, to, names };
      this.#permutations.push(permutation);
      this.#byText.set(text, permutation);
    }
    return permutation;
  }
}

function mix(n: number): number {
  const mixed = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
}

function isLess(a: Int32Array, b: Int32Array): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && (a[at] as number) < (b[at] as number);
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.every((value, i) => value === b[i]);
}

/** Every way to take one order of each. */
function orders(
  choices: readonly (readonly (readonly number[])[])[],
): readonly (readonly number[])[] {
  return choices.reduce<readonly (readonly number[])[]>(
    (all, orders) => all.flatMap((before) => orders.map((order) => [...before, ...order])),
    [[]],
  );
}

function permutationsOf(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) =>
    permutationsOf(items.toSpliced(i, 1)).map((rest) => [item, ...rest]),
  );
}
