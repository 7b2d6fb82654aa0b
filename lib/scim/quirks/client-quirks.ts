import {
  addPatchSchema,
  dropEmptyPath,
  replaceOlderPatchSchema,
  selectRemoved,
  unwrapPathless,
} from './operations.ts';
import {
  addExtensionUrn,
  correctEnterpriseUrn,
  correctSingularName,
  correctSingularProperties,
  replaceOlderUrn,
} from './paths.ts';
import type { Quirk } from './quirk.ts';
import {
  correctListedUrn,
  dropDirectoryGroupUrn,
  dropUnknownNulls,
  replaceOlderListedUrn,
} from './resources.ts';
import {
  compareBoolean,
  compareText,
  dropNullRef,
  expandBareString,
  readBoolean,
  readJsonRole,
  unassignEmpty,
  unwrapSingle,
  wrapMultiple,
  writeNumber,
} from './values.ts';

/** The row that writes a number as text. A number that would not look as it was sent must not become text. */
export const numberForString = 'number-for-string';

/**
 * The deviations of clients from RFC 7643 and RFC 7644, and the form that the core gets instead. Rows of one kind
 * apply in the order of this table. The kinds apply in the order message, operation, path, resource, value, removal.
 */
export const clientQuirks: readonly Quirk[] = [
  {
    id: 'patch-without-schemas',
    clients: ['authentik', 'generic'],
    deviation: 'A PATCH has no "schemas"',
    normalisation: 'The URN of the PATCH message',
    evidence: 'authentik, clients/groups.py: PatchRequest',
    message: addPatchSchema,
  },
  {
    id: 'empty-path',
    clients: ['entra', 'onelogin', 'generic'],
    deviation: 'A PATCH operation has the path ""',
    normalisation: 'The operation has no path',
    evidence: 'Reported PATCH bodies of the Entra provisioning client; templates of OneLogin',
    operation: dropEmptyPath,
  },
  {
    id: 'list-for-pathless-value',
    clients: ['entra', 'okta', 'onelogin', 'generic'],
    deviation: 'A PATCH operation without a path has an array of one object as its value',
    normalisation: 'The object itself',
    evidence: 'Reported PATCH bodies of a SCIM client library for Java',
    operation: unwrapPathless,
  },
  {
    id: 'malformed-enterprise-path',
    clients: ['entra', 'generic'],
    deviation: 'The enterprise URN lacks a colon, "…:enterprise:2.0User", in a path or property',
    normalisation: 'The URN of RFC 7643 4.3',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: sample requests of older jobs',
    path: correctEnterpriseUrn,
  },
  {
    id: 'older-urn',
    clients: ['google', 'onelogin', 'generic'],
    deviation:
      'A path or property has a URN from before RFC 7643, such as "urn:scim:schemas:extension:enterprise:1.0"',
    normalisation: 'The URN of RFC 7643',
    evidence:
      'Reported bodies of OneLogin and Google Workspace; public connectors of HelloID send data under it; ' +
      'the SCIM reference code of Microsoft reads it, also with a dot before the attribute',
    path: replaceOlderUrn,
  },
  {
    id: 'extension-attribute-without-urn',
    clients: ['entra', 'generic'],
    deviation: 'An attribute of an extension, such as "manager", has no URN or the URN of the core schema',
    normalisation: 'The URN of the extension, unless the core schema has an attribute of that name',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: update a manager reference; reference filters',
    path: addExtensionUrn,
  },
  {
    id: 'singular-attribute-name',
    clients: ['entra', 'generic'],
    deviation: 'A path names "email" or "phoneNumber", such as phoneNumber[type eq "work"].value',
    normalisation: 'The names of RFC 7643 4.1.2, "emails" and "phoneNumbers"',
    evidence: 'SigningHub user guide, provisioning users with Entra ID: table of attribute mappings',
    path: correctSingularName,
  },
  {
    id: 'singular-property-name',
    clients: ['entra', 'generic'],
    deviation: 'A resource has a property "email" or "phoneNumber"',
    normalisation: 'The properties of RFC 7643 4.1.2, unless the resource has them too',
    evidence: 'SigningHub user guide, provisioning users with Entra ID: table of attribute mappings',
    resource: correctSingularProperties,
  },
  {
    id: 'directory-group-urn',
    clients: ['entra', 'generic'],
    deviation: 'Groups list the URN http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
    normalisation: 'The URN is dropped',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: create group',
    resource: dropDirectoryGroupUrn,
  },
  {
    id: 'malformed-enterprise-schema',
    clients: ['entra', 'generic'],
    deviation: 'The enterprise URN lacks a colon, "…:enterprise:2.0User", in "schemas"',
    normalisation: 'The URN of RFC 7643 4.3, listed once',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: sample requests of older jobs',
    resource: correctListedUrn,
  },
  {
    id: 'older-schema',
    clients: ['google', 'onelogin', 'generic'],
    deviation: '"schemas" lists a URN from before RFC 7643, such as "urn:scim:schemas:core:1.0"',
    normalisation: 'The URN of RFC 7643, listed once',
    evidence:
      'Reported bodies of OneLogin and Google Workspace; the SCIM reference code of Microsoft drops these URNs',
    resource: replaceOlderListedUrn,
  },
  {
    id: 'older-schema-of-patch',
    clients: ['google', 'onelogin', 'generic'],
    deviation: 'The "schemas" of a PATCH lists a URN from before RFC 7643 and not that of the message',
    normalisation: 'The URN of the PATCH message',
    evidence:
      'Reported bodies of OneLogin and Google Workspace; the SCIM reference code of Microsoft drops these URNs',
    message: replaceOlderPatchSchema,
  },
  {
    id: 'unknown-null',
    clients: ['entra', 'onelogin', 'authentik'],
    deviation: 'A top-level attribute that no schema of the resource declares is null',
    normalisation: 'The attribute is dropped',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: create user of older jobs; django-scim2 on OneLogin',
    resource: dropUnknownNulls,
  },
  {
    id: 'json-role',
    clients: ['entra', 'generic'],
    deviation: 'An app role comes as a JSON object inside the string "value"',
    normalisation: 'The value and display of the role, without its id',
    evidence: 'Microsoft Learn, customize attribute mappings: AppRoleAssignmentsComplex',
    value: readJsonRole,
  },
  {
    id: 'array-for-single-value',
    clients: ['entra', 'okta', 'onelogin', 'generic'],
    attributes: ['manager', 'active'],
    deviation: 'A manager or "active" comes as an array of one value, such as [{"value":"m"}] or [false]',
    normalisation: 'The value itself',
    evidence:
      'Microsoft Learn, develop a SCIM endpoint: update a manager reference; PATCH bodies reported from Okta',
    value: unwrapSingle,
  },
  {
    id: 'bare-string-for-complex',
    clients: ['entra', 'okta', 'onelogin', 'jumpcloud', 'authentik', 'generic'],
    attributes: ['manager', 'roles', 'members'],
    deviation: 'A manager, role or member comes as a bare string',
    normalisation: '{"value": the string}',
    evidence: 'Microsoft SCIM Validator: manager tests; Microsoft Postman collection: members',
    value: expandBareString,
  },
  {
    id: 'single-value-for-array',
    clients: ['entra', 'okta', 'onelogin', 'jumpcloud', 'authentik', 'generic'],
    attributes: ['members', 'emails'],
    deviation: 'Members or e-mails come as one value without an array, such as emails {"value":"a"}',
    normalisation: 'An array of that value',
    evidence: 'Microsoft Postman collection: members; django-scim2 on OneLogin: emails',
    value: wrapMultiple,
  },
  {
    id: 'null-ref',
    clients: ['entra', 'generic'],
    attributes: ['members', 'manager'],
    deviation: 'A member or manager comes with "$ref": null',
    normalisation: '"$ref" is dropped',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: add and remove members',
    value: dropNullRef,
  },
  {
    id: 'empty-for-unassigned',
    clients: ['entra', 'okta', 'onelogin', 'generic'],
    attributes: ['manager', 'profileUrl'],
    deviation: 'A manager or profileUrl is cleared with "" or {"value":""}',
    normalisation: 'The attribute is unassigned',
    evidence: 'Microsoft SCIM Validator: remove manager',
    value: unassignEmpty,
  },
  {
    id: 'string-boolean',
    clients: ['entra', 'okta', 'onelogin', 'jumpcloud', 'generic'],
    attributes: ['active', 'primary'],
    deviation: '"active" or "primary" comes as the string "True" or "False", in any case',
    normalisation: 'The boolean',
    evidence: 'Microsoft Learn, known issues with SCIM 2.0 protocol compliance: disable user',
    value: readBoolean,
  },
  {
    id: numberForString,
    clients: ['entra', 'okta', 'onelogin', 'generic'],
    attributes: ['externalId', 'employeeNumber', 'costCenter', 'postalCode'],
    deviation: 'An externalId, employeeNumber, costCenter or postalCode comes as a number',
    normalisation: 'The number as text',
    evidence: 'Okta developer documentation, SCIM with entitlements: sample bodies',
    value: writeNumber,
  },
  {
    id: 'remove-with-value',
    clients: ['entra', 'okta', 'onelogin', 'jumpcloud', 'authentik', 'google', 'generic'],
    deviation: 'A remove names a multi-valued attribute and carries the values to remove',
    normalisation: 'A value filter selects these values, so that the others stay',
    evidence:
      'Microsoft Learn, known issues with SCIM 2.0 protocol compliance; JumpCloud support, custom SCIM',
    removal: selectRemoved,
  },
  {
    id: 'string-boolean-in-filter',
    clients: ['entra', 'okta', 'onelogin', 'jumpcloud', 'generic'],
    attributes: ['active', 'primary'],
    deviation: 'A filter compares "active" or "primary" with a string, such as roles[primary eq "True"]',
    normalisation: 'The comparison uses the boolean',
    evidence: 'Microsoft Learn, customize attribute mappings: SingleAppRoleAssignment',
    comparison: compareBoolean,
  },
  {
    id: 'number-for-string-in-filter',
    clients: ['entra', 'authentik', 'generic'],
    deviation: 'A filter compares text with a number or boolean without quotes, such as employeeNumber eq 7',
    normalisation: 'The comparison uses the value as text',
    evidence: 'Inferred: clients that send filter values without quotes',
    comparison: compareText,
  },
  {
    id: 'unquoted-filter-value',
    clients: ['entra', 'authentik', 'generic'],
    deviation: 'A filter value has no quotes, such as externalId eq jyoung',
    normalisation: 'The word is read as a string',
    evidence: 'Microsoft Learn, develop a SCIM endpoint: query; authentik, clients/users.py',
    bareWords: true,
  },
];
