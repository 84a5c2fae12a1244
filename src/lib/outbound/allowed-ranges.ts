import ipaddr from "ipaddr.js";
import { type AddressRange, isRangeWithin, parseRange } from "./address-range";
import { embeddedIpv4 } from "./embedded-ipv4";
import { NEVER_REACHED } from "./never-reached";

/**
 * Why an entry of the list cannot be used. `entry` counts from 1; the text is not repeated, since it may be a
 * misplaced secret.
 */
export interface RangeProblem {
  entry: number;
  reason: "malformed" | "never_reached" | "embedded_ipv4";
}

/**
 * The operator's list of what may be reached in addition to the public internet: addresses and ranges,
 * separated by commas.
 *
 * An entry inside the never-reached ranges is reported, not skipped: the operator expects it to work. A wider
 * range that contains such addresses is accepted and does not open them.
 */
export function parseAllowedRanges(text: string): { ranges: AddressRange[]; problems: RangeProblem[] } {
  const ranges: AddressRange[] = [];
  const problems: RangeProblem[] = [];
  for (const [index, entry] of text.split(",").entries()) {
    if (entry.trim() === "") continue;
    const range = parseRange(entry.trim());
    const reason = range ? reasonAgainst(range) : "malformed";
    if (reason) problems.push({ entry: index + 1, reason });
    else if (range) ranges.push(range);
  }
  return { ranges, problems };
}

function reasonAgainst(range: AddressRange): RangeProblem["reason"] | undefined {
  if (NEVER_REACHED.some((never) => isRangeWithin(range, never))) return "never_reached";
  const [network] = range;
  // Its addresses are judged by the embedded IPv4 address, so this entry would open nothing.
  if (network instanceof ipaddr.IPv6 && embeddedIpv4(network)) return "embedded_ipv4";
  return undefined;
}
