import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileJava, type JavaProgram } from './maven.ts';
import { installFromPypi, versionOf } from './python.ts';
import { complaint, type Ended, runCommand } from './run-command.ts';
import { inOneLine, type Judge, type Verdict } from './verdict.ts';

const sources = fileURLToPath(new URL('./clients', import.meta.url));

/** The client of the python-scim project, from PyPI. */
const scim2Client: Judge = {
  name: 'scim2-client',
  async ask({ tenantUrl, token, cache }) {
    const programs = await installFromPypi(cache, ['scim2-client[httpx2]']);
    const program = await readFile(join(sources, 'drive_scim2_client.py'), 'utf8');
    const ended = await runCommand(join(programs, 'python'), ['-c', program, tenantUrl], { input: token });
    return { version: await versionOf(programs, 'scim2-client'), verdicts: readSteps(ended) };
  },
};

/** The client libraries for Java, from Maven Central. The first package of each is the library. */
const javaPrograms: readonly JavaProgram[] = [
  {
    name: 'scim-sdk-client',
    main: 'ScimSdkClient',
    packages: ['de.captaingoldfish:scim-sdk-client:1.30.0', 'org.slf4j:slf4j-nop:2.0.17'],
  },
  {
    name: 'scim2-sdk-client',
    main: 'Scim2SdkClient',
    packages: [
      'com.unboundid.product.scim2:scim2-sdk-client:5.0.0',
      'org.glassfish.jersey.connectors:jersey-apache-connector:3.1.10',
      'org.glassfish.jersey.inject:jersey-hk2:3.1.10',
      'org.slf4j:slf4j-nop:2.0.17',
    ],
  },
];

function javaJudge(program: JavaProgram): Judge {
  return {
    name: program.name,
    async ask({ tenantUrl, token, cache }) {
      const classPath = await compileJava(cache, sources, program);
      const args = ['-cp', classPath, program.main, tenantUrl];
      const ended = await runCommand('java', args, { input: token });
      const version = program.packages[0]?.split(':').at(-1) ?? '';
      return { version, verdicts: readSteps(ended) };
    },
  };
}

/** The client libraries, each with a program that drives it through users and groups. */
export const clientLibraries: readonly Judge[] = [scim2Client, ...javaPrograms.map(javaJudge)];

/** Reads the JSON lines of such a program. Throws if it has printed none or has failed. */
export function readSteps(ended: Ended): readonly Verdict[] {
  const lines = ended.stdout.split('\n').filter((line) => line.startsWith('{'));
  if (ended.code !== 0 || lines.length === 0)
    throw new Error(`The client stopped early: ${complaint(ended)}`);
  return lines.map((line) => {
    const { check, outcome, reason } = JSON.parse(line) as Verdict;
    return { check, outcome, reason: inOneLine(reason) };
  });
}
