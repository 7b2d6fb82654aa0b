import type { Schema } from './attribute.ts';
import { reference, several } from './declare.ts';

/** The schema of groups (RFC 7643 4.2 and 8.7.1). */
export const groupSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'A named set of users and groups.',
  attributes: [
    { name: 'displayName', required: true, description: 'The name of the group that is shown to people.' },
    several('members', 'The users and groups in the group.', [
      { name: 'value', caseExact: true, mutability: 'immutable', description: 'The id of the member.' },
      {
        ...reference('$ref', ['User', 'Group'], 'The URI of the member.'),
        mutability: 'immutable',
      },
      {
        name: 'type',
        canonicalValues: ['User', 'Group'],
        mutability: 'immutable',
        description: 'The resource type of the member.',
      },
      { name: 'display', mutability: 'readOnly', description: 'The display name of the member.' },
    ]),
  ],
} as const satisfies Schema;
