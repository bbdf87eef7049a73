/** Breaks text into lines of at most `width` characters, at spaces where there are some. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width));
}

function wrapParagraph(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line];
}

/** The same, in at most so many lines: what does not fit ends in `…`. */
export function wrapInto(text: string, width: number, lines: number): readonly string[] {
  const all = wrap(text, width);
  if (all.length <= lines) return all;
  const last = shorten(`${all[lines - 1]}……`, Math.min(width, (all[lines - 1] ?? '').length + 1));
  return [...all.slice(0, lines - 1), last];
}

/** Text of at most so many characters; what was longer ends in `…`. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}

/** Text that cannot break a line or move the cursor, whatever somebody logged or threw. */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim();
}

const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu;
