import { RuleBroken, running } from '../world/rules.ts';
import { show } from '../world/show.ts';
import { canonical } from './fields.ts';
import type { Happening } from './booth.ts';
import type { Ran, Remembered, Steps } from './steps.ts';

/**
 * Runs some of the steps of a search a second time. A handler that does something else than before
 * depends on what the world cannot see: a variable outside of its class, a closure.
 *
 * @throws RuleBroken naming the process, the difference, and the line
 */
export function checkPurity(steps: Steps): void {
  const all = steps.remembered;
  const stride = Math.max(1, Math.floor(all.length / SECOND_LOOKS));
  const { runs } = steps;
  for (let i = 0, end = all.length; i < end; i += stride) {
    const remembered = all[i] as Remembered;
    let again: Ran | undefined;
    try {
      again = steps.run(remembered.local, remembered.stimulus);
    } catch {
      running.broken = undefined;
    }
    if (again === undefined || !isSame(again, remembered.ran)) throw impure(steps, remembered);
  }
  steps.runs = runs;
  all.length = Math.min(all.length, runs);
}

function isSame(a: Ran, b: Ran): boolean {
  return a.local === b.local && a.happened === b.happened;
}

/** Says what was different, and which line made it so. */
function impure(steps: Steps, { local, stimulus, ran }: Remembered): RuleBroken {
  const id = steps.ids[steps.processOf(local)] as string;
  let now;
  try {
    now = steps.runClosely(local, stimulus);
  } catch (error) {
    running.broken = undefined;
    const text = error instanceof Error ? error.message : show(error);
    return new RuleBroken(
      `${id} first did a step, and then threw at the same step: “${text}”; ${ONLY}`,
      'nowhere',
    );
  }
  const before = steps.happenings[ran.happened] as readonly Happening[];
  const at = now.happened.findIndex(
    (event, i) => canonical(event) !== canonical(before[i] ?? null),
  );
  if (at >= 0 || before.length > now.happened.length) {
    const first = before[at < 0 ? now.happened.length : at];
    const then = at < 0 ? undefined : now.happened[at];
    return told(`${id} first ${words(first)}, and then ${words(then)}`, now.places[at]);
  }
  const fields = steps.fieldsOf(ran.local);
  const names = new Set([...Object.keys(fields), ...Object.keys(now.fields)]);
  for (const name of names) {
    if (canonical(fields[name]) === canonical(now.fields[name])) continue;
    return told(
      `${id}.${name} came out first as ${show(fields[name])}, and then as ${show(now.fields[name])}`,
      now.fieldPlaces.get(name),
    );
  }
  return told(`${id} did not do the same thing twice`, undefined);
}

function told(difference: string, place: string | undefined): RuleBroken {
  return new RuleBroken(
    `${difference}, at the same step with the same fields: ${ONLY}`,
    place === undefined ? 'nowhere' : { at: place },
  );
}

function words(event: Happening | undefined): string {
  if (event === undefined) return 'did nothing more';
  switch (event.kind) {
    case 'send':
      return `sent ${show(event.message)} to ${event.to}`;
    case 'note':
      return `noted “${event.text}”`;
    case 'write':
      return `wrote ${show(event.value)} under '${event.key}'`;
    case 'timer-set':
      return `set timer '${event.timer}' to ${event.ms} ms`;
    default:
      return `did a ${event.kind}`;
  }
}

const SECOND_LOOKS = 200;
const ONLY =
  'a handler may depend on nothing but its fields, its disk and the event, so keep in a field what it has to remember, not in a variable outside the class';
