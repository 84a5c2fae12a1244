import type { KeyObject } from "node:crypto";
import { type AuditRecord, auditRecordMac } from "./audit-record";

/** A record whose MAC does not verify at its place. */
export interface Suspect {
  record: AuditRecord & { seq: bigint; mac: string };
  key: KeyObject;
  /** MACs that may precede its place. */
  before: readonly string[];
}

/**
 * What happened to a suspect, as far as the other suspects show: moving records makes two or more of them.
 *
 * @returns "in_place" if the record is genuine and only its neighbour was moved; the seq it was chained at if
 *   it was moved itself, with or without its MAC; undefined if neither fits, so it was changed
 */
export function explainSuspect(
  suspect: Suspect,
  suspects: readonly Suspect[],
): "in_place" | bigint | undefined {
  const others = suspects.filter((other) => other !== suspect);
  const macAt = (seq: bigint, previousMac: string, key: KeyObject) =>
    auditRecordMac(key, { seq, previousMac }, suspect.record);
  const { seq, mac } = suspect.record;
  if (others.some((other) => macAt(seq, other.record.mac, suspect.key) === mac)) return "in_place";
  return others.find((other) => {
    // Of two neighbours that were swapped, one was chained after the other.
    const previousMacs = [...other.before, mac, other.record.mac];
    return previousMacs.some(
      (previousMac) =>
        macAt(other.record.seq, previousMac, suspect.key) === mac ||
        macAt(other.record.seq, previousMac, other.key) === other.record.mac,
    );
  })?.record.seq;
}
