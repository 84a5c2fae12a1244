import { describe, expect, test } from "vitest";
import { refusalSentence } from "./refusal-sentence";
import type { LimitFigures } from "./reserve";

const MONTH: LimitFigures = {
  id: "00000000-0000-4000-8000-000000000000",
  scope: "key",
  isPlatforms: false,
  measure: "micro_usd",
  period: "month",
  amount: 7_000_000,
  spent: 6_900_000,
  reserved: 0,
  raised: 0,
  need: 500_000,
  startsAt: "2026-11-01T00:00:00Z",
  endsAt: "2026-12-01T00:00:00Z",
  timeZone: "UTC",
  fallbackInput: null,
  fallbackOutput: null,
};
const MINUTE = { measure: "requests", period: "minute", amount: 7, spent: 7 } as const;
const PARALLEL = { measure: "parallel", period: "total", amount: 7, spent: 0, endsAt: null } as const;
const EVERYBODY = { scope: "installation", isPlatforms: true } as const;
const ALLOWANCE = { scope: "each_person", isPlatforms: true } as const;

const OWNER = { isOpen: true, mayRaise: true, fits: { maxTokens: 0 }, seconds: 12 };
const PERSON = { ...OWNER, mayRaise: false };
const STRANGER = { ...PERSON, isOpen: false };

test.each([
  [
    "a key",
    { reserved: 50_000 },
    { ...OWNER, fits: { maxTokens: 9 } },
    "This key's limit of $7.00 a month has no room for this message: $6.90 used, $0.0500 held for requests in progress. It resets on 1 December 2026 at 00:00 (UTC). Nothing was sent. A shorter conversation would fit. Raise it, or choose another key.",
  ],
  [
    "one's own keys, for good",
    { scope: "person", measure: "tokens", period: "total", amount: 900, raised: 100, spent: 1, endsAt: null },
    OWNER,
    "Your limit of 1,000 tokens in all for your own keys has no room for this message: 1 token used. Nothing was sent. Raise it, or choose another key.",
  ],
  [
    "an allowance",
    ALLOWANCE,
    PERSON,
    "Your allowance of $7.00 a month on the platform's key has no room for this message: $6.90 used. It resets on 1 December 2026 at 00:00 (UTC). Nothing was sent. Ask for more, or choose a key of your own, which this does not concern.",
  ],
  [
    "an operator's allowance",
    { ...ALLOWANCE, scope: "person" },
    OWNER,
    "Your allowance of $7.00 a month on the platform's key has no room for this message: $6.90 used. It resets on 1 December 2026 at 00:00 (UTC). Nothing was sent. Raise it, or choose a key of your own.",
  ],
  [
    "everybody, to an operator",
    { ...EVERYBODY, ...MINUTE },
    { ...OWNER, seconds: 1 },
    "The platform's limit of 7 requests a minute for everybody together is reached. Try again in 1 second.",
  ],
  [
    "requests at the same time",
    { ...ALLOWANCE, ...PARALLEL },
    PERSON,
    "Your allowance of 7 requests at the same time on the platform's key is reached. Wait until one has ended.",
  ],
] as const)("a refusal says whose limit it is, and what to do: %s", (_, limit, reader, sentence) => {
  expect(refusalSentence({ ...MONTH, ...limit }, reader)).toBe(sentence);
});

describe("figures that are not the reader's to see are in no sentence", () => {
  test.each([
    [
      "of a month",
      { spent: 7_000_000, reserved: 7_000_000 },
      "The platform's limit for everybody together has no room for this message. It resets on 1 December 2026 at 00:00 (UTC). Nothing was sent. Ask for more, or choose a key of your own, which this does not concern.",
    ],
    [
      "of a minute",
      MINUTE,
      "The platform's limit for everybody together is reached for this minute. Try again in 12 seconds.",
    ],
    [
      "at the same time",
      PARALLEL,
      "The platform's limit for everybody together is reached: too many requests are in progress. Wait until one has ended.",
    ],
  ] as const)("%s", (_, limit, sentence) => {
    const said = refusalSentence({ ...MONTH, ...EVERYBODY, ...limit }, STRANGER);
    expect(said).toBe(sentence);
    expect(said).not.toContain("7");
  });
});
