import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/** Packages that come without a text of their licence, with the licence that their README names. */
const withoutText = { priorityqueuejs: 'MIT', semaphore: 'MIT', standardwebhooks: 'MIT' };

/**
 * Names the packages that a bundle holds, with their licences, from esbuild's metafile. Throws for a package
 * whose licence is not known.
 */
export function thirdPartyNotices({ inputs }) {
  const folders = new Set(Object.keys(inputs).flatMap((path) => packageFolder.exec(path)?.[0] ?? []));
  const notices = [...folders].map(readNotice).sort();
  const introduction = 'Muster is bundled with these packages, each under its own licence.';
  return `${[introduction, ...new Set(notices)].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

const packageFolder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

function readNotice(folder) {
  const { name, version, license = withoutText[name] } = readJson(join(folder, 'package.json'));
  const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
  const text = file === undefined ? standardText(name) : readText(join(folder, file));
  return `${name} ${version}\nLicence: ${license}\n\n${text}`;
}

function standardText(name) {
  if (withoutText[name] !== 'MIT') {
    throw new Error(
      `${name} has no file of its licence: look its licence up and name it in tools/notices.mjs`,
    );
  }
  const ours = readText('LICENSE');
  return ours.slice(ours.indexOf('Permission is hereby granted'));
}

function readText(path) {
  return readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n').trim();
}

function readJson(path) {
  return JSON.parse(readText(path));
}
