import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readOptions } from '../../../tools/entra/options.ts';
import { UsageError } from '../../../tools/read-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'entra-options-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, 't\n');
const token = ['--token-file', tokenFile] as const;
const connected = ['--tenant-url', 'http://127.0.0.1:7071/scim/v2/', ...token];

describe('readOptions()', () => {
  test('takes the endpoint from the command line and fills in the rest', () => {
    expect(readOptions(connected)).toMatchObject({
      users: 100,
      groups: 5,
      flag: 'default',
      tenantUrl: 'http://127.0.0.1:7071/scim/v2',
      token: 't',
      seed: 1,
      concurrency: 8,
    });
  });

  test('takes the flag from the tenant URL and leaves it off the requests', () => {
    expect(readOptions(['--tenant-url', 'https://h/scim?aadOptscim062020', ...token])).toMatchObject({
      flag: 'aadOptscim062020',
      tenantUrl: 'https://h/scim',
    });
  });

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [['--users', '0', ...connected], /--users needs a whole number of at least 1, not "0"/],
    [['--groups', 'x', ...connected], /--groups needs a whole number/],
    [['--flag', 'other', ...connected], /--flag must be aadOptscim062020/],
    [['--user', '1'], /^Unknown option '--user': did you mean --users\?\n\nnpm run entra/],
    [['--tenant-url', ...token], /^Option '--tenant-url' argument is ambiguous\.\n\nnpm run entra/],
    [['--tenant-url', 'scim', ...token], /must be an absolute http or https URL, not "scim"/],
    [['--connection', '/nowhere/connection.json'], /npm start, or give --tenant-url and --token-file/],
    [['--connection', 'vitest.config.ts'], /vitest\.config\.ts is not JSON/],
    [['--connection', 'tsconfig.json'], /must contain a JSON object with "tenantUrl" and "secretToken"/],
  ];
  test.each([['--token', 'canary'], ['--token=canary']])(
    'D19: refuses a token on the command line (%s)',
    (...args) => {
      const read = () => readOptions(['--tenant-url', 'http://h/scim', ...args]);
      expect(read).toThrow(/^--token is not allowed: .+ --token-file FILE/);
      expect(read).not.toThrow('canary');
    },
  );

  test('D19: refuses a file that has no token', () => {
    expect(() => readOptions([...connected, '--token-file', join(folder, 'absent')])).toThrow(/^Cannot read/);
    writeFileSync(join(folder, 'two'), 'two words');
    expect(() => readOptions([...connected, '--token-file', join(folder, 'two')])).toThrow('is not a token');
  });

  test.each(refused)('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });
});
