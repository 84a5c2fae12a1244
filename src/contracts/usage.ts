import { z } from "zod";

/** What a request to a provider was for. */
export const USAGE_PURPOSES = ["chat", "compaction", "title", "key_test", "gateway"] as const;
export type UsagePurpose = (typeof USAGE_PURPOSES)[number];

/**
 * How a cost is known, from surest to least: the provider said it; all tokens are reported, at list prices;
 * part of the tokens is reported; at least what was seen of a request that did not end.
 */
export const COST_SOURCES = ["reported", "estimated", "partial", "floor"] as const;
export type CostSource = (typeof COST_SOURCES)[number];

/** What something cost, in millionths of a US dollar. Of several requests, the source is the least sure. */
export const costSchema = z.object({ microUsd: z.int().min(0), source: z.enum(COST_SOURCES) });
