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
  const expiring = (days: number) => notificationSentence("key_expiring", { ...key, days }).title;
  expect([30, 1, 0].map(expiring)).toEqual([
    "Key “Work” (…1a2b) expires in 30 days",
    "Key “Work” (…1a2b) expires tomorrow",
    "Key “Work” (…1a2b) expires today",
  ]);
});
