import { afterEach, describe, expect, test } from 'vitest';
import type { Progress } from '../../../tools/client/progress.ts';
import { type Options, usage } from '../../../tools/entra/options.ts';
import { provision } from '../../../tools/entra/provision.ts';
import { printReport, type Report } from '../../../tools/entra/report.ts';
import { type Fault, type StandIn, startStandIn } from './stand-in.ts';

const silent: Progress = { start: () => {}, advance: () => {}, finish: () => {} };
const started: StandIn[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((standIn) => standIn.close()));
});

async function start(...faults: readonly Fault[]): Promise<StandIn> {
  const standIn = await startStandIn(...faults);
  started.push(standIn);
  return standIn;
}

function play(standIn: StandIn, options: Partial<Options> = {}): Promise<Report> {
  const { tenantUrl } = standIn;
  const size = { users: 16, groups: 3, seed: 1, concurrency: 8, timeoutMs: 5_000, json: false };
  return provision({ ...size, flag: 'default', tenantUrl, token: 'secret', ...options }, silent);
}

/** Enough of both for each operation to come. */
const everyShape = { users: 24, groups: 4 };

const linesOf = (report: Report): string[] =>
  report.deviations.map(({ request, expected, got }) => `${request}: expected ${expected}, got ${got}`);

const flags = ['default', 'aadOptscim062020'] as const;

