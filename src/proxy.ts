import { type NextRequest, NextResponse } from "next/server";
import type { ErrorResponse } from "@/contracts/error";

/**
 * Refuses malformed URLs, and gives every page a strict Content-Security-Policy with a fresh nonce. Next
 * reads the nonce from the request's own policy header and adds it to its scripts and styles; `x-nonce`
 * passes it to our layout.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname } = request.nextUrl;
  if (!isDecodable(pathname)) return refuseAddress();
  if (pathname.startsWith("/api/")) return NextResponse.next();
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

function isDecodable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

/** Next answers "Internal Server Error" when a dynamic segment has a broken percent-encoding. */
function refuseAddress(): NextResponse {
  const body: ErrorResponse = { error: "This address is not encoded correctly.", code: "invalid_request" };
  return NextResponse.json(body, { status: 400, headers: { "cache-control": "no-store" } });
}

function contentSecurityPolicy(nonce: string): string {
  const development = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    // React's development build uses eval to rebuild server stacks; a production build never does.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    development ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${agentServerOrigin()}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * The agent server may be deployed separately (NEXT_PUBLIC_MASTRA_API_URL); then the chat page connects to it
 * too.
 */
function agentServerOrigin(): string {
  const url = process.env.NEXT_PUBLIC_MASTRA_API_URL;
  return url && URL.canParse(url) ? ` ${new URL(url).origin}` : "";
}

export const config = {
  // Pages only: API routes have their own policy and need no nonce; neither do static files.
  matcher: [
    { source: "/((?!api/|_next/static|_next/image|icon.svg|favicon.ico).*)" },
    // None of our API addresses needs percent-encoding; those that contain it are checked.
    { source: "/api/(.*%.*)" },
  ],
};
