import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { EndpointFailure } from "./endpoint-failure";

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/**
 * Returns every address of a host, in the order the system would use them. Rejects or returns none if there
 * is no such host.
 */
export type HostResolver = (hostname: string) => Promise<readonly ResolvedAddress[]>;

const resolveBySystem: HostResolver = (hostname) => lookup(hostname, { all: true, order: "verbatim" });

/**
 * Resolves a host once.
 *
 * @param hostname a name, or an IP address, which resolves to itself
 * @param resolver the system's (hosts file, DNS) by default
 * @throws EndpointFailure `unreachable` if the name has no address, or whatever the resolver throws
 */
export async function resolveHost(
  hostname: string,
  resolver: HostResolver = resolveBySystem,
): Promise<readonly ResolvedAddress[]> {
  const family = isIP(hostname);
  if (family !== 0) return [{ address: hostname, family }];
  const answers = await resolver(hostname);
  if (answers.length === 0) throw new EndpointFailure("unreachable", { cause: "the name has no address" });
  return answers;
}
