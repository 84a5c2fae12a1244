import "server-only";
import { eq } from "drizzle-orm";
import { database } from "@/lib/db/client";
import { accountLinksTable, userTable } from "@/lib/db/schema";
import { tellAccountEvent } from "./account-events";
import { findAccountLink, linkInvalid, takeAccountLink, voidResetLinks } from "./account-links";
import { accountSuspended } from "./account-suspended";
import type { Auth } from "./auth";
import { endSessionsNow } from "./end-sessions";
import { refuseGuessable, refuseWrongLength } from "./password-policy";

/**
 * Sets a new password with a link that an operator made, which is used up by it. Ends every session of the
 * person and makes their other links unusable: whoever had the old password is out.
 *
 * @throws AppError `link_invalid`, `account_suspended`, `invalid_request`, `password_guessable`
 */
export async function resetPassword(
  auth: Auth,
  { token, newPassword }: { token: string; newPassword: string },
): Promise<void> {
  const db = await database();
  const found = await findAccountLink("password_reset", token);
  if (!found?.userId) throw linkInvalid();
  const { userId, id: linkId } = found;
  const [user] = await db.select().from(userTable).where(eq(userTable.id, userId));
  if (!user) throw linkInvalid();
  if (user.suspendedAt) throw accountSuspended();
  refuseWrongLength(newPassword);
  refuseGuessable(newPassword, [user.email, user.name]);
  const { internalAdapter, password } = await auth.$context;
  // Slow on purpose, so before the link is used up: of several who try at once, the first to get there wins.
  const hash = await password.hash(newPassword);
  if (!(await takeAccountLink(db, "password_reset", token))) throw linkInvalid();
  try {
    // The library writes it, as for a change of the password.
    if (await internalAdapter.findCredentialAccount(userId)) {
      await internalAdapter.updatePassword(userId, hash);
    } else {
      await internalAdapter.linkAccount({
        userId,
        providerId: "credential",
        accountId: userId,
        password: hash,
      });
    }
  } catch (error) {
    // Nothing was set: the link stays as good as it was.
    await db.update(accountLinksTable).set({ usedAt: null }).where(eq(accountLinksTable.id, linkId));
    throw error;
  }
  await endSessionsNow(db, userId);
  await voidResetLinks(db, userId);
  await db.update(accountLinksTable).set({ usedBy: userId }).where(eq(accountLinksTable.id, linkId));
  tellAccountEvent({ kind: "password_reset", userId, linkId });
}
