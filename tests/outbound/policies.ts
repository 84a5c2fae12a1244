import { type AddressPolicy, createAddressPolicy } from "@/lib/outbound/address-policy";
import { parseAllowedRanges } from "@/lib/outbound/allowed-ranges";

/** A policy as the operator writes it: "127.0.0.2,10.0.0.0/8". */
export function policyAllowing(list: string): AddressPolicy {
  const { ranges, problems } = parseAllowedRanges(list);
  if (problems.length > 0) throw new Error(`the test's own list cannot be used: ${JSON.stringify(problems)}`);
  return createAddressPolicy(ranges);
}

/** Only the public internet. */
export const PUBLIC_ONLY = policyAllowing("");
