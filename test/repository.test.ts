import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

const textOf = (path: string) => readFileSync(path, 'utf8');
const manifest = JSON.parse(textOf('package.json'));
const pages = globSync(['*.md', 'docs/**/*.md', '.github/**/*.md'], { dot: true });
const code = globSync(['{functions,lib,tools}/**/*.{ts,mjs}', '.github/**/*.yml', '.ci/*'], { dot: true });

describe('package.json', () => {
  test('names the package in our scope, which package-lock.json follows', () => {
    const lock = JSON.parse(textOf('package-lock.json'));
    const { name, version } = manifest;
    expect(name).toMatch(/^@muster-scim\//);
    expect([lock, lock.packages['']]).toEqual([
      expect.objectContaining({ name, version }),
      expect.objectContaining({ name, version }),
    ]);
  });
});

describe('the pages', () => {
  test('name commands that run what is in the clone: npx would take a package of that name from npm', () => {
    expect(code.length).toBeGreaterThan(300);
    expect([...pages, ...code].filter((path) => /\bnpx\b/.test(textOf(path)))).toEqual([]);
  });

  test.each(pages)('of %s lead to files that there are', (page) => {
    const targets = [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, to = '']) => to,
    );
    expect(targets.filter((to) => !existsSync(join(dirname(page), to)))).toEqual([]);
  });
});
