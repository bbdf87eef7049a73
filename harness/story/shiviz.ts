import type { EntryData, TraceData } from './trace-data.ts';
import { oneLine } from './wrap.ts';

/**
 * A run in the format that ShiViz reads without being told how, by its default expression
 * `(?<event>.*)\n(?<host>\S*) (?<clock>{.*})`: two lines an event, with a vector clock that counts
 * every entry of a process. What happens between processes has no clock; that a message was lost stands
 * with its sending.
 */
export function shiviz({ processes, entries }: TraceData): string {
  const hosts = new Map(processes.map((id) => [id, id.replace(/\s+/g, '_')]));
  const clocks: Clock[] = [];
  const latest = new Map<string, Clock>();
  const lost = new Map<number, string>();
  for (const { kind, cause, at, words } of entries) {
    if (kind === 'lose' && cause !== undefined) lost.set(cause, `, at ${at} ms ${words}`);
  }
  let log = '';
  for (const entry of entries) {
    const { index, process, cause } = entry;
    const sent = cause === undefined ? undefined : clocks[cause];
    const host = hosts.get(process);
    if (host === undefined) {
      clocks[index] = sent ?? {};
      continue;
    }
    const clock = later(latest.get(host) ?? {}, sent ?? {});
    clock[host] = (clock[host] ?? 0) + 1;
    clocks[index] = clock;
    latest.set(host, clock);
    log += `${eventOf(entry)}${oneLine(lost.get(index) ?? '')}\n${host} ${JSON.stringify(clock)}\n`;
  }
  return log;
}

type Clock = Record<string, number>;

function eventOf({ at, words }: EntryData): string {
  return `${at} ms: ${oneLine(words)}`;
}

function later(a: Clock, b: Clock): Clock {
  const clock: Clock = { ...a };
  for (const [host, count] of Object.entries(b)) clock[host] = Math.max(clock[host] ?? 0, count);
  return clock;
}
