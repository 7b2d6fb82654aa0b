import { errorCatalogue } from '../../lib/scim/errors.ts';
import type { Answer } from './in-process.ts';

const urn = 'urn:ietf:params:scim:api:messages:2.0:';
const kinds: readonly { readonly status: number; readonly scimType?: string }[] =
  Object.values(errorCatalogue);
const mediaTypes = ['application/scim+json', 'application/json'];
const detailCharactersMax = 1_000;
const successes = [200, 201, 204, 304];

/** Lists the errors in an answer to this method (RFC 7644 3.12 and 3.4.2); empty if it is well formed. */
export function faultsOf(method: string, answer: Answer): readonly string[] {
  const { status, headers, body } = answer;
  if (status >= 500 && status !== 501) return [`status ${status}: ${body}`];
  const isError = status >= 400;
  if (!isError && !successes.includes(status)) return [`status ${status}`];
  if (method === 'HEAD' || status === 204 || status === 304) return body === undefined ? [] : ['a body'];
  if (body === undefined) return ['no body'];
  const faults = mediaTypes.includes(headers['content-type'] ?? '')
    ? []
    : [`type ${headers['content-type']}`];
  const parsed = parse(body);
  if (!parsed) return [...faults, 'a body that is no JSON object'];
  if (isError) return [...faults, ...errorFaults(answer, parsed)];
  return [...faults, ...successFaults(answer, parsed)];
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function errorFaults({ status, headers }: Answer, body: Record<string, unknown>): readonly string[] {
  const { schemas, status: written, scimType, detail, ...others } = body;
  const isKnown = kinds.some((kind) => kind.status === status && kind.scimType === scimType);
  const isReadable = typeof detail === 'string' && detail !== '' && detail.length <= detailCharactersMax;
  return [
    ...(JSON.stringify(schemas) === JSON.stringify([`${urn}Error`]) ? [] : ['schemas of an error']),
    ...(written === String(status) ? [] : [`status ${JSON.stringify(written)} in the body of ${status}`]),
    ...(isKnown ? [] : [`scimType ${JSON.stringify(scimType)} with ${status}`]),
    ...(isReadable ? [] : [`detail ${JSON.stringify(detail)?.slice(0, 200)}`]),
    ...(Object.keys(others).length === 0 ? [] : [`members ${Object.keys(others)} in an error`]),
    ...(status !== 405 || headers.allow ? [] : ['405 without Allow']),
    ...(status !== 401 || headers['www-authenticate'] ? [] : ['401 without WWW-Authenticate']),
  ];
}

function successFaults({ status, headers }: Answer, body: Record<string, unknown>): readonly string[] {
  const { schemas } = body;
  if (!Array.isArray(schemas) || schemas.length === 0) return ['no schemas'];
  if (schemas.includes(`${urn}ListResponse`)) return listFaults(body);
  if (schemas.includes(`${urn}BulkResponse`)) return Array.isArray(body.Operations) ? [] : ['no Operations'];
  return [
    ...(status !== 201 || headers.location ? [] : ['201 without Location']),
    ...(JSON.stringify(body).includes('"password"') ? ['a password'] : []),
  ];
}

function listFaults({
  totalResults,
  Resources = [],
  itemsPerPage,
}: Record<string, unknown>): readonly string[] {
  if (!Array.isArray(Resources)) return ['Resources is not a list'];
  const isTotal = Number.isInteger(totalResults) && Number(totalResults) >= Resources.length;
  return [
    ...(isTotal ? [] : [`totalResults ${totalResults} with ${Resources.length} resources`]),
    ...(itemsPerPage === undefined || itemsPerPage === Resources.length
      ? []
      : [`itemsPerPage ${itemsPerPage}`]),
    ...(JSON.stringify(Resources).includes('"password":') ? ['a password'] : []),
  ];
}
