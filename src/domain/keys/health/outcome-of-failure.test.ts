import { expect, test } from "vitest";
import type { ProviderFailureCode } from "@/domain/providers/failures/provider-failure";
import { outcomeOfFailure } from "./outcome-of-failure";

const OUTCOMES: Record<ProviderFailureCode, ReturnType<typeof outcomeOfFailure>> = {
  provider_key_invalid: "invalid",
  provider_key_forbidden: "forbidden",
  provider_credit_exhausted: "no_credit",
  provider_rate_limited: "rate_limited",
  provider_unreachable: "unreachable",
  provider_timeout: "unreachable",
  provider_overloaded: "unknown",
  provider_error: "unknown",
  provider_bad_response: "unknown",
  stream_interrupted: "unknown",
  provider_model_unavailable: null,
  provider_context_too_long: null,
  provider_content_refused: null,
  provider_rejected_request: null,
};
const CODES = Object.keys(OUTCOMES) as ProviderFailureCode[];

test.each(CODES)("%s", (code) => {
  expect(outcomeOfFailure(code)).toBe(OUTCOMES[code]);
});

test("a key is called invalid for one failure alone", () => {
  expect(CODES.filter((code) => outcomeOfFailure(code) === "invalid")).toEqual(["provider_key_invalid"]);
});
