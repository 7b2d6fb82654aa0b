import { describe, expect, test } from 'vitest';
import { lineOf, type Node, type SourceFile, sourceFiles, visit } from './support/source.ts';

/** Who may import whom: a room is a folder or a file, and every room may import itself. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  functions: ['lib/endpoints.ts', 'lib/mailing.ts', 'lib/upkeep.ts', 'lib/http', '@azure/functions'],
  'lib/http': [
    'lib/auth',
    'lib/provisioning',
    'lib/manage',
    'lib/notifications',
    'lib/scim',
    'lib/store/document-store.ts',
    'lib/log-lines.ts',
    'lib/limits.ts',
    'lib/turn.ts',
    '@azure/functions',
  ],
  'lib/http/activation-page.ts': ['mustache', 'node:crypto'],
  'lib/auth': [
    'lib/keys',
    'lib/tenants',
    'lib/scim/errors.ts',
    'lib/scim/quirks/traits.ts',
    'lib/limits.ts',
    'jose',
    'lru-cache',
    'node:crypto',
  ],
  'lib/provisioning': [
    'lib/scim',
    'lib/directory',
    'lib/accounts',
    'lib/tenants',
    'lib/store/document-store.ts',
    'lib/limits.ts',
    'lib/turn.ts',
    'node:crypto',
  ],
  'lib/manage': [
    'lib/provisioning',
    'lib/directory',
    'lib/accounts',
    'lib/keys',
    'lib/tenants',
    'lib/audit',
    'lib/notifications',
    'lib/scim',
    'lib/limits.ts',
    'zod',
  ],
  'lib/accounts': [
    'lib/each-due.ts',
    'lib/directory',
    'lib/notifications/mail-document.ts',
    'lib/scim',
    'lib/tenants',
    'lib/store/commit-once.ts',
    'lib/store/document-store.ts',
    'lib/limits.ts',
    'node:crypto',
  ],
  'lib/audit': [
    'lib/directory',
    'lib/each-due.ts',
    'lib/notifications/mail-document.ts',
    'lib/tenants',
    'lib/store/commit-once.ts',
    'lib/store/document-store.ts',
    'lib/limits.ts',
    'lru-cache',
  ],
  'lib/notifications': [
    'lib/accounts',
    'lib/scim/schema/search-form.ts',
    'lib/tenants',
    'lib/keys/key-list.ts',
    'lib/keys/key-record.ts',
    'lib/store/commit-once.ts',
    'lib/store/document-store.ts',
    'lib/limits.ts',
    'mustache',
    'node:crypto',
    'zod',
  ],
  'lib/notifications/templates.ts': ['node:fs', 'node:path'],
  'lib/notifications/raw-message.ts': ['nodemailer'],
  'lib/notifications/folder-sender.ts': ['node:fs', 'node:path'],
  'lib/notifications/smtp-sender.ts': ['nodemailer', 'node:stream'],
  'lib/notifications/acs-sender.ts': [
    '@azure/communication-email',
    '@azure/core-rest-pipeline',
    '@azure/identity',
    'node:async_hooks',
  ],
  'lib/notifications/open-sender.ts': ['@azure/core-rest-pipeline', '@azure/identity'],
  'lib/directory': [
    'lib/each-due.ts',
    'lib/scim',
    'lib/store/commit-once.ts',
    'lib/store/document-store.ts',
    'lib/limits.ts',
    'lib/turn.ts',
    'lru-cache',
    'node:crypto',
  ],
  'lib/tenants': [
    'lib/each-due.ts',
    'lib/keys',
    'lib/scim/quirks/quirk.ts',
    'lib/store/commit-once.ts',
    'lib/store/document-store.ts',
    'lib/limits.ts',
    'node:crypto',
    'zod',
  ],
  'lib/store': ['lib/scim/filter', 'lib/limits.ts', 'node:crypto', 'node:fs', 'node:os', 'node:path'],
  'lib/store/embedded.ts': ['lmdb'],
  'lib/store/cosmos.ts': ['@azure/cosmos'],
  'lib/store/cosmos-batch.ts': ['@azure/cosmos'],
  'lib/store/cosmos-item.ts': ['@azure/cosmos'],
  'lib/store/cosmos-write.ts': ['@azure/cosmos'],
  'lib/store/cosmos-exchange.ts': ['@azure/core-rest-pipeline', 'node:async_hooks'],
  'lib/keys': [
    'lib/each-due.ts',
    'lib/store/commit-once.ts',
    'lib/store/document-store.ts',
    'lib/limits.ts',
    'lru-cache',
    'node:crypto',
    'node:zlib',
    'zod',
  ],
  'lib/keys/key-vault.ts': ['@azure/core-rest-pipeline', '@azure/keyvault-secrets'],
  'lib/keys/vault-exchange.ts': ['@azure/core-rest-pipeline', 'lib/store/patience.ts'],
  'lib/packs': ['lib/scim/schema', 'node:fs', 'node:path', 'zod'],
  'lib/scim': ['lib/limits.ts'],
  'lib/limits.ts': [],
  'lib/bounded-invocations.ts': [
    'lib/http/respond.ts',
    'lib/scim/errors.ts',
    'lib/limits.ts',
    '@azure/functions',
    'node:http',
    'node:module',
    'node:net',
  ],
  'lib/log-lines.ts': [],
  'lib/log.ts': ['lib/log-lines.ts'],
  'lib/maintenance-run.ts': ['lib/log.ts', 'lib/log-lines.ts'],
  'lib/each-due.ts': ['lib/store/commit-once.ts', 'lib/store/document-store.ts', 'lib/limits.ts'],
  'lib/once.ts': [],
  'lib/turn.ts': [],
  'lib/scopes.ts': ['lib'],
  'lib/config.ts': [
    'lib/notifications/open-sender.ts',
    'lib/mail-config.ts',
    'lib/operator-config.ts',
    'zod',
  ],
  'lib/mail-config.ts': ['lib/notifications/open-sender.ts', 'zod'],
  'lib/operator-config.ts': ['zod'],
  'lib/app.ts': ['lib', '@azure/functions', '@azure/identity', 'uuid', 'node:crypto'],
  'lib/upkeep.ts': ['lib'],
  'lib/mailing.ts': ['lib'],
  'lib/endpoints.ts': [
    'lib/app.ts',
    'lib/mailing.ts',
    'lib/http',
    'lib/manage',
    'lib/provisioning',
    'lib/scim/errors.ts',
    'lib/scim/quirks/traits.ts',
    'lib/tenants',
  ],
};

const files = sourceFiles('functions', 'lib');

const within = (path: string, room: string) => path === room || path.startsWith(`${room}/`);
const roomsOf = (path: string) => Object.keys(rooms).filter((room) => within(path, room));

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
    expect(files.map(({ path }) => path).filter((path) => roomsOf(path).length === 0)).toEqual([]);
  });

  test('every room imports only what the table allows', () => {
    const breaches = files.flatMap(({ path, imports }) => {
      const own = roomsOf(path);
      const allowed = [...own, ...own.flatMap((room) => rooms[room] ?? [])];
      return imports
        .filter((to) => !allowed.some((room) => within(to, room)))
        .map((to) => `${path} imports ${to}`);
    });
    expect(breaches).toEqual([]);
  });

  test('somebody needs every permission of the table', () => {
    const isNeeded = (room: string, to: string) =>
      files.some(({ path, imports }) => {
        const others = roomsOf(path).flatMap((own) => [
          own,
          ...(rooms[own] ?? []).filter((other) => own !== room || other !== to),
        ]);
        const isElsewhere = (one: string) => others.some((other) => within(one, other));
        return within(path, room) && imports.some((one) => within(one, to) && !isElsewhere(one));
      });
    const stale = Object.entries(rooms).flatMap(([room, allowed]) =>
      allowed.filter((to) => !isNeeded(room, to)).map((to) => `${room} may import ${to}`),
    );
    expect(stale).toEqual([]);
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
      ['lib/config.ts'],
    );
    expect(reads).toEqual([]);
  });

  test('clock, ids and randomness are handed in by app.ts', () => {
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
      ['lib/app.ts'],
    );
    expect(uses).toEqual([]);
  });

  test('only log.ts writes to the console', () => {
    expect(places((node) => node.type === 'Identifier' && node.name === 'console', ['lib/log.ts'])).toEqual(
      [],
    );
  });

  test('nothing is exported by default or passed on by a barrel', () => {
    const types = ['ExportDefaultDeclaration', 'ExportAllDeclaration'];
    expect(places((node) => types.includes(node.type), [])).toEqual([]);
  });

  test('no file is a drawer for odds and ends', () => {
    const vague = /(^|[/-])(utils?|helpers?|common|managers?|services?|misc)(\.ts$|\/|-(?!provider-config))/;
    const named = files.map(({ path }) => path).filter((path) => vague.test(path));
    expect(named).toEqual(['lib/scim/schema/common.ts']);
  });
});
