import {
  EncryptionConfigError,
  environmentKeyEncryptionKey,
  isKeyId,
  type KeyEncryptionKey,
  type KeyRing,
  type KeyRingVariables,
  parseKeyRing,
} from "@/lib/encryption";
import { awsKmsKey } from "./aws-kms";
import { gcpKmsKey } from "./gcp-kms";
import { pkcs11Key } from "./pkcs11";
import { parsePkcs11Uri } from "./pkcs11-uri";
import { storeOrigin } from "./store-origin";
import { parseVaultAddress } from "./vault-address";
import { vaultTransitKey } from "./vault-transit";

/** The variables the key-encryption keys come from. An empty one counts as unset. */
export interface KeyEncryptionKeyVariables extends KeyRingVariables {
  /**
   * "aws-2026=aws-kms:arn:aws:kms:eu-central-1:111122223333:key/…,env": the first wraps, all unwrap. "env" is
   * the place of the environment's ring, which comes last if not listed. If unset, only the ring is used.
   */
  KEY_ENCRYPTION_KEYS?: string | undefined;
  VAULT_TOKEN?: string | undefined;
  VAULT_NAMESPACE?: string | undefined;
  PKCS11_PIN?: string | undefined;
  /** Another address of Google Cloud KMS; the name is gcloud's. */
  CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS?: string | undefined;
}

export interface KeyEncryptionKeys {
  /** At least one, with distinct ids; the first wraps, all unwrap. */
  keys: KeyEncryptionKey[];
  /** The environment's keys, for values sealed directly with them; null if there are none. */
  ring: KeyRing | null;
}

const RING = "env";
const FORMS =
  'write it as <key id>=aws-kms:<key ARN>, <key id>=gcp-kms:projects/…, <key id>=vault-transit:https://<host>:8200/transit/<key>, <key id>=pkcs11:token=…;object=…?module-path=… or the word "env"';

const KMS_KEY_ARN =
  /^arn:aws[a-z-]{0,20}:kms:[a-z0-9-]{1,40}:[0-9]{12}:key\/(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
/** A project id may carry a domain: "example.com:project". */
const CRYPTO_KEY_NAME =
  /^projects\/[a-z0-9][a-z0-9.:-]{0,99}\/locations\/[a-z0-9-]{1,40}\/keyRings\/[A-Za-z0-9_-]{1,63}\/cryptoKeys\/[A-Za-z0-9_-]{1,63}$/;

/**
 * Reads which keys wrap data keys. Does not connect: a key store is called when its key is first used.
 * Strict; messages name variable and position but no value and no id, since a person may have pasted a secret
 * in its place.
 *
 * @throws EncryptionConfigError
 */
export function parseKeyEncryptionKeys(env: KeyEncryptionKeyVariables): KeyEncryptionKeys {
  const list = env.KEY_ENCRYPTION_KEYS ?? "";
  const ring = list === "" || env.ENCRYPTION_KEYS || env.ENCRYPTION_KEY ? parseKeyRing(env) : null;
  const ofRing = ring === null ? [] : [...ring.keys].map(environmentKeyEncryptionKey);

  const entries = list === "" ? [RING] : list.split(",");
  if (ring !== null && !entries.includes(RING)) entries.push(RING);

  const keys: KeyEncryptionKey[] = [];
  const positions = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const fail = (what: string) =>
      new EncryptionConfigError(`KEY_ENCRYPTION_KEYS, entry ${index + 1}: ${what}.`);
    const once = (name: string, what: string) => {
      const earlier = positions.get(name);
      if (earlier !== undefined) throw fail(`${what} as entry ${earlier + 1}`);
      positions.set(name, index);
    };

    if (entry === RING) {
      once(RING, 'the word "env" again, the same');
      if (ring === null) {
        throw fail(
          '"env" stands for the keys of ENCRYPTION_KEYS, which is not set; set it (or ENCRYPTION_KEY) or take "env" out',
        );
      }
      keys.push(...ofRing);
      continue;
    }
    const { id, kind, target } = parseEntry(entry, fail);
    once(`id ${id}`, "give each key its own id; it has the same");
    if (ring?.lookup(id) !== undefined) {
      throw fail("a key of ENCRYPTION_KEYS (or ENCRYPTION_KEY) has the same id; give each key its own id");
    }
    once(`key ${kind}:${target}`, "a rotation needs a new key; it is the same");
    keys.push(keyOf(id, kind, target, env, fail));
  }
  return { keys, ring };
}

