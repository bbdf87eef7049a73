/** Something that the person at the keyboard can mend: one sentence, and the command to run next. */
export class Complaint extends Error {
  override readonly name = 'Complaint';
  readonly next: string;

  constructor(sentence: string, next: string) {
    super(sentence);
    this.next = next;
  }
}
