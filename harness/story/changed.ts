import { changedFields } from '../world/changes.ts';
import type { Trace, TraceEvent } from '../world/trace.ts';
import { wrapInto } from './wrap.ts';

/** What the step of the last mark changed in its process, as lines; none if nobody wrote it down. */
export function changed(trace: Trace, marks: readonly number[], width: number): readonly string[] {
  if (marks.length === 0) return [];
  const mark = trace.at(Math.max(...marks));
  const changes = trace.changes?.get(mark.index) ?? trace.changes?.get(mark.cause ?? -1);
  if (changes === undefined) return [];
  const different = changedFields(changes);
  if (different.length === 0) return unchanged(mark, changes.after, width);
  const told = different.length <= MOST_FIELDS ? different : different.slice(0, MOST_FIELDS - 1);
  const rest = different.length - told.length;
  return [
    ...wrapInto(`At ${mark.at} ms this changed in ${mark.process}:`, width, 2),
    ...told.flatMap(({ name, before, after }) =>
      wrapInto(`· ${name}: ${before} → ${after}`, width - 4, 2).map(
        (line, i) => `  ${i === 0 ? '' : '  '}${line}`,
      ),
    ),
    ...(rest === 0 ? [] : [`  … and ${rest} more`]),
  ];
}

function unchanged(
  { at, process }: TraceEvent,
  fields: ReadonlyMap<string, string>,
  width: number,
): readonly string[] {
  if (fields.size === 0) return [];
  const values = [...fields].map(([name, value]) => `${name} ${value}`).join(', ');
  return wrapInto(`At ${at} ms nothing changed in ${process}: ${values}.`, width, 2);
}

const MOST_FIELDS = 4;
