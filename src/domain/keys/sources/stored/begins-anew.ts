import type { KeyRow } from "./hold-keys";

/**
 * What begins anew with another secret in a key's place. What was spent before is not held against it; and
 * where the key was paused for what was done with it, that does not count as its usual use either.
 *
 * @param more.madeOn day the new secret was made; today if absent
 * @param more.keepsExpiry keeps the key's date, unless it is over
 */
export function beginsAnew(
  current: Pick<KeyRow, "expiresAt" | "pausedAt" | "pause">,
  { madeOn, keepsExpiry }: { madeOn?: string | undefined; keepsExpiry?: boolean | undefined } = {},
): Pick<KeyRow, "madeOn" | "expiresAt" | "countedFrom"> & Partial<Pick<KeyRow, "watchedFrom">> {
  const now = new Date();
  const isSuspect = current.pausedAt !== null && current.pause !== null && current.pause.reason !== "owner";
  return {
    madeOn: madeOn ?? now.toISOString().slice(0, 10),
    expiresAt: keepsExpiry && current.expiresAt && current.expiresAt > now ? current.expiresAt : null,
    countedFrom: now,
    ...(isSuspect ? { watchedFrom: now } : {}),
  };
}
