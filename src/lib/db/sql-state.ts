/** Two transactions waited for each other, or one waited longer than it may. The same work may succeed a moment later. */
const GAVE_WAY = ["40P01", "40001", "55P03"];

/** The five-character code of Postgres behind an error, through whatever libraries wrapped around it. */
export function sqlStateOf(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string" && /^[0-9A-Z]{5}$/.test(at.code)) return at.code;
  }
  return null;
}

export function gaveWay(error: unknown): boolean {
  return GAVE_WAY.includes(sqlStateOf(error) ?? "");
}
