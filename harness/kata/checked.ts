import { readFileSync } from 'node:fs';
import { marked, type Tokens } from 'marked';
import type { Exercise } from './catalog.ts';

/** A guarantee as the README of its exercise announces it. */
export interface Checked {
  readonly id: string;
  readonly promise: string;
  readonly points: number;
}

/** What the README of an exercise says is checked, without running anything. */
export function checkedIn({ readme }: Pick<Exercise, 'readme'>): readonly Checked[] {
  const tokens = marked.lexer(readFileSync(readme, 'utf8'));
  const title = tokens.findIndex(
    (token) => token.type === 'heading' && token.text === 'What is checked',
  );
  const table = tokens
    .slice(title + 1)
    .find((token): token is Tokens.Table => token.type === 'table');
  return (table?.rows ?? []).map((row) => {
    const [id = '', promise = '', points = ''] = row.map(textOf);
    return { id, promise, points: Number(points) };
  });
}

function textOf({ tokens }: Tokens.TableCell): string {
  return tokens.map((token) => ('text' in token ? token.text : token.raw)).join('');
}
