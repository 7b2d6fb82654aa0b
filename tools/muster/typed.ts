/** A command line of `muster` as it is typed in the clone; npm adds nothing to an output that a program reads. */
export function typed(commandLine: string): string {
  const isRead = / --json\b| > /.test(commandLine);
  return `npm run ${isRead ? '--silent ' : ''}muster -- ${commandLine}`;
}
