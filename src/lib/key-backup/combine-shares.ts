import { combine } from "shamir-secret-sharing";
import { type BackupKey, type BackupPayload, decodePayload } from "./backup-payload";
import { MixedShares, RepeatedShare, SharesDoNotMatch, TooFewShares } from "./errors";
import { shownSet } from "./share-header";
import { parseShare, type Share } from "./share-text";

export interface RestoredBackup {
  /** In the order of the ring: the first key is current. */
  keys: BackupKey[];
  /** Id of the set as shown to people, "4f2a-91bc-03de-77a1". */
  set: string;
  /** Day in UTC, "2026-11-23". */
  created: string;
  shares: number;
  threshold: number;
  /** Numbers of the shares used, ascending. */
  used: number[];
}

interface NamedShare extends Share {
  from: string;
}

/**
 * Restores the keys from the texts of shares. All of them are used, so that one which is not genuine shows.
 *
 * @param texts one share each, from one set, at least as many as its threshold
 * @param names where each text came from, for messages: file names
 * @throws NotAShare
 * @throws UnknownShareVersion
 * @throws DamagedShare
 * @throws MixedShares
 * @throws RepeatedShare
 * @throws TooFewShares
 * @throws SharesDoNotMatch
 */
export async function combineShares(
  texts: readonly string[],
  names: readonly string[] = [],
): Promise<RestoredBackup> {
  const shares = texts
    .map((text, index): NamedShare => {
      const from = names[index] ?? `Text ${index + 1}`;
      return { ...parseShare(text, from), from };
    })
    .toSorted((a, b) => a.number - b.number);
  const [first] = shares;
  if (first === undefined) throw new RangeError("Combining needs the text of at least one share.");
  assertOneSet(shares);
  assertDistinct(shares);
  const used = shares.map((share) => share.number);
  if (used.length < first.threshold) throw new TooFewShares(used, first.threshold, shownSet(first.set));

  const { keys } = await payloadOf(shares, first);
  const { created, threshold } = first;
  return { keys, set: shownSet(first.set), created, shares: first.shares, threshold, used };
}

function assertOneSet(shares: readonly NamedShare[]): void {
  const sets = Map.groupBy(
    shares,
    ({ set, created, shares, threshold }) =>
      `Set ${shownSet(set)}, made ${created}, any ${threshold} of ${shares} restore`,
  );
  if (sets.size === 1) return;
  throw new MixedShares(
    [...sets].map(([set, members]) => {
      return `${set}: ${members.map(({ number, from }) => `${from} (share ${number})`).join(", ")}`;
    }),
  );
}

function assertDistinct(shares: readonly NamedShare[]): void {
  for (const [number, same] of Map.groupBy(shares, (share) => share.number)) {
    if (same.length > 1)
      throw new RepeatedShare(
        number,
        same.map((share) => share.from),
      );
  }
}

async function payloadOf(shares: readonly Share[], { set, created }: Share): Promise<BackupPayload> {
  const bytes = await joined(shares);
  try {
    const payload = decodePayload(bytes);
    if (payload.set !== set || payload.created !== created) throw new SharesDoNotMatch();
    return payload;
  } finally {
    bytes.fill(0);
  }
}

async function joined(shares: readonly Share[]): Promise<Uint8Array> {
  try {
    return await combine(shares.map((share) => share.bytes));
  } catch {
    // Different lengths, or two with the same coordinate: impossible for shares of one set.
    throw new SharesDoNotMatch();
  }
}
