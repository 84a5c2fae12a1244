import "server-only";
import { type BetterAuthAdvancedOptions, betterAuth, type GenericEndpointContext } from "better-auth";
import { APIError, createAuthMiddleware, getSessionFromCtx, isAPIError } from "better-auth/api";
import { jwt } from "better-auth/plugins";
import { and, eq } from "drizzle-orm";
import { deviceName } from "@/contracts/device-name";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/contracts/limits";
import { profileSchema } from "@/contracts/profile";
import { AppError } from "@/lib/app-error";
import { type Database, database } from "@/lib/db/client";
import { accountTable, jwksTable, sessionTable, userTable, verificationTable } from "@/lib/db/schema";
import { type Environment, environment } from "@/lib/env.server";
import { clientNetworkOf } from "@/lib/http/client-address";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { consumeLimit, forgetUses, giveBackUse } from "@/lib/rate-limiter";
import { tellAccountEvent } from "./account-events";
import { voidResetLinks } from "./account-links";
import { refuseSuspended } from "./account-suspended";
import { authTransaction, rememberingTransactions } from "./auth-transaction";
import { signedAdapter, signedColumns } from "./authority/signed-adapter";
import { deleteAccount } from "./delete-account";
import { hashOf, isOutdatedPassword, isPassword, prepareHash } from "./password-hash";
import { refuseGuessable } from "./password-policy";
import { tellSessionEnd } from "./session-end";
import {
  FAILED_SIGN_INS_PER_ADDRESS,
  FAILED_SIGN_INS_PER_EMAIL,
  PASSWORD_CONFIRMATIONS,
  SIGN_UPS_PER_ADDRESS,
} from "./sign-in-limits";
import { admitAccount, noteInvitationUsed, type PresentedInvitation, refuseSignUp } from "./sign-up-policy";

/**
 * Bearer tokens are short-lived: the agent route also checks that their session still exists (see bearer.ts).
 */
const BEARER_TOKEN_MINUTES = 15;

function createAuth(db: Database, env: Environment) {
  return betterAuth({
    appName: "Orchestral",
    baseURL: env.APP_URL,
    secret: env.BETTER_AUTH_SECRET,
    trustedOrigins: trustedOrigins(env),
    telemetry: { enabled: false },
    database: signedAdapter(rememberingTransactions(db), {
      provider: "pg",
      schema: {
        user: userTable,
        session: sessionTable,
        account: accountTable,
        verification: verificationTable,
        jwks: jwksTable,
      },
      // Where the library groups statements (an account and its password; a new password and the end of other
      // sessions).
      transaction: true,
    }),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_MIN_LENGTH,
      maxPasswordLength: PASSWORD_MAX_LENGTH,
      password: { hash: hashOf, verify: isPassword },
    },
    socialProviders: {
      ...(env.GITHUB_CLIENT_ID && env.GITHUB_CLIENT_SECRET
        ? { github: { clientId: env.GITHUB_CLIENT_ID, clientSecret: env.GITHUB_CLIENT_SECRET } }
        : {}),
      ...(env.GOOGLE_CLIENT_ID && env.GOOGLE_CLIENT_SECRET
        ? { google: { clientId: env.GOOGLE_CLIENT_ID, clientSecret: env.GOOGLE_CLIENT_SECRET } }
        : {}),
    },
    account: { encryptOAuthTokens: true },
    session: { expiresIn: 60 * 60 * 24 * 14, updateAge: 60 * 60 * 24 },
    // The library's own deletion is not transactional. It runs after ours and finds nothing left; then it
    // clears the cookie.
    user: {
      additionalFields: { suspendedAt: { type: "date", required: false, input: false } },
      deleteUser: { enabled: true, beforeDelete: ({ id }) => deleteAccount(db, id) },
    },
    // Ours counts only failures, per e-mail address (sign-in-limits.ts); the built-in one counts every call
    // from an address.
    rateLimit: { enabled: false },
    advanced: cookieOptions(env),
    hooks: { before: checkBefore, after: settle },
    plugins: [
      jwt({
        jwt: {
          expirationTime: `${BEARER_TOKEN_MINUTES}m`,
          definePayload: ({ session }) => ({ sid: session.id }),
        },
        disableSettingJwtHeader: true,
      }),
      signedColumns,
    ],
    logger: {
      // Better Auth's own messages can quote e-mail addresses; only their level is logged.
      log: (level) => logger[level]({ source: "better-auth" }, "auth library message"),
      level: "error",
    },
    databaseHooks: {
      // The one place that every way of making an account passes.
      user: { create: { before: (user, ctx) => orApiError(() => admit(user.email, ctx)), after: welcome } },
      account: { update: { before: (_change, ctx) => refuseOutdatedChange(ctx) } },
      session: {
        create: {
          before: ({ userId }) => orApiError(() => refuseSuspended(userId)),
          after: async ({ id, userId, userAgent }) =>
            tellAccountEvent({
              kind: "signed_in",
              userId,
              sessionId: id,
              device: deviceName(userAgent ?? null),
            }),
        },
        delete: {
          after: async ({ id, userId }) => {
            tellSessionEnd(id);
            tellAccountEvent({ kind: "session_ended", userId, sessionId: id });
          },
        },
      },
    },
    // Thrown to auth-route.ts: otherwise the library prints a failed query with all its values (names,
    // hashes) to stderr.
    onAPIError: { errorURL: "/sign-in", throw: true },
  });
}

