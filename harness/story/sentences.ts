import { NETWORK, type Trace, type TraceEvent } from '../world/trace.ts';
import { counted } from './diagram.ts';
import { label } from './label.ts';
import { relevant, type Stretch } from './relevance.ts';
import { words } from './words.ts';
import { oneLine, wrapInto } from './wrap.ts';

export interface SentenceOptions extends Stretch {
  /** Indexes of the entries to look at; the last sentence is about the last of them. */
  readonly marks: readonly number[];
  /** Characters a line. */
  readonly width: number;
  /** Lines at the most. */
  readonly height: number;
}

/**
 * A run as sentences, one for each entry that the diagram draws: for those who hear it read, and for
 * screens too narrow for a picture.
 */
export function sentences(trace: Trace, options: SentenceOptions): readonly string[] {
  const { marks, width, height } = options;
  const { involved, before, folded } = relevant(trace, marks, options);
  const told: (readonly string[])[] = [];
  let left = height - 2;
  for (const event of involved.toReversed()) {
    const here = marks.includes(event.index) ? 'Look here: at' : 'At';
    const lines = wrapInto(`${here} ${event.at} ms ${sentence(event, trace)}.`, width, MOST_LINES);
    left -= lines.length;
    if (left < 0) break;
    told.unshift(lines);
  }
  return [
    ...counted(before + involved.length - told.length, 'earlier event'),
    ...told.flat(),
    ...counted(folded, 'event', 'not involved'),
  ];
}

function sentence(event: TraceEvent, trace: Trace): string {
  if (event.kind === 'deliver') {
    const sent = trace.at(event.cause as number).at;
    return `${event.to} gets ${quoted(event)} from ${event.from}, sent at ${sent} ms`;
  }
  if (event.kind === 'lose') {
    return `${quoted(event)} from ${event.from} to ${event.to} is lost: ${event.why}`;
  }
  const said = oneLine(words(event));
  if (event.process === NETWORK) return said;
  const speaks = event.kind === 'note' || event.kind === 'log' || event.kind === 'throw';
  return `${event.process} ${speaks ? `says “${said}”` : said}`;
}

function quoted({ message }: { readonly message: unknown }): string {
  return `“${label(message)}”`;
}

/** For one sentence. */
const MOST_LINES = 3;
