import { describe, expect, test } from 'vitest';
import { lineOf, type Node, type SourceFile, sourceFiles, visit } from '../tools/house/source.ts';

/**
 * The rooms of `lib`, and what each may import beside itself: rooms, packages and `node:` modules. A file stands in
 * the deepest room that holds its path: a folder without a line of its own belongs to the room around it.
 */
const table: Readonly<Record<string, string>> = {
  functions: 'app http @azure/functions',
  app: `http manage provisioning notifications accounts audit feed feed/webhooks auth tenants directory keys mail
    packs scim store store/cosmos store/embedded base @azure/functions @azure/identity node:crypto node:http
    lru-cache node:module node:net uuid zod`,
  http: 'manage provisioning notifications auth scim store base @azure/functions mustache node:crypto',
  manage:
    'provisioning notifications accounts audit feed feed/webhooks tenants directory keys mail scim store base zod',
  provisioning: 'accounts tenants directory scim store base node:crypto',
  notifications: 'accounts tenants keys mail scim store base node:crypto zod',
  feed: 'accounts directory tenants keys scim store base lru-cache',
  'feed/webhooks': `feed accounts tenants keys scim store base ipaddr.js lru-cache standardwebhooks node:crypto node:dns
    node:http node:https node:net`,
  accounts: 'directory tenants mail scim store base node:crypto',
  audit: 'directory tenants mail scim store base lru-cache',
  auth: 'tenants keys scim base jose lru-cache node:crypto',
  tenants: 'keys scim store base node:crypto zod',
  directory: 'scim store base lru-cache node:crypto',
  keys: 'store base @azure/core-rest-pipeline lru-cache node:crypto node:zlib zod',
  mail: `store base @azure/core-rest-pipeline @azure/identity mustache nodemailer node:async_hooks node:crypto node:fs
    node:path node:stream zod`,
  packs: 'scim base node:fs node:path zod',
  guides: 'scim',
  store: 'scim base',
  'store/cosmos': 'store scim base @azure/core-rest-pipeline @azure/cosmos node:async_hooks',
  'store/embedded': 'store scim base lmdb lru-cache node:crypto node:fs node:os node:path',
  scim: 'base',
  base: 'lru-cache zod',
};

const folderOf = (name: string) => (name in table && name !== 'functions' ? `lib/${name}` : name);

const rooms: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(table).map(([room, allowed]) => [
    folderOf(room),
    allowed.split(/\s+/).filter(Boolean).map(folderOf),
  ]),
);

/** The only file that may import an SDK which its room does not name. */
const sdkFiles: Readonly<Record<string, string>> = {
  '@azure/keyvault-secrets': 'lib/keys/key-vault.ts',
  '@azure/communication-email': 'lib/mail/acs-sender.ts',
};

const files = sourceFiles('functions', 'lib');

const packagePath = /^(@[^/]+\/[^/]+|[^@/][^/]*)\/.*$/;
const isWithin = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** The deepest room that holds a file; the name of a package or `node:` module, without the path within it. */
function roomOf(path: string): string {
  const holding = Object.keys(rooms).filter((room) => isWithin(path, room));
  return holding.sort((one, other) => other.length - one.length)[0] ?? path.replace(packagePath, '$1');
}

const isAllowed = (path: string, to: string) =>
  roomOf(path) === roomOf(to) || (rooms[roomOf(path)] ?? []).includes(roomOf(to)) || sdkFiles[to] === path;

/** `file:line` of every node of the kind. */
function places(
  kind: (node: Node, file: SourceFile) => boolean,
  allowed: readonly string[],
): readonly string[] {
  return files.flatMap((file) => {
    const found: string[] = [];
    if (allowed.includes(file.path)) return found;
    visit(file.program, (node) => {
      if (kind(node, file)) found.push(`${file.path}:${lineOf(file, node.start)}`);
    });
    return found;
  });
}

const textOf = (node: Node, file: SourceFile) => file.text.slice(node.start, node.end);

describe('the house', () => {
  test('every file stands in a room', () => {
    expect(files.map(({ path }) => path).filter((path) => rooms[roomOf(path)] === undefined)).toEqual([]);
  });

  test('every room imports only what the table allows', () => {
    const breaches = files.flatMap(({ path, imports }) =>
      imports.filter((to) => !isAllowed(path, to)).map((to) => `${path} imports ${to}`),
    );
    expect(breaches).toEqual([]);
  });

  test('somebody needs every permission of the table', () => {
    const used = new Set(
      files.flatMap(({ path, imports }) => imports.map((to) => `${roomOf(path)} may import ${roomOf(to)}`)),
    );
    const stale = Object.entries(rooms).flatMap(([room, allowed]) =>
      allowed.map((to) => `${room} may import ${to}`).filter((permission) => !used.has(permission)),
    );
    expect(stale).toEqual([]);
  });

  test('no rooms import each other in a circle', () => {
    const leadsTo = (room: string, seen: ReadonlySet<string>): readonly string[] =>
      (rooms[room] ?? []).flatMap((to) => (seen.has(to) ? [to] : leadsTo(to, new Set([...seen, to]))));
    expect(Object.keys(rooms).filter((room) => leadsTo(room, new Set([room])).includes(room))).toEqual([]);
  });

  test('no imports go round in a circle', () => {
    const graph = new Map(files.map(({ path, imports }) => [path, imports]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (path: string, trail: readonly string[]) => {
      if (trail.includes(path))
        return void cycles.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
      if (done.has(path)) return;
      for (const to of graph.get(path) ?? []) walk(to, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) walk(path, []);
    expect(cycles).toEqual([]);
  });

  test('only config.ts reads the environment', () => {
    const reads = places(
      (node, file) => node.type === 'MemberExpression' && textOf(node, file) === 'process.env',
      ['lib/app/config.ts'],
    );
    expect(reads).toEqual([]);
  });

  test('clock, ids and randomness are handed in by start.ts and services.ts', () => {
    const ambient =
      /^(Date\.now|new Date\(\)|randomUUID|randomBytes|Math\.random|performance\.now|crypto\.\w+)$/;
    const uses = places(
      (node, file) => {
        if (node.type === 'ImportSpecifier')
          return (file.imports.includes('uuid') ? /^v[1-8]/ : /^random(UUID|Bytes)$/).test(
            textOf(node, file),
          );
        return (
          (node.type === 'MemberExpression' || node.type === 'NewExpression') &&
          ambient.test(textOf(node, file))
        );
      },
      // The random part of a wait and the length of a slice decide nothing that a test could ask for.
      [
        'lib/app/services.ts',
        'lib/app/start.ts',
        'lib/base/backoff.ts',
        'lib/base/yield-to-event-loop.ts',
        'lib/store/embedded/reading.ts',
      ],
    );
    expect(uses).toEqual([]);
  });

  test('only log.ts writes to the console', () => {
    expect(
      places((node) => node.type === 'Identifier' && node.name === 'console', ['lib/base/log.ts']),
    ).toEqual([]);
  });

  test('nothing is exported by default or passed on by a barrel', () => {
    const types = ['ExportDefaultDeclaration', 'ExportAllDeclaration'];
    expect(places((node) => types.includes(node.type), [])).toEqual([]);
  });

  test('no file is a drawer for odds and ends', () => {
    const vague = /(^|[/-])(utils?|helpers?|common|managers?|services?|misc)(\.ts$|\/|-(?!provider-config))/;
    const named = files.map(({ path }) => path).filter((path) => vague.test(path));
    expect(named).toEqual(['lib/app/services.ts', 'lib/scim/schema/common.ts']);
  });
});
