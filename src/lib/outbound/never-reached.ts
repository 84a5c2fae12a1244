import { type AddressRange, parseRange } from "./address-range";

/**
 * Never reachable, whatever an operator allows: where a cloud serves credentials to its machines, and what is
 * not a host address. A range that contains one of these opens only the rest of itself.
 */
export const NEVER_REACHED: readonly AddressRange[] = [
  // Link-local (RFC 3927, RFC 4291): the metadata services of AWS, Google Cloud, Azure, OpenStack and most
  // others.
  "169.254.0.0/16",
  "fe80::/10",
  // The same services outside link-local: AWS over IPv6, Google Cloud over IPv6, Alibaba, Oracle, and Azure's
  // host agent, which has an address that looks public.
  "fd00:ec2::/32",
  "fd20:ce::254",
  "100.100.100.200",
  "192.0.0.192",
  "168.63.129.16",
  // "This host" (RFC 1122; Linux connects 0.0.0.0 to itself), multicast, broadcast.
  "0.0.0.0/8",
  "::",
  "224.0.0.0/4",
  "ff00::/8",
  "255.255.255.255",
].map((text) => {
  const range = parseRange(text);
  if (!range) throw new Error(`not a range: ${text}`);
  return range;
});
