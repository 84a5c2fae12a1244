import { bigint, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { ModelId } from "@/contracts/model-selection";
import type { OwnerKind } from "@/contracts/owner";
import type { ProviderId } from "@/contracts/provider";
import type { UsagePurpose } from "@/contracts/usage";

const sum = (name: string) => bigint(name, { mode: "number" }).notNull();

/** The columns of sums over `usage_events`: what they are grouped by, and what is added up. */
export const summedColumns = () => ({
  /** Beginning of the span, in UTC. */
  startsAt: timestamp("starts_at", { withTimezone: true }).notNull(),
  ownerKind: text("owner_kind").$type<OwnerKind>().notNull(),
  ownerId: text("owner_id").notNull(),
  userId: text("user_id").notNull(),
  keyId: uuid("key_id"),
  provider: text("provider").$type<ProviderId>().notNull(),
  model: text("model").$type<ModelId>().notNull(),
  projectId: uuid("project_id"),
  purpose: text("purpose").$type<UsagePurpose>().notNull(),
  requests: sum("requests"),
  /** Requests whose cost is not known. */
  unpriced: sum("unpriced"),
  /** Requests that cost at least what is counted: the provider did not report all of it. */
  atLeast: sum("at_least"),
  inputTokens: sum("input_tokens"),
  cachedInputTokens: sum("cached_input_tokens"),
  cacheWriteTokens: sum("cache_write_tokens"),
  outputTokens: sum("output_tokens"),
  reasoningTokens: sum("reasoning_tokens"),
  costMicroUsd: sum("cost_micro_usd"),
});
