import { register } from 'tsx/esm/api';

// Runs the scripts that its parent names, one after the other, and answers with how each ends. A process for each
// would load tsx again and again. Only for runs that end while they read their options.
class Exit extends Error {}

register();
process.exit = (code = 0) => {
  process.exitCode = code;
  throw new Exit();
};
const written = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr']) {
  process[name].write = (text) => {
    written[name] += text;
    return true;
  };
}

process.on('message', async ({ script, args, run }) => {
  Object.assign(written, { stdout: '', stderr: '' });
  process.exitCode = 0;
  process.argv = [process.argv[0], script, ...args];
  // The query makes another module of the script, which runs again.
  const error = await import(`../../${script}?run=${run}`).then(
    () => new Error('It went on'),
    (reason) => reason,
  );
  if (!(error instanceof Exit)) written.stderr += String(error);
  process.send({ code: process.exitCode, ...written });
});
