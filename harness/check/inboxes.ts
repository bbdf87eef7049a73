import { PairMap } from './pair-map.ts';
import type { Envelope } from './steps.ts';

export interface InboxOptions {
  /** Messages on one link arrive in order. */
  readonly ordered: boolean;
  /** A message that was sent once is there for ever. */
  readonly keeps: boolean;
}

/**
 * What is on its way to a process, as a number: the same messages, the same number. How it changes by one
 * message more or less is worked out once.
 */
export class Inboxes {
  /**
   * What may arrive next: for inbox i, from `starts[i]` up to `ends[i]`, the place of a message and of
   * the inbox without it, two by two.
   */
  next = new Int32Array(FIRST_CAPACITY);
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly #options: InboxOptions;
  readonly #envelopes: readonly Envelope[];
  readonly #letters: (readonly number[])[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #added = new PairMap();
  #top = 0;

  constructor(envelopes: readonly Envelope[], options: InboxOptions) {
    this.#envelopes = envelopes;
    this.#options = options;
    this.of([]);
  }

  get size(): number {
    return this.#letters.length;
  }

  /** The messages in it; on ordered links one sender's after the other's, each in their order. */
  letters(inbox: number): readonly number[] {
    return this.#letters[inbox] as readonly number[];
  }

  /** The inbox with one message more. */
  add(inbox: number, envelope: number): number {
    const known = this.#added.get(inbox, envelope);
    if (known >= 0) return known;
    const added = this.of([...this.letters(inbox), envelope]);
    this.#added.set(inbox, envelope, added);
    return added;
  }

  /** The inbox with these messages; on ordered links, in this order. */
  of(letters: readonly number[]): number {
    const { keeps, ordered } = this.#options;
    const rank = (letter: number) => (ordered ? this.#sender(letter) : letter);
    const sorted = (keeps ? [...new Set(letters)] : letters).toSorted((a, b) => rank(a) - rank(b));
    const text = sorted.join();
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#letters.push(sorted) - 1;
      this.starts.push(-1);
      this.ends.push(-1);
      this.#numbers.set(text, number);
    }
    return number;
  }

  /** Works out `next` for an inbox, unless that is done. */
  expand(inbox: number): void {
    if (this.starts[inbox] !== -1) return;
    const letters = this.letters(inbox);
    const { keeps, ordered } = this.#options;
    const isNext = (letter: number, i: number) =>
      i === 0 ||
      (ordered
        ? this.#sender(letters[i - 1] as number) !== this.#sender(letter)
        : letters[i - 1] !== letter);
    const rests = letters.flatMap((letter, i) =>
      isNext(letter, i) ? [letter, keeps ? inbox : this.of(letters.toSpliced(i, 1))] : [],
    );
    if (this.#top + rests.length > this.next.length) {
      const larger = new Int32Array(2 * (this.next.length + rests.length));
      larger.set(this.next);
      this.next = larger;
    }
    this.next.set(rests, this.#top);
    this.starts[inbox] = this.#top;
    this.#top += rests.length;
    this.ends[inbox] = this.#top;
  }

  #sender(envelope: number): number {
    return (this.#envelopes[envelope] as Envelope).from;
  }
}

const FIRST_CAPACITY = 1 << 12;
