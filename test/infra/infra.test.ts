import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { containerDefinitions, fullyIndexedContainers } from '../../lib/store/cosmos/containers.ts';
import { containersPages } from '../../tools/docs/infra-page.ts';
import { deploy } from './deploy.ts';
import { idFaults, lateValues } from './lint.ts';
import { parametersIn, readAssignments } from './parameter-file.ts';
import { descendants, namesUsed, readCall, readTemplate, syntaxErrors } from './syntax.ts';
import { deployed, resourcesOf, valueAt, variants } from './variants.ts';

const modulePaths = readdirSync('infra/modules').map((name) => `infra/modules/${name}`);
const templates = ['infra/main.bicep', ...modulePaths].map(readTemplate);
const main = readTemplate('infra/main.bicep');

/** Types whose newest stable version is from before 2025. */
const newestIsOld = [
  'Microsoft.Authorization/roleAssignments',
  'Microsoft.Insights/actionGroups',
  'Microsoft.Insights/components',
  'Microsoft.Insights/diagnosticSettings',
  'Microsoft.ManagedIdentity/userAssignedIdentities',
  'Microsoft.Network/privateDnsZones',
];

describe('every template', () => {
  test.each(templates)('$path is free of syntax errors', (template) => {
    expect(syntaxErrors(template)).toEqual([]);
  });

  test.each(templates)('$path describes its parameters and bounds those that are numbers', (template) => {
    const wrong = template.parameters.filter(({ type, decorators }) => {
      const isBounded =
        decorators.has('allowed') || (decorators.has('minValue') && decorators.has('maxValue'));
      return !decorators.has('description') || (type === 'int' && !isBounded);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test.each(templates)('$path uses all that it declares', (template) => {
    const used = namesUsed(template);
    const declared = [...template.parameters, ...template.variables, ...template.types];
    const existing = template.resources.filter(({ isExisting }) => isExisting);
    const unused = [...declared, ...existing].filter(({ name }) => !used.has(name));
    expect(unused.map(({ name }) => name)).toEqual([]);
  });

  test.each(templates)('E1: $path takes ids from resources, parameters and functions for ids', (template) => {
    expect(idFaults(template)).toEqual([]);
  });

  test.each(templates)('E1: $path loops over what is known before the deployment begins', (template) => {
    expect(lateValues(template)).toEqual([]);
  });

  test.each(templates)('E3: $path uses versions of 2025 and later where there are any', ({ root }) => {
    const versions = [...root.text.matchAll(/'(Microsoft\.[\w/.]+)@(\d{4})-\d\d-\d\d/g)];
    const old = versions.filter(([, type = '', year]) => Number(year) < 2025 && !newestIsOld.includes(type));
    expect(old.map(([text]) => text)).toEqual([]);
  });

  test.each(templates)('$path calls no function that reads keys', ({ root }) => {
    const calls = descendants(root).filter(({ type }) => type === 'call_expression');
    expect(calls.map((call) => readCall(call)[0]).filter((name) => /^list|secret/i.test(name))).toEqual([]);
  });
});

describe('main.bicep', () => {
  test.each(main.modules)('passes $name every parameter and uses every output', ({ name, type, value }) => {
    const module = readTemplate(`infra/${type}`);
    const params = descendants(value ?? main.root).find(
      (node) => node.type === 'object_property' && node.namedChildren[0]?.text === 'params',
    );
    const passed = params?.namedChildren[1]?.namedChildren.flatMap(
      ({ namedChildren: [key] }) => key?.text ?? [],
    );
    const read = module.outputs.filter((output) =>
      new RegExp(`\\b${name}!?\\.outputs\\.${output.name}\\b`).test(main.root.text),
    );
    expect(passed).toEqual(module.parameters.map((parameter) => parameter.name));
    expect(read).toEqual(module.outputs);
  });

  test.each(main.modules)(
    'E3: computes the names that it passes to $name, so that a preview knows them',
    ({ value }) => {
      const names = descendants(value ?? main.root).filter(
        ({ type, namedChildren: [key] }) =>
          type === 'object_property' && /name$|container$/i.test(key?.text ?? ''),
      );
      expect(names.filter(({ text }) => text.includes('.outputs.')).map(({ text }) => text)).toEqual([]);
    },
  );

  test('D22: takes settings that may be secret, and takes the code from its own account', () => {
    for (const template of [main, readTemplate('infra/modules/function-app.bicep')]) {
      const settings = template.parameters.find(({ name }) => name === 'settings');
      expect(settings?.decorators.has('secure')).toBe(true);
    }
    expect(main.root.text).toContain('codeEndpoint: codeStorage.outputs.blobEndpoint');
  });

  test('deploys no module that is not in the folder, and every one that is', () => {
    const deployed = new Set(main.modules.map(({ type }) => `infra/${type}`));
    expect([...deployed].sort()).toEqual(modulePaths.sort());
  });

  test.each(Object.entries(variants))('creates resources of different names in %s', (_, given) => {
    const { resources } = deployed(given);
    expect(new Set(resources.map(({ id }) => id)).size).toBe(resources.length);
    expect(resources.length).toBeGreaterThan(30);
  });

  test.each<Readonly<Record<string, string | number>>>([
    { environmentName: 'x' },
    { environmentName: 'dev', maximumInstanceCount: 10 },
    { environmentName: 'dev', nodeVersion: '20' },
    { environmentName: 'dev', secretRetentionDays: 1 },
  ])('refuses %o', (given) => {
    expect(() => deploy('infra/main.bicep', given)).toThrow(/is ("\w+"|\d+): (min|max|allowed)/);
  });

  test('puts out what Entra ID asks for, and no secret', () => {
    const { outputs } = deployed();
    expect(outputs.tenantUrl).toBe('https://func-muster.azurewebsites.net/scim/v2');
    expect(deployed(variants['the largest deployment']).outputs.tenantUrl).toBe(
      'https://scim.example.com/scim/v2',
    );
    expect(Object.keys(outputs)).toEqual([
      'tenantUrl',
      'publicBaseUrl',
      'functionAppName',
      'cosmosAccountName',
      'keyVaultName',
    ]);
  });
});

describe('main.bicepparam', () => {
  test('deploys with nothing set in the environment', () => {
    expect(deploy('infra/main.bicep', parametersIn({})).resources.length).toBe(deployed().resources.length);
  });

  test('names only variables that docs/deploy.md explains', () => {
    const page = readFileSync('docs/deploy.md', 'utf8');
    const variables = readAssignments().map(({ variable }) => variable);
    expect(variables.length).toBeGreaterThan(5);
    const explained = variables.filter((name) => name !== 'AZURE_ENV_NAME');
    expect(explained.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the database', () => {
  test('has the containers that the store is written for', () => {
    for (const { path, text } of containersPages()) expect(readFileSync(path, 'utf8')).toBe(text);
    for (const indexAllAttributes of [false, true]) {
      const given = { environmentName: 'dev', indexAllAttributes };
      const containers = resourcesOf('Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers', given);
      expect(containers.map((container) => valueAt(container, 'properties.resource'))).toEqual(
        indexAllAttributes ? fullyIndexedContainers() : containerDefinitions,
      );
    }
  });

  test.each([
    [0, {}, [{ name: 'EnableServerless' }]],
    [1, { autoscaleSettings: { maxThroughput: 1000 } }, []],
    [4500, { autoscaleSettings: { maxThroughput: 5000 } }, []],
  ])('takes a throughput of %d', (maximumThroughput, options, capabilities) => {
    const given = { environmentName: 'dev', maximumThroughput };
    const [account] = resourcesOf('Microsoft.DocumentDB/databaseAccounts', given);
    const [database] = resourcesOf('Microsoft.DocumentDB/databaseAccounts/sqlDatabases', given);
    expect(database && valueAt(database, 'properties.options')).toEqual(options);
    expect(account && valueAt(account, 'properties.capabilities')).toEqual(capabilities);
  });
});
