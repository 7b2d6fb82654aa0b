import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadTemplates, templateVariables } from '../../lib/mail/templates.ts';

const root = mkdtempSync(join(tmpdir(), 'muster-templates-'));
afterAll(() => rmSync(root, { recursive: true }));

function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(root, 'own-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const own = { subject: 'Hallo {{name}}', text: ['{{link}}'], html: ['<a href="{{link}}">hier</a>'] };

describe('loadTemplates()', () => {
  test('has one for every mail, in each of its parts', () => {
    const templates = loadTemplates(undefined);
    expect(Object.keys(templates).sort()).toEqual(Object.keys(templateVariables).sort());
    for (const { subject, text, html } of Object.values(templates)) {
      expect(subject).toMatch(/\S/);
      expect(text).toMatch(/\S/);
      expect(html).toMatch(/^<!doctype html>/);
    }
  });

  test('is described with all that it can name', () => {
    const page = readFileSync('docs/notifications.md', 'utf8');
    for (const name of Object.values(templateVariables).flat()) expect(page).toContain(`\`${name}\``);
  });

  test('takes those of a folder in the place of the ones that it has', () => {
    const templates = loadTemplates(folderWith({ 'invitation.json': own, 'notes.txt': 'mine' }));
    expect(templates.invitation).toEqual({
      subject: 'Hallo {{name}}',
      text: '{{link}}',
      html: '<a href="{{link}}">hier</a>',
    });
    expect(templates.welcome).toEqual(loadTemplates(undefined).welcome);
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'an unknown name',
      { 'greeting.json': own },
      'MUSTER_TEMPLATES has files that are not templates: greeting.json. Name them invitation.json,',
    ],
    ['what is no JSON', { 'welcome.json': '{' }, 'The template welcome.json cannot be used: it is not JSON'],
    [
      'a missing subject',
      { 'invitation.json': { ...own, subject: undefined } },
      'The template invitation.json cannot be used: subject must be a string',
    ],
    ['an empty subject', { 'invitation.json': { ...own, subject: ' ' } }, 'subject must not be empty'],
    ['a missing part', { 'invitation.json': { ...own, html: undefined } }, 'html must be a list of strings'],
    ['an unknown part', { 'invitation.json': { ...own, footer: 'x' } }, 'footer'],
    [
      'a variable that there is not',
      { 'invitation.json': { ...own, subject: '{{#name}}{{givenName}}{{/name}}' } },
      'subject names givenName: use only product, name, login, link, days',
    ],
    [
      'an invitation without a link',
      { 'invitation.json': { ...own, text: ['Hi'] } },
      'text must contain {{link}}',
    ],
    [
      'what escapes no HTML',
      { 'invitation.json': { ...own, html: ['{{{name}}} {{link}}'] } },
      'html: must not use {{{ }}}',
    ],
    [
      'a section that does not end',
      { 'invitation.json': { ...own, text: ['{{#name}}'] } },
      'Unclosed section',
    ],
    ['a partial', { 'invitation.json': { ...own, text: ['{{>x}} {{link}}'] } }, 'text names x'],
  ])('refuses %s', (_, files, message) => {
    expect(() => loadTemplates(folderWith(files))).toThrow(message);
  });

  test('refuses a folder that there is not', () => {
    expect(() => loadTemplates(join(root, 'absent'))).toThrow('MUSTER_TEMPLATES must name a folder');
  });
});
