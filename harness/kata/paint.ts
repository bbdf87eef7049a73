import { Chalk, type ChalkInstance } from 'chalk';
import { isPlain } from './plain.ts';

/**
 * Colours for the terminal, none for a pipe or under NO_COLOR. What they say, the words say too: take
 * the colours away and nothing is lost.
 */
export function paint(stream: { isTTY?: boolean } = process.stdout): ChalkInstance {
  const { FORCE_COLOR, NO_COLOR } = process.env;
  const wanted = (NO_COLOR === undefined || NO_COLOR === '') && !isPlain();
  const colourful = wanted && (stream.isTTY === true || (FORCE_COLOR ?? '0') !== '0');
  return new Chalk({ level: colourful ? 1 : 0 });
}

/** A story with its marks, arrows and lifelines in colour. */
export function paintStory(story: string, colour: ChalkInstance): string {
  return story
    .split('\n')
    .map((line, i) => {
      if (i === 0) return colour.bold(line);
      const inDiagram = /^ {2}[ ✗] +(\d+|ms)? {2}/.test(line);
      if (!inDiagram) return line;
      const painted = line.replace(/[│├┤─]+/g, (lines) => colour.dim(lines));
      return line.startsWith('  ✗') ? colour.red(painted) : painted;
    })
    .join('\n');
}
