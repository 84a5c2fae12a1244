/** Stable codes: callers and logs may rely on them, so a code never changes its meaning. */
export type KeyBackupErrorCode =
  | "backup_options_invalid"
  | "share_not_recognized"
  | "share_version_unknown"
  | "share_damaged"
  | "share_repeated"
  | "shares_mixed"
  | "shares_too_few"
  | "shares_checksum_wrong";

/** Base class of every error of this folder. No message holds a key, a share's data or a part of either. */
export abstract class KeyBackupError extends Error {
  abstract readonly code: KeyBackupErrorCode;
}

/** The keys or the numbers passed to makeShares cannot be used. */
export class InvalidBackupOptions extends KeyBackupError {
  override readonly name = "InvalidBackupOptions";
  readonly code = "backup_options_invalid";
}

/** The text has no share in it, or more than one. */
export class NotAShare extends KeyBackupError {
  override readonly name = "NotAShare";
  readonly code = "share_not_recognized";

  /** @param from where the text came from, for people: a file's name */
  constructor(from: string, reason: string) {
    super(`${from} ${reason}.`);
  }
}

/** Written by a later release. */
export class UnknownShareVersion extends KeyBackupError {
  override readonly name = "UnknownShareVersion";
  readonly code = "share_version_unknown";
  readonly version: number;

  constructor(from: string, version: number) {
    super(
      `${from} is a share of version ${version}, which this release does not know; restore with the release that made it or a later one.`,
    );
    this.version = version;
  }
}

/** A share that was mistyped, changed or cut off. */
export class DamagedShare extends KeyBackupError {
  override readonly name = "DamagedShare";
  readonly code = "share_damaged";
  /** null if the line that holds it is damaged itself. */
  readonly share: number | null;
  /** Numbers of the damaged and missing lines, ascending; empty if unknown. */
  readonly lines: readonly number[];

  constructor(from: string, share: number | null, lines: readonly number[], reason: string) {
    super(
      `${from}${share === null ? "" : ` (share ${share})`} is damaged: ${reason}. Compare it with the original, or use another share.`,
    );
    this.share = share;
    this.lines = lines;
  }
}

/** The same share was given twice; it counts once. */
export class RepeatedShare extends KeyBackupError {
  override readonly name = "RepeatedShare";
  readonly code = "share_repeated";
  readonly share: number;

  constructor(share: number, from: readonly string[]) {
    super(`Share ${share} is there more than once (${from.join(", ")}); leave out all but one.`);
    this.share = share;
  }
}

/** Shares of one backup among the shares of another. */
export class MixedShares extends KeyBackupError {
  override readonly name = "MixedShares";
  readonly code = "shares_mixed";

  /** @param sets each a description of one set and where its shares came from */
  constructor(sets: readonly string[]) {
    super(
      `The shares belong to ${sets.length} different sets, and only shares of one set work together; leave the others out.\n${sets.map((set) => `  ${set}`).join("\n")}`,
    );
  }
}

/** Intact shares of one set, but too few of them. */
export class TooFewShares extends KeyBackupError {
  override readonly name = "TooFewShares";
  readonly code = "shares_too_few";
  readonly present: number;
  readonly needed: number;

  constructor(numbers: readonly number[], needed: number, set: string) {
    const missing = needed - numbers.length;
    super(
      `${needed} shares of set ${set} are needed, and ${numbers.length} ${numbers.length === 1 ? "is" : "are"} here (${numbers.join(", ")}); find ${missing} more.`,
    );
    this.present = numbers.length;
    this.needed = needed;
  }
}

/**
 * Each share looks intact, but together they do not restore a backup: at least one was made to look like a
 * share of this set.
 */
export class SharesDoNotMatch extends KeyBackupError {
  override readonly name = "SharesDoNotMatch";
  readonly code = "shares_checksum_wrong";

  constructor() {
    super(
      "The shares do not restore a backup: the checksum inside is wrong, so at least one of them is not what it says; try other shares of the set.",
    );
  }
}
