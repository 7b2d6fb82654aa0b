import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const page = readFileSync('docs/threats.md', 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| ') && line.includes('`test/'));
const tables = page.split(/^\|(?:---\|)+$/m).length - 1;

describe('docs/threats.md', () => {
  test('names a test in each row of each table but that of the assets', () => {
    const bodies = page.split('\n').filter((line, index, lines) => {
      const isBody = line.startsWith('| ') && !lines[index + 1]?.startsWith('|---');
      return isBody && lines.slice(0, index).filter((one) => one.startsWith('|---')).length > 1;
    });
    expect(tables).toBe(5);
    expect(bodies.length).toBeGreaterThan(20);
    expect(bodies.filter((row) => !rows.includes(row))).toEqual([]);
  });

  test.each(rows.map((row) => [row.split('|')[1]?.trim() ?? '', row] as const))(
    '%s: its tests exist',
    (_, row) => {
      const named = [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
      expect(named.filter((path) => !path.endsWith('.test.ts') || !existsSync(path))).toEqual([]);
    },
  );

  test('is found from the README and from SECURITY.md', () => {
    expect(readFileSync('README.md', 'utf8')).toContain('](docs/threats.md)');
    expect(readFileSync('SECURITY.md', 'utf8')).toContain('](docs/threats.md)');
  });
});
