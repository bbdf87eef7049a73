/** How much CPU time some work takes, in ns: what other programs do meanwhile does not count. */
export function cpuNs(work: () => void): number {
  const before = readNs();
  work();
  return readNs() - before;
}

function readNs(): number {
  // Windows counts CPU time in steps of 16 ms, which is longer than what we measure.
  if (process.platform === 'win32') return performance.now() * 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e3;
}
