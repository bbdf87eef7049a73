import { existsSync, readFileSync } from 'node:fs';
import { marked, type Token } from 'marked';
import { wrap } from '../story/wrap.ts';
import type { Exercise } from './catalog.ts';

/** One hint of an exercise's README: `Nudge`, `Idea` or `Pseudo-code`, and its text for a terminal. */
export interface Hint {
  readonly summary: string;
  readonly lines: readonly string[];
}

/** The hints in an exercise's README by guarantee, each from a nudge to pseudo-code. */
export function hintsOf({
  readme,
}: Pick<Exercise, 'readme'>): ReadonlyMap<string, readonly Hint[]> {
  const hints = new Map<string, Hint[]>();
  let inHints = false;
  let own: Hint[] | undefined;
  let open: { summary: string; lines: string[] } | undefined;
  const text = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
  for (const token of marked.lexer(text)) {
    if (token.type === 'heading' && token.depth <= 2) inHints = token.text === 'Hints';
    if (!inHints) continue;
    if (token.type === 'heading' && token.depth === 3) hints.set(token.text, (own = []));
    const summary = /<summary>(.*?)<\/summary>/.exec(token.raw)?.[1];
    if (token.type === 'html') open = undefined;
    if (token.type === 'html' && summary !== undefined) own?.push((open = { summary, lines: [] }));
    if (token.type !== 'html' && token.type !== 'space') open?.lines.push(...linesOf(token), '');
  }
  return hints;
}

function linesOf(token: Token): readonly string[] {
  if (token.type === 'code') return token.text.split('\n').map((line: string) => `  ${line}`);
  const text = token.raw.trim();
  return token.type === 'paragraph' ? wrap(text.replace(/\s+/g, ' '), WIDTH) : text.split('\n');
}

const WIDTH = 74;
