import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { environment } from "@/lib/env.server";
import { settleClientAddress } from "./client-address";

/** A year. Not for subdomains, which may be somebody else's. */
const STRICT_TRANSPORT_SECURITY = "max-age=31536000";

/**
 * What happens to every request this process receives, before Next sees it:
 *
 * - `x-forwarded-for` becomes the client's address, for us as for the auth library. A route handler cannot
 *   find it out: it does not see the socket, and Next sets the header from it only if the client sent none.
 * - where people open the product over https, browsers are told to use nothing else. A build does not know
 *   the address it will be served at, so next.config.ts cannot say it.
 */
export function prepareRequests(): void {
  const { APP_URL, TRUSTED_PROXIES } = environment();
  const isHttps = APP_URL.startsWith("https://");
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    settleClientAddress(request.headers, request.socket.remoteAddress, TRUSTED_PROXIES);
    if (isHttps) response.setHeader("strict-transport-security", STRICT_TRANSPORT_SECURITY);
  });
}
