import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { and, desc, eq, inArray, ne } from "drizzle-orm";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { FirstSelection, ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import type { Actor } from "@/domain/identity/actor";
import { DEFAULT_SELECTION } from "@/domain/models/default-selection";
import { database } from "@/lib/db/client";
import { defaultSelectionsTable, usageEventsTable } from "@/lib/db/schema";
import { listKeys } from "../list-keys";
import { listLiveModels } from "../model-choices/list-live-models";
import { modelGroupsOf } from "../model-choices/list-model-groups";
import { chooseFirstSelection } from "./choose-first-selection";

/**
 * What a browser tab of `actor` starts with: their default, even if it cannot pay at the moment (nothing else
 * pays in its place), else the first selection that can pay: of a custom endpoint the model that answered
 * last, else the first one it lists. If nothing can, the platform's, so that the page says what is missing.
 *
 * @param known what was read already
 */
export async function firstSelection(
  actor: Actor,
  known?: { keys: AiKeySummary[]; groups: ModelGroup[] },
): Promise<FirstSelection> {
  const remembered = await readDefaultSelection(actor);
  if (remembered) return { selection: remembered, isRemembered: true };
  const keys = known?.keys ?? (await listKeys(actor));
  const groups = known?.groups ?? modelGroupsOf(keys);
  const found =
    chooseFirstSelection(groups, keys) ??
    chooseFirstSelection(groups, keys, await lastModelsOf(actor, groups)) ??
    chooseFirstSelection(await withListedModels(actor, groups), keys);
  return { selection: found ?? DEFAULT_SELECTION, isRemembered: false };
}

async function readDefaultSelection(actor: Actor): Promise<ModelSelection | null> {
  const db = await database();
  const [row] = await db
    .select()
    .from(defaultSelectionsTable)
    .where(eq(defaultSelectionsTable.userId, actor.userId));
  if (!row) return null;
  const { payer, provider, model, keyId } = row;
  return { payer, provider, model, ...(keyId ? { keyId } : {}) };
}

/** Endpoints that are asked for their models, and how long a page waits for them. */
const MOST_ASKED = 3;
const WAIT_MS = 1500;

/**
 * The same groups with the models of custom endpoints as these list them, which is kept for a while. One that
 * does not answer soon is left as it is: its list may be there for the next tab.
 */
async function withListedModels(actor: Actor, groups: readonly ModelGroup[]): Promise<ModelGroup[]> {
  const asked = groups.filter(isUnknownEndpoint).slice(0, MOST_ASKED);
  const listed = await Promise.all(asked.map(async (group) => listedSoon(actor, group)));
  return groups.map((group) => listed.find((each) => each?.keyId === group.keyId) ?? group);
}

async function listedSoon(actor: Actor, { keyId }: ModelGroup): Promise<ModelGroup | null> {
  // A limit, an address or a key that cannot be used: the picker says it.
  const list = listLiveModels(actor, keyId ?? "").catch(() => null);
  const soon = new AbortController();
  try {
    return await Promise.race([list, delay(WAIT_MS, null, { signal: soon.signal, ref: false })]);
  } finally {
    soon.abort();
  }
}

/** A key that can pay and whose models only its endpoint knows. */
function isUnknownEndpoint({ keyId, reason, models }: ModelGroup): boolean {
  return keyId !== null && reason === null && models.length === 0;
}

/** The model of the last answer with each key whose models are known only to its endpoint. */
async function lastModelsOf(actor: Actor, groups: readonly ModelGroup[]): Promise<Map<string, string>> {
  const keyIds = groups.flatMap((group) => (isUnknownEndpoint(group) && group.keyId ? [group.keyId] : []));
  if (keyIds.length === 0) return new Map();
  const db = await database();
  const rows = await db
    .selectDistinctOn([usageEventsTable.keyId], {
      keyId: usageEventsTable.keyId,
      model: usageEventsTable.model,
    })
    .from(usageEventsTable)
    .where(
      and(
        eq(usageEventsTable.userId, actor.userId),
        inArray(usageEventsTable.keyId, keyIds),
        eq(usageEventsTable.outcome, "completed"),
        // A test of a key names whatever model is cheapest.
        ne(usageEventsTable.purpose, "key_test"),
      ),
    )
    .orderBy(usageEventsTable.keyId, desc(usageEventsTable.at));
  return new Map(rows.map(({ keyId, model }) => [keyId ?? "", model]));
}