type Fail = (what: string) => EncryptionConfigError;

function parseEntry(entry: string, fail: Fail): { id: string; kind: string; target: string } {
  if (/\s/.test(entry)) throw fail("remove the white space in or around it");
  const equals = entry.indexOf("=");
  const colon = entry.indexOf(":", equals);
  if (equals === -1 || colon === -1) throw fail(FORMS);
  const id = entry.slice(0, equals);
  if (!isKeyId(id)) {
    throw fail('the key id before "=" must be 1 to 32 of the characters a-z, 0-9, "_" and "-"');
  }
  return { id, kind: entry.slice(equals + 1, colon), target: entry.slice(colon + 1) };
}

function keyOf(
  id: string,
  kind: string,
  target: string,
  env: KeyEncryptionKeyVariables,
  fail: Fail,
): KeyEncryptionKey {
  switch (kind) {
    case "aws-kms":
      return awsKey(id, target, fail);
    case "gcp-kms":
      return gcpKey(id, target, env, fail);
    case "vault-transit":
      return vaultKey(id, target, env, fail);
    case "pkcs11":
      return tokenKey(id, target, env, fail);
    default:
      throw fail(`it names no known key store; ${FORMS}`);
  }
}

function awsKey(id: string, arn: string, fail: Fail): KeyEncryptionKey {
  if (/:alias\//.test(arn)) {
    throw fail("it is the ARN of an alias, which can be pointed at another key; give the ARN of the key");
  }
  if (!KMS_KEY_ARN.test(arn)) {
    throw fail("give the ARN of the key: arn:aws:kms:<region>:<account>:key/<id of the key>");
  }
  return awsKmsKey({ id, arn });
}

function gcpKey(id: string, name: string, env: KeyEncryptionKeyVariables, fail: Fail): KeyEncryptionKey {
  if (!CRYPTO_KEY_NAME.test(name)) {
    throw fail(
      "give the name of the key without a version: projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>",
    );
  }
  return gcpKmsKey({ id, name, endpoint: gcpEndpoint(env) });
}

function gcpEndpoint(env: KeyEncryptionKeyVariables): string | undefined {
  const address = env.CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS || undefined;
  if (address === undefined) return undefined;
  const url = URL.canParse(address) ? new URL(address) : null;
  const place = url?.pathname === "/" ? storeOrigin(url) : "write it as https://<host>:<port>/";
  if (typeof place !== "string") return place.origin;
  throw new EncryptionConfigError(`CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: ${place}.`);
}

function vaultKey(id: string, target: string, env: KeyEncryptionKeyVariables, fail: Fail): KeyEncryptionKey {
  const address = parseVaultAddress(target);
  if (typeof address === "string") throw fail(address);
  const token = env.VAULT_TOKEN || undefined;
  if (token === undefined && !address.onThisMachine) {
    throw fail("VAULT_TOKEN is not set; set it to a token that may encrypt and decrypt with this key");
  }
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw fail("VAULT_TOKEN has characters no token has; set it anew, without white space");
  }
  const { origin, mount, keyName } = address;
  return vaultTransitKey({ id, origin, mount, keyName, token, namespace: env.VAULT_NAMESPACE || undefined });
}

function tokenKey(id: string, target: string, env: KeyEncryptionKeyVariables, fail: Fail): KeyEncryptionKey {
  const place = parsePkcs11Uri(target);
  if (typeof place === "string") throw fail(place);
  if (!env.PKCS11_PIN) throw fail("PKCS11_PIN is not set; set it to the user PIN of the token");
  return pkcs11Key({ id, ...place, pin: env.PKCS11_PIN });
}
