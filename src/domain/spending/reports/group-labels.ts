import "server-only";
import { sql } from "drizzle-orm";
import type { UsageGrouping } from "@/contracts/usage-report";
import { modelName } from "@/domain/models/model-name";
import { providerFacts } from "@/domain/providers/provider-facts";
import { database } from "@/lib/db/client";
import { listParam, rowsOf } from "@/lib/db/rows-of";
import { PURPOSE_NAMES } from "./purpose-names";
import { isInScope, type UsageScope } from "./usage-scope";

interface GroupLabel {
  label: string;
  detail: string | null;
}

type Labels = ReadonlyMap<string, GroupLabel>;

const isUuid = (id: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id);

/**
 * How groups are called, as far as the scope may know; what was deleted says so.
 *
 * @param ids as somebody may have written them into an address: also of what is not in the scope
 */
export async function groupLabels(
  scope: UsageScope,
  groupBy: UsageGrouping,
  ids: readonly string[],
): Promise<Labels> {
  switch (groupBy) {
    case "key":
      return keyLabels(scope, ids);
    case "project":
      return projectLabels(scope, ids);
    case "person":
      // People are told apart for operators only.
      return scope.kind === "installation" ? personLabels(ids) : new Map();
    case "model":
      return new Map(ids.map((id) => [id, modelLabel(id)]));
    case "provider":
      return new Map(ids.map((id) => [id, { label: providerName(id), detail: null }]));
    case "payer":
      return new Map(ids.map((id) => [id, { label: PAYER_NAMES[id] ?? id, detail: null }]));
    case "purpose":
      return new Map(ids.map((id) => [id, { label: PURPOSE_NAMES[id] ?? id, detail: null }]));
  }
}

const PAYER_NAMES: Readonly<Record<string, string>> = {
  platform: "Platform key",
  person: "Your own keys",
};

function providerName(id: string): string {
  return providerFacts().find((facts) => facts.id === id)?.name ?? id;
}

function modelLabel(id: string): GroupLabel {
  const end = id.indexOf("/");
  const provider = id.slice(0, end);
  return { label: modelName(provider, id.slice(end + 1)), detail: providerName(provider) };
}

/** A key that was deleted, or belonged to a session, goes by the name it had when it last paid. */
async function keyLabels(scope: UsageScope, ids: readonly string[]): Promise<Labels> {
  const labels = new Map<string, GroupLabel>([
    ["platform", { label: "Platform key", detail: null }],
    ["earlier", { label: "Earlier keys", detail: null }],
  ]);
  const uuids = ids.filter(isUuid);
  if (uuids.length === 0 || scope.kind !== "person") return labels;
  const rows = await rowsOf<{
    id: string;
    provider: string | null;
    label: string | null;
    last4: string | null;
    isSaved: boolean;
  }>(
    await database(),
    sql`select asked.id::text as id, k.id is not null as "isSaved", coalesce(k.provider, used.provider) as provider,
        coalesce(k.label, used.key_label) as label, coalesce(k.last4, used.key_last4) as last4
      from unnest(${listParam(uuids)}::uuid[]) as asked(id)
      left join user_ai_api_keys k on k.id = asked.id and k.user_id = ${scope.userId}
      left join lateral (
        select provider, key_label, key_last4 from usage_events e
        where k.id is null and e.key_id = asked.id and ${isInScope(scope)} order by e.at desc limit 1
      ) used on true`,
  );
  for (const { id, provider, label, last4, isSaved } of rows) {
    labels.set(id, {
      label: label || `${providerName(provider ?? "")} key`.trimStart(),
      detail: [last4 ? `···${last4}` : null, isSaved ? null : "not among your keys"]
        .filter((part) => part !== null)
        .join(", "),
    });
  }
  return labels;
}

async function projectLabels(scope: UsageScope, ids: readonly string[]): Promise<Labels> {
  const uuids = ids.filter(isUuid);
  const labels = new Map<string, GroupLabel>([["none", { label: "Outside of projects", detail: null }]]);
  // The end of the id tells deleted ones apart.
  for (const id of uuids) labels.set(id, { label: "Deleted project", detail: `···${id.slice(-4)}` });
  if (uuids.length === 0 || scope.kind !== "person") return labels;
  const rows = await rowsOf<{ id: string; name: string }>(
    await database(),
    sql`select id::text as id, name from projects
      where id = any(${listParam(uuids)}::uuid[]) and user_id = ${scope.userId}`,
  );
  for (const { id, name } of rows) labels.set(id, { label: name, detail: null });
  return labels;
}

async function personLabels(ids: readonly string[]): Promise<Labels> {
  const labels = new Map<string, GroupLabel>();
  for (const id of ids) labels.set(id, { label: "Deleted account", detail: `···${id.slice(-4)}` });
  const rows = await rowsOf<{ id: string; name: string; email: string }>(
    await database(),
    sql`select id, name, email from "user" where id = any(${listParam(ids)}::text[])`,
  );
  for (const { id, name, email } of rows) labels.set(id, { label: name, detail: email });
  return labels;
}
