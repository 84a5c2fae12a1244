import "server-only";
import { and, count, eq, isNull, sql } from "drizzle-orm";
import { OWNER_MAX_LIMITS } from "@/contracts/limits";
import { INSTALLATION, type Owner, personAsOwner } from "@/contracts/owner";
import type {
  CreateOwnLimitRequest,
  CreatePlatformLimitRequest,
  LimitView,
} from "@/contracts/spending-limits";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { AppError, notFound } from "@/lib/app-error";
import { database, type Transaction } from "@/lib/db/client";
import { limitsTable, userAiApiKeysTable, userTable } from "@/lib/db/schema";
import { sqlStateOf } from "@/lib/db/sql-state";
import { auditFigures } from "./audit-figures";
import { countLimitChange } from "./count-limit-change";
import { readLimits } from "./read-limits";

/** First of two keys of the advisory lock of whoever counts (migration 0029). */
const COUNTING = 29;
/** Postgres: unique_violation. */
const IS_THERE = "23505";
/** Postgres: invalid_parameter_value. It knows other zones than Node. */
const UNKNOWN_ZONE = "22023";

/**
 * Limits a person's own keys, or one of them.
 *
 * @throws AppError `not_found` for a key that is not theirs; `conflict` for a second limit of one kind;
 *   `limit_reached`; `rate_limited`
 */
export async function createOwnLimit(actor: Actor, request: CreateOwnLimitRequest): Promise<LimitView> {
  const owner = personAsOwner(actor.userId);
  const { scope } = request;
  return create(actor, owner, request, async (tx) => {
    if (scope.kind === "person") return requirePerson(tx, actor.userId);
    const [key] = await tx
      .select({ id: userAiApiKeysTable.id })
      .from(userAiApiKeysTable)
      .where(
        and(
          eq(userAiApiKeysTable.id, scope.id),
          eq(userAiApiKeysTable.userId, actor.userId),
          isNull(userAiApiKeysTable.previousOf),
        ),
      )
      // Its deletion takes its limits along: also one that is made at the same moment.
      .for("key share");
    if (!key) throw notFound("key");
    return key.id;
  });
}

/** Limits what the platform pays. For operators. @throws AppError as `createOwnLimit` */
export async function createPlatformLimit(
  actor: Actor | SystemActor,
  request: CreatePlatformLimitRequest,
): Promise<LimitView> {
  const { scope } = request;
  return create(actor, INSTALLATION, request, async (tx) =>
    scope.kind === "person" ? requirePerson(tx, scope.id) : "",
  );
}

/** Holds them: their deletion takes their limits along. */
async function requirePerson(tx: Transaction, personId: string): Promise<string> {
  const [person] = await tx
    .select({ id: userTable.id })
    .from(userTable)
    .where(eq(userTable.id, personId))
    .for("key share");
  if (!person) throw notFound("person");
  return person.id;
}

async function create(
  actor: Actor | SystemActor,
  owner: Owner,
  request: CreateOwnLimitRequest | CreatePlatformLimitRequest,
  findScope: (tx: Transaction) => Promise<string>,
): Promise<LimitView> {
  await countLimitChange(actor);
  const { scope, fallbackPrice, ...rules } = request;
  const db = await database();
  try {
    return await db.transaction(async (tx) => {
      const scopeId = await findScope(tx);
      // Whoever counts holds it in common until they have: nothing is missed, and nothing counts twice.
      await tx.execute(
        sql`select pg_advisory_xact_lock(${COUNTING}, counting_lock(${owner.kind}, ${owner.id}))`,
      );
      const [has] = await tx
        .select({ limits: count() })
        .from(limitsTable)
        .where(and(eq(limitsTable.ownerKind, owner.kind), eq(limitsTable.ownerId, owner.id)));
      if (has && has.limits >= OWNER_MAX_LIMITS) {
        throw new AppError(
          "limit_reached",
          `There are ${OWNER_MAX_LIMITS} limits, which is the most. Delete one first.`,
        );
      }
      const [made] = await tx
        .insert(limitsTable)
        .values({
          ...rules,
          ownerKind: owner.kind,
          ownerId: owner.id,
          scopeKind: scope.kind,
          scopeId,
          payer: owner.kind === "installation" ? "platform" : "person",
          fallbackInput: fallbackPrice?.input ?? null,
          fallbackOutput: fallbackPrice?.output ?? null,
          createdBy: "userId" in actor ? actor.userId : `system:${actor.system}`,
        })
        .returning({ id: limitsTable.id });
      if (!made) throw new Error("an insertion returns its row");
      await tx.execute(sql`select count_running_window(${made.id}::uuid)`);
      await recordAuditEvent(tx, actor, "limit.created", made.id, {
        scope: scope.kind,
        ...(scopeId !== "" && { scopeId }),
        measure: rules.measure,
        period: rules.period,
        hard: rules.hard,
        ...auditFigures(owner.kind, { amount: rules.amount }),
      });
      const [view] = await readLimits(sql`l.id = ${made.id}::uuid`, null, tx);
      if (!view) throw new Error("it was just made");
      return view;
    });
  } catch (error) {
    if (sqlStateOf(error) === IS_THERE) {
      throw new AppError(
        "conflict",
        "There is a limit of this measure and period for the same already. Change that one.",
      );
    }
    if (sqlStateOf(error) === UNKNOWN_ZONE) {
      throw new AppError("invalid_request", "This time zone is not known to the database. Choose another.");
    }
    throw error;
  }
}
