import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Refusal } from "../../failure";
import { openRouterRefusal } from "./refusals";

export interface AuthorizationRequest {
  callbackUrl: URL;
  codeChallenge: string | null;
  /** A challenge without a method is a plain one (RFC 7636, section 4.3). */
  method: "S256" | "plain";
}

const query = z.object({
  callback_url: z.url({ protocol: /^https?$/ }),
  code_challenge: z.string().min(1).optional(),
  code_challenge_method: z.enum(["S256", "plain"]).default("plain"),
});

const exchange = z.object({
  code: z.string().min(1),
  code_verifier: z.string().min(1).nullish(),
  code_challenge_method: z.enum(["S256", "plain"]).nullish(),
});

/** Parses an authorization request; null if invalid. */
export function authorizationRequest(parameters: URLSearchParams): AuthorizationRequest | null {
  const read = query.safeParse(Object.fromEntries(parameters));
  if (!read.success) return null;
  return {
    callbackUrl: new URL(read.data.callback_url),
    codeChallenge: read.data.code_challenge ?? null,
    method: read.data.code_challenge_method,
  };
}

/**
 * Issued codes that are not yet exchanged. Each is valid for one key:
 * https://openrouter.ai/docs/use-cases/oauth-pkce
 */
export class Authorizations {
  private readonly granted = new Map<string, Pick<AuthorizationRequest, "codeChallenge" | "method">>();
  private readonly accept: (key: string) => void;

  /** @param accept makes a new key work */
  constructor(accept: (key: string) => void) {
    this.accept = accept;
  }

  /** Redirect URL after "Authorize". */
  grant({ callbackUrl, codeChallenge, method }: AuthorizationRequest): string {
    const code = `auth_code_${randomBytes(16).toString("hex")}`;
    this.granted.set(code, { codeChallenge, method });
    return withParameter(callbackUrl, "code", code);
  }

  /** Redirect URL after "Deny". */
  deny({ callbackUrl }: AuthorizationRequest): string {
    return withParameter(callbackUrl, "error", "access_denied");
  }

  /** Exchanges a code and its verifier for a key. */
  exchange(body: unknown): Refusal {
    const read = exchange.safeParse(body);
    if (!read.success) return refusal(400, "Invalid request: code is required");
    const { code, code_verifier: verifier, code_challenge_method: method } = read.data;
    const granted = this.granted.get(code);
    if (!granted) return refusal(403, "Invalid code or code_verifier");
    if (granted.codeChallenge !== null) {
      if (method && method !== granted.method) return refusal(400, "Invalid code_challenge_method");
      if (challengeOf(verifier ?? "", granted.method) !== granted.codeChallenge) {
        return refusal(403, "Invalid code or code_verifier");
      }
    }
    this.granted.delete(code);
    const key = `sk-or-v1-DEMO${randomBytes(30).toString("hex")}`;
    this.accept(key);
    return { status: 200, body: { key, user_id: "user_2StandIn" } };
  }
}

/** https://www.rfc-editor.org/rfc/rfc7636#section-4.6 */
function challengeOf(verifier: string, method: AuthorizationRequest["method"]): string {
  return method === "plain" ? verifier : createHash("sha256").update(verifier).digest("base64url");
}

function withParameter(url: URL, name: string, value: string): string {
  const target = new URL(url);
  target.searchParams.set(name, value);
  return target.href;
}

function refusal(status: 400 | 403, message: string): Refusal {
  if (status === 400) return openRouterRefusal({ kind: "malformed", message });
  return { status, body: { error: { code: status, message } } };
}
