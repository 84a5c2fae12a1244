import "server-only";
import type { KeyTestResult } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { KEY_TEST_SENTENCES } from "@/domain/providers/failures/failure-table";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { ProviderAdapter, ProviderConnection } from "@/domain/providers/provider-adapter";
import { providerById } from "@/domain/providers/registry";
import { connect } from "@/domain/providers/transport/connect";
import { endpointAddressOf } from "@/domain/providers/transport/endpoint-address";
import { AppError } from "@/lib/app-error";
import { logger } from "@/lib/logger";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import { Secret } from "@/lib/secret";
import { openPayingKey } from "../open-paying-key";
import { requireApiKey } from "../require-api-key";
import { requirePersonalKey } from "../require-personal-key";
import type { PaidWith } from "../sources/key-source";
import { keyTestSentence, outcomeOf } from "./key-test-sentence";
import { KeyTestMeter } from "./meter-key-test";
import { noteKeyHealth } from "./note-key-health";
import { proposeAddress } from "./propose-address";
import { type PastedKey, rememberTest } from "./recent-tests";
import { recordTest } from "./record-test";

/**
 * A test sends a request to a third-party server: often enough for people, too rarely for trying out stolen
 * keys.
 */
const KEY_TESTS: Limit = {
  name: "ai-key-test",
  points: 20,
  seconds: 60,
  sentence: "You have tested keys very often in the last minute.",
};

/** For trying other addresses after one without an API. */
const PROPOSE_WITHIN_MS = 10_000;

/**
 * Tests an unsaved key at its provider. Nothing is stored; the result is remembered for a while
 * (recent-tests.ts).
 *
 * @throws AppError `unknown_provider`, `endpoint_refused`, `rate_limited`, `unavailable` if it cannot be
 *   recorded
 */
export async function testPastedKey(actor: Actor, pasted: PastedKey): Promise<KeyTestResult> {
  const { provider, apiKey, baseUrl } = pasted;
  const adapter = providerById(provider);
  requireApiKey(provider, apiKey);
  const address = endpointAddressOf(provider, baseUrl);
  await consumeLimit(KEY_TESTS, actor.userId);
  // Recorded for pasted keys too: this server sends a request to an address that a person may have chosen.
  recordTest(actor, "pasted key", provider);
  const meter = new KeyTestMeter(adapter);
  const result = await test(adapter, address, {
    openKey: () => Promise.resolve(new Secret(apiKey)),
    hasKey: apiKey !== "",
    metered: (connection) => meter.connection(connection, () => null),
  });
  await meter.record(actor);
  rememberTest(actor, pasted, result.outcome);
  return result;
}

/**
 * Tests a stored or session key of `actor` and records its health. Nothing else that is stored changes.
 *
 * @throws AppError `not_found`, `rate_limited`, and what keeps the key from being opened
 */
export async function testOwnKey(actor: Actor, keyId: string): Promise<KeyTestResult> {
  const key = await requirePersonalKey(actor, keyId);
  await consumeLimit(KEY_TESTS, actor.userId);
  let paidWith: PaidWith = key;
  let isRecorded = false;
  const adapter = providerById(key.provider);
  const meter = new KeyTestMeter(adapter);
  const result = await test(adapter, key.baseUrl, {
    openKey: async () => {
      const opened = await openPayingKey(actor, key, "test");
      // The key may have been replaced since it was looked up.
      paidWith = opened.paidWith ?? paidWith;
      // A test sends several requests, and a key that cannot be opened was not tested.
      if (!isRecorded) recordTest(actor, keyId, key.provider);
      isRecorded = true;
      return opened.key;
    },
    hasKey: key.last4 !== "",
    metered: (connection) => meter.connection(connection, () => ({ ...key, ...paidWith })),
  });
  await meter.record(actor);
  await noteKeyHealth(actor, { id: keyId, secretId: paidWith.secretId }, result.outcome, "test");
  return result;
}

interface KeyToTest {
  openKey: () => Promise<Secret>;
  hasKey: boolean;
  metered: (connection: ReturnType<typeof connect>) => ProviderConnection;
}

async function test(
  adapter: ProviderAdapter,
  baseUrl: string | null,
  { openKey, hasKey, metered }: KeyToTest,
): Promise<KeyTestResult> {
  const asked = { ...adapter.facts, hasKey };
  const described = (outcome: KeyTestResult["outcome"]): KeyTestResult => ({
    outcome,
    sentence: KEY_TEST_SENTENCES[outcome](asked),
  });
  try {
    await adapter.testKey(metered(connect(adapter, baseUrl, openKey, "short")));
    return described("ok");
  } catch (error) {
    // The key could not be opened, or its address is not allowed: nothing was sent.
    if (error instanceof AppError) throw error;
    if (!(error instanceof ProviderFailure)) {
      logger.error({ err: error, provider: adapter.facts.id }, "a key test failed unexpectedly");
      return described("unknown");
    }
    const { code, retryAfterSeconds } = error;
    const proposedAddress =
      baseUrl !== null && code === "provider_bad_response"
        ? await proposeAddress(adapter, baseUrl, openKey, AbortSignal.timeout(PROPOSE_WITHIN_MS))
        : null;
    return {
      outcome: outcomeOf(error),
      sentence: keyTestSentence(error, asked, proposedAddress),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(proposedAddress === null ? {} : { proposedAddress }),
    };
  }
}
