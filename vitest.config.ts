import { defineConfig } from 'vitest/config';
import { attempt } from './harness/kata/attempt.ts';
import { exerciseTests, shared } from './harness/kata/vitest-settings.ts';

export default defineConfig({
  plugins: [attempt()],
  test: {
    projects: [
      { extends: true, test: { ...shared, name: 'exercises', include: exerciseTests } },
      {
        extends: true,
        test: { ...shared, name: 'harness', include: ['harness/**/*.test.ts', 'slides/*.test.ts'] },
      },
    ],
  },
});
