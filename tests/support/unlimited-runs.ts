/**
 * One person of a test sends more messages than a person would. What limits them has tests of its own
 * (tests/routes/run-limits.test.ts), with the limits everybody else has.
 */
export const UNLIMITED_RUNS = { PLATFORM_MESSAGES_PER_MINUTE: "100000", RUNS_PER_PERSON: "1000" };
