import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deck } from './deck.ts';
import { unsourcedFigures } from './figures.ts';

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder).filter((file) => /^\d\d-.*\.md$/.test(file));

test.each(files)('every figure and every date in %s has a source', (file) => {
  const { slides } = deck(readFileSync(new URL(file, folder), 'utf8'));
  const unsourced = slides.flatMap(({ text }, i) =>
    unsourcedFigures(text).map((figure) => `slide ${i + 1}: ${figure}`),
  );
  expect(unsourced).toEqual([]);
});

describe('the check can tell', () => {
  test.each<[slide: string, figures: readonly string[]]>([
    ['It took 43 seconds in October 2018.', ['43 seconds', '2018']],
    ['It took 43 seconds.\n\nSource: [x](y)\n\n<!-- .element: class="source" -->', []],
    ['<!-- figures: npm run bench -->\n\nIt took 43 seconds.', []],
    ['<!-- figures: -->\n\nIt took 43 seconds.', ['43 seconds']],
    ['on 23 November', ['23']],
    ['99.9 % of 1,200 requests', ['99.9 %', '1,200']],
    ['in 5 ms', ['5 ms']],
    ['with 5 replicas, 2 of them slow', []],
    ['# 05 Single-value Paxos\n\n60 minutes, steps 1 to 6, term 1195', []],
    ['1. first\n2. second', []],
    ['`npm test 00`\n\n```text\n150 ms\n```\n\n[x](https://example.org/2018/43)', []],
  ])('%j: %j', (slide, figures) => {
    expect(unsourcedFigures(slide)).toEqual(figures);
  });
});
