import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { vaultTransitKey } from "@/lib/key-stores/vault-transit";
import {
  CONTEXT,
  dishonestStoreTest,
  FAILED,
  keyStoreBattery,
  REFUSED,
  refusal,
  refusedAs,
  tracesIn,
  troubleTest,
  UNAVAILABLE,
} from "./key-store-battery";
import { type LocalVault, startLocalVault } from "./local-vault";

let vault: LocalVault;
beforeAll(async () => {
  vault = await startLocalVault("team-a/transit");
});
afterAll(() => vault.close());

const keyOf = (id: string, change: Partial<Parameters<typeof vaultTransitKey>[0]> = {}) => {
  const { origin, mount, keyName, token } = vault;
  return vaultTransitKey({ id, origin, mount, keyName, token, ...change });
};
const key = () => keyOf("kek-1");
const trouble = (which: LocalVault["trouble"]) => () => {
  vault.trouble = which;
};
const secrets = () => [vault.token];

keyStoreBattery((id) => keyOf(id));
troubleTest(
  key,
  [
    ["throttled", UNAVAILABLE, "HTTP 429", trouble("throttled")],
    ["sealed", UNAVAILABLE, "sealed or overloaded, HTTP 503", trouble("sealed")],
    ["a server error", UNAVAILABLE, "HTTP 500", trouble("server-error")],
    ["a proxy's page", UNAVAILABLE, "its answer is not understood", trouble("not-json")],
    ["deleted softly", REFUSED, "HTTP 400", trouble("disabled")],
    ["no permission", REFUSED, "the token is not valid or lacks the permission", trouble("no-permission")],
    ["not found", REFUSED, "there is no such key, engine or namespace", trouble("not-found")],
    ["a redirect", REFUSED, "it redirects, HTTP 307", trouble("redirects")],
  ],
  trouble(null),
  secrets,
);
dishonestStoreTest(key, (which) => {
  vault.trouble = which;
});

describe("the way to the store", () => {
  test("a server that never answers", async () => {
    vault.trouble = "silent";
    try {
      const impatient = keyOf("kek-1", { timeoutMs: 2_000 });
      const error = await refusal(impatient.wrap(randomBytes(32), CONTEXT));
      expect(`${error.constructor.name}:${error.code}`).toBe(UNAVAILABLE);
      expect(error.message).toContain("no answer within 2 seconds");
      // Aborted, not left hanging.
      await expect.poll(() => vault.abandoned()).toBeGreaterThan(0);
    } finally {
      vault.trouble = null;
    }
  });

  test("no server", async () => {
    const gone = await startLocalVault();
    await gone.close();
    const error = await refusal(keyOf("kek-1", { origin: gone.origin }).wrap(randomBytes(32), CONTEXT));
    expect(error.code).toBe("key_store_unavailable");
    expect(error.message).toContain("ECONNREFUSED");
    expect(tracesIn(error, secrets())).toEqual([]);
  });

  test("a redirect is not followed", async () => {
    const before = vault.paths.length;
    vault.trouble = "redirects";
    await refusal(key().wrap(randomBytes(32), CONTEXT));
    vault.trouble = null;
    expect(vault.paths.slice(before)).toEqual([`/v1/team-a/transit/encrypt/${vault.keyName}`]);
  });

  test.each([
    ["a wrong token", { token: "hvs.wrong-token-of-a-stranger" }],
    ["no token", { token: undefined }],
    ["another namespace", { namespace: "team-b" }],
    ["another mount", { mount: "transit" }],
    ["another key name", { keyName: "another" }],
  ])("%s", async (_, change) => {
    const error = await refusal(keyOf("kek-1", change).wrap(randomBytes(32), CONTEXT));
    expect(`${error.constructor.name}:${error.code}`).toBe(REFUSED);
    expect(tracesIn(error, [...secrets(), "hvs.wrong-token-of-a-stranger"])).toEqual([]);
  });

  test("the namespace is sent", async () => {
    vault.namespace = "team-b";
    try {
      const dataKey = randomBytes(32);
      const kek = keyOf("kek-1", { namespace: "team-b" });
      expect(dataKey.equals(await kek.unwrap(await kek.wrap(dataKey, CONTEXT), CONTEXT))).toBe(true);
    } finally {
      vault.namespace = undefined;
    }
  });
});

describe("the key's own rotation", () => {
  test("what was wrapped before it still opens, until its version is not allowed any more", async () => {
    const dataKey = randomBytes(32);
    const wrapped = await key().wrap(dataKey, CONTEXT);
    await fetch(`${vault.origin}/v1/${vault.mount}/keys/${vault.keyName}/rotate`, {
      method: "POST",
      headers: { "x-vault-token": vault.token },
    });
    expect(dataKey.equals(await key().unwrap(wrapped, CONTEXT))).toBe(true);
    const newer = await key().wrap(dataKey, CONTEXT);
    expect(Buffer.from(newer).toString()).not.toBe(Buffer.from(wrapped).toString());
    expect(Buffer.from(newer).toString()).toMatch(/^vault:v2:/);

    vault.minDecryptionVersion = 2;
    expect(await refusedAs(key().unwrap(wrapped, CONTEXT))).toBe(REFUSED);
    expect(dataKey.equals(await key().unwrap(newer, CONTEXT))).toBe(true);
    vault.minDecryptionVersion = 1;
  });
});

test("other spellings of a ciphertext, which mean the same to Vault, are refused unasked", async () => {
  const wrapped = Buffer.from(await key().wrap(randomBytes(32), CONTEXT)).toString();
  const spellings = [
    wrapped.replace(/^vault:v/, "vault:v0"),
    `${wrapped}\n`,
    ` ${wrapped}`,
    wrapped.replace(/.{4}$/, (end) => `${end.slice(0, 2)}\n${end.slice(2)}`),
  ];
  const before = vault.paths.length;
  for (const spelling of spellings) {
    expect(await refusedAs(key().unwrap(Buffer.from(spelling), CONTEXT))).toBe(FAILED);
  }
  expect(vault.paths.length).toBe(before);
});
