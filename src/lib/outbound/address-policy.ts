import ipaddr from "ipaddr.js";
import { type AddressRange, type IpAddress, isWithin, parseAddress } from "./address-range";
import { type Embedding, embeddedIpv4 } from "./embedded-ipv4";
import { NEVER_REACHED } from "./never-reached";

export type AddressVerdict =
  /** An address of the public internet. */
  | "public"
  /** Not public, and the operator allows it. */
  | "allowed_private"
  | "refused";

/** Which addresses may be reached. */
export interface AddressPolicy {
  /** Whether anything beyond the public internet can be reached at all. */
  readonly allowsPrivate: boolean;
  /** @param address an IP address in its standard spelling; anything else is refused */
  judge(address: string): AddressVerdict;
}

/**
 * The IANA allocation for the public internet (RFC 4291, 2.4). ipaddr.js calls the unassigned rest "unicast"
 * too.
 */
const GLOBAL_IPV6: AddressRange = [ipaddr.IPv6.parse("2000::"), 3];

/**
 * A policy that allows public addresses and, of all others, only those the operator allows. An IPv6 address
 * that embeds an IPv4 address is judged by the IPv4 address or refused; allowing IPv6 ranges does not open
 * it.
 *
 * @param allowedRanges what the operator opens in addition to the public internet
 */
export function createAddressPolicy(allowedRanges: readonly AddressRange[]): AddressPolicy {
  function judge(address: IpAddress): AddressVerdict {
    const embedding = address instanceof ipaddr.IPv6 ? embeddedIpv4(address) : undefined;
    if (embedding) return judgeEmbedded(embedding);
    if (NEVER_REACHED.some((range) => isWithin(address, range))) return "refused";
    if (isPublic(address)) return "public";
    return allowedRanges.some((range) => isWithin(address, range)) ? "allowed_private" : "refused";
  }

  function judgeEmbedded(embedding: Embedding): AddressVerdict {
    if (embedding.kind === "same") return judge(embedding.ipv4);
    if (embedding.kind === "translated" && judge(embedding.ipv4) === "public") return "public";
    return "refused";
  }

  return {
    allowsPrivate: allowedRanges.length > 0,
    judge: (text) => {
      const address = parseAddress(text);
      return address ? judge(address) : "refused";
    },
  };
}

function isPublic(address: IpAddress): boolean {
  if (address.range() !== "unicast") return false;
  return address instanceof ipaddr.IPv4 || isWithin(address, GLOBAL_IPV6);
}
