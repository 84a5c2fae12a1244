import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findStoredKey } from "@/domain/keys/sources/stored/find-stored-key";
import { openStoredKey } from "@/domain/keys/sources/stored/open-stored-key";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { checkCurrentKey } from "@/domain/vault/data-keys/check-current-key";
import { dataKeyCache } from "@/domain/vault/data-keys/key-encryption-keys";
import { cancelKeyRotation } from "@/domain/vault/rotation/cancel-key-rotation";
import { listKeyRotations } from "@/domain/vault/rotation/list-key-rotations";
import { retireKeyEncryptionKey } from "@/domain/vault/rotation/retire-key-encryption-key";
import { runKeyRotation } from "@/domain/vault/rotation/run-key-rotation";
import { startKeyRotation } from "@/domain/vault/rotation/start-key-rotation";
import { vaultStatus } from "@/domain/vault/vault-status";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { type LocalAwsKms, startLocalAwsKms } from "../key-stores/local-aws-kms";
import { type LocalGcpKms, startLocalGcpKms } from "../key-stores/local-gcp-kms";
import { type LocalVault, startLocalVault } from "../key-stores/local-vault";
import { findSoftHsm, TokenFolder } from "../key-stores/soft-hsm";
import { useDatabase } from "./use-database";

useDatabase("postgres");

const OPERATOR = { system: "operator" } as const;
const PEOPLE = Array.from({ length: 20 }, (_, index) => `person-${index}`);
const folder = mkdtempSync(path.join(tmpdir(), "orchestral-move-"));
const softHsm = await findSoftHsm();
const hsm = typeof softHsm === "string" ? null : { ...softHsm, tokens: new TokenFolder(softHsm) };

let aws: LocalAwsKms;
let gcp: LocalGcpKms;
let vault: LocalVault;
/** Entry of KEY_ENCRYPTION_KEYS by the id of its key. */
const entries: Record<string, string> = {};

beforeAll(async () => {
  [aws, gcp, vault] = await Promise.all([startLocalAwsKms(), startLocalGcpKms(), startLocalVault()]);
  gcp.writeCredentials(path.join(folder, "credentials.json"));
  Object.assign(entries, {
    aws: `aws=aws-kms:${aws.arn}`,
    gcp: `gcp=gcp-kms:${gcp.name}`,
    vault: `vault=vault-transit:${vault.origin}/${vault.mount}/${vault.keyName}`,
  });
  if (hsm) {
    const token = hsm.tokens.createToken("vault");
    hsm.tokens.createKey(token, "kek");
    vi.stubEnv("PKCS11_PIN", token.pin);
    entries["hsm"] = `hsm=pkcs11:token=vault;object=kek?module-path=${hsm.driver}`;
  }
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL_KMS: aws.origin,
    AWS_ACCESS_KEY_ID: aws.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    GOOGLE_APPLICATION_CREDENTIALS: path.join(folder, "credentials.json"),
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: `${gcp.origin}/`,
    VAULT_TOKEN: vault.token,
  })) {
    vi.stubEnv(name, value);
  }
  const db = await database();
  await db.insert(userTable).values(PEOPLE.map((id) => ({ id, name: "P", email: `${id}@example.com` })));
  for (const userId of PEOPLE)
    await saveStoredKey({ userId }, { provider: "anthropic", apiKey: textOf(userId) });
});

