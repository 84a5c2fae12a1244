import type { KeyRing } from "@/lib/encryption";
import type { BackupKey } from "@/lib/key-backup/backup-payload";

/** The keys of a ring that the library has parsed and validated: in canonical form, in the ring's order. */
export function keysInEnvironment(ring: KeyRing): BackupKey[] {
  return Array.from(ring.keys, ({ id, sealing }) => ({ id, hex: sealing.export().toString("hex") }));
}
