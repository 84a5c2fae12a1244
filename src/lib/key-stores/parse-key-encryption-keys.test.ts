import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { EncryptionConfigError } from "@/lib/encryption";
import { type KeyEncryptionKeyVariables, parseKeyEncryptionKeys } from "./parse-key-encryption-keys";

const k1 = randomBytes(32).toString("hex");
const k2 = randomBytes(32).toString("hex");
const RING = { ENCRYPTION_KEYS: `k2:${k2},k1:${k1}` };
const SECRETS = { VAULT_TOKEN: "hvs.secret-token-of-a-test", PKCS11_PIN: "secret-pin-of-a-test" };

const AWS = "aws-kms:arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const GCP = "gcp-kms:projects/example/locations/europe-west1/keyRings/orchestral/cryptoKeys/kek";
const VAULT = "vault-transit:https://vault.example.com:8200/team-a/transit/orchestral";
const TOKEN = "pkcs11:token=my%20token;object=kek?module-path=/usr/lib/softhsm/libsofthsm2.so";

function listOf(env: KeyEncryptionKeyVariables): string[] {
  return parseKeyEncryptionKeys({ ...SECRETS, ...env }).keys.map(({ id, store }) => `${id} ${store}`);
}

function complaint(env: KeyEncryptionKeyVariables): string {
  try {
    parseKeyEncryptionKeys({ ...RING, ...SECRETS, ...env });
  } catch (error) {
    if (error instanceof EncryptionConfigError) return error.message;
    throw error;
  }
  throw new Error("expected the variables to be refused");
}

