import { test } from 'vitest';
import { Process, simulate } from '../index.ts';
class A extends Process<string> {
  receive() {}
  go() {
    console.log('in handler');
  }
}
test('x', () => {
  console.log('one');
  const w = simulate({ processes: { a: A } });
  for (let i = 0; i < 2; i++) w.call('a', 'go', (a) => a.go());
  console.log(w.trace.toText());
  console.log('two');
});
