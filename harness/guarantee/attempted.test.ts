import { expect, test } from 'vitest';
import { attempted, CannotLoad, cannotLoad } from './attempted.ts';

const names = ['tick', 'Clock'];

function load(exports: Record<string, unknown>): Promise<Record<string, unknown>> {
  return attempted(() => Promise.resolve(exports), names, './clock.ts');
}

test('what the file exports is what the test gets', async () => {
  const exports = { tick: () => 1, Clock: class {}, more: 3 };
  expect(await load(exports)).toEqual({ tick: exports.tick, Clock: exports.Clock });
});

test('an export that is missing fails whoever uses it, and only those', async () => {
  const { tick, Clock } = (await load({ tick: () => 1 })) as Record<string, () => unknown>;
  expect(tick!()).toBe(1);
  expect(() => Clock!()).toThrow(CannotLoad);
  expect(() => Clock!()).toThrow('./clock.ts does not export Clock');
});

test('a class that is missing can still be extended, and fails when it is built', async () => {
  const { Clock } = (await load({})) as { Clock: new () => object };
  class Faster extends Clock {}
  expect(() => new Faster()).toThrow('does not export Clock');
});

test('a file that does not load fails each of its exports with its own error', async () => {
  const error = new SyntaxError('unexpected token');
  const { tick } = await attempted(() => Promise.reject(error), names, './clock.ts');
  expect(tick as () => void).toThrow(error);
});

test('what could not be loaded says where, also through the words of others', async () => {
  const told = new Error(
    `[vite] failed: ${cannotLoad('it cannot be read', 'clock.ts:3:1').message}`,
  );
  const { tick } = await attempted(() => Promise.reject(told), names, './clock.ts');
  const error = thrownBy(tick as () => void);
  expect(error).toBeInstanceOf(CannotLoad);
  expect(error).toMatchObject({ message: 'it cannot be read', where: 'clock.ts:3:1' });
});

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
