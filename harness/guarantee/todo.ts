import { keepBroken } from '../world/rules.ts';

/** A step of the exercise that is not written yet was reached. */
export class ToDo extends Error {
  override readonly name = 'ToDo';
  readonly step: string;

  constructor(step: string, what: string) {
    super(`step ${step} is still to do: ${what}`);
    this.step = step;
    keepBroken(this);
  }
}

/**
 * Marks a step of an exercise that is not written yet. A guarantee that reaches it is *to do*, not wrong.
 *
 * @throws ToDo always
 */
export function todo(step: string, what: string): never {
  throw new ToDo(step, what);
}