afterAll(async () => {
  await Promise.all([aws.close(), gcp.close(), vault.close()]);
  hsm?.tokens.remove();
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

function textOf(userId: string): string {
  return `sk-ant-api03-of-${userId}-0123456789abcdef`;
}

async function opened(userId: string): Promise<string> {
  const key = await openStoredKey({ userId }, { provider: "anthropic" });
  return key.status === "ok" ? key.key.reveal() : key.status;
}

async function openedByAll(): Promise<string[]> {
  return Promise.all(PEOPLE.map(opened));
}

function calls(kind: "encrypt" | "decrypt"): number {
  return vault.paths.filter((asked) => asked.includes(`/${kind}/`)).length;
}

async function rotate(worker = "w") {
  const { id } = await startKeyRotation(OPERATOR, { kind: "key_encryption_key", dryRun: false });
  return { id, outcome: await runKeyRotation(id, { worker, batchRows: 7 }) };
}

describe("from the environment's keys to every kind of key store, and back", () => {
  let ringKeys = 1;

  async function thereAndBack(id: string): Promise<void> {
    process.env["KEY_ENCRYPTION_KEYS"] = `${entries[id]},env`;
    dataKeyCache().clear();
    await checkCurrentKey();
    expect(await openedByAll()).toEqual(PEOPLE.map(textOf));
    expect((await rotate()).outcome).toBe("finished");
    for (const key of (await vaultStatus()).keyEncryptionKeys.filter((each) => !each.current && each.store)) {
      expect(key).toMatchObject({ dataKeys: 0, values: 0 });
    }
    // Without the environment's keys only the store can have opened them.
    const ring = process.env["ENCRYPTION_KEYS"] ?? "";
    delete process.env["ENCRYPTION_KEYS"];
    process.env["KEY_ENCRYPTION_KEYS"] = entries[id];
    dataKeyCache().clear();
    expect(await openedByAll()).toEqual(PEOPLE.map(textOf));

    // Back, under a new key.
    ringKeys += 1;
    process.env["ENCRYPTION_KEYS"] = `k${ringKeys}:${randomBytes(32).toString("hex")},${ring}`;
    process.env["KEY_ENCRYPTION_KEYS"] = `env,${entries[id]}`;
    expect((await rotate()).outcome).toBe("finished");
    await retireKeyEncryptionKey(OPERATOR, id);
    delete process.env["KEY_ENCRYPTION_KEYS"];
    dataKeyCache().clear();
    expect(await openedByAll()).toEqual(PEOPLE.map(textOf));
  }

  test.each(["aws", "gcp", "vault"])("%s", async (id) => {
    await thereAndBack(id);
    expect((await vaultStatus()).keyEncryptionKeys.find((key) => key.id === id)).toMatchObject({
      retired: true,
    });
  });

  test.skipIf(hsm === null)(
    `an HSM${typeof softHsm === "string" ? `: SKIPPED, ${softHsm}` : ""}`,
    async () => {
      await thereAndBack("hsm");
      expect((await vaultStatus()).keyEncryptionKeys.find((key) => key.id === "hsm")).toMatchObject({
        retired: true,
      });
    },
  );
});

describe("a key store that is called rarely and is sometimes down", () => {
  beforeAll(async () => {
    // Ids of retired keys are never used again.
    process.env["KEY_ENCRYPTION_KEYS"] = `vault-2=${(entries["vault"] ?? "").replace("vault=", "")},env`;
    const { outcome } = await rotate();
    if (outcome !== "finished") throw new Error(`the rotation ended with ${outcome}`);
    dataKeyCache().clear();
  });

  test("it is called once for a person's data key, however many messages are sent", async () => {
    const before = calls("decrypt");
    for (let message = 0; message < 30; message += 1)
      expect(await opened("person-0")).toBe(textOf("person-0"));
    await Promise.all(Array.from({ length: 30 }, () => opened("person-1")));
    expect(calls("decrypt") - before).toBe(2);
  });

  test("store down during chat: people whose data key is in memory continue, others get a clear error, nothing is marked", async () => {
    expect(await opened("person-0")).toBe(textOf("person-0"));
    vault.trouble = "server-error";
    expect(await opened("person-0")).toBe(textOf("person-0"));
    expect(await opened("person-9")).toBe("key_store_unavailable");
    expect(await findStoredKey({ userId: "person-9" }, { provider: "anthropic" })).toMatchObject({
      status: "ok",
    });
    await expect(
      saveStoredKey({ userId: "person-9" }, { provider: "openai", apiKey: "sk-0123456789abcdef0123" }),
    ).rejects.toMatchObject({ code: "key_store_unavailable", status: 503 });
    expect(await findStoredKey({ userId: "person-9" }, { provider: "openai" })).toBeNull();
    vault.trouble = null;
    expect(await opened("person-9")).toBe(textOf("person-9"));
  });

  test.each(["throttled", "server-error", "disabled", "no-permission"] as const)(
    "%s during a rotation: it waits, says why, marks nothing, and finishes when the store is back",
    async (trouble) => {
      vault.trouble = trouble;
      const { id } = await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false });
      expect(await runKeyRotation(id, { worker: "w", batchRows: 7 })).toBe("waiting");
      const [waiting] = await listKeyRotations();
      expect(waiting).toMatchObject({ id, state: "running", unreadable: 0 });
      expect(waiting?.lastError).toContain("vault-2");
      vault.trouble = null;
      expect(await runKeyRotation(id, { worker: "w", batchRows: 7 })).toBe("finished");
      expect(await openedByAll()).toEqual(PEOPLE.map(textOf));
      expect((await vaultStatus()).columns[0]).toMatchObject({ unreadable: 0, outdated: 0 });
    },
  );

  test("at startup: a store that is down is tolerated, a refusal is a configuration error", async () => {
    vault.trouble = "server-error";
    await checkCurrentKey();
    vault.trouble = "no-permission";
    await expect(checkCurrentKey()).rejects.toMatchObject({ code: "encryption_config_invalid" });
    vault.trouble = "ignores-context";
    await expect(checkCurrentKey()).rejects.toThrow(/context/);
    vault.trouble = null;
  });

  test("a rotation that was cancelled while it waited leaves everything readable", async () => {
    vault.trouble = "throttled";
    const { id } = await startKeyRotation(OPERATOR, { kind: "data_keys", dryRun: false });
    expect(await runKeyRotation(id, { worker: "w" })).toBe("waiting");
    await cancelKeyRotation(OPERATOR, id);
    vault.trouble = null;
    expect(await openedByAll()).toEqual(PEOPLE.map(textOf));
  });
});
