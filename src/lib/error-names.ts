/**
 * Codes of an error and of its causes, outermost first, or names where there is no code: undici wraps the
 * reason in "fetch failed". Nothing else of a failed request is logged: the HTTP parser puts bytes of the
 * response into its errors, and those may repeat a key.
 */
export function errorNames(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const name = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return [name, ...errorNames(error.cause)];
}
