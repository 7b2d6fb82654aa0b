import type { Schema } from './attribute.ts';
import { attribute, reference, several } from './declare.ts';

/** The schema of groups (RFC 7643 4.2 and 8.7.1). */
export const groupSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'A named set of users and groups.',
  attributes: [
    attribute('displayName', 'The name of the group that is shown to people.', { required: true }),
    several('members', 'The users and groups in the group.', [
      attribute('value', 'The id of the member.', { caseExact: true, mutability: 'immutable' }),
      {
        ...reference('$ref', ['User', 'Group'], 'The URI of the member.'),
        mutability: 'immutable',
      },
      attribute('type', 'The resource type of the member.', {
        canonicalValues: ['User', 'Group'],
        mutability: 'immutable',
      }),
      attribute('display', 'The display name of the member.', { mutability: 'readOnly' }),
    ]),
  ],
};
