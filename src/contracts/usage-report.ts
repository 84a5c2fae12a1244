import { z } from "zod";
import type { ErrorCode } from "./error";
import { USAGE_HOURS_MAX_DAYS, USAGE_RANGE_MAX_DAYS } from "./limits";
import type { ModelPrice } from "./models";
import { COST_SOURCES, type CostSource, USAGE_PURPOSES, type UsagePurpose } from "./usage";

/* What was used: over time and by group, request by request. */

export const USAGE_BUCKETS = ["hour", "day", "week", "month"] as const;
export type UsageBucket = (typeof USAGE_BUCKETS)[number];

/** Of a person's own page, in the order in which they are offered. */
export const USAGE_GROUPINGS = ["key", "model", "project", "payer", "provider", "purpose"] as const;
/** Of the operators' page, which is about what the platform's key paid for. */
export const OPERATOR_USAGE_GROUPINGS = ["person", "model", "provider", "purpose"] as const;
export type UsageGrouping = (typeof USAGE_GROUPINGS)[number] | (typeof OPERATOR_USAGE_GROUPINGS)[number];

export const USAGE_OUTCOMES = ["completed", "aborted", "failed"] as const;
export type UsageOutcome = (typeof USAGE_OUTCOMES)[number];

/** Sums. What the cost of `unpriced` requests was is not known: it is not in `costMicroUsd`. */
export interface UsageFigures {
  requests: number;
  /** All of the input: what was read from a cache or written to one is counted here too. */
  inputTokens: number;
  cachedInputTokens: number;
  cacheWriteTokens: number;
  /** All of the output, reasoning included. */
  outputTokens: number;
  reasoningTokens: number;
  costMicroUsd: number;
  /** Requests whose cost is not known. */
  unpriced: number;
  /** Requests that cost at least what is counted, perhaps more. */
  atLeast: number;
}

export interface UsageGroup {
  id: string;
  label: string;
  /** Tells two of the same label apart: the end of a key, a provider, an address. */
  detail: string | null;
  totals: UsageFigures;
  /** The buckets in which there was something, by their place in `buckets`. */
  series: ({ bucket: number } & UsageFigures)[];
}

export interface UsageReport {
  from: string;
  /** Not included. */
  to: string;
  timeZone: string;
  bucket: UsageBucket;
  groupBy: UsageGrouping;
  /** When each bucket begins. */
  buckets: string[];
  totals: UsageFigures;
  /** What cost most comes first. */
  groups: UsageGroup[];
}

export interface UsageRequestSummary extends Omit<UsageFigures, "requests" | "unpriced" | "atLeast"> {
  id: string;
  at: string;
  provider: string;
  model: string;
  /** Whose key paid: the platform's or a person's. */
  payer: string;
  /** Null for the platform's key. */
  key: { id: string | null; label: string; last4: string | null } | null;
  /** Null where there is none, and for operators. */
  project: { id: string; name: string; isDeleted: boolean } | null;
  /** For operators only. */
  person: { id: string; name: string; isDeleted: boolean } | null;
  purpose: UsagePurpose;
  outcome: UsageOutcome;
  /** Usually 1; entries of before stand for all requests of a message. */
  requests: number;
  costSource: CostSource | null;
}

export interface UsageRequestsResponse {
  /** Newest first. */
  requests: UsageRequestSummary[];
  /** For the next page; null on the last. */
  next: string | null;
}

export interface UsageRequestDetail extends UsageRequestSummary {
  errorCode: ErrorCode | null;
  durationMs: number;
  firstTokenMs: number | null;
  cacheWrite1hTokens: number | null;
  webSearches: number | null;
  serviceTier: string | null;
  round: number | null;
  providerRequestId: string | null;
  price: (ModelPrice & { source: string }) | null;
  /** False where the provider reported no tokens. */
  hasTokens: boolean;
  /** The provider's own report; null where there is none, and for operators. */
  rawUsage: unknown;
}

/** What one key paid in the calendar day, week and month that run. */
export interface KeySpending {
  id: string;
  label: string;
  detail: string | null;
  isDeleted: boolean;
  day: UsageFigures;
  week: UsageFigures;
  month: UsageFigures;
}

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** Since then every zone has been a multiple of a quarter of an hour from UTC. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

const momentSchema = z.iso
  .datetime({ offset: true, abort: true, error: "Give from and to as times such as 2026-11-01T00:00:00Z." })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() % QUARTER_MS === 0, "Give from and to as quarters of an hour.")
  .refine(
    (at) => at.getTime() >= EARLIEST && at.getTime() <= LATEST,
    "Give from and to between the years 2000 and 2100.",
  );

