import "server-only";
import { eq } from "drizzle-orm";
import { AppError } from "@/lib/app-error";
import { userTable } from "@/lib/db/schema";
import { authTransaction } from "./auth-transaction";

export function accountSuspended(): AppError {
  return new AppError(
    "account_suspended",
    "This account is suspended. Ask the operator of this installation to let you in again.",
  );
}

/**
 * For a sign-in by whatever way. A trigger refuses the session too, if the suspension comes after this check.
 *
 * @throws AppError `account_suspended`
 */
export async function refuseSuspended(userId: string): Promise<void> {
  const db = await authTransaction();
  const [user] = await db
    .select({ suspendedAt: userTable.suspendedAt })
    .from(userTable)
    .where(eq(userTable.id, userId));
  if (user?.suspendedAt) throw accountSuspended();
}
