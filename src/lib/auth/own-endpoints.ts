import "server-only";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import { type CheckedLink, checkLinkRequestSchema, resetPasswordRequestSchema } from "@/contracts/people";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { readJson, refuseCrossSiteWrite } from "@/lib/http/api-route";
import { findAccountLink, linkInvalid } from "./account-links";
import type { Auth } from "./auth";
import { resetPassword } from "./reset-password";

type Endpoint = (request: Request, auth: Auth) => Promise<unknown>;

/** Ours among the account endpoints: for people who cannot sign in yet. A token comes in the body only. */
const OWN_ENDPOINTS: Partial<Record<string, Endpoint>> = {
  "POST /check-link": async (request) => checkLink(await read(request, checkLinkRequestSchema)),
  "POST /reset-password": async (request, auth) => {
    await resetPassword(auth, await read(request, resetPasswordRequestSchema));
    return { status: true };
  },
};

/** @param path below /api/auth */
export function ownEndpoint(method: string, path: string): Endpoint | undefined {
  return Object.hasOwn(OWN_ENDPOINTS, `${method} ${path}`) ? OWN_ENDPOINTS[`${method} ${path}`] : undefined;
}

function read<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> {
  refuseCrossSiteWrite(request);
  return readJson(request, schema, { maxBytes: 4 * 1024 });
}

/** Whether a link can be used, before a form is shown for it. @throws AppError `link_invalid` */
async function checkLink({ kind, token }: z.output<typeof checkLinkRequestSchema>): Promise<CheckedLink> {
  const link = await findAccountLink(kind, token);
  if (!link) throw linkInvalid();
  const expiresAt = link.expiresAt.toISOString();
  if (!link.userId) return { email: link.email, expiresAt };
  const db = await database();
  const [user] = await db
    .select({ email: userTable.email })
    .from(userTable)
    .where(eq(userTable.id, link.userId));
  if (!user) throw linkInvalid();
  return { email: user.email, expiresAt };
}
