import { and, type SQL, sql } from "drizzle-orm";
import { INSTALLATION } from "@/contracts/owner";
import type { UsageFilter } from "@/contracts/usage-report";

/** Whose usage may be read: a person's, or what the platform's key paid for everybody. */
export type UsageScope =
  | { readonly kind: "person"; readonly userId: string }
  | { readonly kind: "installation" };

/**
 * The rows of a scope. A person sees what they asked for, whoever paid, and what their own keys paid.
 * Operators see what the platform's key paid, and nothing of what people pay themselves.
 *
 * In `usage_events`, `usage_sums` and `usage_tail`, which have these columns under the same names.
 */
export function isInScope(scope: UsageScope): SQL {
  if (scope.kind === "installation") {
    return sql`(owner_kind = ${INSTALLATION.kind} and owner_id = ${INSTALLATION.id})`;
  }
  return sql`(user_id = ${scope.userId} or (owner_kind = 'person' and owner_id = ${scope.userId}))`;
}

/**
 * The same as conditions of which each row meets one at most, in the forms of which each is a stretch of an
 * index: with "or", all that a person ever used would be read. What others asked for, with a person's key, is
 * on both sides of that person in the order of ids.
 */
export function scopeParts(scope: UsageScope): SQL[] {
  if (scope.kind === "installation") return [isInScope(scope)];
  const isPaid = sql`owner_kind = 'person' and owner_id = ${scope.userId}`;
  return [
    sql`user_id = ${scope.userId}`,
    sql`${isPaid} and user_id < ${scope.userId}`,
    sql`${isPaid} and user_id > ${scope.userId}`,
  ];
}

/** @returns undefined if all is wanted */
export function matchesFilter(filter: UsageFilter): SQL | undefined {
  const { key, model, person, project, payer, provider, purpose } = filter;
  return and(
    key === undefined ? undefined : isOfKey(key),
    model === undefined ? undefined : isOfModel(model),
    person === undefined ? undefined : sql`user_id = ${person}`,
    project === undefined
      ? undefined
      : project === "none"
        ? sql`project_id is null`
        : sql`project_id = ${project}::uuid`,
    payer === undefined
      ? undefined
      : sql`owner_kind = ${payer === "platform" ? INSTALLATION.kind : "person"}`,
    provider === undefined ? undefined : sql`provider = ${provider}`,
    purpose === undefined ? undefined : sql`purpose = ${purpose}`,
  );
}

function isOfKey(key: string): SQL {
  if (key === "platform") return sql`owner_kind = ${INSTALLATION.kind}`;
  if (key === "earlier") return sql`(owner_kind <> ${INSTALLATION.kind} and key_id is null)`;
  return sql`key_id = ${key}::uuid`;
}

function isOfModel(model: string): SQL {
  const end = model.indexOf("/");
  return sql`(provider = ${model.slice(0, end)} and model = ${model.slice(end + 1)})`;
}
