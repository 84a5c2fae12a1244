import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { UsageRequestDetail } from "@/contracts/usage-report";
import { notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { rowsOf } from "@/lib/db/rows-of";
import { type DetailRow, REQUEST_COLUMNS, toSummary, withNames } from "./request-row";
import { isInScope, type UsageScope } from "./usage-scope";

/** @throws AppError `not_found`, for what is not of the scope as for what does not exist */
export async function readRequest(scope: UsageScope, id: string): Promise<UsageRequestDetail> {
  if (!z.guid().safeParse(id).success) throw notFound("request");
  const [row] = await rowsOf<DetailRow>(
    await database(),
    sql`select ${REQUEST_COLUMNS}, e.error_code as "errorCode", e.duration_ms as "durationMs",
        e.first_token_ms as "firstTokenMs", e.cache_write_1h_tokens as "cacheWrite1hTokens",
        e.web_searches as "webSearches", e.service_tier as "serviceTier", e.round,
        e.provider_request_id as "providerRequestId", e.price,
        (e.input_tokens is not null or e.output_tokens is not null) as "hasTokens", e.raw_usage as "rawUsage"
      from ${withNames(sql`(select * from usage_events where id = ${id}::uuid and ${isInScope(scope)})`, scope)}`,
  );
  if (!row) throw notFound("request");
  const {
    errorCode,
    durationMs,
    firstTokenMs,
    cacheWrite1hTokens,
    webSearches,
    serviceTier,
    round,
    providerRequestId,
    price,
    hasTokens,
    rawUsage,
    ...common
  } = row;
  return {
    ...toSummary(common, scope),
    errorCode,
    durationMs,
    firstTokenMs,
    cacheWrite1hTokens,
    webSearches,
    serviceTier,
    round,
    providerRequestId,
    price,
    hasTokens,
    rawUsage: scope.kind === "person" ? rawUsage : null,
  };
}
