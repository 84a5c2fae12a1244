import { callApi } from "@/lib/http/api-client";

interface HeldToken {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Renewed this long before it expires, so that it is still valid when it reaches the server. */
const RENEW_BEFORE_MS = 60_000;

// Memory only: a token in localStorage outlives the tab and is readable by every script of the origin (ASVS
// 14.3.3).
let held: HeldToken | null = null;
let fetching: Promise<HeldToken> | null = null;

/**
 * The access token for the agent, fetched with the session cookie if there is none or it is about to expire.
 *
 * @throws ApiError with status 401 if not signed in, with code `network` if the server cannot be reached
 */
export async function accessToken(): Promise<string> {
  if (held && held.expiresAt - RENEW_BEFORE_MS > Date.now()) return held.token;
  fetching ??= fetchToken().finally(() => {
    fetching = null;
  });
  held = await fetching;
  return held.token;
}

/** Call after the agent rejected the token (401): the next call to `accessToken` fetches a new one. */
export function forgetAccessToken(): void {
  held = null;
}

async function fetchToken(): Promise<HeldToken> {
  const { token } = await callApi<{ token: string }>("/api/auth/token");
  return { token, expiresAt: tokenExpiry(token) };
}

/**
 * When a JWT expires (RFC 7519 section 4.1.4), in milliseconds since 1970. Read, not trusted: the server
 * verifies.
 *
 * @returns 0 if the token has no expiry, so that it is used once and not kept
 */
export function tokenExpiry(token: string): number {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { exp } = JSON.parse(atob(payload)) as { exp?: unknown };
    return typeof exp === "number" ? exp * 1000 : 0;
  } catch {
    return 0;
  }
}
