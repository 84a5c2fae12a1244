import "server-only";
import { z } from "zod";
import type { ListedKey } from "@/lib/db/schema/reconciliation-sources";
import { startOf, utcDayOf } from "../utc-day";
import { ChargeSums, type ChargesReport, type DayRange, last4Of } from "./charges-report";
import { microUsdOf, requireDollars } from "./money";
import type { ReportClient } from "./report-client";

const COSTS = "organization/costs";
/** Buckets of a page; a bucket is a day. */
const MAX_BUCKETS = 31;
/** Projects whose keys are listed, of those that were charged for something. */
const MAX_PROJECTS = 40;

const costsSchema = z.object({
  data: z.array(
    z.object({
      start_time: z.number().int().min(0).max(10_000_000_000),
      results: z.array(
        z.object({
          amount: z.object({ value: z.unknown().optional(), currency: z.unknown().optional() }).nullish(),
          project_id: z.unknown().optional(),
          api_key_id: z.unknown().optional(),
        }),
      ),
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
      redacted_value: z.unknown().optional(),
    }),
  ),
  has_more: z.boolean().nullish(),
  last_id: z.string().nullish(),
});

function costsQuery({ from, to }: DayRange) {
  return {
    start_time: startOf(from).getTime() / 1000,
    end_time: startOf(to).getTime() / 1000,
    bucket_width: "1d",
    group_by: ["project_id", "api_key_id"],
  };
}

/**
 * What an organization was charged, by key and day, in dollars. A report by key names no models, and has no
 * list price. Written after the types of openai 7.59.
 */
export async function readOpenAiCosts(client: ReportClient, range: DayRange): Promise<ChargesReport> {
  const pages = await client.pages(
    COSTS,
    { ...costsQuery(range), limit: MAX_BUCKETS },
    costsSchema,
    (page) => (page.has_more !== false && page.next_page ? { page: page.next_page } : null),
  );
  const sums = new ChargeSums();
  const projects = new Set<string>();
  for (const { start_time: startTime, results } of pages.flatMap(({ data }) => data)) {
    for (const { amount, project_id: projectId, api_key_id: apiKeyId } of results) {
      if (projectId) projects.add(client.id(projectId));
      // A day with nothing in it has no amount.
      if (amount?.value === undefined || amount.value === null) continue;
      requireDollars(amount.currency);
      sums.add({
        keyId: apiKeyId ? client.id(apiKeyId) : "",
        day: utcDayOf(new Date(startTime * 1000)),
        model: "",
        microUsd: microUsdOf(amount.value, "dollars"),
        listMicroUsd: null,
      });
    }
  }
  const keys: ListedKey[] = [];
  for (const project of [...projects].slice(0, MAX_PROJECTS)) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: such lists have low rate limits
    keys.push(...(await keysOfProject(client, project)));
  }
  return { charges: sums.rounded(), keys };
}

async function keysOfProject(client: ReportClient, project: string): Promise<ListedKey[]> {
  const path = `organization/projects/${encodeURIComponent(project)}/api_keys`;
  const lists = await client.pages(path, { limit: 100 }, keysSchema, (page) =>
    page.has_more && page.last_id ? { after: page.last_id } : null,
  );
  return lists.flatMap(({ data }) =>
    data.flatMap((key) => {
      const last4 = last4Of(key.redacted_value);
      return last4 === null ? [] : [{ id: client.id(key.id), name: client.name(key.name), last4 }];
    }),
  );
}

/** Whether a key may read the costs, in one small request. @throws ProviderFailure if not */
export async function tryOpenAiCosts(client: ReportClient, range: DayRange): Promise<void> {
  await client.get(COSTS, { ...costsQuery(range), limit: 1 }, costsSchema);
}
