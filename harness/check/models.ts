import { show } from '../world/show.ts';

/**
 * A sequential object: what each operation does and answers when nothing else happens. States are
 * plain data, and `apply` must not change the one that it gets.
 */
export interface Model<State = unknown> {
  readonly name: string;
  readonly initial: State;
  /** @throws Error if it does not know the operation. */
  apply(state: State, op: string, argument: unknown): readonly [state: State, result: unknown];
  /** The operations that never change the state. Declared, not found out: see linearizability.ts. */
  readonly readOnly: readonly string[];
  /** Set if the effect of an operation can be seen only as its argument, as in a register. */
  readonly overwrites?: boolean;
}

/** `read` and `write v`. Empty: null. */
export const register: Model = {
  name: 'register',
  initial: null,
  readOnly: ['read'],
  overwrites: true,
  apply(state, op, argument) {
    switch (op) {
      case 'read':
        return [state, state];
      case 'write':
        return [argument, undefined];
      default:
        throw unknown('register', op);
    }
  },
};

/** A register with `cas [expected, v]` (compare-and-set), which answers whether it wrote. */
export const casRegister: Model = {
  name: 'compare-and-set register',
  initial: null,
  readOnly: ['read'],
  apply(state, op, argument) {
    if (op !== 'cas') return register.apply(state, op, argument);
    const [expected, value] = argument as readonly [unknown, unknown];
    const equal = show(expected) === show(state);
    return [equal ? value : state, equal];
  },
};

/** A register for each key: judge it with `key` set, and each key is a part of its own. */
export const keyValue: Model = { ...register, name: 'key-value' };

/** `add n`, which answers the new sum; `increment n`, which answers nothing; `read`. */
export const counter: Model<number> = {
  name: 'counter',
  initial: 0,
  readOnly: ['read'],
  apply(state, op, argument) {
    switch (op) {
      case 'read':
        return [state, state];
      case 'add':
        return [state + (argument as number), state + (argument as number)];
      case 'increment':
        return [state + ((argument as number | undefined) ?? 1), undefined];
      default:
        throw unknown('counter', op);
    }
  },
};

/** `append v`, which answers its place, from 0; `read`, which answers all there is. */
export const log: Model<readonly unknown[]> = {
  name: 'append-only log',
  initial: [],
  readOnly: ['read'],
  apply(state, op, argument) {
    switch (op) {
      case 'read':
        return [state, state];
      case 'append':
        return [[...state, argument], state.length];
      default:
        throw unknown('append-only log', op);
    }
  },
};

/** `acquire who` and `release who`, which answer whether they succeeded; `holder`. */
export const lock: Model<string | null> = {
  name: 'lock',
  initial: null,
  readOnly: ['holder'],
  apply(state, op, argument) {
    switch (op) {
      case 'holder':
        return [state, state];
      case 'acquire':
        return state === null ? [argument as string, true] : [state, false];
      case 'release':
        return state === argument ? [null, true] : [state, false];
      default:
        throw unknown('lock', op);
    }
  },
};

/** `enqueue v`; `dequeue`, which answers the oldest value, or null if there is none. */
export const queue: Model<readonly unknown[]> = {
  name: 'queue',
  initial: [],
  readOnly: [],
  apply(state, op, argument) {
    switch (op) {
      case 'enqueue':
        return [[...state, argument], undefined];
      case 'dequeue':
        return state.length === 0 ? [state, null] : [state.slice(1), state[0]];
      default:
        throw unknown('queue', op);
    }
  },
};

function unknown(model: string, op: string): Error {
  return new Error(`a ${model} has no operation '${op}'`);
}
