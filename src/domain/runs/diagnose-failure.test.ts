import { describe, expect, test } from "vitest";
import { ProviderFailure, type ProviderFailureCode } from "@/domain/providers/failures/provider-failure";
import { providerById } from "@/domain/providers/registry";
import { diagnoseFailure } from "./diagnose-failure";

const { facts, classifyRefusal } = providerById("openai");

function diagnosed(code: ProviderFailureCode) {
  const failure = new ProviderFailure(code, { retryAfterSeconds: 3600 });
  return diagnoseFailure(failure, {
    keyProvider: "personal",
    provider: facts,
    keyLabel: "Work",
    classifyRefusal,
  });
}

describe("a message that has to become another", () => {
  test.each<[ProviderFailureCode, string[]]>([
    ["provider_context_too_long", ["new_thread", "switch_model"]],
    ["provider_content_refused", ["switch_model"]],
  ])("%s offers to edit it first", (code, others) => {
    expect(diagnosed(code)).toMatchObject({ action: "edit_message", otherActions: others });
  });
});

describe("when to try again", () => {
  test.each<ProviderFailureCode>(["provider_rate_limited", "provider_overloaded", "provider_error"])(
    "is said of %s, which is worth another try",
    (code) => {
      expect(Date.parse(diagnosed(code).retryAt ?? "")).toBeGreaterThan(Date.now());
    },
  );

  test.each<ProviderFailureCode>([
    "provider_key_invalid",
    "provider_credit_exhausted",
    "provider_context_too_long",
    "provider_model_unavailable",
  ])("is not said of %s, which waiting does not mend", (code) => {
    expect(diagnosed(code)).not.toHaveProperty("retryAt");
  });
});
