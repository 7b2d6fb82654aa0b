/** A command line of `muster` as it is typed in the clone; silent where a program reads the output. */
export function typed(commandLine: string): string {
  const isRead = / --json\b| > /.test(commandLine);
  return `npm run ${isRead ? '--silent ' : ''}muster -- ${commandLine}`;
}
