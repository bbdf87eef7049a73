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

test('the slides that it names by number are those it means', () => {
  const text = workshop.replaceAll(/\s+/g, ' ');
  const numbersOf = (number: string, what: string) =>
    slidesOf(number).flatMap(({ text: slide }, i) => (slide.includes(what) ? [i + 1] : []));
  const [last = 0] = numbersOf('00', '# 00 Majority quorum');
  expect(text).toContain(`(deck 00, slides 1 to ${last - 1})`);
  const [first] = numbersOf('00', '## What a guarantee can answer');
  expect(text).toContain(`slides ${first} to ${numbersOf('00', '## How to read it')[0]}`);
  const live = (number: string) => numbersOf(number, '<space-time').join(' and ');
  expect(text).toContain(`The two live pictures of deck 07 are its slides ${live('07')}.`);
  expect(text).toContain(`slides ${live('03')} of its deck`);
  const [stall, calm] = numbersOf('07', '<space-time');
  const [remedies] = numbersOf('07', '## Three ways to wait');
  expect(text).toContain(`Deck 07, slides ${stall}, ${remedies} and ${calm}:`);
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
      const number = QUESTIONS_OF.exec(what)?.[1];
      if (number === undefined) continue;
      expect(rows[at - 1]?.what).toContain(`(exercises/${number}-`);
      expect(minutes, what).toBeLessThanOrEqual(minutesOfDiscussion(number));
    }
  });

  test('says which questions stay where there is no time for all, and those fit', () => {
    for (const { minutes, what } of rows) {
      const [, number, named] = QUESTIONS_OF.exec(what) ?? [];
      if (number === undefined) continue;
      const stay = named?.match(/\d/g) ?? [];
      const isForAll = minutes === minutesOfDiscussion(number);
      expect(isForAll || stay.length > 0, `"${what}" names the questions that stay`).toBe(true);
      const timed = minutesOfQuestions(number);
      expect([...timed.keys()], what).toEqual(expect.arrayContaining(stay));
      const needed = stay.reduce((sum, each) => sum + (timed.get(each) ?? 0), 0);
      expect(needed, `${what}: the minutes that the deck gives them`).toBeLessThanOrEqual(minutes);
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

describe.each(exercises())('how $id goes, in its notes', ({ id, minutes }) => {
  test('begins each row when a slide of the deck begins, and ends with the exercise', () => {
    const starts = slidesOf(id.slice(0, 2)).map(({ from }) => from);
    let now = 0;
    for (const { from, to, what } of planOf(id)) {
      expect(from, what).toBe(now);
      expect(starts, what).toContain(from);
      now = to;
    }
    expect(now).toBe(minutes);
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

  test.each(sections)(
    '$title: the deck and the notes show one of the two at one time',
    ({ title, mistakes }) => {
      const { id = '' } = exercises().find((each) => each.id.startsWith(title.slice(0, 2))) ?? {};
      const slide = slidesOf(id.slice(0, 2)).find(({ text }) => text.includes('\n## A mistake: '));
      const [, of, shown = ''] = STORY.exec(slide?.text ?? '') ?? [];
      expect(of).toBe(id);
      expect(mistakes.map(({ name }) => name)).toContain(shown);
      const row = planOf(id).find(({ from }) => from === slide?.from);
      expect(row?.what).toContain(`_${shown}_`);
    },
  );
});

/** The table under "How it goes" in the notes of an exercise. */
function planOf(id: string): readonly { from: number; to: number; what: string }[] {
  const notes = marked.lexer(readFileSync(join(ROOT, 'solutions', id, 'NOTES.md'), 'utf8'));
  const at = notes.findIndex(
    (token) => token.type === 'heading' && token.raw.startsWith('## How it goes'),
  );
  const table = notes.slice(at).find(({ type }) => type === 'table') as Tokens.Table;
  return table.rows.map((cells) => {
    const [minutes = '', what = ''] = cells.map(({ text }) => text);
    const [from, to] = minutes.split('–').map(Number);
    return { from: Number(from), to: Number(to), what };
  });
}

/** The slides of a deck, their minutes counted from the beginning of the exercise. */
function slidesOf(
  number: string,
): readonly { from: number; to: number; text: string; notes: string }[] {
  const file = readdirSync(join(ROOT, 'slides')).find((each) => each.startsWith(`${number}-`));
  const { slides } = deck(readFileSync(join(ROOT, 'slides', file ?? ''), 'utf8'));
  const before = number === '00' ? WELCOME_MINUTES : 0;
  return slides.map(({ text, notes = '' }) => {
    const [, from, to] = /^Minutes (\d+)–(\d+)\./.exec(notes) ?? [];
    return { from: Number(from) - before, to: Number(to) - before, text, notes };
  });
}

function questionsOf(number: string): ReturnType<typeof slidesOf>[number] {
  const found = slidesOf(number).find(({ text }) => text.includes('\n## Questions'));
  if (found === undefined) throw new Error(`deck ${number} has no slide "Questions"`);
  return found;
}

/** From the slide "Questions" to the end of a deck. */
function minutesOfDiscussion(number: string): number {
  return (slidesOf(number).at(-1)?.to ?? 0) - questionsOf(number).from;
}

/** What the notes of the slide "Questions" give each of them, by its number. */
function minutesOfQuestions(number: string): ReadonlyMap<string, number> {
  const timed = questionsOf(number).notes.matchAll(/\*\*(\d)\*\* \((\d+) min\)/g);
  return new Map([...timed].map(([, question = '', minutes]) => [question, Number(minutes)]));
}

/** The deck 00 begins with the welcome, which is no part of the exercise. */
const WELCOME_MINUTES = 15;
/** `Questions of 07: 1 and 4`; what follows the numbers is in words. */
const QUESTIONS_OF = /^Questions of (\d\d)(?:: (\d(?:, \d)*(?: and \d)?))?/;
/** `<!-- story: exercise, mistake -->` on a slide. */
const STORY = /<!-- story: ([\w-]+), ([^>]+?) -->/;
