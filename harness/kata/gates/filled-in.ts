/**
 * A quotation with the lines that it leaves out: wherever it has a line with nothing but `…` stand the
 * original's lines up to what comes next. Whoever quotes honestly gets the original back; a line that is
 * not in it, or not in its place, stays as it is.
 *
 *     filledIn('a\n…\nd', 'a\nb\nc\nd'); // 'a\nb\nc\nd'
 */
export function filledIn(quotation: string, original: string): string {
  const lines = original.split('\n');
  const [first = '', ...others] = quotation.split(LEFT_OUT);
  const filled = first === '' ? [] : first.split('\n');
  for (const part of others) {
    const quoted = part === '' ? [] : part.split('\n');
    const from = filled.length;
    const at =
      quoted.length === 0
        ? lines.length
        : lines.findIndex(
            (_, i) => i > from && quoted.every((line, offset) => line === lines[i + offset]),
          );
    // A `…` stands for a line at least.
    filled.push(...(at > from ? lines.slice(from, at) : ['…']), ...quoted);
  }
  return filled.join('\n');
}

/** Whether a quotation leaves lines out. */
export function leavesOut(quotation: string): boolean {
  return quotation.split(LEFT_OUT).length > 1;
}

const LEFT_OUT = /(?:^|\n)[^\S\n]*…(?:\n|$)/;
