import { expect, test } from "vitest";
import { failureOfStatus } from "./failure-of-status";
import { FAILURE_TABLE } from "./failure-table";
import type { ProviderFailureCode } from "./provider-failure";

type Row = [health: string | null, ...actions: string[]];

/** What a failure says about the key, and which actions it offers the owner of the key that paid. */
const ROWS: Record<ProviderFailureCode, Row> = {
  provider_key_invalid: ["invalid", "open_api_keys", "switch_key"],
  provider_key_forbidden: ["forbidden", "switch_model", "switch_key", "open_api_keys"],
  provider_credit_exhausted: ["no_credit", "open_billing", "switch_key"],
  provider_rate_limited: ["rate_limited", "retry", "switch_key", "switch_model"],
  provider_overloaded: ["unknown", "retry", "switch_model"],
  provider_model_unavailable: [null, "switch_model", "switch_key"],
  provider_context_too_long: [null, "edit_message", "new_thread", "switch_model"],
  provider_content_refused: [null, "edit_message", "switch_model"],
  provider_rejected_request: [null, "retry", "new_thread"],
  provider_timeout: ["unreachable", "retry", "switch_model"],
  provider_unreachable: ["unreachable", "retry", "switch_model"],
  provider_bad_response: ["unknown", "retry", "switch_model"],
  provider_error: ["unknown", "retry", "switch_model"],
  stream_interrupted: ["unknown", "retry"],
};
const CODES = Object.keys(ROWS) as ProviderFailureCode[];

test.each(CODES)("%s", (code) => {
  const { keyHealth, actions } = FAILURE_TABLE[code];
  expect([keyHealth, ...actions]).toEqual(ROWS[code]);
});

test("only one failure marks a key as invalid", () => {
  expect(CODES.filter((code) => FAILURE_TABLE[code].keyHealth === "invalid")).toEqual([
    "provider_key_invalid",
  ]);
});

test("a server error never counts against a key, and can always be retried", () => {
  const statuses = Array.from({ length: 100 }, (_, index) => 500 + index);
  const rows = statuses.map((status) => FAILURE_TABLE[failureOfStatus(status)]);
  expect(new Set(rows.map(({ keyHealth }) => keyHealth))).toEqual(new Set(["unknown", "unreachable"]));
  expect(rows.every(({ actions }) => actions[0] === "retry")).toBe(true);
});

test("a message that has to change is not offered for retry", () => {
  const edited = CODES.filter((code) => FAILURE_TABLE[code].actions.includes("edit_message"));
  expect(edited.filter((code) => FAILURE_TABLE[code].actions.includes("retry"))).toEqual([]);
});
