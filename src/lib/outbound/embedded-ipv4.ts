import ipaddr from "ipaddr.js";
import { type AddressRange, isWithin } from "./address-range";

/** How an IPv6 address that embeds an IPv4 address is routed. */
export type Embedding =
  /** Another spelling of the IPv4 address: the system connects to it over IPv4. */
  | { kind: "same"; ipv4: ipaddr.IPv4 }
  /** A NAT64 gateway translates it, to public addresses only (RFC 6052, 3.1). */
  | { kind: "translated"; ipv4: ipaddr.IPv4 }
  /**
   * Forms that tunnel or translate by rules of an unknown network; nothing on the internet needs them today.
   */
  | { kind: "tunnel" };

function range(network: string, length: number): AddressRange {
  return [ipaddr.IPv6.parse(network), length];
}

const MAPPED = range("::ffff:0:0", 96);
const NAT64 = range("64:ff9b::", 96);
const TUNNELS = [
  // RFC 8215: NAT64 with a prefix of the network's own
  range("64:ff9b:1::", 48),
  // RFC 2765: SIIT
  range("::ffff:0:0:0", 96),
  // RFC 3056: 6to4
  range("2002::", 16),
  // RFC 4380: Teredo
  range("2001::", 32),
];
const COMPATIBLE = range("::", 96);

/** @returns undefined if the address embeds no IPv4 address */
export function embeddedIpv4(address: ipaddr.IPv6): Embedding | undefined {
  const ipv4 = new ipaddr.IPv4(address.toByteArray().slice(12));
  if (isWithin(address, MAPPED)) return { kind: "same", ipv4 };
  if (isWithin(address, NAT64)) return { kind: "translated", ipv4 };
  if (isCompatible(address) || isIsatap(address) || TUNNELS.some((tunnel) => isWithin(address, tunnel))) {
    return { kind: "tunnel" };
  }
  return undefined;
}

/** RFC 4291, 2.5.5.1, without the two addresses of the block that have other meanings: "::" and "::1". */
function isCompatible(address: ipaddr.IPv6): boolean {
  return isWithin(address, COMPATIBLE) && address.range() !== "loopback" && address.range() !== "unspecified";
}

/**
 * RFC 5214, 6.1: the second half of the address is 0000:5efe or 0200:5efe and an IPv4 address, behind any
 * network.
 */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return (parts[4] === 0 || parts[4] === 0x200) && parts[5] === 0x5efe;
}
