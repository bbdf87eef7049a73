import { oneLine } from './wrap.ts';

/**
 * A message in a few characters: its type, then its values, `prepare 1.p1`. Nested values are joined
 * by dots, as papers write ballots and timestamps.
 *
 * ```ts
 * label({ type: 'prepare', ballot: { round: 1, process: 'p1' } }); // → 'prepare 1.p1'
 * ```
 */
export function label(message: unknown): string {
  if (typeof message !== 'object' || message === null) return text(message);
  if (Array.isArray(message)) return message.map(joined).join(' ');
  const { type, ...rest } = message as Record<string, unknown>;
  const words = Object.values(rest).map(joined);
  return (type === undefined ? words : [joined(type), ...words]).join(' ');
}

function joined(value: unknown): string {
  if (typeof value !== 'object' || value === null) return text(value);
  if (Array.isArray(value)) return `[${value.map(joined).join(',')}]`;
  const values = Object.values(value);
  return values.length === 0 ? '{}' : values.map(joined).join('.');
}

function text(value: unknown): string {
  return oneLine(String(value)) || "''";
}
