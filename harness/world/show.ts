/**
 * Writes plain data as one line of text, the same on every machine: `{ time: 3, process: 'athens' }`.
 * Map and Set are shown too, because processes may keep them in fields and log them.
 */
export function show(value: unknown): string {
  return write(value, []);
}

function write(value: unknown, above: readonly unknown[]): string {
  switch (typeof value) {
    case 'string':
      return `'${value.replace(/[\\']/g, '\\$&').replace(UNSEEN, escape)}'`;
    case 'bigint':
      return `${value}n`;
    case 'function':
      return `[function ${value.name}]`;
    case 'object':
      break;
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
  if (value === null) return 'null';
  if (above.includes(value)) return '[cycle]';
  const inner = (item: unknown) => write(item, [...above, value]);
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`;
  if (value instanceof Set) return `Set{${[...value].map(inner).join(', ')}}`;
  if (value instanceof Map) {
    return `Map{${[...value].map(([key, item]) => `${inner(key)} => ${inner(item)}`).join(', ')}}`;
  }
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${inner(item)}`);
  const text = fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null
    ? text
    : `${value.constructor?.name ?? ''} ${text}`;
}

/** What would break a line, or not be seen in it. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escape(character: string): string {
  if (character === '\n') return '\\n';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
