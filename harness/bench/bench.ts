/**
 * One benchmark. It prints ratios, because times alone say more about the machine than about us, in a
 * table that can be read at 80 columns without colour. `tiny` is for tests: all of it runs, in no
 * time, and the figures mean nothing.
 */
export type Bench = (
  print: (line: string) => void,
  effort: 'full' | 'tiny',
) => void | Promise<void>;
