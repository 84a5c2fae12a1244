/** Only decides whether a path stays on this site; never contacted. */
const SOME_ORIGIN = "http://same.invalid";

/**
 * The page to go to after signing in, from an untrusted `?next=`.
 *
 * An open redirect would help phishing, so everything that is not a plain path of this site is dropped: other
 * origins, `//host`, `/\host` (browsers read it as `//host`), control characters, and the sign-in pages
 * themselves, which would loop.
 */
export function safeNext(value: string | string[] | undefined): string {
  const fallback = "/projects";
  if (typeof value !== "string" || !/^\/[^/\\]/.test(value) || /[\\\p{Cc}]/u.test(value)) return fallback;
  const url = URL.parse(value, SOME_ORIGIN);
  if (!url || url.origin !== SOME_ORIGIN || url.pathname.startsWith("//")) return fallback;
  if (/^\/(sign-in|sign-up|reset-password|api)(\/|$)/.test(url.pathname)) return fallback;
  return url.pathname + url.search + url.hash;
}

/** URL of the sign-in page that returns to `path` afterwards. */
export function signInPath(path: string): string {
  return `/sign-in?next=${encodeURIComponent(path)}`;
}
