import { listAll } from './acts.ts';
import type { Run } from './client.ts';
import type { JsonObject } from './json.ts';
import type { ResourceType } from './requests.ts';
import type { Phase } from './steps.ts';

/** The names of the resources that a client creates: of users the userName, of groups the displayName. */
export type Marks = Readonly<Record<ResourceType, RegExp>>;

/** Deletes what a client with these marks has created and not deleted, also in earlier runs. Groups go first. */
export function clean(marks: Marks, hasGroups: boolean): Phase<Pick<Run, 'requests'>> {
  return {
    title: 'Clean',
    steps: (run) => [
      async () => {
        if (hasGroups) await cleanType(run, 'Group', marks);
        await cleanType(run, 'User', marks);
      },
    ],
  };
}

async function cleanType(run: Pick<Run, 'requests'>, type: ResourceType, marks: Marks): Promise<void> {
  const { resources } = await listAll(run, `Clean: GET /${type}s by page`, type);
  for (const { id } of resources.filter((resource) => marks[type].test(nameOf(resource, type)))) {
    if (typeof id === 'string')
      await run.requests.delete(`Clean: DELETE ${type.toLowerCase()}`, { type, id });
  }
}

function nameOf(resource: JsonObject, type: ResourceType): string {
  return String(type === 'User' ? resource.userName : resource.displayName);
}
