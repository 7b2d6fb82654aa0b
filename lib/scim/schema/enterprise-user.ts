import type { Schema } from './attribute.ts';
import { reference } from './declare.ts';

/** The extension for users of an organization (RFC 7643 4.3 and 8.7.1). */
export const enterpriseUserSchema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'Attributes of a user in an organization.',
  attributes: [
    {
      name: 'employeeNumber',
      description: 'The number or code that the organization assigns to the person.',
    },
    { name: 'costCenter', description: 'The name of the cost center.' },
    { name: 'organization', description: 'The name of the organization.' },
    { name: 'division', description: 'The name of the division.' },
    { name: 'department', description: 'The name of the department.' },
    {
      name: 'manager',
      type: 'complex',
      description: 'The user to whom this user reports.',
      subAttributes: [
        { name: 'value', caseExact: true, description: 'The id of the manager.' },
        reference('$ref', ['User'], 'The URI of the manager.'),
        { name: 'displayName', mutability: 'readOnly', description: 'The display name of the manager.' },
      ],
    },
  ],
} as const satisfies Schema;
