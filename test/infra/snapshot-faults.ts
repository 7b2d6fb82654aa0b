import { readFileSync } from 'node:fs';
import {
  type Pending,
  type SnapshotVariant,
  snapshotFolder,
  snapshotNames,
  snapshotPath,
  snapshotVariants,
} from '../../tools/infra/snapshots.ts';
import { resolveExpressions } from './arm-expression.ts';
import { deploy, type Resource } from './deploy.ts';
import { type Fields, isFields, resourceGroupId, type Value } from './evaluate.ts';
import { parametersIn } from './parameter-file.ts';

/** The compiler's prediction of a deployment, as `bicep snapshot` writes it. */
interface Snapshot {
  readonly predictedResources: readonly Fields[];
  readonly outputs: Fields;
}

/** A place at which our evaluator and the compiler disagree. */
interface Difference {
  readonly place: string;
  readonly ours: Value | undefined;
  readonly compilers: Value | undefined;
}

/**
 * Compares our evaluator with the snapshots in a folder; yields a sentence for each difference that is not pending, for
 * each pending place that does not differ, and for each that has no reason.
 */
export function snapshotFaults(pending: readonly Pending[], folder = snapshotFolder): readonly string[] {
  const found = snapshotNames.flatMap((name) => differences(name, folder));
  const covers = (listed: Pending, { place }: Difference) =>
    place === listed.place || place.startsWith(`${listed.place}.`);
  return [
    ...found
      .filter((difference) => !pending.some((listed) => covers(listed, difference)))
      .map(({ place, ours, compilers }) => `${place} is ${show(ours)}, in the snapshot ${show(compilers)}`),
    ...pending.flatMap((listed) => [
      ...(found.some((difference) => covers(listed, difference))
        ? []
        : [`pending.json lists ${listed.place}, which does not differ`]),
      ...(listed.reason ? [] : [`pending.json gives no reason for ${listed.place}`]),
    ]),
  ];
}

const show = (value: Value | undefined) => (value === undefined ? 'absent' : JSON.stringify(value));

function differences(name: SnapshotVariant, folder: string): readonly Difference[] {
  const { resources, outputs } = deploy('infra/main.bicep', parametersIn(snapshotVariants[name]));
  const snapshot: Snapshot = JSON.parse(readFileSync(snapshotPath(name, folder), 'utf8'));
  const predicted = resolveExpressions(snapshot.predictedResources) as readonly Fields[];
  return compare(
    { ...byId(resources.map(asPredicted)), outputs },
    { ...byId(predicted), outputs: resolveExpressions(snapshot.outputs) },
  );
}

/** A resource as the compiler writes it. */
function asPredicted({ id, type, apiVersion, body }: Resource): Fields {
  const own = id.split('/providers/').at(-1)?.split('/') ?? [];
  const name = own.filter((_, index) => index > 0 && index % 2 === 0).join('/');
  return { ...body, id, type, apiVersion, name };
}

/** Resources by their ids, which are written without the resource group. */
function byId(resources: readonly Fields[]): Fields {
  const ids = resources.map(({ id }) => String(id).replace(`${resourceGroupId}/providers/`, ''));
  if (new Set(ids).size < ids.length) throw new Error('Two resources have the same id');
  return Object.fromEntries(resources.map((resource, index) => [ids[index], resource]));
}

function compare(ours?: Value, compilers?: Value, path: readonly string[] = []): readonly Difference[] {
  if (isTree(ours) && isTree(compilers) && Array.isArray(ours) === Array.isArray(compilers)) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(compilers)]);
    return [...keys].flatMap((key) => compare(ours[key], compilers[key], [...path, key]));
  }
  const [resource = '', ...rest] = path;
  const place = `${resource} ${rest.join('.')}`.trim();
  return ours === compilers ? [] : [{ place, ours, compilers }];
}

const isTree = (value?: Value): value is Fields => Array.isArray(value) || isFields(value);
