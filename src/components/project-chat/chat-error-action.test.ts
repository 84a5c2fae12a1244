import { expect, test } from "vitest";
import { chatErrorActionSchema } from "@/contracts/chat";
import { ERROR_CODES, type ErrorCode } from "@/contracts/error";
import { chatErrorAction } from "./chat-error-action";

const NOTHING_TO_CLICK: ErrorCode[] = [
  "invalid_request",
  "invalid_json",
  "unsupported_content_type",
  "forbidden_origin",
  "not_found",
  "method_not_allowed",
  "conflict",
  "limit_reached",
  "vault_access_denied",
  "provider_rejected_request",
];

test.each(NOTHING_TO_CLICK)("%s has no click that would help", (code) => {
  expect(chatErrorAction(code)).toBeNull();
});

test.each(ERROR_CODES.filter((code) => !NOTHING_TO_CLICK.includes(code)))(
  "%s offers a click that exists",
  (code) => {
    expect(chatErrorActionSchema.options).toContain(chatErrorAction(code));
  },
);

test("a missing or unreadable key leads to the API Keys tab, never to a silent retry", () => {
  for (const code of ["personal_key_missing", "personal_key_unreadable", "provider_key_invalid"] as const) {
    expect(chatErrorAction(code)).toBe("open_api_keys");
  }
});

test("an exhausted credit leads to the choice of another key or model, not to the same failure again", () => {
  expect(chatErrorAction("provider_credit_exhausted")).toBe("switch_key");
});

test("an expired session leads to the sign-in page", () => {
  expect(chatErrorAction("unauthorized")).toBe("sign_in");
});
