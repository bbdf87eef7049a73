import { describe, expect, test } from 'vitest';
import { filledIn, leavesOut } from './filled-in.ts';

const story = 'promise\n\nwhat happened\n  0 ask\n 10 yes\n 20 done';

describe('a quotation that leaves lines out', () => {
  test.each([
    ['in the middle', 'promise\n   …\n 20 done'],
    ['in two places', 'promise\n…\nwhat happened\n     …\n 20 done'],
    ['at the beginning', '…\n 10 yes\n 20 done'],
    ['at the end', 'promise\n\nwhat happened\n…'],
  ])('%s is the story again when they are filled in', (_, quotation) => {
    expect(leavesOut(quotation)).toBe(true);
    expect(filledIn(quotation, story)).toBe(story);
  });

  test.each([
    ['changes a line', 'promise\n…\n 20 lost'],
    ['has lines in another order', 'promise\n…\n 10 yes\n…\n  0 ask\n…'],
    ['leaves out more than it says', 'promise\n…\n  0 ask\n 20 done'],
    ['ends too early', 'promise\n…\n 10 yes'],
    ['leaves nothing out', 'promise\n…\n\nwhat happened\n  0 ask\n 10 yes\n 20 done'],
  ])('is not the story if it %s', (_, quotation) => {
    expect(filledIn(quotation, story)).not.toBe(story);
  });
});

test('a line that the harness itself cuts short leaves nothing out', () => {
  expect(leavesOut('          … 5 earlier events\n   not decided…')).toBe(false);
});
