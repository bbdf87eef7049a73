import module from 'node:module';

// Plain JavaScript that any Node can read, so that an old one gets a sentence and not a syntax error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `The kata needs Node 20.19 or later, and this is Node ${process.versions.node}.\n` +
      'Install a newer one from https://nodejs.org, then: npm ci && npm start\n',
  );
  process.exitCode = 1;
} else {
  launch();
}

async function launch() {
  // What was compiled once is not compiled again, where Node can keep it (22.8 or later).
  module.enableCompileCache?.();
  try {
    // Under tsx every import takes longer, and vitest has hundreds: loaded first, it takes a quarter.
    if (
      ['start', 'test', 'hint', 'replay', 'soak', 'trace', 'mistake', 'verify'].includes(
        process.argv[2],
      )
    )
      await import('vitest/node');
    // Later versions of Node read TypeScript themselves, and sooner.
    if (!process.features.typescript) (await import('tsx/esm/api')).register();
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    process.stderr.write('The packages are not installed yet. Next: npm ci\n');
    process.exitCode = 1;
    return;
  }
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
