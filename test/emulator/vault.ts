import { randomBytes } from 'node:crypto';

interface Attributes {
  readonly enabled?: boolean;
  readonly exp?: number;
}
interface SecretInput {
  readonly value?: string;
  readonly contentType?: string;
  readonly attributes?: Attributes;
  readonly tags?: Readonly<Record<string, string>>;
}
export interface SecretVersion extends SecretInput {
  readonly version: string;
}
interface Secret {
  isDeleted: boolean;
  readonly versions: SecretVersion[];
}

export interface Refused {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly innererror?: { readonly code: string };
  };
}
interface VaultAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The secrets of a Key Vault with soft deletion, as its REST API keeps them. */
export class Vault {
  readonly #secrets = new Map<string, Secret>();
  uri = '';

  /** The versions of a secret, oldest first, whether it is deleted or not. */
  versions(name: string): readonly SecretVersion[] {
    return this.#secrets.get(name)?.versions ?? [];
  }

  /** The names of all secrets. */
  names(): readonly string[] {
    return [...this.#secrets.keys()];
  }

  /** Sets a version as a person does in the portal. */
  set(name: string, input: SecretInput): void {
    this.#set(name, input);
  }

  answer(method: string, path: string, input: SecretInput): VaultAnswer {
    const [, collection, written = '', version = ''] = path.split('/');
    const name = decodeURIComponent(written).toLowerCase();
    if (!/^[0-9a-z-]{1,127}$/.test(name)) return refuse(400, 'BadParameter', `Not a name: ${name}`);
    if (collection === 'deletedsecrets') return this.#deleted(name);
    const secret = this.#secrets.get(name);
    if (method === 'PUT') return this.#put(name, input);
    const current =
      version === '' ? secret?.versions.at(-1) : secret?.versions.find((one) => one.version === version);
    if (!secret || secret.isDeleted || !current) return refuse(404, 'SecretNotFound', `${name} is not here`);
    if (method === 'GET') return this.#get(name, current);
    if (method === 'PATCH') return this.#update(name, secret, { current, input });
    if (method === 'DELETE') return this.#delete(name, secret);
    return refuse(405, 'MethodNotAllowed', method);
  }

  #put(name: string, input: SecretInput): VaultAnswer {
    if (input.value === undefined) return refuse(400, 'BadParameter', 'The value is required');
    if (Object.keys(input.tags ?? {}).length > 15) return refuse(400, 'BadParameter', 'Too many tags');
    if (this.#secrets.get(name)?.isDeleted) {
      const message = `Secret ${name} is currently in a deleted but recoverable state`;
      return refuse(409, 'Conflict', message, 'ObjectIsDeletedButRecoverable');
    }
    return { status: 200, body: this.#bundle(name, this.#set(name, input)) };
  }

  #set(name: string, input: SecretInput): SecretVersion {
    const secret = this.#secrets.get(name) ?? { isDeleted: false, versions: [] };
    const version = { ...input, version: randomBytes(16).toString('hex') };
    secret.versions.push(version);
    this.#secrets.set(name, secret);
    return version;
  }

  #get(name: string, version: SecretVersion): VaultAnswer {
    if (version.attributes?.enabled === false) {
      return refuse(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
    }
    return { status: 200, body: this.#bundle(name, version) };
  }

  #update(
    name: string,
    { versions }: Secret,
    { current, input }: { current: SecretVersion; input: SecretInput },
  ): VaultAnswer {
    const { value: _, attributes, ...changes } = input;
    const changed = { ...current, ...changes, attributes: { ...current.attributes, ...attributes } };
    versions[versions.indexOf(current)] = changed;
    const { value: __, ...told } = this.#bundle(name, changed);
    return { status: 200, body: told };
  }

  #delete(name: string, secret: Secret): VaultAnswer {
    secret.isDeleted = true;
    return this.#deleted(name);
  }

  #deleted(name: string): VaultAnswer {
    const secret = this.#secrets.get(name);
    const latest = secret?.versions.at(-1);
    if (!secret?.isDeleted || !latest) return refuse(404, 'SecretNotFound', `${name} is not deleted`);
    const { value: _, ...told } = this.#bundle(name, latest);
    const seconds = Math.floor(Date.now() / 1_000);
    const recovery = { deletedDate: seconds, scheduledPurgeDate: seconds + 90 * 86_400 };
    return { status: 200, body: { ...told, recoveryId: `${this.uri}/deletedsecrets/${name}`, ...recovery } };
  }

  #bundle(name: string, { version, ...content }: SecretVersion) {
    const attributes = {
      enabled: true,
      recoveryLevel: 'Recoverable',
      recoverableDays: 90,
      ...content.attributes,
    };
    return { ...content, id: `${this.uri}/secrets/${name}/${version}`, attributes };
  }
}

function refuse(status: number, code: string, message: string, inner?: string): VaultAnswer {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  return { status, body: { error: { code, message, ...innererror } } };
}
