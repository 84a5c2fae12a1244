import "server-only";
import { headers } from "next/headers";
import { cache } from "react";
import { auth } from "./auth";

export interface SignedInUser {
  id: string;
  userId: string;
  sessionId: string;
  name: string;
  email: string;
}

/** The person of the session cookie, or null. Looked up once per request, however many components need it. */
export const currentUser = cache(async (): Promise<SignedInUser | null> => {
  // Before the database: reading headers makes the page dynamic, so that a build never opens one.
  const requestHeaders = await headers();
  return userOfHeaders(requestHeaders);
});

/** The person of a session cookie in these headers, or null if it is missing, expired or revoked. */
export async function userOfHeaders(requestHeaders: Headers): Promise<SignedInUser | null> {
  if (!requestHeaders.get("cookie")) return null;
  const session = await (await auth()).api.getSession({ headers: requestHeaders });
  // An operator may have suspended the person since the session began.
  if (!session || session.user.suspendedAt) return null;
  const { id, name, email } = session.user;
  return { id, userId: id, sessionId: session.session.id, name, email };
}
