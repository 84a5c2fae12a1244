import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { awsKmsKey } from "@/lib/key-stores/aws-kms";
import {
  CONTEXT,
  dishonestStoreTest,
  FAILED,
  keyStoreBattery,
  REFUSED,
  refusal,
  refusedAs,
  searchTest,
  tracesIn,
  troubleTest,
  UNAVAILABLE,
} from "./key-store-battery";
import { type LocalAwsKms, startLocalAwsKms } from "./local-aws-kms";
import type { Trouble } from "./trouble";

let kms: LocalAwsKms;
beforeAll(async () => {
  kms = await startLocalAwsKms();
});
afterAll(() => kms.close());

beforeEach(() => {
  vi.stubEnv("AWS_ENDPOINT_URL_KMS", kms.origin);
  vi.stubEnv("AWS_ACCESS_KEY_ID", kms.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", kms.secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", undefined);
  // Without these the SDK's chain would look for the developer's profile and the machine's role.
  vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const keyOf = (id: string) => awsKmsKey({ id, arn: kms.arn });
const key = () => keyOf("kek-1");
const trouble = (which: Trouble) => () => {
  kms.trouble = which;
};
const secrets = () => [kms.accessKeyId, kms.secretAccessKey];

keyStoreBattery(keyOf);
searchTest();
troubleTest(
  key,
  [
    ["throttled", UNAVAILABLE, "throttled", trouble("throttled")],
    ["a server error", UNAVAILABLE, "HTTP 500", trouble("server-error")],
    ["a proxy's page", UNAVAILABLE, "its answer is not understood", trouble("not-json")],
    ["disabled", REFUSED, "the key is disabled", trouble("disabled")],
    [
      "pending deletion",
      REFUSED,
      "the key waits for deletion or is in another unusable state",
      trouble("pending-deletion"),
    ],
    ["no permission", REFUSED, "no permission for kms:Encrypt or kms:Decrypt", trouble("no-permission")],
    ["not found", REFUSED, "there is no such key", trouble("not-found")],
  ],
  () => {
    kms.trouble = null;
  },
  secrets,
);
dishonestStoreTest(key, (which) => {
  kms.trouble = which;
});

describe("the way to the store", () => {
  test("a server that never answers", async () => {
    const impatient = awsKmsKey({ id: "kek-1", arn: kms.arn, timeoutMs: 2_000 });
    await key().wrap(randomBytes(32), CONTEXT); // The SDK is loaded, so that the time goes to the answer.
    kms.trouble = "silent";
    try {
      const error = await refusal(impatient.wrap(randomBytes(32), CONTEXT));
      expect(error.message).toContain("no answer within 2 seconds");
      expect(await refusedAs(impatient.unwrap(randomBytes(100), CONTEXT))).toBe(UNAVAILABLE);
      // Aborted, not left hanging.
      await expect.poll(() => kms.abandoned()).toBe(2);
    } finally {
      kms.trouble = null;
    }
  });

  test("no server", async () => {
    const gone = await startLocalAwsKms();
    await gone.close();
    vi.stubEnv("AWS_ENDPOINT_URL_KMS", gone.origin);
    const error = await refusal(key().wrap(randomBytes(32), CONTEXT));
    expect(error.code).toBe("key_store_unavailable");
    expect(error.message).toContain("ECONNREFUSED");
    expect(tracesIn(error, secrets())).toEqual([]);
  });

  test.each([
    ["AWS_ACCESS_KEY_ID", "AKIAXXXXXXXXXXXXXXXX"],
    ["AWS_SECRET_ACCESS_KEY", "x".repeat(40)],
    ["AWS_ACCESS_KEY_ID", undefined],
  ])("%s is %s", async (variable, value) => {
    vi.stubEnv(variable, value);
    const error = await refusal(key().wrap(randomBytes(32), CONTEXT));
    expect(`${error.constructor.name}:${error.code}`).toBe(REFUSED);
    expect(tracesIn(error, [...secrets(), value ?? ""])).toEqual([]);
  });

  test("a throttled call is tried twice, a refused one once", async () => {
    for (const [which, attempts] of [
      ["throttled", 2],
      ["disabled", 1],
    ] as const) {
      const before = kms.operations.length;
      kms.trouble = which;
      await refusal(key().wrap(randomBytes(32), CONTEXT));
      kms.trouble = null;
      expect(kms.operations.slice(before)).toEqual(Array.from({ length: attempts }, () => "Encrypt"));
    }
  });
});

test("what was wrapped before the key's own rotation still opens", async () => {
  const dataKey = randomBytes(32);
  const wrapped = await key().wrap(dataKey, CONTEXT);
  kms.rotate(kms.arn);
  expect(dataKey.equals(await key().unwrap(wrapped, CONTEXT))).toBe(true);
  expect(dataKey.equals(await key().unwrap(await key().wrap(dataKey, CONTEXT), CONTEXT))).toBe(true);
});

test("a blob of another key of the same account stays shut", async () => {
  const another = awsKmsKey({ id: "kek-1", arn: kms.createKey() });
  expect(await refusedAs(key().unwrap(await another.wrap(randomBytes(32), CONTEXT), CONTEXT))).toBe(FAILED);
});
