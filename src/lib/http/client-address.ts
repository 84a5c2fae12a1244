import "server-only";
import ipaddr from "ipaddr.js";
import { type AddressRange, type IpAddress, isWithin, parseAddress } from "@/lib/outbound/address-range";

/** Where a request came from, as this server found out (prepare-requests.ts). */
const HEADER = "x-forwarded-for";

/**
 * Finds out who sent a request. Each proxy adds the address it was reached from at the right end of
 * `x-forwarded-for`; whoever is at the left end may have written anything. So it is read from the right, from
 * the socket on, for as long as the one who says it is a trusted proxy.
 *
 * @param socketAddress the other end of the connection
 * @param forwarded the header as it arrived
 * @returns an address in its standard spelling; null if the socket has none any more
 */
export function clientAddressOf(
  socketAddress: string | undefined,
  forwarded: string | undefined,
  trustedProxies: readonly AddressRange[],
): string | null {
  let address = parsed(socketAddress ?? "");
  for (const hop of (forwarded ?? "").split(",").toReversed()) {
    const speaker = address;
    if (!speaker || !trustedProxies.some((range) => isWithin(speaker, range))) break;
    const next = parsed(hop.trim());
    if (!next) break;
    address = next;
  }
  return address?.toString() ?? null;
}

/** @param text an address, as some proxies write it with a port: "10.0.0.1:4711", "[2001:db8::1]:4711" */
function parsed(text: string): IpAddress | undefined {
  const [, inBrackets, withPort] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? [];
  const address = parseAddress((inBrackets ?? withPort ?? text).replace(/%.*$/, ""));
  // A socket for both kinds of addresses shows IPv4 as ::ffff:10.0.0.1.
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/**
 * The client's address in the headers of a request this server has received.
 *
 * @returns what limits per address count by: of IPv6 the network (/64), in which one client has any number of
 *   addresses
 */
export function clientNetworkOf(headers: Headers | undefined): string {
  const address = parsed(headers?.get(HEADER) ?? "");
  if (!address) return "unknown";
  if (address instanceof ipaddr.IPv4) return address.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString();
}

/** Puts the client's address in place of whatever the request claims. */
export function settleClientAddress(
  headers: NodeJS.Dict<string | string[]>,
  socketAddress: string | undefined,
  trustedProxies: readonly AddressRange[],
): void {
  const forwarded = headers[HEADER];
  const address = clientAddressOf(
    socketAddress,
    Array.isArray(forwarded) ? forwarded.join(",") : forwarded,
    trustedProxies,
  );
  headers[HEADER] = address ?? "unknown";
}
