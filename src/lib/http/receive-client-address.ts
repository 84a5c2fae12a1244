import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { environment } from "@/lib/env.server";
import { settleClientAddress } from "./client-address";

/**
 * From now on, `x-forwarded-for` of every request this process receives is the client's address, for us as
 * for the auth library. A route handler cannot find out: it does not see the socket, and Next sets the header
 * from it only if the client sent none. So it is done as Node receives the request, before Next sees it.
 */
export function receiveClientAddresses(): void {
  const { TRUSTED_PROXIES } = environment();
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    settleClientAddress(request.headers, request.socket.remoteAddress, TRUSTED_PROXIES);
  });
}