/** An IANA zone. Offsets such as +05:45 have no summer time, and some are no zone's. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const textSchema = z
  .string()
  .min(1)
  .max(256)
  .refine((text) => text.isWellFormed() && !text.includes("\0"), "Filter by plain text.");

/** What is left of the usage; each narrows further. Ids are those of groups in a report. */
const sharedFilterShape = {
  model: textSchema
    .regex(/^[a-z][a-z0-9-]{1,31}\/./, "Name a model with its provider: anthropic/claude-haiku-4-5.")
    .optional(),
  provider: textSchema.optional(),
  purpose: z.enum(USAGE_PURPOSES, `A purpose is one of ${USAGE_PURPOSES.join(", ")}.`).optional(),
};
const filterShape = {
  ...sharedFilterShape,
  key: z.union([z.guid(), z.enum(["platform", "earlier"])], "This is not the id of a key.").optional(),
  project: z.union([z.guid(), z.literal("none")], "This is not the id of a project.").optional(),
  payer: z.enum(["platform", "person"], "A payer is platform or person.").optional(),
};
/** Operators see for whom the platform paid, and not what a person works on. */
const operatorFilterShape = { ...sharedFilterShape, person: textSchema.optional() };

const rangeShape = {
  from: momentSchema,
  to: momentSchema,
  timeZone: z
    .string()
    .refine(isTimeZone, "This time zone is not known. An example is Europe/Vienna.")
    .default("UTC"),
};

interface Range {
  from: Date;
  to: Date;
}

const daysOf = ({ from, to }: Range) => (to.getTime() - from.getTime()) / DAY_MS;
const isForward = ({ from, to }: Range) => from < to;
/** A day longer, for the hours that summer time moves. */
const isInReach = (range: Range) => daysOf(range) <= USAGE_RANGE_MAX_DAYS + 1;

const FORWARD = "The end must come after the beginning.";
const IN_REACH = `Ask for at most ${USAGE_RANGE_MAX_DAYS} days at once.`;

function withinReach<Schema extends z.ZodType<Range>>(schema: Schema): Schema {
  return schema.refine(isForward, FORWARD).refine(isInReach, IN_REACH);
}

function withFewHours<Schema extends z.ZodType<Range & { bucket?: UsageBucket | undefined }>>(
  schema: Schema,
): Schema {
  return schema.refine(
    (query) => query.bucket !== "hour" || daysOf(query) <= USAGE_HOURS_MAX_DAYS + 1,
    `By the hour, ask for at most ${USAGE_HOURS_MAX_DAYS} days at once.`,
  );
}

/** @param groupings the first is the default */
function reportShape<const Groupings extends readonly [UsageGrouping, ...UsageGrouping[]]>(
  groupings: Groupings,
) {
  return {
    ...rangeShape,
    groupBy: z.enum(groupings, `Group by one of ${groupings.join(", ")}.`).default(groupings[0] as never),
    bucket: z.enum(USAGE_BUCKETS, `A bucket is one of ${USAGE_BUCKETS.join(", ")}.`).optional(),
  };
}

export const usageQuerySchema = withFewHours(
  withinReach(z.strictObject({ ...reportShape(USAGE_GROUPINGS), ...filterShape })),
);
export const operatorUsageQuerySchema = withFewHours(
  withinReach(z.strictObject({ ...reportShape(OPERATOR_USAGE_GROUPINGS), ...operatorFilterShape })),
);

const requestsShape = {
  from: momentSchema,
  to: momentSchema,
  outcome: z.enum(USAGE_OUTCOMES, `An outcome is one of ${USAGE_OUTCOMES.join(", ")}.`).optional(),
  costSource: z
    .enum([...COST_SOURCES, "unknown"], `A cost is one of ${COST_SOURCES.join(", ")}, unknown.`)
    .optional(),
  cursor: z.guid("This is not a cursor of this list.").optional(),
};

export const usageRequestsQuerySchema = withinReach(z.strictObject({ ...requestsShape, ...filterShape }));
export const operatorUsageRequestsQuerySchema = withinReach(
  z.strictObject({ ...requestsShape, ...operatorFilterShape }),
);

/** One filter for each way to group. */
export type UsageFilter = { [Name in UsageGrouping]?: string | undefined };

export interface UsageQuery extends Range, UsageFilter {
  timeZone: string;
  groupBy: UsageGrouping;
  bucket?: UsageBucket | undefined;
}

export type UsageRequestsQuery =
  | z.output<typeof usageRequestsQuerySchema>
  | z.output<typeof operatorUsageRequestsQuerySchema>;
