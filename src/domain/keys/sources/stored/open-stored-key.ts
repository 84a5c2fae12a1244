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
import type { KeyChoice, KeyUse } from "../key-source";
import { keyOfOpened } from "../no-key";
import { isChosen } from "./chosen-key";
import { isPurposeOf } from "./seal-purpose";

export type OpenedStoredKey =
  | {
      status: "ok";
      key: Secret;
      baseUrl: string | null;
      /** Identifies the secret that was opened (PersonalKey); may differ from the one looked up before. */
      secretId: string;
      last4: string;
    }
  | { status: "not_configured" }
  /** Disabled by its owner. */
  | { status: "disabled" }
  /** A row exists but cannot be opened. Never the same as "no key": no other payer may be used. */
  | { status: "cannot_decrypt" }
  /**
   * The key store that unwraps the data key is unreachable or refuses. Says nothing about the row, which is
   * left unchanged.
   */
  | { status: "key_store_unavailable" };

/**
 * Opens a saved provider key of `actor`. The only way to its plaintext, for one outgoing request (`chat`,
 * `test`, `list_models`) or to check whether a flagged key opens again (`recheck`). The architecture test
 * restricts the callers.
 */
export async function openStoredKey(
  actor: Actor,
  choice: KeyChoice,
  purpose: KeyUse | "recheck" = "chat",
): Promise<OpenedStoredKey> {
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
      usedRecently: sql<boolean>`coalesce(${userAiApiKeysTable.lastUsedAt} > now() - interval '1 minute', false)`,
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
  // A disabled key may be tested, so that its owner can decide whether to enable it.
  if (row.disabledAt && purpose === "chat") return { status: "disabled" };

  // Guards each write below: a key saved meanwhile is never changed (compare-and-swap on the sealed value).
  const unchanged = and(eq(userAiApiKeysTable.id, row.id), eq(userAiApiKeysTable.apiKey, row.apiKey));
  let key: string;
  try {
    // The row names a different provider or address than its secret was sealed for.
    if (!isPurposeOf(row)) throw new DecryptionFailed();
    const text = await openValue(
      API_KEYS,
      { id: row.id, owner: actor.userId, purpose: row.sealPurpose, sealed: row.apiKey, dataKey: row.dataKey },
      { actor: purpose === "recheck" ? { system: "start" } : actor, purpose },
    );
    // Imported data may contain what saving rejects, such as a line break, which `fetch` would quote in its
    // error.
    const opened = keyOfOpened(text);
    key = opened === "" ? "" : pastedApiKeySchema.parse(opened);
  } catch (error) {
    // A policy refusal, an unwritable audit trail or an unavailable database is not the key's fault.
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

  const used = purpose === "chat" && !row.usedRecently;
  if (used || row.unreadableSince) {
    // A rotation batch locks the row while it writes. A message does not wait for it: the next one updates
    // the row.
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
