import type { Schema } from './attribute.ts';
import { attribute, complex, reference } from './declare.ts';

/** The extension for users of an organization (RFC 7643 4.3 and 8.7.1). */
export const enterpriseUserSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'Attributes of a user in an organization.',
  attributes: [
    attribute('employeeNumber', 'The number or code that the organization assigns to the person.'),
    attribute('costCenter', 'The name of the cost center.'),
    attribute('organization', 'The name of the organization.'),
    attribute('division', 'The name of the division.'),
    attribute('department', 'The name of the department.'),
    complex('manager', 'The user to whom this user reports.', [
      attribute('value', 'The id of the manager.', { caseExact: true }),
      reference('$ref', ['User'], 'The URI of the manager.'),
      attribute('displayName', 'The display name of the manager.', { mutability: 'readOnly' }),
    ]),
  ],
};
