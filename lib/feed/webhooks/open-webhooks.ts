import { webhookLimits } from '../../base/webhook-limits.ts';
import type { SecretStore } from '../../keys/secret-store.ts';
import { createGate } from './gate.ts';
import { createGuard } from './guard.ts';
import { createLeases } from './lease.ts';
import type { ManageServices } from './manage.ts';
import { createPost } from './post.ts';
import { createWebhookSecrets } from './secrets.ts';
import type { StreamServices } from './stream.ts';
import { Webhooks } from './webhooks.ts';

/** The services with which an instance sends webhooks. */
interface WebhookParts extends Omit<StreamServices, 'guard' | 'post' | 'secrets' | 'leases' | 'pass'> {
  readonly secretStore: Pick<SecretStore, 'serverSecret' | 'removeServerSecret'>;
  /** Hosts that are admitted wherever they are, each with its port unless that is 443. */
  readonly hosts: readonly string[];
}

/** Makes what sends the webhooks of an instance, and what operators manage endpoints with. */
export function openWebhooks({ secretStore, hosts, ...parts }: WebhookParts) {
  const guard = createGuard({ hosts });
  const services: StreamServices = {
    ...parts,
    post: createPost({ guard, now: parts.now }),
    secrets: createWebhookSecrets(secretStore),
    leases: createLeases(parts),
    pass: createGate(webhookLimits.inFlightMax),
  };
  const webhooks = new Webhooks(services);
  return { ...services, guard, webhooks } satisfies ManageServices;
}
