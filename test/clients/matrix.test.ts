import { beforeAll, describe, expect, test } from 'vitest';
import { type RecognisedClient, recognisedClients } from '../../lib/scim/client-signs.ts';
import { type ClientProfile, clientProfiles } from '../../lib/scim/quirks/quirk.ts';
import { aboutClient, type ClientName, clientNames } from '../../tools/client/clients.ts';
import { play } from '../../tools/client/play.ts';
import { allProfiles, profiles } from '../neighbours/profiles.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';
import { type WrongStep, wrongSteps } from './wrong-steps.ts';

const silent = { start: () => {}, advance: () => {}, finish: () => {} };
const size = { users: 2, groups: 1, seed: 1, clean: false, timeoutMs: 60_000 };

let endpoint: SharedEndpoint;
beforeAll(async () => {
  endpoint = await shareEndpoint();
});

interface Outcome {
  readonly profile: ClientProfile;
  /** Each wrong answer once, as `step: answer`. */
  readonly wrong: readonly string[];
  /** The clients in the status of the tenant, and the details of the audit records about them. */
  readonly seen: readonly object[];
  readonly recorded: readonly string[];
}

async function playWith(client: ClientName, profile: ClientProfile): Promise<Outcome> {
  const tenant = await endpoint.createTenant({ name: `${client} on ${profile}`, profile });
  const { deviations } = await play({ ...size, ...tenant, client }, silent);
  const path = `/manage/tenants/${tenant.tenantId}`;
  const status = await endpoint.manage('GET', `${path}/status`);
  const audit = await endpoint.manage('GET', `${path}/audit?operation=recognise`);
  return {
    profile,
    wrong: [...new Set(deviations.map(lineOf))].toSorted(),
    seen: status.body.clients.map(({ client, fits, advice }: Record<string, unknown>) => ({
      ...{ client, fits, advice },
    })),
    recorded: audit.body.records.map(({ detail }: { detail: string }) => detail),
  };
}

const lineOf = ({ kind, got }: { readonly kind: string; readonly got: string }) => `${kind}: ${got}`;

function expectedOutcome(client: ClientName, profile: ClientProfile): Outcome {
  const isWrong = (row: WrongStep) => row.client === client && row.profiles.includes(profile);
  const wrong = wrongSteps.filter(isWrong).map(({ step, got }) => lineOf({ kind: step, got }));
  if (!isRecognised(client)) return { profile, wrong: wrong.toSorted(), seen: [], recorded: [] };
  const advice =
    `This looks like ${recognisedClients[client]}, and the profile of the tenant is ${profile}: ` +
    `set the profile with endpoint.profile=${client}`;
  const fits = profile === client || profile === 'generic';
  return {
    profile,
    wrong: wrong.toSorted(),
    seen: [{ client, fits, advice: profile === client ? undefined : advice }],
    recorded: fits ? [] : [advice],
  };
}

/** Tests if a client shows itself in its requests; JumpCloud, Google Workspace and Keycloak do not. */
function isRecognised(client: ClientName): client is ClientName & RecognisedClient {
  return client in recognisedClients;
}

describe.each(clientNames)('npm run client -- %s', (client) => {
  test('is answered as in the table with each profile, and a profile that does not fit is told', async () => {
    const own = aboutClient(client).profile;
    const isTried = (profile: ClientProfile) => profile === own || profiles.includes(profile);
    const tried = profiles === allProfiles ? clientProfiles : clientProfiles.filter(isTried);
    const outcomes = await Promise.all(tried.map((profile) => playWith(client, profile)));
    expect(outcomes).toEqual(tried.map((profile) => expectedOutcome(client, profile)));
  }, 120_000);
});

describe('the table', () => {
  test.each(clientNames)('has no wrong answer for %s with its own profile and with generic', (client) => {
    const fitting = [aboutClient(client).profile, 'generic'];
    const wrong = wrongSteps.filter((row) => row.client === client);
    expect(wrong.filter(({ profiles }) => profiles.some((one) => fitting.includes(one)))).toEqual([]);
  });

  test('has a wrong answer for each client that shows itself, so a wrong profile is noticed', () => {
    const noticed = new Set(wrongSteps.map(({ client }) => client));
    expect(Object.keys(recognisedClients).filter((client) => !noticed.has(client as ClientName))).toEqual([]);
  });
});
