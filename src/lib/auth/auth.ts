import "server-only";
import { betterAuth } from "better-auth";
import { APIError, createAuthMiddleware, getSessionFromCtx, isAPIError } from "better-auth/api";
import { jwt } from "better-auth/plugins";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/contracts/limits";
import { profileSchema } from "@/contracts/profile";
import { AppError } from "@/lib/app-error";
import { type Database, database } from "@/lib/db/client";
import { accountTable, jwksTable, sessionTable, userTable, verificationTable } from "@/lib/db/schema";
import { type Environment, environment } from "@/lib/env.server";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { consumeLimit, forgetUses, giveBackUse } from "@/lib/rate-limiter";
import { signedAdapter, signedColumns } from "./authority/signed-adapter";
import { deleteAccount } from "./delete-account";
import { hashOf, prepareHash } from "./password-hash";
import { tellSessionEnd } from "./session-end";
import {
  FAILED_SIGN_INS_PER_ADDRESS,
  FAILED_SIGN_INS_PER_EMAIL,
  PASSWORD_CONFIRMATIONS,
  SIGN_UPS_PER_ADDRESS,
} from "./sign-in-limits";

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
    database: signedAdapter(db, {
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
      password: { hash: hashOf },
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
    user: { deleteUser: { enabled: true, beforeDelete: ({ id }) => deleteAccount(db, id) } },
    // Ours counts only failures, per e-mail address (sign-in-limits.ts); the built-in one counts every call
    // from an address.
    rateLimit: { enabled: false },
    advanced: { useSecureCookies: env.APP_URL.startsWith("https://"), cookiePrefix: "orchestral" },
    hooks: { before: checkBefore, after: settleSignInLimits },
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
    databaseHooks: { session: { delete: { after: async ({ id }) => tellSessionEnd(id) } } },
    // Thrown to auth-route.ts: otherwise the library prints a failed query with all its values (names,
    // hashes) to stderr.
    onAPIError: { errorURL: "/sign-in", throw: true },
  });
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
      return orApiError(() => countSignIn(emailOf(ctx.body), addressOf(ctx.headers)));
    case "/sign-up/email":
      checkProfile(ctx.body);
      await orApiError(() => consumeLimit(SIGN_UPS_PER_ADDRESS, addressOf(ctx.headers)));
      return prepareHash(passwordOf(ctx.body));
    case "/update-user":
      return checkProfile(ctx.body);
    case "/delete-user":
      await limitPasswordConfirmations(ctx);
      return requirePassword(ctx);
    case "/change-password":
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

const settleSignInLimits = createAuthMiddleware(async (ctx) => {
  if (ctx.path !== "/sign-in/email") return;
  const { returned } = ctx.context;
  const email = emailOf(ctx.body);
  if (isAPIError(returned)) {
    if (returned.statusCode === 401) return;
    // A malformed request is not a guess.
    if (email) await giveBackUse(FAILED_SIGN_INS_PER_EMAIL, email);
  } else if (email) {
    await forgetUses(FAILED_SIGN_INS_PER_EMAIL, email);
  }
  await giveBackUse(FAILED_SIGN_INS_PER_ADDRESS, addressOf(ctx.headers));
});

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

async function orApiError(check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new APIError("TOO_MANY_REQUESTS", { message: error.message, code: error.code }, error.headers);
  }
}

function passwordOf(body: unknown): unknown {
  return (body as { password?: unknown } | null | undefined)?.password;
}

function emailOf(body: unknown): string {
  const email = (body as { email?: unknown } | null)?.email;
  return typeof email === "string" ? email.trim().toLowerCase() : "";
}

/**
 * Next sets this header from the socket; a reverse proxy puts the client first. Spoofable, hence only the
 * second limit.
 */
function addressOf(headers: Headers | undefined): string {
  return headers?.get("x-forwarded-for")?.split(",")[0]?.trim() ?? "unknown";
}

export type Auth = ReturnType<typeof createAuth>;

const shared = oncePerProcess("auth", async () => createAuth(await database(), environment()));

/** The process-wide Better Auth instance, made on first use. */
export function auth(): Promise<Auth> {
  return shared.get();
}
