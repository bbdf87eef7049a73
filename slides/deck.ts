// A deck is one Markdown file. The browser shows it through reveal.js and a test reads it in Node;
// both cut it at the separators below, so that what is tested is what is shown.

export interface Slide {
  readonly text: string;
  readonly notes: string | undefined;
}

export interface Deck {
  readonly title: string;
  /** In order; the slides of a vertical stack follow the one above them. */
  readonly slides: readonly Slide[];
  /** With \n as its only line ending, which is what the separators look for. */
  readonly markdown: string;
}

/** As regular expressions in text, which is how reveal.js takes them. */
export const separators = {
  separator: '\\n---\\n',
  verticalSeparator: '\\n--\\n',
  notesSeparator: '^Note:',
} as const;

export function deck(text: string): Deck {
  const markdown = text.replaceAll('\r\n', '\n');
  const between = new RegExp(`${separators.separator}|${separators.verticalSeparator}`);
  const slides = markdown.split(between).map(slide);
  return { title: titleOf(slides[0]?.text ?? ''), slides, markdown };
}

function slide(text: string): Slide {
  const parts = text.split(new RegExp(separators.notesSeparator, 'gim'));
  // As reveal.js does it: with a second separator on the slide there are no notes at all.
  if (parts.length !== 2) return { text, notes: undefined };
  return { text: parts[0] ?? '', notes: parts[1]?.trim() };
}

function titleOf(firstSlide: string): string {
  return /^# (.+)$/m.exec(firstSlide)?.[1]?.trim() ?? '';
}
