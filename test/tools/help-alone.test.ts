import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const clone = mkdtempSync(join(tmpdir(), 'muster-help-'));
for (const name of ['package.json', 'package-lock.json', 'tools', 'lib']) {
  cpSync(join(root, name), join(clone, name), { recursive: true });
}
afterAll(() => rmSync(clone, { recursive: true }));

const scripts: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
).scripts;
// The help of these holds more than plain text.
const others = ['muster', 'mutation', 'house'];
const names = Object.keys(scripts).filter(
  (name) => scripts[name]?.startsWith('node tools/') && !others.includes(name),
);

test.each(names)('C7: npm run %s -- --help needs no packages', (name) => {
  const [, ...args] = (scripts[name] ?? '').split(' ');
  // That each answers --help too is tested with the packages, which is quicker.
  for (const asked of name === names[0] ? ['--help', '-h'] : ['-h']) {
    const help = execFileSync(process.execPath, [...args, asked], {
      cwd: clone,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(help).toContain('npm ');
    expect(help).toContain('\n\nExample');
  }
  expect(readdirSync(clone).sort()).toEqual(['lib', 'package-lock.json', 'package.json', 'tools']);
});
