import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { typed } from '../tools/muster/typed.ts';

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

describe('C10: the command line', () => {
  test('is started by npm run, because npx would take a stranger’s package of that name', () => {
    expect([...pages, ...code].filter((path) => /\bnpx\s+(-y\s+)?muster\b/.test(textOf(path)))).toEqual([]);
    expect(typed('tenants list')).toBe('npm run muster -- tenants list');
  });
});

describe('D18: package-lock.json', () => {
  const { packages } = JSON.parse(textOf('package-lock.json'));
  const installed = Object.entries(
    packages as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ).filter(([path]) => path !== '');

  test('holds the hash of every package', () => {
    expect(installed.length).toBeGreaterThan(1_000);
    const bare = installed.filter(([, { integrity }]) => !/^sha512-/.test(String(integrity)));
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test('has no package from elsewhere than the registry', () => {
    const elsewhere = installed.filter(
      ([, { link, resolved = 'https://registry.npmjs.org/' }]) =>
        link || !String(resolved).startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });

  test('runs no scripts of packages, and none of ours waits for one', () => {
    expect(textOf('.npmrc')).toMatch(/^ignore-scripts=true$/m);
    const own = Object.keys(manifest.scripts);
    const hooks = own.filter(
      (name) => /^(pre|post)/.test(name) && own.includes(name.replace(/^(pre|post)/, '')),
    );
    expect([...hooks, ...own.filter((name) => /^(pre|post)?(install|prepare)$/.test(name))]).toEqual([]);
  });
});

describe('CHANGELOG.md', () => {
  const headings = [...textOf('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

  test('begins with what is unreleased, then the version of package.json with its date', () => {
    expect(headings.slice(0, 2)).toEqual([
      'Unreleased',
      expect.stringMatching(new RegExp(`^${manifest.version} - 20\\d\\d-\\d\\d-\\d\\d$`)),
    ]);
  });
});

describe('CI', () => {
  const workflows = globSync('.github/workflows/*.yml', { dot: true });
  const ci = textOf('.github/workflows/ci.yml');
  const pathsBehind = (words: RegExp) =>
    [...ci.matchAll(words)].flatMap(([, paths = '']) => paths.split(' '));

  test.each(workflows)('%s pins every action to a commit and says which version that is', (path) => {
    const uses = textOf(path).match(/uses: .+$/gm) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((use) => !/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use))).toEqual([]);
  });

  test('runs on the Node that is deployed, which nvm takes too', () => {
    const [, deployed] = /^param nodeVersion string = '(\d+)'$/m.exec(textOf('infra/main.bicep')) ?? [];
    expect(textOf('.nvmrc')).toBe(`${deployed}\n`);
    expect(ci).toContain('node-version-file: .nvmrc');
  });

  test('leaves out of its unit tests what other steps run, and nothing else', () => {
    const elsewhere = pathsBehind(/npm test -- --tests-only ((?:test\/\S+ ?)+)$/gm);
    expect(elsewhere.length).toBeGreaterThan(4);
    expect(pathsBehind(/--except (\S+)/g).toSorted()).toEqual(elsewhere.toSorted());
  });

  test('runs the test command of the README elsewhere', () => {
    expect(textOf('README.md')).toContain('\n```\nnpm test\n```\n');
    expect(textOf('.ci/run')).toMatch(/^exec npm test\b/m);
  });
});

describe('the decisions', () => {
  const files = globSync('docs/decisions/[0-9]*.md').toSorted();
  const names = files.map((path) => path.slice('docs/decisions/'.length));

  test('are numbered one after the other', () => {
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name, index) => Number(name.slice(0, 4)) !== index + 1)).toEqual([]);
    expect(names.filter((name) => !/^\d{4}(-[a-z]+)+\.md$/.test(name))).toEqual([]);
  });

  test.each(files)('%s has its date and says why, what, what follows and what would change it', (path) => {
    const headings = ['Context', 'Decision', 'Consequences', 'What would change our mind'];
    const parts = headings.map((heading) => `## ${heading}\n\n[^#]+`).join('');
    expect(textOf(path)).toMatch(
      new RegExp(`^# \\d+\\. .+\n\nDecided on 20\\d\\d-\\d\\d-\\d\\d\\.\n\n${parts}$`),
    );
  });

  test('are listed in their index and in docs/architecture.md', () => {
    const linked = (path: string) =>
      [...textOf(path).matchAll(/\((?:decisions\/)?(\d{4}-[a-z-]+\.md)\)/g)].map(([, name]) => name);
    expect([linked('docs/decisions/README.md'), linked('docs/architecture.md')]).toEqual([names, names]);
  });
});

/** A command that holds a secret: others can see it in the list of processes, and the shell keeps it. */
const secretOnCommandLine = new RegExp(
  [
    /(-H|--header) "?'?(x-functions-key|authorization):/,
    /--(token|key|secret|function-key)[ =]\S/,
    /client_secret=\w+ *$|-d .*(client_?secret|token)["']?[:=]/,
    /-u \S+:\S|\?code=\S/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

describe('D19: no secret is on a command line', () => {
  const commands = pages.flatMap((page) =>
    [
      ...textOf(page).matchAll(/^```\w*\n(.+?)^```/gms),
      ...textOf(page).matchAll(/`((?:npm run|curl|az) [^`]+)`/g),
    ].map(([, text = '']) => [page, text] as const),
  );

  test('of a page', () => {
    expect(commands.length).toBeGreaterThan(50);
    const shown = commands.filter(([, text]) =>
      text.split('\n').some((line) => secretOnCommandLine.test(line)),
    );
    expect(shown).toEqual([]);
  });

  test('of a program that a tool starts', () => {
    const tools = globSync('tools/**/*.{ts,mjs}').filter((path) => path !== 'tools/muster/program.ts');
    const passed = tools.filter((path) =>
      /'--?(token|a|secret|key)',\s*(token|secret|key|`Bearer)/.test(textOf(path)),
    );
    expect(passed).toEqual([]);
  });

  test.each([
    'curl http://a/Users -H "Authorization: Bearer $TOKEN"',
    "curl http://a/manage -H 'x-functions-key: 1'",
    'npm run entra -- --tenant-url URL --token KEY',
    'curl http://a/oauth/token -d client_id=ID -d client_secret=SECRET',
  ])('such as %s', (line) => {
    expect(secretOnCommandLine.test(line)).toBe(true);
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
