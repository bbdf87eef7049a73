/**
 * A message in a few characters: its type, then its values, `prepare 1.p1`. Nested values are joined
 * by dots, as papers write ballots and timestamps.
 */
export function label(message: unknown): string {
  if (typeof message !== 'object' || message === null) return text(message);
  if (Array.isArray(message)) return message.map(joined).join(' ');
  const { type, ...rest } = message as Record<string, unknown>;
  const words = Object.values(rest).map(joined);
  return (type === undefined ? words : [text(type), ...words]).join(' ');
}

function joined(value: unknown): string {
  if (typeof value !== 'object' || value === null) return text(value);
  if (Array.isArray(value)) return `[${value.map(joined).join(',')}]`;
  return Object.values(value).map(joined).join('.');
}

function text(value: unknown): string {
  return value === '' ? "''" : String(value);
}
