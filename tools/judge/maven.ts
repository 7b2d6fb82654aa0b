import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { complaint, runCommand } from './run-command.ts';
import { JudgeAbsent } from './verdict.ts';

/** A program in Java that uses packages of Maven Central. */
export interface JavaProgram {
  readonly name: string;
  /** The class with `main`, which is in a file of this name. */
  readonly main: string;
  /** Such as `org.slf4j:slf4j-nop:2.0.17`. */
  readonly packages: readonly string[];
}

const oldestJava = 17;

/**
 * Fetches the packages of a program and compiles it in the cache folder, with `Steps.java`. Yields its class path.
 *
 * Throws JudgeAbsent without Maven or a JDK, or if Maven cannot fetch the packages.
 */
export async function compileJava(
  cache: string,
  sources: string,
  { name, main, packages }: JavaProgram,
): Promise<string> {
  await requireJava();
  const folder = join(cache, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'pom.xml'), projectOf(packages));
  const goal = ['dependency:copy-dependencies', '-DoutputDirectory=lib'];
  const fetched = await runCommand('mvn', ['--batch-mode', '--quiet', ...goal], { cwd: folder });
  if (fetched.code !== 0) throw new JudgeAbsent(`Maven could not fetch it (${complaint(fetched)})`);
  const files = ['Steps', main].map((one) => join(sources, `${one}.java`));
  const classes = join(folder, 'classes');
  const compiled = await runCommand('javac', ['-cp', join(folder, 'lib', '*'), '-d', classes, ...files]);
  if (compiled.code !== 0) throw new Error(`${main}.java cannot be compiled: ${complaint(compiled)}`);
  return [classes, join(folder, 'lib', '*')].join(delimiter);
}

async function requireJava(): Promise<void> {
  const { code, stdout } = await runCommand('javac', ['--version']);
  const version = Number(/^javac (\d+)/.exec(stdout)?.[1]);
  if (code !== 0 || !(version >= oldestJava))
    throw new JudgeAbsent(`a JDK of version ${oldestJava} or newer is not installed`);
  if ((await runCommand('mvn', ['--version'])).code !== 0) throw new JudgeAbsent('Maven is not installed');
}

function projectOf(packages: readonly string[]): string {
  const dependencies = packages.map((one) => {
    const [group, artifact, version] = one.split(':');
    return (
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>` +
      `<version>${version}</version></dependency>`
    );
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>judge</groupId><artifactId>client</artifactId><version>1</version>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`;
}
