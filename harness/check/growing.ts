import { show } from '../world/show.ts';
import { canonical } from './fields.ts';
import type { Inboxes } from './inboxes.ts';
import type { Envelope, Steps } from './steps.ts';

/**
 * What seems to grow without bound in a search that does not come to an end, in a sentence: a field
 * with ever new values, the larger the later, or messages that pile up.
 */
export function growing(steps: Steps, inboxes: Inboxes): string | undefined {
  let most = { values: 0, sentence: undefined as string | undefined };
  for (const [field, values] of valuesOfFields(steps)) {
    if (values.length < MANY || values.length <= most.values) continue;
    const half = Math.floor(values.length / 2);
    const early = Math.max(...values.slice(0, half).map(sizeOf));
    const last = values.slice(half).toSorted((a, b) => sizeOf(b) - sizeOf(a))[0];
    if (sizeOf(last) <= early) continue;
    const example = show(last).length > 60 ? `${show(last).slice(0, 59)}…` : show(last);
    const sentence = `${field} had ${values.length} different values, at last ${example}: does it grow without bound?`;
    most = { values: values.length, sentence };
  }
  return most.sentence ?? pilingUp(steps, inboxes);
}

/** For each field, `process.name`, its different values in the order in which they first came up. */
function valuesOfFields(steps: Steps): ReadonlyMap<string, readonly unknown[]> {
  const values = new Map<string, unknown[]>();
  const known = new Set<string>();
  for (const { process, fields, disk } of steps.locals) {
    const id = steps.ids[process] as string;
    const all: [string, unknown][] = [
      ...Object.entries(fields).map(([name, value]): [string, unknown] => [`${id}.${name}`, value]),
      ...[...disk.current].map(([key, value]): [string, unknown] => [
        `the disk of ${id} ('${key}')`,
        value,
      ]),
    ];
    for (const [name, value] of all) {
      const text = `${name} ${canonical(value)}`;
      if (known.has(text)) continue;
      known.add(text);
      const list = values.get(name);
      if (list === undefined) values.set(name, [value]);
      else list.push(value);
    }
  }
  return values;
}

function pilingUp(steps: Steps, inboxes: Inboxes): string | undefined {
  let most = MANY;
  let sentence: string | undefined;
  for (let inbox = 0; inbox < inboxes.size; inbox++) {
    const letters = inboxes.letters(inbox);
    if (letters.length <= most) continue;
    most = letters.length;
    const id = steps.ids[(steps.envelopes[letters[0] as number] as Envelope).to] as string;
    sentence = `${most} messages are on their way to ${id}: does everything that it hears make others send more?`;
  }
  return sentence;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return Math.abs(value);
  return canonical(value).length;
}

const MANY = 20;
