import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { gcpKmsKey } from "@/lib/key-stores/gcp-kms";
import {
  CONTEXT,
  dishonestStoreTest,
  keyStoreBattery,
  REFUSED,
  refusal,
  tracesIn,
  troubleTest,
  UNAVAILABLE,
} from "./key-store-battery";
import { type LocalGcpKms, startLocalGcpKms } from "./local-gcp-kms";

const folder = mkdtempSync(path.join(tmpdir(), "orchestral-gcp-"));
const credentials = path.join(folder, "known.json");
const strangers = path.join(folder, "strangers.json");

let kms: LocalGcpKms;
beforeAll(async () => {
  kms = await startLocalGcpKms();
  kms.writeCredentials(credentials);
  kms.writeCredentials(strangers, "strangers");
});
afterAll(async () => {
  await kms.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", credentials);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const keyOf = (id: string, timeoutMs = 5000) =>
  gcpKmsKey({ id, name: kms.name, endpoint: kms.origin, timeoutMs });
const key = () => keyOf("kek-1");
const trouble = (which: LocalGcpKms["trouble"]) => () => {
  kms.trouble = which;
};
const secrets = () => [kms.privateKey.split("\n").slice(1, -2).join("")];

keyStoreBattery((id) => keyOf(id));
troubleTest(
  key,
  [
    ["throttled", UNAVAILABLE, "throttled", trouble("throttled")],
    ["a server error", UNAVAILABLE, "gRPC status 14", trouble("server-error")],
    ["a proxy's page", UNAVAILABLE, "gRPC status 14", trouble("not-json")],
    [
      "a wrong checksum in the answer",
      UNAVAILABLE,
      "its answer is not understood",
      trouble("wrong-answer-crc"),
    ],
    [
      "bytes damaged on the way there",
      UNAVAILABLE,
      "bytes were damaged on the way",
      trouble("damaged-request"),
    ],
    ["disabled", REFUSED, "the key is disabled or destroyed", trouble("disabled")],
    ["pending deletion", REFUSED, "the key is disabled or destroyed", trouble("pending-deletion")],
    ["no permission", REFUSED, "no permission, or the API is not enabled", trouble("no-permission")],
    ["not found", REFUSED, "there is no such key", trouble("not-found")],
  ],
  trouble(null),
  secrets,
);
dishonestStoreTest(key, (which) => {
  kms.trouble = which;
});

test("an answer that does not say it verified the checksums is not believed", async () => {
  kms.trouble = "not-verified";
  const error = await refusal(key().wrap(randomBytes(32), CONTEXT));
  kms.trouble = null;
  expect(`${error.constructor.name}:${error.code}`).toBe(UNAVAILABLE);
});

describe("the way to the store", () => {
  test("a server that never answers", async () => {
    await key().wrap(randomBytes(32), CONTEXT); // The SDK is loaded, so that the time goes to the answer.
    kms.trouble = "silent";
    try {
      const error = await refusal(keyOf("kek-1", 2_000).wrap(randomBytes(32), CONTEXT));
      expect(`${error.constructor.name}:${error.code}`).toBe(UNAVAILABLE);
      // Aborted, not left hanging.
      await expect.poll(() => kms.abandoned()).toBeGreaterThan(0);
    } finally {
      kms.trouble = null;
    }
  });

  test("no server", async () => {
    const gone = await startLocalGcpKms();
    await gone.close();
    const kek = gcpKmsKey({ id: "kek-1", name: kms.name, endpoint: gone.origin });
    const error = await refusal(kek.wrap(randomBytes(32), CONTEXT));
    expect(`${error.constructor.name}:${error.code}`).toBe(UNAVAILABLE);
    expect(tracesIn(error, secrets())).toEqual([]);
  });

  test.each([
    ["credentials of a stranger", strangers],
    ["a credentials file that is not there", path.join(folder, "absent.json")],
  ])("%s", async (_, file) => {
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", file);
    const error = await refusal(key().wrap(randomBytes(32), CONTEXT));
    expect(`${error.constructor.name}:${error.code}`).toBe(REFUSED);
    expect(tracesIn(error, secrets())).toEqual([]);
  });

  test("credentials the token endpoint does not take are not read as a wrong ciphertext", async () => {
    const wrapped = await key().wrap(randomBytes(32), CONTEXT);
    const file = path.join(folder, "federated.json");
    kms.writeCredentials(file, "federated");
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", file);
    const error = await refusal(key().unwrap(wrapped, CONTEXT));
    expect(`${error.constructor.name}:${error.code}`).toBe(REFUSED);
    expect(kms.paths.at(-1)).toBe("/token");
  });

  test("a refused call is sent once", async () => {
    const before = kms.paths.length;
    kms.trouble = "server-error";
    await refusal(key().wrap(randomBytes(32), CONTEXT));
    kms.trouble = null;
    expect(kms.paths.slice(before)).toEqual([`/v1/${kms.name}:encrypt`]);
  });
});

test("what was wrapped before the key's own rotation still opens", async () => {
  const dataKey = randomBytes(32);
  const wrapped = await key().wrap(dataKey, CONTEXT);
  kms.rotate();
  expect(dataKey.equals(await key().unwrap(wrapped, CONTEXT))).toBe(true);
  expect(dataKey.equals(await key().unwrap(await key().wrap(dataKey, CONTEXT), CONTEXT))).toBe(true);
});
