import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, root } from './install.mjs';

/**
 * Lists the packages that the notices of a bundle name, as CycloneDX 1.5 in JSON: npm gives each with its licence, its
 * hash of package-lock.json and its dependencies. It has neither a time nor a serial number, so that the same sources
 * give the same bytes. Throws if npm does not know a package.
 */
export function billOfMaterials(notices) {
  const named = [...notices.matchAll(/^(\S+) (\S+)\nLicence: (.+)$/gm)];
  const bundled = new Map(named.map(([, name, version, licence]) => [`${name}@${version}`, licence]));
  const { serialNumber: _, metadata, components, dependencies, ...document } = npmSbom();
  const found = distinct(components.filter((one) => bundled.has(one['bom-ref'])));
  if (found.length < bundled.size)
    throw new Error('npm sbom leaves out packages that are bundled: run npm ci');
  const known = new Set(found.map((one) => one['bom-ref']));
  const own = readPackage();
  return {
    ...document,
    metadata: { lifecycles: [{ phase: 'build' }], tools: metadata.tools, component: own },
    components: found.map((one) => ({
      ...one,
      licenses: [{ license: { id: bundled.get(one['bom-ref']) } }],
    })),
    dependencies: [
      { ref: own['bom-ref'], dependsOn: [...known] },
      ...distinct(dependencies)
        .filter(({ ref }) => known.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((to) => known.has(to)) })),
    ],
  };
}

/** npm lists a package once for each folder that it is installed in. */
function distinct(entries) {
  return [...new Map(entries.map((one) => [one.ref ?? one['bom-ref'], one])).values()];
}

function readPackage() {
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    'bom-ref': `${name}@${version}`,
    type: 'application',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: [{ license: { id: license } }],
  };
}

/** With --omit=dev, npm would leave out what a package for development needs too. */
function npmSbom() {
  const [command, ...args] = npmCommand();
  const sbom = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
  const npm = spawnSync(command, [...args, ...sbom], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (npm.status === 0) return JSON.parse(npm.stdout);
  throw new Error(`npm sbom failed: ${npm.stderr ?? npm.error?.message}`);
}
