import { show } from '../world/show.ts';
import { canonical } from './fields.ts';
import type { Inboxes } from './inboxes.ts';
import type { Envelope, Steps } from './steps.ts';

/**
 * What seems to grow without bound in a search that does not come to an end, in a sentence: a field
 * with ever new values, the larger the later, or messages that pile up, or a field that counts what
 * happens.
 */
export function growing(steps: Steps, inboxes: Inboxes): string | undefined {
  let most = { values: 0, sentence: undefined as string | undefined };
  for (const [field, values] of valuesOfFields(steps)) {
    if (values.length < MANY || values.length <= most.values) continue;
    const last = largestOfLate(values);
    if (last === undefined) continue;
    const example = show(last).length > 60 ? `${show(last).slice(0, 59)}…` : show(last);
    const sentence = `${field} had ${values.length} different values, at last ${example}: does it grow without bound?`;
    most = { values: values.length, sentence };
  }
  return most.sentence ?? pilingUp(steps, inboxes) ?? multiplying(steps);
}

/** The largest of the later half of some values, if it is larger than all of the earlier half. */
function largestOfLate(values: readonly unknown[]): unknown {
  const half = Math.floor(values.length / 2);
  const early = Math.max(...values.slice(0, half).map(sizeOf));
  const last = values.slice(half).toSorted((a, b) => sizeOf(b) - sizeOf(a))[0];
  return sizeOf(last) > early ? last : undefined;
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

/**
 * The growing field without which a process would have by far the fewest states. A counter has few values
 * in a search that is only some steps deep, but it tells apart what is otherwise the same.
 */
function multiplying(steps: Steps): string | undefined {
  let most = MANY_TIMES;
  let sentence: string | undefined;
  const all = valuesOfFields(steps);
  for (const [process, id] of steps.ids.entries()) {
    const locals = steps.locals.filter((local) => local.process === process).slice(0, ENOUGH);
    const statesWithout = (field?: string): number =>
      new Set(
        locals.map(({ fields, disk, timers, calls }) => {
          const kept = Object.entries(fields).filter(([name]) => name !== field);
          return canonical([
            kept,
            disk.durable,
            disk.current,
            timers.map(({ name }) => name),
            calls,
          ]);
        }),
      ).size;
    const states = statesWithout();
    for (const name of Object.keys(locals[0]?.fields ?? {})) {
      const values = all.get(`${id}.${name}`) ?? [];
      if (values.length < SOME || largestOfLate(values) === undefined) continue;
      const fewer = statesWithout(name);
      if (states < most * fewer) continue;
      most = states / fewer;
      sentence = `${id} was in ${states} different states; without its field ${name} there would be ${fewer}. Does ${name} count what happens?`;
    }
  }
  return sentence;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return Math.abs(value);
  return canonical(value).length;
}

const MANY = 20;
/** How many values a counter has at least, and how many times as many states there are with it. */
const SOME = 5;
const MANY_TIMES = 3;
/** So many states of a process are looked at: those nearest to the start. */
const ENOUGH = 5_000;
