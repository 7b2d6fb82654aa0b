import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FixtureHost, serveApp } from './fixture-host.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'muster-need-'));
const data = join(folder, 'data');
const settings = { PUBLIC_BASE_URL: 'https://scim.example.com', MUSTER_DATA: data };

afterAll(() => rmSync(folder, { recursive: true }));

describe('an app whose data cannot be opened', () => {
  let host: FixtureHost;

  beforeAll(async () => {
    writeFileSync(data, 'a file in the place of the folder');
    host = await serveApp(root, settings);
  });
  afterAll(() => host.end());

  test('registers its functions, and answers in SCIM that it is unavailable', async () => {
    const answer = await fetch(`${host.baseUrl}/scim/v2/Users`, { headers: { authorization: 'Bearer x' } });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await answer.json()).toMatchObject({ status: '503', detail: expect.not.stringContaining(data) });
  });

  test('answers by every function, since in Azure a client would wait for one that throws', async () => {
    const headers = { authorization: 'Bearer x', 'x-functions-key': host.functionKey };
    const functions = httpFunctions();
    const statuses = await Promise.all(
      functions.flatMap(({ route, methods }) =>
        methods.map(async (method) => {
          const path = route.replace(/\{\*?\w+\}/g, 'x');
          const body = method === 'GET' || method === 'HEAD' ? {} : { body: '{' };
          return (await fetch(`${host.baseUrl}/${path}`, { method, headers, ...body })).status;
        }),
      ),
    );
    expect(statuses.length).toBeGreaterThan(functions.length);
    expect(new Set(statuses.filter((status) => status >= 500))).toEqual(new Set([503]));
    expect(host.output()).not.toContain('until the host gives up');
  });

  test('is not healthy, and tells the reason to its log alone', async () => {
    const answer = await fetch(`${host.baseUrl}/health`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      status: 'unavailable',
      dependencies: [{ name: 'store', status: 'unavailable', milliseconds: expect.any(Number) }],
    });
    const reason = JSON.stringify(`Cannot open the data folder "${data}": name a folder`).slice(0, -1);
    await expect.poll(host.output).toContain(`"reason":${reason}`);
  });

  test('answers once the data can be opened, without a restart', async () => {
    const late = join(folder, 'late');
    writeFileSync(late, 'a file in the place of the folder');
    const other = await serveApp(root, { ...settings, MUSTER_DATA: late });
    expect((await fetch(`${other.baseUrl}/health`)).status).toBe(503);
    rmSync(late);
    expect((await fetch(`${other.baseUrl}/health`)).status).toBe(200);
    const answer = await fetch(`${other.baseUrl}/scim/v2/Users`, { headers: { authorization: 'Bearer x' } });
    expect(answer.status).toBe(401);
    await other.end();
  });
});

/** The HTTP functions of the build, as the host knows them. */
function httpFunctions(): readonly { readonly route: string; readonly methods: readonly string[] }[] {
  const { functions } = JSON.parse(
    execFileSync(process.execPath, ['dist/host/list.js'], { cwd: root, encoding: 'utf8' }),
  );
  return functions.filter(({ type }: { type: string }) => type === 'httpTrigger');
}

describe('the start of an app', () => {
  test('fails on a wrong setting, and names it', async () => {
    await expect(serveApp(root, { ...settings, MUSTER_LOG: 'loud' })).rejects.toThrow(/MUSTER_LOG must be/);
  });

  test('fails on a pack that cannot be used, and names the file', async () => {
    const packs = mkdtempSync(join(folder, 'packs-'));
    writeFileSync(join(packs, 'broken.json'), '{"id":1}');
    await expect(serveApp(root, { ...settings, MUSTER_PACKS: packs })).rejects.toThrow(
      'The pack broken.json cannot be used: id is not valid: must be text; description is missing: add it',
    );
  });

  test('fails on a template that cannot be used, and names the file', async () => {
    const templates = mkdtempSync(join(folder, 'templates-'));
    writeFileSync(join(templates, 'welcome.json'), '{"subject":"Hi","text":["Hi"],"html":["Hi {{nobody}}"]}');
    await expect(serveApp(root, { ...settings, MUSTER_TEMPLATES: templates })).rejects.toThrow(
      'The template welcome.json cannot be used: html names nobody',
    );
  });
});
