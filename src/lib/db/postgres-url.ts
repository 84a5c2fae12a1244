/**
 * The connection string as libpq reads it (https://www.postgresql.org/docs/current/libpq-ssl.html), which is
 * what providers of Postgres mean by the ones they hand out. pg 8 takes `sslmode=require` for `verify-full`,
 * and so refuses every server with a certificate of its own; pg 9 will read it as libpq does.
 *
 * @param url a `DATABASE_URL` that was checked
 */
export function postgresUrl(url: string): string {
  const parsed = new URL(url);
  const { searchParams } = parsed;
  if (!searchParams.has("sslmode") || searchParams.has("uselibpqcompat")) return url;
  // `no-verify` is pg's own and not known to libpq.
  if (searchParams.get("sslmode") === "no-verify") return url;
  searchParams.set("uselibpqcompat", "true");
  return parsed.href;
}

/** Whether the traffic is encrypted, but to whoever answers: nothing checks the server's certificate. */
export function trustsAnyCertificate(url: string): boolean {
  const { searchParams } = new URL(url);
  const mode = searchParams.get("sslmode");
  if (mode === "no-verify") return true;
  return (mode === "prefer" || mode === "require") && !searchParams.has("sslrootcert");
}