describe("which keys there are, and in which order", () => {
  test("unset or empty, the environment's ring counts alone", () => {
    for (const KEY_ENCRYPTION_KEYS of [undefined, ""]) {
      const { keys, ring } = parseKeyEncryptionKeys({ ...RING, KEY_ENCRYPTION_KEYS });
      expect(keys.map(({ id }) => id)).toEqual(["k2", "k1"]);
      expect(ring?.ids).toEqual(["k2", "k1"]);
    }
    expect(listOf({ ENCRYPTION_KEY: k1 })).toEqual(["k1 environment"]);
  });

  test("every kind, in its order, and the ring last when it is not named", () => {
    const KEY_ENCRYPTION_KEYS = `a=${AWS},g=${GCP},v=${VAULT},p=${TOKEN}`;
    const stores = ["a AWS KMS", "g Google Cloud KMS", "v Vault transit", "p PKCS#11"];
    expect(listOf({ KEY_ENCRYPTION_KEYS })).toEqual(stores);
    expect(listOf({ KEY_ENCRYPTION_KEYS, ...RING })).toEqual([...stores, "k2 environment", "k1 environment"]);
  });

  test("the ring's keys stand where the word env stands", () => {
    const ring = ["k2 environment", "k1 environment"];
    expect(listOf({ KEY_ENCRYPTION_KEYS: `env,a=${AWS}`, ...RING })).toEqual([...ring, "a AWS KMS"]);
    expect(listOf({ KEY_ENCRYPTION_KEYS: `a=${AWS},env,g=${GCP}`, ...RING })).toEqual([
      "a AWS KMS",
      ...ring,
      "g Google Cloud KMS",
    ]);
    expect(listOf({ KEY_ENCRYPTION_KEYS: "env", ...RING })).toEqual(ring);
  });

  test("without a ring there is none", () => {
    expect(parseKeyEncryptionKeys({ KEY_ENCRYPTION_KEYS: `a=${AWS}` }).ring).toBeNull();
  });

  test.each([
    [
      "of a multi-region key",
      "aws-kms:arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
    ],
    ["in China", "aws-kms:arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    ["of a project with a domain", "gcp-kms:projects/example.com:p/locations/global/keyRings/r/cryptoKeys/k"],
    ["on this machine by http", "vault-transit:http://127.0.0.1:8200/transit/k"],
    ["on this machine by its name", "vault-transit:http://localhost:8200/transit/k"],
    ["on this machine by IPv6", "vault-transit:http://[::1]:8200/transit/k"],
    [
      "with the attributes the other way round",
      "pkcs11:object=k;type=secret-key;token=t?module-path=/lib/x.so",
    ],
  ])("an entry %s is taken", (_, entry) => {
    expect(listOf({ KEY_ENCRYPTION_KEYS: `x=${entry}` })).toHaveLength(1);
  });
});

describe("an entry that cannot be used is refused by its position, with what to do", () => {
  test.each([
    ["", "write it as <key id>=aws-kms:"],
    ["aws-2026", "write it as <key id>=aws-kms:"],
    [`a=azure:${"x".repeat(10)}`, "names no known key store"],
    [`A=${AWS}`, "the key id before"],
    [`${"a".repeat(33)}=${AWS}`, "the key id before"],
    [`=${AWS}`, "the key id before"],
    [` a=${AWS}`, "white space"],
    [`a=${AWS}\n`, "white space"],
    ["ENV", "write it as <key id>=aws-kms:"],
    ["a=aws-kms:arn:aws:kms:eu-central-1:111122223333:alias/orchestral", "ARN of an alias"],
    ["a=aws-kms:1234abcd-12ab-34cd-56ef-1234567890ab", "give the ARN"],
    ["a=aws-kms:arn:aws:s3:::bucket", "give the ARN"],
    [`a=${AWS}/extra`, "give the ARN"],
    [`g=${GCP}/cryptoKeyVersions/1`, "without a version"],
    ["g=gcp-kms:kek", "without a version"],
    ["v=vault-transit:http://vault.example.com:8200/transit/k", "http://, which sends keys in the clear"],
    ["v=vault-transit:http://127.0.0.1.example.com:8200/transit/k", "http://, which sends keys in the clear"],
    ["v=vault-transit:ftp://vault.example.com/transit/k", "must begin with https://"],
    ["v=vault-transit:vault.example.com", "write it as https://"],
    ["v=vault-transit:https://vault.example.com:8200/k", "write it as https://"],
    ["v=vault-transit:https://vault.example.com:8200/transit/", "write it as https://"],
    ["v=vault-transit:https://vault.example.com:8200/transit/k%2e", "write it as https://"],
    ["v=vault-transit:https://vault.example.com:8200/a/../k", "write it as https://"],
    ["v=vault-transit:https://me:pass@vault.example.com/transit/k", "user name or password"],
    ["v=vault-transit:https://vault.example.com/transit/k?x=1", 'must not contain "?"'],
    ["p=pkcs11:token=t;object=o", "write it as pkcs11:"],
    ["p=pkcs11:object=o?module-path=/lib/x.so", "write it as pkcs11:"],
    ["p=pkcs11:token=t?module-path=/lib/x.so", "write it as pkcs11:"],
    ["p=pkcs11:token=t;token=u;object=o?module-path=/lib/x.so", "write it as pkcs11:"],
    ["p=pkcs11:token=t;object=o;serial=1?module-path=/lib/x.so", "write it as pkcs11:"],
    ["p=pkcs11:token=t;object=%zz?module-path=/lib/x.so", "write it as pkcs11:"],
    ["p=pkcs11:token=t;object=o%00?module-path=/lib/x.so", "write it as pkcs11:"],
    ["p=pkcs11:token=t;object=o?module-path=x.so", "not an absolute path"],
    [`p=pkcs11:token=${"t".repeat(33)};object=o?module-path=/lib/x.so`, "longer than a label"],
    ["p=pkcs11:token=t;object=o;type=private?module-path=/lib/x.so", "type must be secret-key"],
    ["p=pkcs11:token=t;object=o?module-path=/lib/x.so&pin-value=1234", "put it into PKCS11_PIN"],
  ])("%s", (entry, expected) => {
    const message = complaint({ KEY_ENCRYPTION_KEYS: `first=${AWS.replace("ab", "cd")},${entry}` });
    expect(message).toMatch(/^KEY_ENCRYPTION_KEYS, entry 2: .+\.$/s);
    expect(message).toContain(expected);
  });

  test.each([
    [`a=${AWS},a=${GCP}`, "it has the same as entry 1"],
    [`a=${AWS},b=${AWS}`, "it is the same as entry 1"],
    ["env,env", "the same as entry 1"],
    [`a=${AWS},k1=${GCP}`, "a key of ENCRYPTION_KEYS (or ENCRYPTION_KEY) has the same id"],
  ])("%s", (list, expected) => {
    const message = complaint({ KEY_ENCRYPTION_KEYS: list });
    expect(message).toMatch(/^KEY_ENCRYPTION_KEYS, entry 2: /);
    expect(message).toContain(expected);
  });

  test.each([
    ["VAULT_TOKEN", `v=${VAULT}`],
    ["PKCS11_PIN", `p=${TOKEN}`],
  ])("%s missing", (variable, list) => {
    expect(complaint({ KEY_ENCRYPTION_KEYS: list, [variable]: "" })).toContain(
      `${variable} is not set; set it`,
    );
  });

  test("env without a ring", () => {
    expect(complaint({ KEY_ENCRYPTION_KEYS: `a=${AWS},env`, ENCRYPTION_KEYS: "" })).toContain(
      'entry 2: "env" stands for the keys of ENCRYPTION_KEYS, which is not set',
    );
  });

  test("nothing set at all", () => {
    expect(() => parseKeyEncryptionKeys({})).toThrow("No encryption key is set");
  });

  test("a ring that is wrong is refused as ever, whatever else is set", () => {
    expect(complaint({ KEY_ENCRYPTION_KEYS: `a=${AWS}`, ENCRYPTION_KEYS: "k1:00" })).toMatch(
      /^ENCRYPTION_KEYS, entry 1: /,
    );
  });

  test("an address of Google's API that is in the clear", () => {
    const env = { CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: "http://kms.example.com/" };
    expect(complaint({ KEY_ENCRYPTION_KEYS: `g=${GCP}`, ...env })).toContain("which sends keys in the clear");
  });
});

test("no message repeats a value, for it may be a secret in the wrong place", () => {
  const lists = [k1, `k1:${k1}`, `${k1}=${AWS}`, `a=${k1}:x`, `a=aws-kms:${k1}`, `a=gcp-kms:${k1}`];
  const rest = [
    `a=vault-transit:${k1}`,
    `a=vault-transit:https://u:${k1}@h/m/k`,
    `a=vault-transit:http://${k1}.example.com/m/k`,
    `a=pkcs11:${k1}`,
    `a=pkcs11:token=t;object=o?module-path=/x&pin-value=${k1}`,
  ];
  for (const list of [...lists, ...rest]) {
    const message = complaint({ KEY_ENCRYPTION_KEYS: list });
    expect(message).not.toContain(k1.slice(0, 8));
    expect(message).not.toContain(SECRETS.VAULT_TOKEN);
    expect(message).not.toContain(SECRETS.PKCS11_PIN);
  }
});

test("printing what was read shows no secret", () => {
  const KEY_ENCRYPTION_KEYS = `v=${VAULT},p=${TOKEN},env`;
  const parsed = parseKeyEncryptionKeys({ ...RING, ...SECRETS, KEY_ENCRYPTION_KEYS });
  const printed = `${JSON.stringify(parsed)}${JSON.stringify(Object.getOwnPropertyDescriptors(parsed.keys[0]))}`;
  for (const secret of [...Object.values(SECRETS), k1, k2]) expect(printed).not.toContain(secret);
});
