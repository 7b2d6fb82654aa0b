import { type Client, openClient, type ScimRequest } from './client.ts';
import type { Access } from './endpoint.ts';
import { measure } from './measure.ts';
import { peerRow, requestsAtOnce } from './peer-rows.ts';
import type { Contender } from './race.ts';
import { sampleUser } from './sample-user.ts';

const connections = requestsAtOnce;

/** Reads the id of the resource that an answer describes. */
export function idOf(answer: string): string {
  return /"id":"([^"]+)"/.exec(answer)?.[1] ?? '';
}

/** Opens connections to an endpoint, and runs rows with the endpoint's users. */
export function endpointContender(
  name: string,
  access: Access,
  { ids, keeps }: { ids: readonly string[]; keeps: boolean },
): Contender & { close: () => Promise<void> } {
  const client = openClient(access, connections);
  const runRow = async (rowName: string, milliseconds: number) => {
    const row = peerRow(rowName);
    const answers: string[] = [];
    const send = async (sequence: number) => {
      const request = row.request(ids, sequence);
      const answer = await client.send(request);
      if (request.method === 'POST' && keeps) answers.push(answer);
    };
    const sample = await measure(send, { atOnce: row.atOnce ?? connections, until: { milliseconds } });
    await removeUsers(client, answers);
    return sample;
  };
  // An endpoint that stores nothing answers every request with the same user.
  const canRun = (rowName: string) => keeps || peerRow(rowName).answersOneUser;
  return { name, canRun, run: runRow, close: client.close };
}

/** Deletes the users that a round created, so that every row finds the same number of users. */
export async function removeUsers(client: Client, answers: readonly string[]): Promise<void> {
  const requests = answers.map((answer): ScimRequest => {
    return { method: 'DELETE', path: `/Users/${idOf(answer)}`, status: 204 };
  });
  await sendAll(client, requests);
}

/** Creates sample users over HTTP and returns their ids in order. */
export async function createUsers(
  access: Access,
  users: number,
  advance: (done: number) => void,
): Promise<readonly string[]> {
  const client = openClient(access, connections);
  const requests = Array.from({ length: users }, (_, index): ScimRequest => {
    return { method: 'POST', path: '/Users', body: JSON.stringify(sampleUser(index)), status: 201 };
  });
  const answers = await sendAll(client, requests, advance);
  await client.close();
  return answers.map(idOf);
}

/** Sends requests on all connections of a client and gives the answers in order. */
export async function sendAll(
  client: Client,
  requests: readonly ScimRequest[],
  advance?: (done: number) => void,
): Promise<readonly string[]> {
  const answers: string[] = [];
  let done = 0;
  const send = async (sequence: number) => {
    const request = requests[sequence];
    if (request) answers[sequence] = await client.send(request);
    done += 1;
    advance?.(done);
  };
  await measure(send, { atOnce: connections, until: { requests: requests.length } });
  return answers;
}
