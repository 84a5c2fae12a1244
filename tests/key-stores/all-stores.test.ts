import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { checkKeyStore } from "@/lib/key-stores/check-key-store";
import { parseKeyEncryptionKeys } from "@/lib/key-stores/parse-key-encryption-keys";
import { CONTEXT, FAILED, refusedAs } from "./key-store-battery";
import { type LocalAwsKms, startLocalAwsKms } from "./local-aws-kms";
import { type LocalGcpKms, startLocalGcpKms } from "./local-gcp-kms";
import { type LocalVault, startLocalVault } from "./local-vault";
import { findSoftHsm, TokenFolder } from "./soft-hsm";

/*
 * From an operator's variables to working keys: all kinds of key store in one list.
 */

const folder = mkdtempSync(path.join(tmpdir(), "orchestral-stores-"));
const softHsm = await findSoftHsm();
const administrator = typeof softHsm === "string" ? null : new TokenFolder(softHsm);

let aws: LocalAwsKms;
let gcp: LocalGcpKms;
let vault: LocalVault;
beforeAll(async () => {
  [aws, gcp, vault] = await Promise.all([startLocalAwsKms(), startLocalGcpKms(), startLocalVault()]);
  vault.namespace = "team-a";
  gcp.writeCredentials(path.join(folder, "credentials.json"));
});
afterAll(async () => {
  await Promise.all([aws.close(), gcp.close(), vault.close()]);
  administrator?.remove();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  vi.stubEnv("AWS_ENDPOINT_URL_KMS", aws.origin);
  vi.stubEnv("AWS_ACCESS_KEY_ID", aws.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", aws.secretAccessKey);
  vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", path.join(folder, "credentials.json"));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function variables() {
  const entries = [
    `aws=aws-kms:${aws.arn}`,
    "env",
    `gcp=gcp-kms:${gcp.name}`,
    `vault=vault-transit:${vault.origin}/${vault.mount}/${vault.keyName}`,
  ];
  let pin: string | undefined;
  if (administrator !== null && typeof softHsm !== "string") {
    const label = `my token ${randomBytes(4).toString("hex")}`;
    const token = administrator.createToken(label);
    administrator.createKey(token, "kek;1");
    pin = token.pin;
    const uri = `token=${encodeURIComponent(label)};object=${encodeURIComponent("kek;1")}`;
    entries.push(`hsm=pkcs11:${uri}?module-path=${softHsm.driver}`);
  }
  return {
    KEY_ENCRYPTION_KEYS: entries.join(","),
    ENCRYPTION_KEYS: `k2:${randomBytes(32).toString("hex")},k1:${randomBytes(32).toString("hex")}`,
    VAULT_TOKEN: vault.token,
    VAULT_NAMESPACE: "team-a",
    PKCS11_PIN: pin,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: `${gcp.origin}/`,
  };
}

test("every key of the list works, and none opens what another wrapped", async () => {
  const { keys } = parseKeyEncryptionKeys(variables());
  const hsm = administrator === null ? [] : ["hsm"];
  expect(keys.map(({ id }) => id)).toEqual(["aws", "k2", "k1", "gcp", "vault", ...hsm]);
  expect(await Promise.all(keys.map(checkKeyStore))).toEqual(keys.map(() => null));

  const dataKey = randomBytes(32);
  for (const key of keys) {
    const wrapped = await key.wrap(dataKey, CONTEXT);
    expect(dataKey.equals(await key.unwrap(wrapped, CONTEXT))).toBe(true);
    for (const other of keys.filter(({ id }) => id !== key.id)) {
      expect(await refusedAs(other.unwrap(wrapped, CONTEXT)), `${key.id} by ${other.id}`).toBe(FAILED);
    }
  }
});

test("reading the list asks no key store", () => {
  const before = [aws.operations.length, gcp.paths.length, vault.paths.length];
  parseKeyEncryptionKeys(variables());
  expect([aws.operations.length, gcp.paths.length, vault.paths.length]).toEqual(before);
});
