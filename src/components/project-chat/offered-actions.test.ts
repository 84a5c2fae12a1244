import { expect, test } from "vitest";
import type { ChatError } from "@/contracts/chat";
import { offeredActions } from "./offered-actions";

const BROKE: ChatError = {
  code: "provider_credit_exhausted",
  message: "No credit left.",
  action: "open_billing",
  otherActions: ["switch_key"],
  billingUrl: "https://example.com/billing",
};

test("the server's actions come first, and retry is always offered", () => {
  expect(offeredActions(BROKE, false)).toEqual(["open_billing", "switch_key", "retry"]);
});

test("after another selection retry comes first", () => {
  expect(offeredActions(BROKE, true)).toEqual(["retry", "open_billing", "switch_key"]);
});

test("no action is offered twice", () => {
  expect(offeredActions({ ...BROKE, action: "retry", otherActions: ["retry", "switch_key"] }, false)).toEqual(
    ["retry", "switch_key"],
  );
});

test("a failure without an action can still be retried", () => {
  expect(offeredActions({ code: "not_found", message: "Gone.", action: null }, false)).toEqual(["retry"]);
});

test.each([undefined, "", "javascript:alert(1)", "http://example.com", "//example.com"])(
  "%j is not a billing page",
  (billingUrl) => {
    const { billingUrl: _url, ...error } = BROKE;
    expect(offeredActions(billingUrl === undefined ? error : { ...error, billingUrl }, false)).not.toContain(
      "open_billing",
    );
  },
);
