import type { LookupFunction } from "node:net";
import { Agent } from "undici";
import type { RequestLimits } from "./request-limits";
import type { ResolvedAddress } from "./resolve-host";

/**
 * A connection pool for one request that can reach the given addresses and no others, whatever the name resolves to meanwhile. The name
 * stays what it is for TLS (SNI and the certificate) and for the Host header. No proxy of the environment is used.
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
    // Asks for the connection to be closed after the answer.
    pipelining: 0,
    allowH2: false,
    maxHeaderSize: limits.maxHeaderBytes,
    maxResponseSize: limits.maxBodyBytes,
    // Times are the RequestWatch's.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
