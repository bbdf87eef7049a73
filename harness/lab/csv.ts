import type { Result } from './lab.ts';

/**
 * Every sample as a line of a table, as RFC 4180 has it, for whoever wants to draw a picture of their own.
 *
 * ```ts
 * csv([{ job: 'a, b', samples: [{ virtualMs: 5, tries: 2 }] }]); // → '"job","seed","virtualMs","tries"\n"a, b",1,5,2\n'
 * ```
 */
export function csv(results: readonly Result[]): string {
  const columns = [
    ...new Set(results.flatMap(({ samples }) => samples.flatMap((each) => Object.keys(each)))),
  ];
  const lines = results.flatMap(({ job, samples }) =>
    samples.map((sample, i) => [job, i + 1, ...columns.map((column) => sample[column] ?? '')]),
  );
  return [['job', 'seed', ...columns], ...lines]
    .map((cells) => `${cells.map(cell).join(',')}\n`)
    .join('');
}

function cell(value: string | number): string {
  return typeof value === 'number' ? String(value) : `"${value.replaceAll('"', '""')}"`;
}
