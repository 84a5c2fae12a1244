import "server-only";
import { z } from "zod";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { utcDayOf } from "../utc-day";
import { ChargeSums, type ChargesReport, type DayRange, last4Of } from "./charges-report";
import { microUsdOf, requireDollars } from "./money";
import type { ReportClient } from "./report-client";

/** The version of the API, and of this report, which is in beta. */
export const ANTHROPIC_HEADERS = {
  "anthropic-version": "2023-06-01",
  "anthropic-beta": "analytics-usage-cost-2026-08-24",
};

const COSTS = "organizations/analytics/cost";
const KEYS = "organizations/api_keys";

const costsSchema = z.object({
  data: z.array(
    z.object({
      starting_at: z.string(),
      cost: z.object({
        amount: z.unknown().optional(),
        list_amount: z.unknown().optional(),
        currency: z.unknown().optional(),
      }),
      group: z.object({ api_key_id: z.unknown().optional(), model: z.unknown().optional() }).nullish(),
    }),
  ),
  has_more: z.boolean().nullish(),
  next_page: z.string().nullish(),
});

const keysSchema = z.object({
  data: z.array(
    z.object({
      id: z.unknown().optional(),
      name: z.unknown().optional(),
      partial_key_hint: z.unknown().optional(),
    }),
  ),
  has_more: z.boolean().nullish(),
  last_id: z.string().nullish(),
});

function costsQuery({ from, to }: DayRange) {
  return {
    starting_at: `${from}T00:00:00Z`,
    ending_at: `${to}T00:00:00Z`,
    time_bucket_width: "1d",
    group_by: ["api_key_id", "model"],
  };
}

/**
 * What an organization was charged, by key, model and day: amounts in cents as decimal text, after discounts
 * and before credits, with the list price beside them. Written after the types of @anthropic-ai/sdk 1.14.
 *
 * @param range at most 31 days
 */
export async function readAnthropicCosts(client: ReportClient, range: DayRange): Promise<ChargesReport> {
  const lists = await client.pages(KEYS, { limit: 1000 }, keysSchema, (page) =>
    page.has_more && page.last_id ? { after_id: page.last_id } : null,
  );
  const keys = lists.flatMap(({ data }) =>
    data.flatMap((key) => {
      const last4 = last4Of(key.partial_key_hint);
      return last4 === null ? [] : [{ id: client.id(key.id), name: client.name(key.name), last4 }];
    }),
  );
  const pages = await client.pages(COSTS, { ...costsQuery(range), limit: 1000 }, costsSchema, (page) =>
    page.has_more !== false && page.next_page ? { page: page.next_page } : null,
  );
  const sums = new ChargeSums();
  for (const { starting_at: startingAt, cost, group } of pages.flatMap(({ data }) => data)) {
    requireDollars(cost.currency);
    const at = new Date(startingAt);
    if (Number.isNaN(at.getTime())) {
      throw new ProviderFailure("provider_bad_response", { cause: "a day that is none" });
    }
    sums.add({
      keyId: group?.api_key_id ? client.id(group.api_key_id) : "",
      day: utcDayOf(at),
      model: client.model(group?.model),
      microUsd: microUsdOf(cost.amount, "cents"),
      listMicroUsd:
        cost.list_amount === undefined || cost.list_amount === null
          ? null
          : microUsdOf(cost.list_amount, "cents"),
    });
  }
  return { charges: sums.rounded(), keys };
}

/** Whether a key may read both lists, in two small requests. @throws ProviderFailure if not */
export async function tryAnthropicCosts(client: ReportClient, range: DayRange): Promise<void> {
  await client.get(KEYS, { limit: 1 }, keysSchema);
  await client.get(COSTS, { ...costsQuery(range), limit: 1 }, costsSchema);
}
