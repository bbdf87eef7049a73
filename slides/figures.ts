/**
 * The figures and dates on a slide that nobody is named for: numbers in its text, if it has no paragraph
 * of the class `source`. Numbers that are names do not count (exercise 05, term 2), nor minutes of the
 * day (the exercises' front matter has them), nor small numbers as examples have them, nor those in
 * code, in an enumeration, or in an address. A comment `figures: …` on the slide says where its numbers
 * come from if that is nothing to be shown.
 */
export function unsourcedFigures(slide: string): readonly string[] {
  if (/class="source"/.test(slide) || /<!--\s*figures:\s*[^\s-]/.test(slide)) return [];
  const text = NO_FIGURES.reduce((rest, pattern) => rest.replaceAll(pattern, ' '), slide);
  return [...text.matchAll(FIGURE)]
    .filter(([, number = '', unit]) => unit !== undefined || !isSmall(number))
    .map(([figure]) => figure.trim());
}

function isSmall(number: string): boolean {
  const value = Number(number);
  return Number.isInteger(value) && value <= LARGEST_SMALL;
}

/** A number, and a unit if it has one. */
const FIGURE = /(?<![\w.])(\d+(?:[.,]\d+)*)(?:\s?(%|percent\b|ms\b|seconds?\b|hours?\b|[MG]B\b))?/g;
const LARGEST_SMALL = 12;
const MONTHS =
  'January|February|March|April|May|June|July|August|September|October|November|December';
const NO_FIGURES: readonly RegExp[] = [
  /^```[^]*?^```$/gm,
  /<!--[^]*?-->/g,
  /<[^>]+>/g,
  /`[^`\n]*`/g,
  /\]\([^)]*\)/g,
  /^\s*\d+\.(?=\s)/gm,
  /\b\d+ minutes\b/g,
  // The number of an exercise, as every title slide has it.
  /(?<=^# )\d\d(?= )/gm,
  new RegExp(
    `\\b(?:exercises?|TODOs?|steps?|phases?|terms?|ballots?|rounds?|parts?|days?|modules?|figures?|§) ?\\d[\\w.]*(?! (?:${MONTHS}))`,
    'gi',
  ),
];