describe('provision() against a right service', () => {
  for (const flag of flags) {
    test(`finds no deviation in the shapes of ${flag}, nor in a second run over the same directory`, async () => {
      const standIn = await start();
      for (const _ of ['first', 'second'])
        expect(linesOf(await play(standIn, { ...everyShape, flag }))).toEqual([]);
      expect(standIn.resources.Users.size).toBeGreaterThan(20);
    });
  }

  test('finds no deviation when the shapes and the number of users change between runs', async () => {
    const standIn = await start();
    const sizes = [
      { users: 30, groups: 3 },
      { users: 45, groups: 5 },
      { users: 12, groups: 2 },
    ];
    for (const [run, size] of sizes.entries()) {
      const flag = run % 2 === 0 ? 'default' : 'aadOptscim062020';
      expect(linesOf(await play(standIn, { ...size, flag }))).toEqual([]);
    }
  });

  for (const size of [
    { users: 1, groups: 0 },
    { users: 1, groups: 1 },
    { users: 2, groups: 2 },
  ]) {
    test(`works with ${size.users} users and ${size.groups} groups`, async () => {
      expect(linesOf(await play(await start(), size))).toEqual([]);
    });
  }

  test('C11: asks nothing about groups without groups', async () => {
    for (const flag of flags) {
      const standIn = await start();
      expect(linesOf(await play(standIn, { groups: 0, flag, clean: true }))).toEqual([]);
      expect(standIn.requests.filter(({ url }) => url.includes('/Groups'))).toEqual([]);
    }
  });

  test('C11: deletes what the run created, and nothing that was there before', async () => {
    const standIn = await start();
    const left = () => [...standIn.resources.Users.keys(), ...standIn.resources.Groups.keys()];
    expect(linesOf(await play(standIn, { clean: true }))).toEqual([]);
    expect(left()).toEqual([]);
    await play(standIn, { users: 10, groups: 2 });
    const before = left();
    expect(before.length).toBeGreaterThan(8);
    expect(linesOf(await play(standIn, { users: 30, groups: 4, clean: true }))).toEqual([]);
    expect(left().length).toBeGreaterThan(0);
    expect(left().filter((id) => !before.includes(id))).toEqual([]);
  });

  test('C11: sends nothing to clean up after a failed test of the connection', async () => {
    const standIn = await start('answers 200 on an unknown id');
    await play(standIn, { clean: true });
    expect(standIn.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('sends the same requests for the same seed', async () => {
    const [first, second] = [await start(), await start()];
    const shapes = (standIn: StandIn): string[] => {
      const known = new Map<string, string>();
      const rename = (id: string): string => known.get(id) ?? known.set(id, `#${known.size}`).get(id) ?? '';
      return standIn.requests.map(({ method, url, body }) =>
        `${method} ${url} ${body}`
          .replaceAll(standIn.tenantUrl, '')
          .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, rename),
      );
    };
    await play(first, { users: 12, concurrency: 1 });
    await play(second, { users: 12, concurrency: 1 });
    expect(shapes(second)).toEqual(shapes(first));
  });

  test.each(['throttles', 'answers 503 when it is done'] as const)(
    'repeats what it has to, and creates nothing twice, when it %s',
    async (fault) => {
      const standIn = await start(fault);
      const report = await play(standIn);
      expect(linesOf(report)).toEqual([]);
      expect(report.requests.reduce((sum, { unsettled }) => sum + unsettled, 0)).toBeGreaterThan(5);
      const names = [...standIn.resources.Groups.values()].map(({ displayName }) => displayName);
      expect(new Set(names).size).toBe(names.length);
    },
  );

  test('sends the operations of both flavours as Entra ID writes them', async () => {
    for (const [flag, shapes] of Object.entries(expectedShapes)) {
      const standIn = await start();
      await play(standIn, { ...everyShape, flag: flag === 'default' ? 'default' : 'aadOptscim062020' });
      const bodies = standIn.requests
        .filter(({ method }) => method === 'PATCH')
        .map(({ body }) =>
          body.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replaceAll(standIn.tenantUrl, ''),
        )
        .join('\n');
      for (const shape of shapes) expect(bodies).toContain(shape);
    }
  });
});

const expectedShapes = {
  default: [
    '{"op":"Replace","path":"active","value":"False"}',
    '{"op":"Replace","path":"active","value":false}',
    '{"op":"Add","path":"nickName","value":"Babs"}',
    '{"op":"Replace","path":"name.givenName","value":"Kim"}',
    '{"op":"Add","path":"members","value":[{"$ref":null,"value":"ID"},{"$ref":null,"value":"ID"}',
    '{"op":"Remove","path":"members","value":[{"$ref":null,"value":"ID"}',
    '{"op":"Add","path":"manager","value":[{"$ref":"/Users/ID","value":"ID"}]}',
    '"value":{"value":""}}',
    '"path":"roles[primary eq \\"True\\"].value"',
    '{"op":"Add","path":"roles","value":[{"value":"{\\"id\\":\\"ID\\",\\"value\\":\\"Approver\\"',
    '{"op":"Add","path":"phoneNumbers[type eq \\"fax\\"].value"',
  ],
  aadOptscim062020: [
    '{"op":"replace","path":"active","value":false}',
    '{"op":"add","path":"nickName","value":"Babs"}',
    '"name.givenName":"Kim"',
    '"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"00',
    '{"op":"remove","path":"members[value eq \\"ID\\"]"}',
    '{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"ID"}',
    '{"op":"replace","path":"roles","value":[{"value":"Planner"',
    '{"op":"add","path":"phoneNumbers[type eq \\"fax\\"].value"',
  ],
};

const caught: readonly (readonly [Fault, (typeof flags)[number], RegExp])[] = [
  ['wipes group on value-carrying remove', 'default', /members eq .* since the reference holds.*got \[\]/],
  ['answers active as string', 'default', /active false, got "False"/],
  ['answers active as string', 'aadOptscim062020', /active false, got "False"/],
  ['reformats telephone numbers', 'default', /phoneNumbers\[type eq "work"\]\.value .* got "\+?\d+"/],
  ['answers 200 on an unknown id', 'default', /GET \/Users\/[^:]+: expected status 404, got 200/],
  ['loses managers', 'default', /:manager "[^"]+", got nothing/],
  ['loses managers', 'aadOptscim062020', /:manager "[^"]+", got nothing/],
  ['matches userName by case', 'default', /POST \/Users .*expected status 409, got 201/],
  ['keeps deleted members', 'default', /members eq .* since the reference does not hold/],
  ['drops members of disabled users', 'default', /members eq .* since the reference holds/],
  ['answers application/json', 'default', /content type application\/scim\+json, got "application\/json"/],
  ['leaves out totalResults', 'default', /totalResults as a number, got nothing/],
  ['answers 503 without Retry-After', 'default', /expected status .+, got 503/],
  ['ignores missing elements', 'default', /\[type eq "fax"\]\.value "[^"]+", got nothing/],
  ['ignores missing elements', 'aadOptscim062020', /\[type eq "fax"\]\.value "[^"]+", got nothing/],
];

describe('provision() against a service with a fault', () => {
  test.each(caught)('catches one that %s (%s)', async (fault, flag, line) => {
    const lines = linesOf(await play(await start(fault), { flag }));
    expect(lines.filter((deviation) => line.test(deviation))).not.toEqual([]);
  });

  test('stops after Test Connection when the token is refused', async () => {
    const standIn = await start();
    const report = await play(standIn, { token: 'wrong' });
    expect(report.isConnected).toBe(false);
    expect(linesOf(report)[0]).toMatch(/GET \/Users\?filter=userName eq .*expected status 200, got 401/);
    expect(standIn.requests.every(({ method }) => method === 'GET')).toBe(true);
    const advised = printReport(report).match(/--[a-z-]+/g) ?? [];
    expect(advised).toContain('--token-file');
    expect(advised.filter((option) => !usage.includes(`${option} `))).toEqual([]);
  });
});
