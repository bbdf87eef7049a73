import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Guarantee } from '../../guarantee/guarantee.ts';
import { judge } from '../../guarantee/judge.ts';
import { type Exercise, exercises } from '../catalog.ts';
import { guaranteesOf } from './guarantees-of.ts';
import { catcherOf, mistakesOf } from './mistakes-of.ts';

/** The first mistake of an exercise that a generated run catches. */
async function generated(exercise: Exercise): Promise<Guarantee | undefined> {
  const guarantees = await guaranteesOf(exercise, { from: 'solutions' });
  const given = guarantees.filter(({ check }) => check.kind === 'given').map(({ id }) => id);
  const all = Object.values(await mistakesOf(exercise));
  const first = all.find(({ breaks }) => given.includes(breaks));
  return first === undefined ? undefined : catcherOf(exercise, first);
}

/**
 * What is replayed is what was found, entry by entry; and it is the same under every Node, because
 * whoever runs the project's checks there compares with the same hashes. They change with the tests of
 * an exercise and with its solution: then run this with `-u`.
 */
test('a replayed run is the one that was found, on every machine', async () => {
  const hashes: Record<string, string> = {};
  for (const exercise of exercises().filter(({ id }) => SOME.test(id))) {
    const guarantee = await generated(exercise);
    if (guarantee === undefined) continue;
    const found = judge(guarantee, { trace: true });
    // As it lies in .kata/last-failure.json, and in a token.
    const failing = JSON.parse(JSON.stringify(found.failing)) as NonNullable<typeof found.failing>;
    const again = judge(guarantee, { trace: true, replay: failing });
    expect(again.story, exercise.id).toBe(found.story);
    const told = JSON.stringify(again.picture);
    expect(told, exercise.id).toBe(JSON.stringify(found.picture));
    hashes[exercise.id] = createHash('sha256').update(told).digest('hex').slice(0, 16);
  }
  expect(hashes).toMatchInlineSnapshot(`
    {
      "01-lamport-clock": "3a6ce579f6b8524f",
      "04-generation-clock": "1531c963035aecb8",
      "06-raft-leader-election": "75dd991ecfba7829",
    }
  `);
});

/** A clock, disks and crashes, random timers: the others take long and add nothing. */
const SOME = /^0[146]-/;
