const DEEPEST_CAUSE = 5;

/**
 * Node's code for a failed connection ("ECONNREFUSED", "CERT_HAS_EXPIRED"), searched for in the error, its
 * causes and its aggregated errors; null if not found. Codes are constants of Node and OpenSSL, so they may
 * be shown.
 */
export function connectionCode(error: unknown, depth = 0): string | null {
  if (!(error instanceof Error) || depth > DEEPEST_CAUSE) return null;
  if ("code" in error && typeof error.code === "string" && /^[A-Z][A-Z0-9_]{1,47}$/.test(error.code)) {
    return error.code;
  }
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const each of [...inner, error.cause]) {
    const code = connectionCode(each, depth + 1);
    if (code !== null) return code;
  }
  return null;
}