/**
 * A `__Host-` cookie comes from this host and https only: no other site of the same domain, and nobody on the
 * way, can put the cookie of another account into a browser, which would then save keys to that account.
 */
function cookieOptions(env: Environment): BetterAuthAdvancedOptions {
  const isHttps = env.APP_URL.startsWith("https://");
  return {
    // The library's own prefix for secure cookies is the weaker `__Secure-`.
    useSecureCookies: false,
    cookiePrefix: isHttps ? "__Host-orchestral" : "orchestral",
    defaultCookieAttributes: { secure: isHttps },
  };
}

function trustedOrigins(env: Environment): string[] {
  const origin = new URL(env.APP_URL);
  // The loopback address has two names, and people use either.
  const twins: Record<string, string> = { "127.0.0.1": "localhost", localhost: "127.0.0.1" };
  const twin = twins[origin.hostname];
  return twin
    ? [origin.origin, `${origin.protocol}//${twin}${origin.port ? `:${origin.port}` : ""}`]
    : [origin.origin];
}

const checkBefore = createAuthMiddleware(async (ctx) => {
  switch (ctx.path) {
    // An attempt is counted before the password is checked and given back afterwards: counting failures only
    // once they are known would let any number of concurrent guesses through.
    case "/sign-in/email":
      return orApiError(() => countSignIn(emailOf(ctx.body), clientNetworkOf(ctx.headers)));
    case "/sign-up/email":
      await orApiError(() => refuseSignUp(invitationOf(ctx)));
      checkProfile(ctx.body);
      await orApiError(() => refuseGuessable(passwordOf(ctx.body), [emailOf(ctx.body), nameOf(ctx.body)]));
      await orApiError(() => consumeLimit(SIGN_UPS_PER_ADDRESS, clientNetworkOf(ctx.headers)));
      return prepareHash(passwordOf(ctx.body));
    case "/update-user":
      return checkProfile(ctx.body);
    case "/delete-user":
      await limitPasswordConfirmations(ctx);
      return requirePassword(ctx);
    case "/change-password":
      await refuseGuessableChange(ctx);
      return limitPasswordConfirmations(ctx);
  }
});

/** The network address first: one with no attempts left must not use up those of other people's accounts. */
async function countSignIn(email: string, address: string): Promise<void> {
  await consumeLimit(FAILED_SIGN_INS_PER_ADDRESS, address);
  if (!email) return;
  try {
    await consumeLimit(FAILED_SIGN_INS_PER_EMAIL, email);
  } catch (error) {
    // No password was checked.
    await giveBackUse(FAILED_SIGN_INS_PER_ADDRESS, address);
    throw error;
  }
}

const settle = createAuthMiddleware(async (ctx) => {
  switch (ctx.path) {
    case "/sign-in/email":
      return settleSignIn(ctx);
    case "/change-password":
      return isAPIError(ctx.context.returned) ? undefined : passwordChanged(ctx);
  }
});

async function settleSignIn(ctx: HookContext): Promise<void> {
  const { returned } = ctx.context;
  const email = emailOf(ctx.body);
  if (isAPIError(returned)) {
    if (returned.statusCode === 401) return tellFailedSignIn(email);
    // A malformed request is not a guess.
    if (email) await giveBackUse(FAILED_SIGN_INS_PER_EMAIL, email);
  } else if (email) {
    await refuseOutdatedSignIn(ctx);
    await forgetUses(FAILED_SIGN_INS_PER_EMAIL, email);
  }
  await giveBackUse(FAILED_SIGN_INS_PER_ADDRESS, clientNetworkOf(ctx.headers));
}

/** A reset ended the sessions there were; one that began with the password of before must not outlive it. */
async function refuseOutdatedSignIn(ctx: HookContext): Promise<void> {
  const { newSession, internalAdapter } = ctx.context;
  if (!newSession) return;
  const method = await internalAdapter.findCredentialAccount(newSession.user.id);
  if (!isOutdatedPassword(method?.password)) return;
  await internalAdapter.deleteSession(newSession.session.token);
  throw passwordReplaced();
}

/** A change that was admitted by the password of before must not replace the one that was set meanwhile. */
async function refuseOutdatedChange(ctx: GenericEndpointContext | null): Promise<void> {
  const userId = ctx?.context.session?.user.id;
  if (ctx?.path !== "/change-password" || !userId) return;
  const tx = await authTransaction();
  const [method] = await tx
    .select({ password: accountTable.password })
    .from(accountTable)
    .where(and(eq(accountTable.userId, userId), eq(accountTable.providerId, "credential")))
    .for("update");
  if (isOutdatedPassword(method?.password)) throw passwordReplaced();
}

