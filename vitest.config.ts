import { defineConfig } from 'vitest/config';
import { attempt } from './harness/kata/attempt.ts';

/** Threads, because they end with the process even while a test is in an endless loop. */
const shared = { pool: 'threads' as const, setupFiles: ['./harness/guarantee/bind.ts'] };

export default defineConfig({
  plugins: [attempt()],
  test: {
    projects: [
      {
        extends: true,
        test: { ...shared, name: 'exercises', include: ['exercises/*/*.test.ts'] },
      },
      {
        extends: true,
        test: { ...shared, name: 'harness', include: ['harness/**/*.test.ts', 'slides/*.test.ts'] },
      },
    ],
  },
});
