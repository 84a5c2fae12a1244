import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** A network: its first address, and how many leading bits all of its addresses share (CIDR, RFC 4632). */
export type AddressRange = readonly [IpAddress, number];

/**
 * An address in its standard spelling. `node:net` decides what that is, and `URL` writes IPv6 in hexadecimal:
 * ipaddr.js also reads octal and hexadecimal parts, and takes "::127.0.0.1" for "::ffff:127.0.0.1". An
 * address that one parser takes for public could be private to another.
 *
 * @returns undefined for anything else, also for an address with a zone ("fe80::1%eth0")
 */
export function parseAddress(text: string): IpAddress | undefined {
  const family = isIP(text);
  if (family === 0 || text.includes("%")) return undefined;
  return family === 4
    ? ipaddr.IPv4.parse(text)
    : ipaddr.IPv6.parse(new URL(`http://[${text}]`).hostname.slice(1, -1));
}

/**
 * "10.0.0.0/8", or one address.
 *
 * @returns undefined if it is neither, or if bits beyond the prefix are set: "10.1.2.3/8" may mean one
 *   address or sixteen million
 */
export function parseRange(text: string): AddressRange | undefined {
  const [, base = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseAddress(base);
  if (!address) return undefined;
  const bits = address.toByteArray().length * 8;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) return undefined;
  return isNetworkOf(address, length) ? [address, length] : undefined;
}

export function isWithin(address: IpAddress, [network, length]: AddressRange): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, length);
  return network instanceof ipaddr.IPv6 && address.match(network, length);
}

/** Whether every address of `inner` is also in `outer`. */
export function isRangeWithin(inner: AddressRange, outer: AddressRange): boolean {
  return inner[1] >= outer[1] && isWithin(inner[0], outer);
}

function isNetworkOf(address: IpAddress, length: number): boolean {
  const bits = address
    .toByteArray()
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  return !bits.slice(length).includes("1");
}
