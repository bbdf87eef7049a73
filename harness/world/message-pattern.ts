import { show } from './show.ts';

/** Picks messages in scripts: by `type`, by any fields, or by a function. */
export type MessagePattern =
  string | Readonly<Record<string, unknown>> | ((message: never) => boolean);

/** Whether a message is one of those that a pattern picks; without a pattern every one is. */
export function fits(message: unknown, pattern: MessagePattern | undefined): boolean {
  if (pattern === undefined) return true;
  if (typeof pattern === 'function') return pattern(message as never);
  const wanted = typeof pattern === 'string' ? { type: pattern } : pattern;
  if (typeof message !== 'object' || message === null) return message === pattern;
  return Object.entries(wanted).every(
    ([key, value]) => show((message as Record<string, unknown>)[key]) === show(value),
  );
}

/** A pattern in words, for a script that goes wrong. */
export function patternText(pattern: MessagePattern): string {
  if (typeof pattern === 'function') return 'that fits its function';
  return typeof pattern === 'string' ? pattern : show(pattern);
}
