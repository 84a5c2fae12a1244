import "server-only";
import type { KeyObject } from "node:crypto";
import { KeyRing, type RingKey, type SealingKey } from "@/lib/encryption";
import type { StoredDataKey } from "../data-keys/stored-data-key";
import { openText, type SealedText, storedKeyOf } from "../sealing/open-text";
import { sealText } from "../sealing/seal-text";
import { SEALED_COLUMNS, type SealedColumn } from "../sealing/sealed-columns";
import { type Verdict, verdictOfCipher } from "./verdict-of-cipher";

/** The data key a value names, by its row, and the result of unwrapping it. */
export type NamedKey = Pick<StoredDataKey, "id" | "ownerKind" | "ownerId"> & { opened: KeyObject | Verdict };

export interface CipherValue extends SealedText {
  dataKey: NamedKey | null;
  /** Reseals the value; null: it is only opened. */
  target: SealingKey | null;
}

/**
 * Values of one page of a walk to open and reseal. It crosses to another thread: plain data and KeyObjects,
 * which are transferred as handles. A key shared by several values is one object and stays one.
 */
export interface CipherJob {
  /** Index in SEALED_COLUMNS. */
  column: number;
  values: readonly CipherValue[];
  /** For values in the formats from before data keys. */
  ring: readonly RingKey[] | null;
  allowLegacy: boolean;
}

/** By the value's index: its resealed text ("" if it was only opened), or why it does not open. */
export type CipherResult = ({ sealed: string } | Verdict)[];

/** Opens and seals. A value's plaintext exists only in here. */
export function runCipherJob({ column: place, values, ring, allowLegacy }: CipherJob): CipherResult {
  const column = SEALED_COLUMNS[place];
  if (!column) throw new RangeError("not a place in SEALED_COLUMNS");
  const earlier = { ring: ring && new KeyRing(ring), allowLegacy };
  return values.map((value) => {
    const opened = open(column, value, earlier);
    if (typeof opened === "string") return opened;
    return { sealed: value.target ? sealText(column, value, opened.text, value.target) : "" };
  });
}

function open(
  column: SealedColumn,
  value: CipherValue,
  earlier: Parameters<typeof openText>[3],
): { text: string } | Verdict {
  try {
    const named = storedKeyOf(column, value);
    if (named === null) return { text: openText(column, value, null, earlier) };
    if (typeof named.opened === "string") return named.opened;
    return { text: openText(column, value, { id: named.id, sealing: named.opened }, earlier) };
  } catch (error) {
    return verdictOfCipher(error);
  }
}
