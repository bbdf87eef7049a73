import type { Exercise } from './catalog.ts';

/** Ends the command: a test does not come to an end, and its thread can be ended in no other way. */
export function stuck(exercise: Exercise | undefined, name: string): never {
  process.stderr.write(`${sentence(exercise, name)}\n`);
  process.exit(1);
}

function sentence(exercise: Exercise | undefined, name: string): string {
  return `'${name}' in ${exercise?.id ?? 'the tests'} does not come to an end and was stopped: look for work that never finishes in ${exercise?.file ?? 'the code'}.\nNext: npm test ${exercise?.id.slice(0, 2) ?? ''}`;
}
