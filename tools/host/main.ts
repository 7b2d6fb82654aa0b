import { typed } from '../muster/typed.ts';
import { readCommandLine } from '../read-options.ts';
import { type Endpoint, launch } from './launch.ts';
import { describeError } from './log.ts';
import { readStartOptions, usage } from './options.ts';
import { inMemory } from './settings.ts';
import { outliveReader, stopOnSignals, surviveUncaughtErrors } from './signals.ts';
import { StartError } from './start-error.ts';

outliveReader();
let endpoint: Promise<Endpoint> | undefined;
stopOnSignals(async () => {
  const running = await endpoint?.catch(() => undefined);
  if (running) console.log('Stopping …');
  await running?.stop();
});

try {
  endpoint = launch(readCommandLine(usage, readStartOptions));
  const { baseUrl, tenant, tenantUrl, secretToken, functionKey, data, other, shared, problem } =
    await endpoint;
  surviveUncaughtErrors();
  console.log(`Tenant URL    ${tenantUrl}`);
  console.log(`Secret token  ${secretToken}`);
  if (problem !== undefined) console.error(`No client can use the default tenant: ${problem}`);
  if (shared.length > 0) console.error(describeShared(data, shared));
  console.log(describeData(data, other));
  // The command line finds an endpoint by its folder.
  const status = data === inMemory ? '' : `${typed(`status ${tenant}`)} shows the tenant. `;
  console.log(`Next: ${status}The README has a first request.`);
  process.send?.({ baseUrl, tenantUrl, secretToken, functionKey });
} catch (error) {
  const isExpected = error instanceof StartError;
  console.error(isExpected ? error.message : `The endpoint could not start: ${describeError(error)}`);
  process.exit(1);
}

function describeShared(data: string, shared: readonly string[]): string {
  return (
    `Other users of this machine could read ${shared.join(', ')} in ${data}. Now they cannot. If one may have, ` +
    'remove functionKey and connection.json, revoke the key of the default tenant, and start again.'
  );
}

function describeData(data: string, other: string | undefined): string {
  if (data === inMemory)
    return 'The data is in memory and is lost when the endpoint stops. Ctrl-C stops the endpoint.';
  if (other !== undefined) {
    const theirs = `the endpoint at ${other} uses too: connection.json names that one's address`;
    return `The data is in ${data}, which ${theirs}. Ctrl-C stops this endpoint.`;
  }
  return `The data is in ${data}, which has both values in connection.json. Ctrl-C stops the endpoint.`;
}
