/**
 * Codes of an error and of what caused it, outermost first, or names where there is no code: undici wraps the reason in "fetch failed".
 * It is all that is kept of a failed request for the log: the HTTP parser puts bytes of the answer into its errors, and those may
 * repeat a key.
 */
export function errorNames(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const name = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return [name, ...errorNames(error.cause)];
}
