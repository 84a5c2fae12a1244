import "server-only";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { ZodError } from "zod";
import { pastedApiKeySchema } from "@/contracts/ai-keys";
import type { Actor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { openValue } from "@/domain/vault/sealing/open-value";
import { API_KEYS } from "@/domain/vault/sealing/sealed-columns";
import { database } from "@/lib/db/client";
import { dataKeysTable, userAiApiKeysTable } from "@/lib/db/schema";
import { DecryptionFailed, EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { logger } from "@/lib/logger";
import { Secret } from "@/lib/secret";
import { isChosen, type KeyChoice } from "./key-choice";
import { isPurposeOf } from "./seal-purpose";

export type OpenedApiKey =
  | {
      status: "ok";
      key: Secret;
      baseUrl: string | null;
      /** Names the secret that was opened (FoundApiKey): it may be another one than the key had a moment ago. */
      secretId: string;
      last4: string;
    }
  | { status: "not_configured" }
  /** Its owner put it out of use. */
  | { status: "disabled" }
  /** A row exists and cannot be opened. Never the same as "no key": no other payer may step in. */
  | { status: "cannot_decrypt" }
  /** The key store that unwraps the data key does not answer or refuses. Says nothing about the row, which stays as it is. */
  | { status: "key_store_unavailable" };

/**
 * Opens a saved provider key of `actor`: the only way to its plaintext, for one outgoing request (`chat`, `test`,
 * `list_models`) or to see whether a flagged key opens again (`recheck`). The architecture test holds who may call it.
 */
export async function openApiKey(
  actor: Actor,
  choice: KeyChoice,
  purpose: "chat" | "test" | "list_models" | "recheck" = "chat",
): Promise<OpenedApiKey> {
  const db = await database();
  const [row] = await db
    .select({
      id: userAiApiKeysTable.id,
      provider: userAiApiKeysTable.provider,
      baseUrl: userAiApiKeysTable.baseUrl,
      last4: userAiApiKeysTable.last4,
      sealPurpose: userAiApiKeysTable.sealPurpose,
      disabledAt: userAiApiKeysTable.disabledAt,
      apiKey: userAiApiKeysTable.apiKey,
      unreadableSince: userAiApiKeysTable.unreadableSince,
      usedLately: sql<boolean>`coalesce(${userAiApiKeysTable.lastUsedAt} > now() - interval '1 minute', false)`,
      dataKey: {
        id: dataKeysTable.id,
        ownerKind: dataKeysTable.ownerKind,
        ownerId: dataKeysTable.ownerId,
        wrapped: dataKeysTable.wrapped,
      },
    })
    .from(userAiApiKeysTable)
    .leftJoin(dataKeysTable, eq(dataKeysTable.id, sql`split_part(${userAiApiKeysTable.apiKey}, '.', 2)`))
    .where(isChosen(actor, choice))
    .limit(1);
  if (!row) return { status: "not_configured" };
  // A disabled key may be tested, which is how its owner finds out whether to enable it.
  if (row.disabledAt && purpose === "chat") return { status: "disabled" };

  // Guards each write below: a key saved meanwhile is never touched (compare-and-swap on the sealed value).
  const unchanged = and(eq(userAiApiKeysTable.id, row.id), eq(userAiApiKeysTable.apiKey, row.apiKey));
  let key: string;
  try {
    // The row says another provider or address than its secret was sealed for.
    if (!isPurposeOf(row)) throw new DecryptionFailed();
    const text = await openValue(
      API_KEYS,
      { id: row.id, owner: actor.userId, purpose: row.sealPurpose, sealed: row.apiKey, dataKey: row.dataKey },
      { actor: purpose === "recheck" ? { system: "start" } : actor, purpose },
    );
    // Data that was taken over may hold what saving refuses, such as a line break: `fetch` would quote it in its error.
    key = pastedApiKeySchema.parse(text);
  } catch (error) {
    // A refusal by the policy, an audit trail that cannot be written, a database that is away: not the key's fault.
    if (!(error instanceof EncryptionError) && !(error instanceof ZodError)) throw error;
    logger.error({ err: error, keyRow: row.id }, "a saved provider key cannot be opened");
    if (error instanceof KeyStoreUnavailable || error instanceof KeyStoreRefused) {
      return { status: "key_store_unavailable" };
    }
    if (!row.unreadableSince) {
      await db.transaction(async (tx) => {
        const flagged = await tx
          .update(userAiApiKeysTable)
          .set({ unreadableSince: new Date() })
          .where(and(unchanged, isNull(userAiApiKeysTable.unreadableSince)))
          .returning({ id: userAiApiKeysTable.id });
        if (flagged.length > 0)
          await recordAuditEvent(tx, actor, "ai_key.unreadable", row.id, { provider: row.provider });
      });
    }
    return { status: "cannot_decrypt" };
  }

  const used = purpose === "chat" && !row.usedLately;
  if (used || row.unreadableSince) {
    // A batch of a rotation holds the row for as long as it writes. A message does not wait for it: the next one notes it.
    const free = db
      .select({ id: userAiApiKeysTable.id })
      .from(userAiApiKeysTable)
      .where(unchanged)
      .for("no key update", { skipLocked: true });
    await db
      .update(userAiApiKeysTable)
      .set({ unreadableSince: null, ...(used ? { lastUsedAt: new Date() } : {}) })
      .where(inArray(userAiApiKeysTable.id, free));
  }
  const { baseUrl, sealPurpose: secretId, last4 } = row;
  return { status: "ok", key: new Secret(key), baseUrl, secretId, last4 };
}
