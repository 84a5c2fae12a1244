import { expect, test } from "vitest";
import { NOTIFICATION_KINDS } from "./notification-kind";
import { notificationSentence } from "./notification-sentence";
import type { NotificationDetail } from "./notifications";

test.each(NOTIFICATION_KINDS)("%s makes a sentence of whatever its detail holds", (kind) => {
  const odd: NotificationDetail[] = [
    {},
    { percent: "80", label: 7, days: null, expiresAt: "soon", spent: Number.NaN, why: "\n", note: true },
    { label: "a\r\nb\u2028c", personName: "a\nb", provider: "a\nb", host: "a\nb" },
  ];
  for (const detail of odd) {
    const { title, text, href, link } = notificationSentence(kind, detail);
    expect(title).toMatch(/^[^\n\r\u2028]{5,200}$/);
    expect(`${title} ${text}`).not.toMatch(/undefined|null|NaN|Invalid/);
    expect(href).toMatch(/^\/[a-z]/);
    expect(link).not.toBe("");
  }
});

test("figures are written as people read them", () => {
  const spent = { spent: 8_123_456, amount: 10_000_000, percent: 80, period: "month", scope: "person" };
  expect(notificationSentence("limit_threshold", { ...spent, measure: "micro_usd" })).toMatchObject({
    title: "80% of your limit of this month is used",
    text: "$8.12 of $10.00.",
  });
  expect(
    notificationSentence("limit_threshold", { ...spent, percent: 100, measure: "tokens" }),
  ).toMatchObject({
    title: "Your limit of this month is used up",
    text: "8,123,456 tokens of 10,000,000 tokens.",
  });
  const key = { label: "Work", last4: "1a2b" };
  expect(notificationSentence("key_expiring", { ...key, at: "2026-12-30T08:00:00Z", days: 30 }).title).toBe(
    "Key “Work” (…1a2b) expires on 30 Dec 2026, 08:00 UTC",
  );
  expect(notificationSentence("key_expiring", { ...key, days: 7 }).title).toMatch(/expires within 7 days$/);
  const asked = { personName: "Ada", scope: "each_person", amount: 5_000_000 };
  expect(
    notificationSentence("limit_request", { ...asked, measure: "micro_usd", period: "month" }, true).text,
  ).toBe("Their limit of $5.00 a month keeps them from going on.");
  expect(
    notificationSentence("limit_request", { ...asked, amount: 1, measure: "parallel", period: "total" }).text,
  ).toBe("Their limit of 1 request at the same time keeps them from going on.");
  const gap = {
    provider: "openai",
    providerName: "OpenAI",
    oursMicroUsd: 1_000_000,
    theirsMicroUsd: 2_500_000,
    day: "2026-11-29",
  };
  expect(notificationSentence("reconciliation_gap", gap, true)).toMatchObject({
    title: "OpenAI charged something else than was counted here",
    text: "$2.50 there, $1.00 here on 2026-11-29.",
    href: "/settings/usage/reconciliation",
  });
});

test("a provider is called by its name, never by its id", () => {
  const detail = { provider: "openrouter", last4: "1a2b", outcome: "invalid" };
  expect(notificationSentence("key_failing", { ...detail, providerName: "OpenRouter" }).title).toBe(
    "Your OpenRouter key (…1a2b) is refused by its provider",
  );
  expect(notificationSentence("key_failing", detail).title).toBe("A key (…1a2b) is refused by its provider");
});

test("who is told to pause a key is led to the keys", () => {
  for (const kind of ["unusual_spending", "key_paused"] as const) {
    expect(notificationSentence(kind, { label: "Work" }).href).toBe("/settings#keys");
  }
});
