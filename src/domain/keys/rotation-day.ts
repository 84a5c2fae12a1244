const DAY_MS = 24 * 3_600_000;

/**
 * The day a key is to be replaced, if its owner wants to be reminded: so many days after it was made, or
 * after it was saved here, if that is not known. As `tellOfKeyDates` counts.
 */
export function rotationDay({
  madeOn,
  createdAt,
  rotateAfterDays,
}: {
  madeOn: string | null;
  createdAt: Date;
  rotateAfterDays: number | null;
}): string | null {
  if (rotateAfterDays === null) return null;
  const from = Date.parse(madeOn ?? createdAt.toISOString().slice(0, 10));
  return new Date(from + rotateAfterDays * DAY_MS).toISOString().slice(0, 10);
}
