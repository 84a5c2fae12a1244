import type { LookupFunction } from "node:net";
import { Agent } from "undici";
import type { RequestLimits } from "./request-limits";
import type { ResolvedAddress } from "./resolve-host";

/**
 * A connection pool for one request that can reach only the given addresses, whatever the name resolves to
 * meanwhile. TLS (SNI and the certificate) and the Host header still use the name. Ignores proxies set in the
 * environment.
 *
 * @param addresses checked ones; they are tried as the system does (RFC 8305)
 */
export function pinnedAgent(addresses: readonly ResolvedAddress[], limits: RequestLimits): Agent {
  const lookup: LookupFunction = (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (!first) callback(new Error("no address to connect to"), "");
    else if (all) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
  return new Agent({
    connect: { lookup, timeout: limits.headersMs },
    // Requests that the connection be closed after the response.
    pipelining: 0,
    allowH2: false,
    maxHeaderSize: limits.maxHeaderBytes,
    maxResponseSize: limits.maxBodyBytes,
    // The RequestWatch handles timeouts.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
