import {
  authorizationServerMetadata,
  protectedResourceMetadata,
  resourceMetadataPath,
  serverMetadataPath,
} from '../auth/metadata.ts';
import { metadataHandler } from '../http/metadata.ts';
import { tokenEndpointOf } from '../provisioning/discovery.ts';
import { endpointPaths } from '../tenants/policy.ts';
import { config } from './start.ts';

/** The handler of the metadata of the token endpoint. */
export const serverMetadata = metadataHandler(serverMetadataPath, () =>
  authorizationServerMetadata(config.publicBaseUrl, tokenEndpointOf(config.publicBaseUrl)),
);

/** The handler of the metadata of SCIM endpoints, below which their paths follow. */
export const resourceMetadata = metadataHandler(resourceMetadataPath, (path) =>
  (endpointPaths as readonly string[]).includes(path)
    ? protectedResourceMetadata(config.publicBaseUrl, path)
    : undefined,
);
