/** Whether everything is to be said without pictures, colours and characters beyond ASCII. */
export function isPlain(): boolean {
  return (process.env['KATA_PLAIN'] ?? '') !== '';
}

/** How wide the lines are: as the terminal, and at most 80; 80 into a pipe. */
export function width(): number {
  return Math.max(NARROWEST, Math.min(WIDEST, process.stdout.columns || WIDEST));
}

/**
 * Reads `--plain`, which every command takes, off the arguments. From then on the command says
 * everything in ASCII; so it does in a terminal that does not show more.
 */
export function speakPlainly(args: readonly string[]): readonly string[] {
  // Without two dashes before it npm takes it for a setting of its own.
  const asked = args.includes(PLAIN) || process.env['npm_config_plain'] === 'true';
  if (asked) process.env['KATA_PLAIN'] = '1';
  const forPrograms = args.includes('--json') || args.includes('--classroom');
  for (const stream of [process.stdout, process.stderr]) {
    if (forPrograms && stream === process.stdout) continue;
    if (isPlain() || (stream.isTTY && !showsUnicode())) throughAscii(stream);
  }
  return args.filter((arg) => arg !== PLAIN);
}

/** Whether what goes to the screen may have characters beyond ASCII; a pipe takes them. */
export function showsMore(): boolean {
  return !isPlain() && (!process.stdout.isTTY || showsUnicode());
}

/** If nothing tells, it does: containers leave the variables out, and their terminals are of today. */
function showsUnicode(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  const locale = LC_ALL || LC_CTYPE || LANG || 'UTF-8';
  return process.platform === 'win32' || /utf-?8/i.test(locale);
}

function throughAscii(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (text: unknown, ...rest: unknown[]) => boolean;
  stream.write = (text: unknown, ...rest: unknown[]) =>
    write(typeof text === 'string' ? ascii(text) : text, ...rest);
}

/** The same in ASCII. A picture keeps its columns. */
export function ascii(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/gu, (character) => {
    const known = ASCII[character];
    if (known !== undefined) return known;
    const bare = character.normalize('NFKD').replaceAll(/[^\0-\x7f]/g, '');
    return bare === '' ? '?' : bare;
  });
}

const ASCII: Readonly<Record<string, string>> = {
  '│': '|',
  '├': '+',
  '┤': '+',
  '┴': '+',
  '┬': '+',
  '┌': '+',
  '└': '+',
  '┊': ':',
  '─': '-',
  '▶': '>',
  '◀': '<',
  '●': '*',
  '×': 'x',
  '✗': 'x',
  '✓': '+',
  '○': 'o',
  '›': '>',
  '·': '-',
  '→': '>',
  '←': '<',
  '–': '-',
  '—': '-',
  '−': '-',
  '⇒': '=>',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
  '§': 'section ',
};

const PLAIN = '--plain';
const NARROWEST = 40;
const WIDEST = 80;
