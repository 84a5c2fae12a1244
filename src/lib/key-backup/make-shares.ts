import { randomBytes } from "node:crypto";
import { split } from "shamir-secret-sharing";
import { type BackupKey, encodePayload, wrongKeys } from "./backup-payload";
import { InvalidBackupOptions } from "./errors";
import { dayOf, SET_BYTES } from "./share-header";
import { formatShare, MAX_SHARES, MIN_THRESHOLD, SHARE_VERSION } from "./share-text";

export interface ShareOptions {
  /** How many shares are made: at least `threshold`, at most 16. */
  shares: number;
  /** How many of them restore the keys: at least 2. */
  threshold: number;
}

/**
 * Splits a ring of keys into texts to print and hand out (Shamir's secret sharing over GF(2^8)). Any
 * `threshold` of them restore the keys, and fewer hold no information about them. Each call makes a new set;
 * sets do not mix.
 *
 * @param backup.keys 1 to 64, current key first
 * @returns one text a share, of about 70 lines for a ring of a few keys
 * @throws InvalidBackupOptions
 */
export async function makeShares(
  backup: { keys: readonly BackupKey[] },
  { shares, threshold }: ShareOptions,
): Promise<string[]> {
  const wholeNumbers = Number.isInteger(shares) && Number.isInteger(threshold);
  if (!wholeNumbers || threshold < MIN_THRESHOLD || threshold > shares || shares > MAX_SHARES) {
    throw new InvalidBackupOptions(
      `The number of shares is at most ${MAX_SHARES}, and of them at least ${MIN_THRESHOLD} and at most all are needed to restore; choose other numbers.`,
    );
  }
  const keys = backup.keys.map(({ id, hex }) => ({ id, hex: hex.toLowerCase() }));
  const wrong = wrongKeys(keys);
  if (wrong !== null)
    throw new InvalidBackupOptions(`The keys cannot be backed up: ${wrong}; correct the ring.`);

  const set = randomBytes(SET_BYTES).toString("hex");
  const created = dayOf(new Date());
  const payload = encodePayload({ set, created, keys });
  const parts = await split(payload, shares, threshold);
  payload.fill(0);
  const keyIds = keys.map((key) => key.id);
  return parts.map((bytes, index) =>
    formatShare(
      {
        version: SHARE_VERSION,
        number: index + 1,
        shares,
        threshold,
        length: bytes.length,
        created,
        set,
        bytes,
      },
      keyIds,
    ),
  );
}