function passwordReplaced(): APIError {
  const message = "The password was changed a moment ago. Sign in with the new one.";
  return new APIError("UNAUTHORIZED", { message, code: "unauthorized" });
}

/** Looked up for unknown addresses too, so that the time it takes tells nothing. */
async function tellFailedSignIn(email: string): Promise<void> {
  const db = await database();
  const [user] = await db.select({ id: userTable.id }).from(userTable).where(eq(userTable.email, email));
  if (user) tellAccountEvent({ kind: "sign_in_failed", userId: user.id });
}

/** Links to set a password were made for the one that was forgotten. */
async function passwordChanged(ctx: HookContext): Promise<void> {
  const userId = ctx.context.session?.user.id;
  if (!userId) return;
  await voidResetLinks(await database(), userId);
  tellAccountEvent({ kind: "password_changed", userId });
}

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

/** The invitation that each request was admitted with, until its account is made. */
const admittedWith = new WeakMap<object, string>();

async function admit(email: string, ctx: GenericEndpointContext | null): Promise<void> {
  const invitationId = await admitAccount(email, ctx && invitationOf(ctx));
  if (ctx && invitationId) admittedWith.set(ctx, invitationId);
}

/** After the account was made. */
async function welcome({ id }: { id: string }, ctx: GenericEndpointContext | null): Promise<void> {
  const invitationId = ctx && admittedWith.get(ctx);
  if (invitationId) await noteInvitationUsed(invitationId, id);
  tellAccountEvent({
    kind: "created",
    userId: id,
    how: ctx?.path === "/sign-up/email" ? "email" : "social",
    invited: Boolean(invitationId),
  });
}

/**
 * In the body of a sign-up; in a cookie of our sign-up page for a way in that leads through another site and
 * back.
 */
function invitationOf(ctx: { body?: unknown; headers?: Headers | undefined }): PresentedInvitation | null {
  const named = textAt(ctx.body, "invitation");
  if (named !== undefined) return { token: named, isNamed: true };
  const token = /(?:^|; *)orchestral\.invitation=([\w-]+)/.exec(ctx.headers?.get("cookie") ?? "")?.[1];
  return token === undefined ? null : { token, isNamed: false };
}

async function refuseGuessableChange(ctx: Parameters<typeof getSessionFromCtx>[0]): Promise<void> {
  const session = await getSessionFromCtx(ctx);
  if (!session) return;
  const { email, name } = session.user;
  await orApiError(() => refuseGuessable(textAt(ctx.body, "newPassword"), [email, name]));
}

/** The library accepts names and pictures of any size and type; what it stores is shown on every page. */
function checkProfile(body: unknown): void {
  const problem = profileSchema.safeParse(body).error?.issues[0];
  if (problem) throw new APIError("BAD_REQUEST", { message: problem.message, code: "invalid_request" });
}

/** A stolen session must not be usable for guessing the password. */
async function limitPasswordConfirmations(ctx: Parameters<typeof getSessionFromCtx>[0]): Promise<void> {
  const session = await getSessionFromCtx(ctx);
  if (session) await orApiError(() => consumeLimit(PASSWORD_CONFIRMATIONS, session.user.id));
}

/** Without a password in the request, the library deletes the account of any session younger than a day. */
async function requirePassword(ctx: Parameters<typeof getSessionFromCtx>[0]): Promise<void> {
  const password = passwordOf(ctx.body);
  if (typeof password === "string" && password !== "") return;
  const session = await getSessionFromCtx(ctx);
  if (!session || !(await ctx.context.internalAdapter.findCredentialAccount(session.user.id))) return;
  throw new APIError("BAD_REQUEST", {
    message: "Enter your password to delete the account.",
    code: "invalid_password",
  });
}

/** The library names the statuses it answers with. */
const API_STATUS: Partial<Record<number, "FORBIDDEN" | "TOO_MANY_REQUESTS">> = {
  403: "FORBIDDEN",
  429: "TOO_MANY_REQUESTS",
};

async function orApiError(check: () => Promise<void> | void): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new APIError(
      API_STATUS[error.status] ?? "BAD_REQUEST",
      { message: error.message, code: error.code },
      error.headers,
    );
  }
}

function passwordOf(body: unknown): unknown {
  return (body as { password?: unknown } | null | undefined)?.password;
}

function nameOf(body: unknown): string | undefined {
  return textAt(body, "name");
}

function textAt(body: unknown, field: string): string | undefined {
  const value = (body as Record<string, unknown> | null | undefined)?.[field];
  return typeof value === "string" ? value : undefined;
}

function emailOf(body: unknown): string {
  const email = (body as { email?: unknown } | null)?.email;
  return typeof email === "string" ? email.trim().toLowerCase() : "";
}

export type Auth = ReturnType<typeof createAuth>;

const shared = oncePerProcess("auth", async () => createAuth(await database(), environment()));

/** The process-wide Better Auth instance, made on first use. */
export function auth(): Promise<Auth> {
  return shared.get();
}
