import { expect, test } from 'vitest';
import { todo, ToDo } from './todo.ts';

test('a step that is not written names itself', () => {
  const reach = () => todo('2', 'promise only a higher ballot');
  expect(reach).toThrow(ToDo);
  expect(reach).toThrow('step 2 is still to do: promise only a higher ballot');
});
