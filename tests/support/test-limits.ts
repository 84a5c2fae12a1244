/**
 * One person of a test sends more messages than a person would, and comes from more addresses. What limits
 * that has tests of its own (tests/routes/run-limits.test.ts, src/lib/http/client-address.test.ts), with the
 * settings of somebody who sets nothing.
 */
export const TEST_LIMITS = {
  PLATFORM_MESSAGES_PER_MINUTE: "100000",
  RUNS_PER_PERSON: "1000",
  // Each test is a proxy that names its client.
  TRUSTED_PROXIES: "loopback",
};
