import {
  authorizationServerMetadata,
  protectedResourceMetadata,
  resourceMetadataPath,
  serverMetadataPath,
} from '../auth/metadata.ts';
import { metadataHandler } from '../http/metadata.ts';
import { tokenEndpointOf } from '../provisioning/discovery.ts';
import { endpointPaths } from '../tenants/policy.ts';
import { config } from './services.ts';

/** The route and the handler of the metadata of the token endpoint. */
export const serverMetadata = {
  route: serverMetadataPath.slice(1),
  handler: metadataHandler(serverMetadataPath, () =>
    authorizationServerMetadata(config.publicBaseUrl, tokenEndpointOf(config.publicBaseUrl)),
  ),
};

/** The route and the handler of the metadata of SCIM endpoints, below which their paths follow. */
export const resourceMetadata = {
  route: `${resourceMetadataPath.slice(1)}/{*path}`,
  handler: metadataHandler(resourceMetadataPath, (path) =>
    (endpointPaths as readonly string[]).includes(path)
      ? protectedResourceMetadata(config.publicBaseUrl, path)
      : undefined,
  ),
};
