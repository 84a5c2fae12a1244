import { z } from "zod";
import { LIMIT_AMOUNT_MAX } from "./limits";

/* Limits of what may be spent. `contracts/limits.ts` has the fixed limits of the product itself. */

export const LIMIT_SCOPE_KINDS = ["installation", "each_person", "person", "key"] as const;
export type LimitScopeKind = (typeof LIMIT_SCOPE_KINDS)[number];
export const LIMIT_MEASURES = ["micro_usd", "tokens", "requests", "parallel"] as const;
export type LimitMeasure = (typeof LIMIT_MEASURES)[number];
export const LIMIT_PERIODS = ["minute", "day", "week", "month", "total"] as const;
export type LimitPeriod = (typeof LIMIT_PERIODS)[number];

/** Millionths of a US dollar for a million tokens, of models without a known price. */
const fallbackPriceSchema = z.strictObject({
  input: z.int("A price is a whole number of micro-dollars.").min(0, "A price is not negative.").max(1e9),
  output: z.int("A price is a whole number of micro-dollars.").min(0, "A price is not negative.").max(1e9),
});
export type FallbackPrice = z.infer<typeof fallbackPriceSchema>;

const amountSchema = z
  .int("The amount of a limit is a whole number.")
  .min(0, "The amount of a limit is not negative.")
  .max(LIMIT_AMOUNT_MAX, "This amount is too large.");

const thresholdsSchema = z
  .array(z.int().min(1).max(100), "Thresholds are percentages from 1 to 100.")
  .max(10, "A limit has at most 10 thresholds.")
  .transform((percentages) => [...new Set(percentages)].toSorted((a, b) => a - b));

/** What the database is asked as well: the two may know different zones. */
const timeZoneSchema = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, "This time zone is not known. Use a name such as Europe/Berlin.");

function isTimeZone(name: string): boolean {
  // Offsets such as +05:30 mean the opposite in Postgres.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const scopeId = z
  .string()
  .min(1)
  .max(200)
  .refine((id) => id.isWellFormed() && !id.includes("\0"), "This is not an id.");

const rules = {
  measure: z.enum(LIMIT_MEASURES),
  amount: amountSchema,
  period: z.enum(LIMIT_PERIODS),
  timeZone: timeZoneSchema.default("UTC"),
  /** 1 is Monday. */
  weekStart: z.int().min(1).max(7).default(1),
  hard: z.boolean("A limit is hard or not."),
  thresholds: thresholdsSchema.default([50, 80, 100]),
  fallbackPrice: fallbackPriceSchema.nullable().default(null),
};

interface Rules {
  measure: LimitMeasure;
  period: LimitPeriod;
  hard: boolean;
  fallbackPrice: FallbackPrice | null;
}

function isPossible({ measure, period }: Rules): boolean {
  if (measure === "parallel") return period === "total";
  return !(measure === "micro_usd" && period === "minute");
}
const IMPOSSIBLE =
  "Requests at the same time have no period, and money none of a minute: use total, or a day at least.";

function hasUsefulPrice({ measure, fallbackPrice }: Rules): boolean {
  return fallbackPrice === null || measure === "micro_usd";
}
const USELESS_PRICE = "Only a limit of money has a price for models without one.";

/** Body of `POST /api/v1/limits`: over all of one's own keys, or one of them. */
export const createOwnLimitRequestSchema = z
  .strictObject({
    scope: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("person") }),
      z.strictObject({ kind: z.literal("key"), id: z.uuid("This is not the id of a key.") }),
    ]),
    ...rules,
  })
  .refine(isPossible, IMPOSSIBLE)
  .refine(hasUsefulPrice, USELESS_PRICE);
export type CreateOwnLimitRequest = z.infer<typeof createOwnLimitRequestSchema>;

/** Body of `POST /api/v1/operator/limits`: over what the platform pays, in all, for each person or one. */
export const createPlatformLimitRequestSchema = z
  .strictObject({
    scope: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("installation") }),
      z.strictObject({ kind: z.literal("each_person") }),
      z.strictObject({ kind: z.literal("person"), id: scopeId }),
    ]),
    ...rules,
  })
  .refine(isPossible, IMPOSSIBLE)
  .refine(hasUsefulPrice, USELESS_PRICE);
export type CreatePlatformLimitRequest = z.infer<typeof createPlatformLimitRequestSchema>;

/** Body of `PATCH /api/v1/limits/:id`. What was used stays counted. */
export const changeLimitRequestSchema = z
  .strictObject({
    amount: amountSchema.optional(),
    hard: rules.hard.optional(),
    thresholds: thresholdsSchema.optional(),
    fallbackPrice: fallbackPriceSchema.nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, "Name what is to be changed.");
export type ChangeLimitRequest = z.infer<typeof changeLimitRequestSchema>;

/** Body of `POST /api/v1/limits/:id/raise`: once, until the limit resets. */
export const raiseLimitRequestSchema = z.strictObject({
  by: amountSchema.min(1, "Raise it by something."),
  /** Of a limit for each person: whose. */
  personId: scopeId.optional(),
});
export type RaiseLimitRequest = z.infer<typeof raiseLimitRequestSchema>;

export interface LimitView {
  id: string;
  scope: {
    kind: LimitScopeKind;
    /** A person's or a key's; null for the installation, and for each person. */
    id: string | null;
    /** The person's name, or the key's; null where there is none. */
    name: string | null;
  };
  payer: "platform" | "person";
  measure: LimitMeasure;
  amount: number;
  period: LimitPeriod;
  timeZone: string;
  weekStart: number;
  hard: boolean;
  thresholds: number[];
  fallbackPrice: FallbackPrice | null;
  /** The running one; null for a limit of each person, where no person is asked for. */
  window: {
    startsAt: string;
    /** When it resets; null for never. */
    endsAt: string | null;
    spent: number;
    /** Held for requests in progress. */
    reserved: number;
    /** Added to the amount for this window only. */
    raised: number;
  } | null;
}

/** `GET /api/v1/limits` */
export interface OwnLimitsResponse {
  /** The person's own, over their own keys. */
  limits: LimitView[];
  /** What the platform pays for this person at most; the operators' to change. */
  allowances: LimitView[];
}

/** `GET /api/v1/operator/limits` */
export interface PlatformLimitsResponse {
  limits: LimitView[];
}

/** The limit that refused a request: part of the refusal. */
export const refusedLimitSchema = z.object({
  id: z.uuid(),
  scope: z.enum(LIMIT_SCOPE_KINDS),
  measure: z.enum(LIMIT_MEASURES),
  period: z.enum(LIMIT_PERIODS),
  /** Null where the figures are not this person's to see: of all people together. */
  amount: z.number().nullable(),
  spent: z.number().nullable(),
  reserved: z.number().nullable(),
  /** ISO 8601; null if it never resets. */
  resetsAt: z.string().nullable(),
  /** Whether it is the person's own to raise; else they can ask the operators. */
  mayRaise: z.boolean(),
  /** What raising it once adds, for a button; null where it may not be raised. */
  raiseBy: z.number().nullable(),
});
export type RefusedLimit = z.infer<typeof refusedLimitSchema>;

/** What would fit within the limits; 0 for nothing. */
export const fitsSchema = z.object({ maxTokens: z.int().min(0) });
export type Fits = z.infer<typeof fitsSchema>;
