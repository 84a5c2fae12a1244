import "server-only";
import { and, eq, inArray, isNull } from "drizzle-orm";
import { ZodError } from "zod";
import { type KeyPause, pastedApiKeySchema } from "@/contracts/ai-keys";
import type { ProviderId } from "@/contracts/provider";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { refuseUnlessActive, type Standing, standingOf } from "@/domain/identity/authority";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { openValue } from "@/domain/vault/sealing/open-value";
import { API_KEYS } from "@/domain/vault/sealing/sealed-columns";
import { database } from "@/lib/db/client";
import { runStatement } from "@/lib/db/run-statement";
import { userAiApiKeysTable } from "@/lib/db/schema";
import { DecryptionFailed, EncryptionError, KeyStoreRefused, KeyStoreUnavailable } from "@/lib/encryption";
import { logger } from "@/lib/logger";
import { Secret } from "@/lib/secret";
import type { KeyChoice, KeyUse } from "../key-source";
import { keyOfOpened } from "../no-key";
import { IS_EXPIRED, isChosenKey, PAUSE } from "./chosen-key";
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
  /** Paused until its owner resumes or replaces it. */
  | { status: "paused"; pause: KeyPause }
  /** Past its date. */
  | { status: "expired" }
  /** A row exists but cannot be opened. Never the same as "no key": no other payer may be used. */
  | { status: "cannot_decrypt" }
  /**
   * The key store that unwraps the data key is unreachable or refuses. Says nothing about the row, which is
   * left unchanged.
   */
  | { status: "key_store_unavailable" };

/** A key with its data key, and whether its actor may use it. */
interface KeyToOpen {
  id: string;
  provider: ProviderId;
  baseUrl: string | null;
  last4: string;
  sealPurpose: string;
  isDisabled: boolean;
  isExpired: boolean;
  pause: KeyPause | null;
  apiKey: string;
  isReadable: boolean;
  standing: Standing;
  dataKeyId: string | null;
  ownerKind: string;
  ownerId: string;
  wrapped: string | null;
}

/**
 * Reads a key for opening it and notes, once a minute, that it is used for a message. A rotation batch locks
 * the row while it writes: the message does not wait for it, the next one notes it.
 */
const READ = `with chosen as materialized (
    select k.*, ${IS_EXPIRED} as is_expired, ${standingOf("$1", "$4", "$5")} as standing
    from user_ai_api_keys k where ${isChosenKey("$1", "$2", "$3")} limit 1
  ), used as (
    update user_ai_api_keys set last_used_at = now() where id in (
      select k.id from user_ai_api_keys k join chosen on k.id = chosen.id and k.api_key = chosen.api_key
      where $6::text = 'chat' and chosen.standing = 'active'
        and chosen.disabled_at is null and chosen.unreadable_since is null
        and chosen.paused_at is null and not chosen.is_expired
        and coalesce(chosen.last_used_at < now() - interval '1 minute', true)
      for no key update of k skip locked
    )
  )
  select k.id, k.provider, k.base_url as "baseUrl", k.last4, k.seal_purpose as "sealPurpose",
    k.disabled_at is not null as "isDisabled", k.api_key as "apiKey", k.unreadable_since is null as "isReadable",
    k.is_expired as "isExpired", ${PAUSE} as pause, k.standing, d.id as "dataKeyId", d.owner_kind as "ownerKind", d.owner_id as "ownerId", d.wrapped
  from chosen k left join data_keys d on d.id = split_part(k.api_key, '.', 2)`;

/**
 * Opens a saved provider key of `actor`. The only way to its plaintext, for one outgoing request (`chat`,
 * `test`, `list_models`, `reconcile`) or to check whether a flagged key opens again (`recheck`). The
 * architecture test restricts the callers.
 *
 * @throws AppError `unauthorized`, `account_suspended`, `not_found` if the actor may act no longer
 */
export async function openStoredKey(
  actor: Actor,
  choice: KeyChoice,
  purpose: KeyUse | "reconcile" | "recheck" = "chat",
  projectId?: string,
): Promise<OpenedStoredKey> {
  const { provider, keyId } = choice;
  const [row] = await runStatement<KeyToOpen>(READ, [
    actor.userId,
    provider ?? null,
    keyId ?? null,
    actor.sessionId ?? null,
    projectId ?? null,
    purpose,
  ]);
  if (!row) return { status: "not_configured" };
  if (purpose !== "recheck") refuseUnlessActive(row.standing);
  // It may be tested all the same, so that its owner can decide whether to enable it.
  if (purpose === "chat" || purpose === "reconcile") {
    if (row.isDisabled) return { status: "disabled" };
    if (row.pause) return { status: "paused", pause: row.pause };
    if (row.isExpired) return { status: "expired" };
  }

  // Guards each write below: a key saved meanwhile is never changed (compare-and-swap on the sealed value).
  const unchanged = and(eq(userAiApiKeysTable.id, row.id), eq(userAiApiKeysTable.apiKey, row.apiKey));
  const { dataKeyId, ownerKind, ownerId, wrapped } = row;
  let key: string;
  try {
    // The row names a different provider or address than its secret was sealed for.
    if (!isPurposeOf(row)) throw new DecryptionFailed();
    const text = await openValue(
      API_KEYS,
      {
        id: row.id,
        owner: actor.userId,
        purpose: row.sealPurpose,
        sealed: row.apiKey,
        dataKey: dataKeyId === null ? null : { id: dataKeyId, ownerKind, ownerId, wrapped },
      },
      { actor: openerOf(purpose) ?? actor, purpose, projectId },
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
    if (row.isReadable) {
      const db = await database();
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

  if (!row.isReadable) {
    const db = await database();
    // Nor does a message wait for the lock of a rotation here.
    const free = db
      .select({ id: userAiApiKeysTable.id })
      .from(userAiApiKeysTable)
      .where(unchanged)
      .for("no key update", { skipLocked: true });
    await db
      .update(userAiApiKeysTable)
      .set({ unreadableSince: null, ...(purpose === "chat" ? { lastUsedAt: new Date() } : {}) })
      .where(inArray(userAiApiKeysTable.id, free));
  }
  const { baseUrl, sealPurpose: secretId, last4 } = row;
  return { status: "ok", key: new Secret(key), baseUrl, secretId, last4 };
}

/** The part of this server that opens a key on its own; undefined if its owner does. */
function openerOf(purpose: KeyUse | "reconcile" | "recheck"): SystemActor | undefined {
  if (purpose === "recheck") return { system: "start" };
  return purpose === "reconcile" ? { system: "reconcile" } : undefined;
}
