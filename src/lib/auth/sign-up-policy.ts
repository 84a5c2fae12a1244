import "server-only";
import { eq } from "drizzle-orm";
import { AppError } from "@/lib/app-error";
import { type Database, database, type Transaction } from "@/lib/db/client";
import { accountLinksTable, userTable, vaultStateTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { findAccountLink, isForEmail, linkInvalid, takeAccountLink } from "./account-links";
import { authTransaction } from "./auth-transaction";

export type SignUpMode = "open" | "invited" | "closed";

/** Who may make an account now: SIGN_UP, except that the first account can always be made. */
export async function signUpMode(): Promise<SignUpMode> {
  const { SIGN_UP } = environment();
  return SIGN_UP === "open" || (await hasAccounts(await database())) ? SIGN_UP : "open";
}

/**
 * An invitation as it was presented: named in the request, or left in a cookie before signing in elsewhere.
 */
export interface PresentedInvitation {
  token: string;
  /** Asked for in this request: then it has to be valid, even where none is needed. */
  isNamed: boolean;
}

/**
 * Admits a new account, whichever way it is made, and uses up its invitation. Runs in the transaction that
 * creates the account, so that an invitation counts only if the account is there afterwards.
 *
 * @returns id of the invitation, or null if none was needed
 * @throws AppError `sign_up_closed`, `invitation_required`, `link_invalid`
 */
export async function admitAccount(
  email: string,
  invitation: PresentedInvitation | null,
): Promise<string | null> {
  const tx = await authTransaction();
  const { SIGN_UP: mode } = environment();
  // Asked in every mode, for its lock: only one account is marked as the first.
  if (await isFirstAccount(tx)) return null;
  if (mode === "closed") throw signUpClosed();
  const taken = invitation && (await takeAccountLink(tx, "invitation", invitation.token, isForEmail(email)));
  if (taken) return taken;
  if (invitation && (mode === "invited" || invitation.isNamed)) throw await refusalOf(invitation);
  if (mode === "invited") throw invitationRequired();
  return null;
}

/**
 * The same before anything costly is done, such as hashing a password, and before anybody learns whether an
 * address has an account. Uses nothing up.
 */
export async function refuseSignUp(invitation: PresentedInvitation | null): Promise<void> {
  const mode = await signUpMode();
  if (mode === "closed") throw signUpClosed();
  if (mode !== "invited") return;
  if (!invitation) throw invitationRequired();
  if (!(await findAccountLink("invitation", invitation.token))) throw linkInvalid();
}

/** Records who used an invitation. @returns whether this account came with it */
export async function noteInvitationUsed(invitationId: string, userId: string): Promise<void> {
  const db = await database();
  await db.update(accountLinksTable).set({ usedBy: userId }).where(eq(accountLinksTable.id, invitationId));
}

/**
 * Of two first accounts at once, the second waits for the first here: the insert of an account writes this
 * row too (migration 0016).
 */
async function isFirstAccount(tx: Database | Transaction): Promise<boolean> {
  if (await hasAccounts(tx)) return false;
  await tx.select({ id: vaultStateTable.id }).from(vaultStateTable).for("update");
  return !(await hasAccounts(tx));
}

async function hasAccounts(db: Pick<Database, "select">): Promise<boolean> {
  return (await db.select({ id: userTable.id }).from(userTable).limit(1)).length > 0;
}

/** The invitation may be in order, and for somebody else. */
async function refusalOf({ token }: PresentedInvitation): Promise<AppError> {
  const tx = await authTransaction();
  const found = await findAccountLink("invitation", token, tx);
  if (!found) return linkInvalid();
  return new AppError(
    "link_invalid",
    "This invitation is for another email address. Use the address it was made for, or ask for another one.",
  );
}

function signUpClosed(): AppError {
  return new AppError(
    "sign_up_closed",
    "This installation takes no new accounts. Sign in if you have one, or ask its operator.",
  );
}

function invitationRequired(): AppError {
  return new AppError(
    "invitation_required",
    "You need an invitation to make an account here. Open the link you were given, or ask the operator for one.",
  );
}
