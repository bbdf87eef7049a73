/** What vitest.config.ts and the command line agree on. */
export const shared = {
  // Threads, because they end with the process even while a test is in an endless loop.
  pool: 'threads' as const,
  // All cores: vitest would leave one of two idle.
  maxWorkers: '100%',
  // Tests are bounded by counts; a slow laptop gets the verdict of a fast one.
  testTimeout: 0,
  hookTimeout: 0,
  setupFiles: ['./harness/guarantee/bind.ts'],
};

export const exerciseTests = ['exercises/*/*.test.ts'];
