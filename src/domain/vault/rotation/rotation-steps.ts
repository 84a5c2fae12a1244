import type { KeyRotationKind } from "@/contracts/vault";
import { columnName } from "../sealing/column-sql";
import { SEALED_COLUMNS, type SealedColumn } from "../sealing/sealed-columns";

/**
 * One walk over one table. Steps run in order; the index in this list is stored, so do not reorder them
 * lightly.
 */
export type RotationStep =
  | { name: "retire_data_keys" }
  | { name: "reseal_values"; column: SealedColumn }
  | { name: "rewrap_data_keys" }
  | { name: "destroy_unused_data_keys" }
  | { name: "verify_data_keys" }
  | { name: "verify_values"; column: SealedColumn };

const reseal = SEALED_COLUMNS.map((column) => ({ name: "reseal_values", column }) as const);
const verify = SEALED_COLUMNS.map((column) => ({ name: "verify_values", column }) as const);

const STEPS: Record<KeyRotationKind, readonly RotationStep[]> = {
  // Values from before data keys first: they are sealed with key-encryption keys directly.
  key_encryption_key: [...reseal, { name: "rewrap_data_keys" }, { name: "verify_data_keys" }, ...verify],
  // First stop old keys from sealing; after that no new value under an old key can appear.
  data_keys: [{ name: "retire_data_keys" }, ...reseal, ...verify, { name: "destroy_unused_data_keys" }],
  verify: [{ name: "verify_data_keys" }, ...verify],
};

export function stepsOf(kind: KeyRotationKind): readonly RotationStep[] {
  return STEPS[kind];
}

/** What a step does, shown to people. */
export function describeStep(step: RotationStep | undefined): string {
  switch (step?.name) {
    case "retire_data_keys":
      return "Retiring data keys";
    case "reseal_values":
      return `Sealing ${columnName(step.column)} anew`;
    case "rewrap_data_keys":
      return "Wrapping data keys anew";
    case "destroy_unused_data_keys":
      return "Destroying data keys nothing needs";
    case "verify_data_keys":
      return "Opening every data key";
    case "verify_values":
      return `Opening every ${columnName(step.column)}`;
    case undefined:
      return "Finishing";
  }
}
