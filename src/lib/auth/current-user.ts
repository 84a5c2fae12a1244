import "server-only";
import { headers } from "next/headers";
import { cache } from "react";
import { AppError } from "@/lib/app-error";
import { auth } from "./auth";
import { toOwnError } from "./authority/altered-rows";

export interface SignedInUser {
  id: string;
  userId: string;
  sessionId: string;
  name: string;
  email: string;
}

/**
 * The person of the session cookie, or null. Looked up once per request, however many components need it. An
 * account that was altered counts as signed out: signing in says what happened.
 */
export const currentUser = cache(async (): Promise<SignedInUser | null> => {
  // Before the database: reading headers makes the page dynamic, so that a build never opens one.
  const requestHeaders = await headers();
  try {
    return await userOfHeaders(requestHeaders);
  } catch (error) {
    if (error instanceof AppError && error.code === "account_altered") return null;
    throw error;
  }
});

/**
 * The person of a session cookie in these headers, or null if it is missing, expired or revoked.
 *
 * @throws AppError `account_altered`
 */
export async function userOfHeaders(requestHeaders: Headers): Promise<SignedInUser | null> {
  if (!requestHeaders.get("cookie")) return null;
  const { api } = await auth();
  const session = await api.getSession({ headers: requestHeaders }).catch((error: unknown) => {
    throw toOwnError(error);
  });
  if (!session) return null;
  const { id, name, email } = session.user;
  return { id, userId: id, sessionId: session.session.id, name, email };
}
