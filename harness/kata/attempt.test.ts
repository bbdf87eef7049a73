import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { exercises, ROOT } from './catalog.ts';

test('editors find every guarantee of a test file, at its line, without running it', () => {
  const [exercise] = exercises();
  const script = `
    import { createVitest } from 'vitest/node';
    const vitest = await createVitest('test', { watch: false, project: ['exercises'] });
    const files = await vitest.globTestSpecifications([${JSON.stringify(exercise?.test)}]);
    const [file] = await vitest.experimental_parseSpecifications(files);
    const tests = [...file.children.allTests()].map((test) => [test.name, test.location.line]);
    await vitest.close();
    process.stdout.write(JSON.stringify(tests));
  `;
  const { VITEST: _, VITEST_MODE: __, NODE_ENV: ___, TEST: ____, ...env } = process.env;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  const tests = JSON.parse(stdout) as [string, number][];
  expect(tests.map(([id]) => id)).toContain('majority');
  expect(new Set(tests.map(([, line]) => line)).size).toBe(tests.length);
});
