import { expect, test } from 'vitest';
import { Trace } from '../world/trace.ts';
import { Broken, stuck, violated } from './verdict.ts';

const trace = new Trace(['p1']);

test('violated and stuck end the check with their sentence and their evidence', () => {
  expect(thrownBy(() => violated('two leaders', trace))).toMatchObject({
    message: 'two leaders',
    stuck: false,
    evidence: { trace, at: [] },
  });
  expect(thrownBy(() => stuck('no leader', trace))).toMatchObject({
    message: 'no leader',
    stuck: true,
    evidence: { trace, at: [] },
  });
});

test('without a trace there is no evidence, only the sentence', () => {
  expect(thrownBy(() => violated('1 is not 2')).evidence).toBeUndefined();
});

function thrownBy(act: () => never): Broken {
  try {
    return act();
  } catch (error) {
    return error as Broken;
  }
}
