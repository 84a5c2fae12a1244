import "server-only";
import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { and, eq, gt, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { INVITATION_HOURS, LINK_TOKEN_FORM, RESET_LINK_HOURS } from "@/contracts/limits";
import { AppError } from "@/lib/app-error";
import { type Database, database } from "@/lib/db/client";
import { accountLinksTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";

export type AccountLinkKind = "invitation" | "password_reset";

const MAC_KEY_PURPOSE = "orchestral account link 1";

/** Expired links stay listed for so long. */
const EXPIRED_KEPT_DAYS = 30;

/** What a link is for. */
export type AccountLinkPurpose =
  | { kind: "invitation"; email: string | null }
  | { kind: "password_reset"; userId: string };

export interface NewAccountLink {
  id: string;
  /** With the token in its fragment, which browsers send nowhere. Not stored: it is shown once. */
  url: string;
  expiresAt: Date;
}

const PAGES: Record<AccountLinkKind, { path: string; hours: number }> = {
  invitation: { path: "/sign-up#invitation=", hours: INVITATION_HOURS },
  password_reset: { path: "/reset-password#token=", hours: RESET_LINK_HOURS },
};

/**
 * Makes a link. Only the hash of its token is stored. Those long expired are forgotten, with their
 * addresses.
 */
export async function makeAccountLink(
  db: Pick<Database, "insert" | "delete">,
  purpose: AccountLinkPurpose,
): Promise<NewAccountLink> {
  const { path, hours } = PAGES[purpose.kind];
  const token = randomBytes(32).toString("base64url");
  const expiresAt = new Date(Date.now() + hours * 3_600_000);
  await db
    .delete(accountLinksTable)
    .where(lt(accountLinksTable.expiresAt, sql`now() - make_interval(days => ${EXPIRED_KEPT_DAYS})`));
  const granted = { ...purpose, tokenHash: hashOfToken(token), expiresAt };
  const [row] = await db
    .insert(accountLinksTable)
    .values({ ...granted, mac: macOf(granted) })
    .returning({ id: accountLinksTable.id });
  if (!row) throw new Error("a link was stored without an id");
  return { id: row.id, url: `${environment().APP_URL}${path}${token}`, expiresAt };
}

/** A link that can be used now, or null. Does not use it. */
export async function findAccountLink(
  kind: AccountLinkKind,
  token: string,
  within?: Pick<Database, "select">,
) {
  const db = within ?? (await database());
  const [row] = await db
    .select()
    .from(accountLinksTable)
    .where(and(isOpen(), hasToken(kind, token)));
  return row && isGenuine(row) ? row : null;
}

/**
 * Uses a link: of several who try at once, one succeeds.
 *
 * @param more what else has to be so
 * @returns its id, or null if it cannot be used
 */
export async function takeAccountLink(
  db: Pick<Database, "update">,
  kind: AccountLinkKind,
  token: string,
  more?: SQL,
): Promise<string | null> {
  const [row] = await db
    .update(accountLinksTable)
    .set({ usedAt: new Date() })
    .where(and(isOpen(), hasToken(kind, token), more))
    .returning();
  return row && isGenuine(row) ? row.id : null;
}

/** An invitation for this e-mail address, or for anybody. */
export function isForEmail(email: string): SQL | undefined {
  return or(isNull(accountLinksTable.email), eq(accountLinksTable.email, email.toLowerCase()));
}

/** Makes the open links of a person's password unusable. @returns how many there were */
export async function voidResetLinks(db: Pick<Database, "update">, userId: string): Promise<number> {
  const voided = await db
    .update(accountLinksTable)
    .set({ revokedAt: new Date() })
    .where(and(isOpen(), eq(accountLinksTable.kind, "password_reset"), eq(accountLinksTable.userId, userId)))
    .returning({ id: accountLinksTable.id });
  return voided.length;
}

/** Links that were neither used nor withdrawn, and have not expired. */
export function isOpen(): SQL | undefined {
  return and(
    isNull(accountLinksTable.usedAt),
    isNull(accountLinksTable.revokedAt),
    gt(accountLinksTable.expiresAt, sql`now()`),
  );
}

export function linkInvalid(): AppError {
  return new AppError(
    "link_invalid",
    "This link was used, withdrawn, or has expired. Ask whoever gave it to you for a new one.",
  );
}

function hasToken(kind: AccountLinkKind, token: string): SQL | undefined {
  // What cannot be a token need not reach the database.
  const hash = LINK_TOKEN_FORM.test(token) ? hashOfToken(token) : "";
  return and(eq(accountLinksTable.kind, kind), eq(accountLinksTable.tokenHash, hash));
}

/** Plain, because the token is random: there is nothing to guess that a slow hash would protect. */
function hashOfToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** What a link grants: to whom, and until when. */
interface Granted {
  kind: AccountLinkKind;
  tokenHash: string;
  userId?: string | null;
  email?: string | null;
  expiresAt: Date;
}

/**
 * So that a person who can write to the database, but does not have the server's secret, cannot make a link
 * for somebody else's account.
 */
function macOf({ kind, tokenHash, userId, email, expiresAt }: Granted): string {
  const key = Buffer.from(hkdfSync("sha256", environment().BETTER_AUTH_SECRET, "", MAC_KEY_PURPOSE, 32));
  // JSON keeps the fields apart.
  const fields = JSON.stringify([kind, tokenHash, userId ?? null, email ?? null, expiresAt.toISOString()]);
  return createHmac("sha256", key).update(fields, "utf8").digest("base64url");
}

function isGenuine(row: Granted & { mac: string }): boolean {
  const [stored, right] = [Buffer.from(row.mac, "utf8"), Buffer.from(macOf(row), "utf8")];
  return stored.length === right.length && timingSafeEqual(stored, right);
}
