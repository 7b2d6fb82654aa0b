// Node loads this before a server of any commit, so that its CPU time and its memory can be asked for.
process.on('message', (message) => {
  if (message === 'collect garbage') globalThis.gc();
  if (message === 'memory') {
    globalThis.gc();
    const { heapUsed, rss } = process.memoryUsage();
    process.send({ heapUsed, rss });
  }
  if (message !== 'cpu time') return;
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicroseconds: user + system });
});
