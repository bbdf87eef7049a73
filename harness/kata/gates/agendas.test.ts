import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import { deck } from '../../../slides/deck.ts';
import { exercises, ROOT } from '../catalog.ts';
import { toLookFor } from '../known-mistakes.ts';
import { mistakesOf } from './mistakes-of.ts';

/** A heading such as `One day: 480 minutes`. */
const AGENDA = /^(.+): (\d+) minutes$/;
/** How long a room can be without a break. */
const mostMinutesOnEnd = 110;

const workshop = readFileSync(join(ROOT, 'WORKSHOP.md'), 'utf8');
const tokens = marked.lexer(workshop);

/** A heading that names a sum of minutes, and the table below it. */
const agendas = tokens.flatMap((token, at) => {
  const [, title = '', sum] = token.type === 'heading' ? (AGENDA.exec(token.text) ?? []) : [];
  if (sum === undefined) return [];
  const table = tokens.slice(at).find(({ type }) => type === 'table') as Tokens.Table;
  const rows = table.rows.map((cells) => {
    const [from = '', minutes = '', what = ''] = cells.map(({ text }) => text);
    return { from, minutes: Number(minutes), what };
  });
  return [{ title, sum: Number(sum), rows }];
});

test('there are agendas for a first session, half a day, a day and two days', () => {
  expect(agendas.map(({ title }) => title)).toEqual([
    'A first session',
    'Half a day',
    'One day',
    'Two days, the first',
    'Two days, the second',
  ]);
});

test('the first sentence says how long all exercises take', () => {
  const sum = exercises().reduce((all, { minutes }) => all + minutes, 0);
  expect(workshop).toContain(`, ${sum} minutes, and the talk between them.`);
});

describe.each(agendas)('$title', ({ sum, rows }) => {
  test('adds up, row by row', () => {
    let now = 0;
    for (const { from, minutes, what } of rows) {
      expect(from, what).toBe(`${Math.floor(now / 60)}:${String(now % 60).padStart(2, '0')}`);
      now += minutes;
    }
    expect(now).toBe(sum);
  });

  test('gives each exercise the minutes that it takes', () => {
    const given = rows.flatMap(({ minutes, what }) => {
      const id = /\(exercises\/([^/]+)\//.exec(what)?.[1];
      return id === undefined ? [] : [{ id, minutes }];
    });
    const needed = given.map(({ id }) => ({
      id,
      minutes: exercises().find((each) => each.id === id)?.minutes,
    }));
    expect(given.length).toBeGreaterThan(0);
    expect(given).toEqual(needed);
  });

  test('has no longer discussion than the deck, right after the exercise', () => {
    for (const [at, { minutes, what }] of rows.entries()) {
      const number = /^Questions of (\d\d)/.exec(what)?.[1];
      if (number === undefined) continue;
      expect(rows[at - 1]?.what).toContain(`(exercises/${number}-`);
      expect(minutes, what).toBeLessThanOrEqual(minutesOfQuestions(number));
    }
  });

  test(`has a break after ${mostMinutesOnEnd} minutes at the latest`, () => {
    let without = 0;
    for (const { minutes, what } of rows) {
      without = /^(Break|Lunch)$/.test(what) ? 0 : without + minutes;
      expect(without, what).toBeLessThanOrEqual(mostMinutesOnEnd);
    }
  });
});

describe('what to look for in each module', () => {
  const sections = tokens.flatMap((token, at) => {
    if (token.type !== 'heading' || !/^\d\d /.test(token.text)) return [];
    const list = tokens.slice(at).find(({ type }) => type === 'list') as Tokens.List;
    const found = [...list.raw.replaceAll(/\s+/g, ' ').matchAll(/_([^_]+)_ \(`([\w-]+)`\)/g)];
    return [
      {
        title: token.text,
        mistakes: found.map(([, name = '', breaks = '']) => ({ name, breaks })),
      },
    ];
  });

  test('is there for every exercise', () => {
    expect(sections.map(({ title }) => title)).toEqual(
      exercises().map(({ id, title }) => `${id.slice(0, 2)} ${title}`),
    );
  });

  test.each(sections)(
    '$title: two mistakes that the tests catch where it says',
    async (section) => {
      const exercise = exercises().find(({ id }) => id.startsWith(section.title.slice(0, 2)));
      if (exercise === undefined) throw new Error(`there is no exercise ${section.title}`);
      const known = await mistakesOf(exercise);
      expect(section.mistakes).toHaveLength(2);
      expect(toLookFor(exercise)).toEqual(section.mistakes.map(({ name }) => name));
      for (const { name, breaks } of section.mistakes) {
        expect(known[name]?.breaks, name).toBe(breaks);
      }
    },
  );
});

/** From the slide "Questions" to the end of a deck. */
function minutesOfQuestions(number: string): number {
  const file = readdirSync(join(ROOT, 'slides')).find((each) => each.startsWith(`${number}-`));
  const { slides } = deck(readFileSync(join(ROOT, 'slides', file ?? ''), 'utf8'));
  const questions = slides.find(({ text }) => text.includes('\n## Questions'));
  return minutesOf(slides.at(-1)?.notes).to - minutesOf(questions?.notes).from;
}

function minutesOf(notes = ''): { from: number; to: number } {
  const [, from, to] = /^Minutes (\d+)–(\d+)\./.exec(notes) ?? [];
  return { from: Number(from), to: Number(to) };
}
