/** Deadlock, serialization failure, or lock timeout. The same work may succeed a moment later. */
const LOCK_CONFLICT_STATES = ["40P01", "40001", "55P03"];

/** The five-character Postgres error code (SQLSTATE) of an error, however many libraries have wrapped it. */
export function sqlStateOf(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string" && /^[0-9A-Z]{5}$/.test(at.code)) return at.code;
  }
  return null;
}

export function isLockConflict(error: unknown): boolean {
  return LOCK_CONFLICT_STATES.includes(sqlStateOf(error) ?? "");
}
