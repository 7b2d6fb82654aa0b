import { feedLimits } from '../base/feed-limits.ts';
import { limits } from '../base/limits.ts';
import { once } from '../base/once.ts';
import { createSoon } from '../base/soon.ts';
import type { Handler } from '../http/handler.ts';
import { managePlaces } from '../http/manage-places.ts';
import { registerAnyMethod, registerPlaces } from '../http/register.ts';
import type { Place } from '../http/routes.ts';
import { resourcePlaces } from '../http/scim/scim-places.ts';
import { catalogue, changeListeners, config, undelivered } from './start.ts';

/** Makes a handler whose code loads with its first request. */
export function later(load: () => Promise<Handler>): Handler {
  const loaded = once(load);
  return async (request, invocation) => (await loaded())(request, invocation);
}

const apis = () => import('./apis.ts');
const manageApis = () => import('./manage-apis.ts');

// An instance delivers its own changes, so that the product hears of them within a second.
const deliverPlace = createSoon({
  work: async (place) => (await import('./record-delivery.ts')).deliver(place),
  milliseconds: feedLimits.deliverySoonMilliseconds,
  atOnce: limits.tenantsAtOnce,
  failed: undelivered,
});
changeListeners.push(({ container, tenantId }) => deliverPlace(JSON.stringify([container, tenantId])));

/** Registers functions of the SCIM API below the default endpoint path. */
export function serveScim(places: Readonly<Record<string, Place>>): void {
  registerPlaces(Object.values(places), {
    prefix: 'scim/v2',
    authLevel: 'anonymous',
    handler: (name) => later(async () => (await apis()).scimHandler(name)),
  });
}

/** Registers the functions of the resource types that packs add. */
export function servePacks(): void {
  for (const { endpoint } of catalogue.customTypes) serveScim(resourcePlaces(endpoint));
}

/** Registers the function for all other requests: other endpoint paths, unknown paths and unknown methods. */
export function serveFallback(name: string): void {
  const handler = later(async () => (await apis()).fallback);
  registerAnyMethod(name, '{*path}', handler);
}

/** Registers the functions of the management API, which the host guards with its function key. */
export function serveManage(): void {
  registerPlaces(managePlaces, {
    prefix: 'manage',
    authLevel: 'function',
    handler: (name) => later(async () => (await manageApis()).manageHandler(name)),
  });
}

/** Registers the management API for operators with tokens of Entra ID, if the deployment configures them. */
export function serveOperate(name: string): void {
  if (!config.operators) return;
  const handler = later(async () => (await manageApis()).operateHandler);
  registerAnyMethod(name, 'operate/{*path}', handler);
}

/** Registers the management API for products with app keys and for operators with tokens of Entra ID. */
export function serveApi(name: string): void {
  const handler = later(async () => (await manageApis()).apiHandler);
  registerAnyMethod(name, 'api/v1/{*path}', handler);
}
