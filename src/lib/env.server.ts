import "server-only";
import { z } from "zod";
import { EnvironmentError, type EnvironmentProblem } from "./environment-error";
import { type AddressRange, parseRange } from "./outbound/address-range";
import { parseAllowedRanges, type RangeProblem } from "./outbound/allowed-ranges";
import { parseHttpUrl } from "./parse-http-url";
import { isProviderVariable, isQuoted, providerProblems, QUOTED } from "./provider-variables";

/**
 * The environment of the product in one schema, except the providers' (provider-variables.ts). It is read at
 * run time, never while a module loads, so that `next build` works on a machine without secrets and one build
 * serves every installation.
 */

const MIN_AUTH_SECRET_CHARACTERS = 32;
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** Who may make an account, after the first one. */
const SIGN_UP_MODES = ["open", "invited", "closed"] as const;

const text = z.string().optional();

const port = z
  .string()
  .default("3000")
  .refine((value) => /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535, {
    error: "PORT must be a whole number from 1 to 65535.",
  })
  .transform(Number);

const appUrl = z
  .string()
  .optional()
  .superRefine((value, context) => {
    if (value === undefined) return;
    const url = parseHttpUrl(value);
    if (!url) {
      context.addIssue({
        code: "custom",
        message: "APP_URL must be the address people open, beginning with http:// or https://.",
      });
    } else if (url.pathname !== "/" || url.search || url.hash || url.username) {
      context.addIssue({
        code: "custom",
        message: "APP_URL must be an address without a path, for example https://orchestral.example.com.",
      });
    }
  });

function flag(variable: string) {
  return z
    .string()
    .optional()
    .refine((value) => value === undefined || ["0", "1", "false", "true"].includes(value), {
      error: `${variable} must be 1 or 0.`,
    })
    .transform((value) => value === "1" || value === "true");
}

function seconds(variable: string, standard: number) {
  return z
    .string()
    .default(String(standard))
    .refine((value) => /^\d{1,5}$/.test(value), {
      error: `${variable} must be a whole number of seconds from 0 to 99999.`,
    })
    .transform(Number);
}

function count(variable: string, standard: number) {
  return z
    .string()
    .default(String(standard))
    .refine((value) => /^\d{1,6}$/.test(value) && Number(value) >= 1, {
      error: `${variable} must be a whole number from 1 to 999999.`,
    })
    .transform(Number);
}

const RANGE_COMPLAINTS: Record<RangeProblem["reason"], string> = {
  malformed:
    "is not an IP address or range; write them like 127.0.0.1,10.0.0.0/8,::1, with no bits set behind the prefix",
  never_reached: "lies where cloud metadata services or no hosts are, which is never opened; remove it",
  embedded_ipv4: "is an IPv6 form of IPv4 addresses; write the IPv4 address or range instead",
};

const allowedPrivateEndpoints = z
  .string()
  .default("")
  .transform((value, context) => {
    const { ranges, problems } = parseAllowedRanges(value);
    for (const { entry, reason } of problems) {
      context.addIssue({
        code: "custom",
        message: `ALLOWED_PRIVATE_ENDPOINTS: entry ${entry} ${RANGE_COMPLAINTS[reason]}.`,
      });
    }
    return ranges;
  });

const LOOPBACK = ["127.0.0.0/8", "::1"];

/** Undefined if it is not set: then it depends on how the server is reached. */
const trustedProxies = z
  .string()
  .optional()
  .transform((value, context) => {
    if (value === undefined) return undefined;
    if (value === "none") return [];
    const ranges: AddressRange[] = [];
    for (const [index, entry] of value
      .replaceAll(/\bloopback\b/g, LOOPBACK.join())
      .split(",")
      .entries()) {
      if (entry.trim() === "") continue;
      const range = parseRange(entry.trim());
      if (range) ranges.push(range);
      else {
        context.addIssue({
          code: "custom",
          message: `TRUSTED_PROXIES: entry ${index + 1} is not an IP address or range; write them like loopback,10.0.0.0/8,2001:db8::1, or none.`,
        });
      }
    }
    return ranges;
  });

/** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
const smtpUrl = z
  .string()
  .optional()
  .refine((value) => value === undefined || (/^smtps?:\/\/[^/]/.test(value) && URL.canParse(value)), {
    error:
      "SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465 (special characters in the password percent-encoded).",
  });

/** `address`, or `Name <address>`. */
const mailFrom = z
  .string()
  .optional()
  .refine(
    (value) =>
      value === undefined ||
      (!/\p{Cc}/u.test(value) && /^([^<>@",;]+ )?(<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/.test(value)),
    { error: "MAIL_FROM must be an address, or a name and an address: Orchestral <orchestral@example.com>." },
  );

const variables = {
  NODE_ENV: z
    .enum(["development", "production", "test"], {
      error: "NODE_ENV must be development, production or test.",
    })
    .default("development"),
  PORT: port,
  HOST: z
    .string()
    .default("127.0.0.1")
    .refine((value) => /^[A-Za-z0-9.:_-]+$/.test(value), {
      error: "HOST must be an address or a host name, for example 127.0.0.1 or 0.0.0.0.",
    }),
  APP_URL: appUrl,
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: z
    .string()
    .optional()
    .refine(
      (value) => value === undefined || (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value)),
      "DATABASE_URL must look like postgres://user:password@host:5432/database (special characters in the password percent-encoded).",
    ),
  ENCRYPTION_KEY: text,
  ENCRYPTION_KEYS: text,
  KEY_ENCRYPTION_KEYS: text,
  VAULT_TOKEN: text,
  VAULT_NAMESPACE: text,
  PKCS11_PIN: text,
  BETTER_AUTH_SECRET: z
    .string("BETTER_AUTH_SECRET is missing; set it to at least 32 random characters (openssl rand -hex 32).")
    .min(
      MIN_AUTH_SECRET_CHARACTERS,
      "BETTER_AUTH_SECRET is shorter than 32 characters; use a random one (openssl rand -hex 32).",
    ),
  PROVIDER_TIMEOUT_SECONDS: z
    .string()
    .default("60")
    .refine((value) => /^\d{1,4}$/.test(value) && Number(value) >= 1, {
      error: "PROVIDER_TIMEOUT_SECONDS must be a whole number of seconds from 1 to 9999.",
    })
    .transform(Number),
  PLATFORM_MESSAGES_PER_MINUTE: count("PLATFORM_MESSAGES_PER_MINUTE", 20),
  RUNS_PER_PERSON: count("RUNS_PER_PERSON", 4),
  RUNS_PER_SERVER: count("RUNS_PER_SERVER", 200),
  RUN_GRACE_SECONDS: seconds("RUN_GRACE_SECONDS", 60),
  DRAIN_SECONDS: seconds("DRAIN_SECONDS", 25),
  ALLOWED_PRIVATE_ENDPOINTS: allowedPrivateEndpoints,
  TRUSTED_PROXIES: trustedProxies,
  GITHUB_CLIENT_ID: text,
  GITHUB_CLIENT_SECRET: text,
  GOOGLE_CLIENT_ID: text,
  GOOGLE_CLIENT_SECRET: text,
  OPERATOR_EMAILS: z
    .string()
    .default("")
    .transform((value) =>
      value
        .split(",")
        .map((email) => email.trim().toLowerCase())
        .filter(Boolean),
    )
    .refine((emails) => emails.every((email) => /^[^\s@]+@[^\s@]+$/.test(email)), {
      error: "OPERATOR_EMAILS must be e-mail addresses separated by commas.",
    }),
  UNSIGNED_ACCOUNTS: z
    .enum(["sign", "refuse"], { error: "UNSIGNED_ACCOUNTS must be sign or refuse." })
    .optional(),
  SIGN_UP: z
    .enum(SIGN_UP_MODES, { error: `SIGN_UP must be one of ${SIGN_UP_MODES.join(", ")}.` })
    .default("open"),
  SMTP_URL: smtpUrl,
  MAIL_FROM: mailFrom,
  REFUSE_OLD_SEALED_FORMAT: flag("REFUSE_OLD_SEALED_FORMAT"),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}.` })
    .default("info"),
  ORCHESTRAL_DEMO: flag("ORCHESTRAL_DEMO"),
  ORCHESTRAL_DEMO_PASSWORD: text,
};

const environmentSchema = z.object(variables);

const names: readonly string[] = Object.keys(variables);

/** Whether the product reads this variable. */
export function isProductVariable(name: string): boolean {
  return names.includes(name) || isProviderVariable(name);
}

/**
 * Address on which a browser on this machine reaches a server bound to `host`: a wildcard cannot be opened.
 */
function localAddress(host: string, portNumber: number): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${portNumber}`;
}

type Parsed = z.output<typeof environmentSchema>;

/**
 * The environment as the product uses it: every variable checked, defaults filled in, addresses without a
 * final slash.
 */
export type Environment = Omit<Parsed, "APP_URL" | "TRUSTED_PROXIES"> & {
  APP_URL: string;
  TRUSTED_PROXIES: readonly AddressRange[];
};

/**
 * Whose word on a client's address is believed if nobody says: of a server that people open over https but
 * that listens to this machine only, the proxy on this machine. Otherwise nobody's: whoever connects is the
 * client.
 */
function proxiesOf(appUrl: string, host: string): readonly AddressRange[] {
  const isBehindLocalProxy = appUrl.startsWith("https://") && /^(127\.|::1$|localhost$)/.test(host);
  return isBehindLocalProxy ? LOOPBACK.map(parseRange).filter((range) => range !== undefined) : [];
}

/** A quote may be a part of these, and in an installation that has run with it, it is. */
const MAY_BE_QUOTED: readonly string[] = ["BETTER_AUTH_SECRET", "ORCHESTRAL_DEMO_PASSWORD", "PKCS11_PIN"];

function quotedVariables(given: Record<string, string | undefined>): EnvironmentProblem[] {
  return Object.entries(given)
    .filter(([name, value]) => value !== undefined && isQuoted(value) && !MAY_BE_QUOTED.includes(name))
    .map(([variable]) => ({ variable, sentence: `${variable} ${QUOTED}` }));
}

/** Checks that involve several variables. */
function problemsBetweenVariables(given: Record<string, string | undefined>): EnvironmentProblem[] {
  const problems: EnvironmentProblem[] = [];
  if (!given.ENCRYPTION_KEY && !given.ENCRYPTION_KEYS && !given.KEY_ENCRYPTION_KEYS) {
    problems.push({
      variable: "ENCRYPTION_KEY",
      sentence: "ENCRYPTION_KEY is missing; set it to 64 random hex characters (openssl rand -hex 32).",
    });
  }
  for (const service of ["GITHUB", "GOOGLE"]) {
    const names = [`${service}_CLIENT_ID`, `${service}_CLIENT_SECRET`];
    const missing = names.filter((name) => !given[name]);
    const present = names.find((name) => given[name]);
    if (missing[0] && present) {
      problems.push({
        variable: missing[0],
        sentence: `${missing[0]} is missing; set it together with ${present}, or remove both.`,
      });
    }
  }
  if (given.SMTP_URL && !given.MAIL_FROM) {
    problems.push({
      variable: "MAIL_FROM",
      sentence: "MAIL_FROM is missing; set it to the address mail comes from, or remove SMTP_URL.",
    });
  }
  if (
    (given.ORCHESTRAL_DEMO === "1" || given.ORCHESTRAL_DEMO === "true") &&
    !given.ORCHESTRAL_DEMO_PASSWORD
  ) {
    problems.push({
      variable: "ORCHESTRAL_DEMO_PASSWORD",
      sentence: "ORCHESTRAL_DEMO_PASSWORD is missing; npm run demo sets it together with ORCHESTRAL_DEMO.",
    });
  }
  return problems;
}

/**
 * Checks an environment and fills in the defaults. A variable that is empty or blank counts as not set;
 * blanks around a value (a pasted newline) are dropped.
 *
 * @param providerIds whose variables are checked with the others
 * @throws EnvironmentError with one sentence for each invalid variable, never a value.
 */
export function parseEnvironment(
  env: Record<string, string | undefined>,
  providerIds: readonly string[] = [],
): Environment {
  const given: Record<string, string | undefined> = {};
  for (const name of names) given[name] = env[name]?.trim() || undefined;

  const parsed = environmentSchema.safeParse(given);
  const quoted = quotedVariables(given);
  const problems = [
    ...quoted,
    ...(parsed.error?.issues ?? [])
      .map((issue) => ({ variable: String(issue.path[0]), sentence: issue.message }))
      .filter(({ variable }) => !quoted.some((each) => each.variable === variable)),
    ...providerProblems(providerIds, env),
    ...problemsBetweenVariables(given),
  ];
  if (problems.length > 0 || !parsed.data) throw new EnvironmentError(problems);

  const { APP_URL: address, TRUSTED_PROXIES, ...rest } = parsed.data;
  const APP_URL = address ? new URL(address).origin : localAddress(rest.HOST, rest.PORT);
  return { ...rest, APP_URL, TRUSTED_PROXIES: TRUSTED_PROXIES ?? proxiesOf(APP_URL, rest.HOST) };
}

let cached: Environment | undefined;

/**
 * The environment of this process, checked once at the first call.
 *
 * @throws EnvironmentError as `parseEnvironment` does; nothing is cached then.
 */
export function environment(): Environment {
  cached ??= parseEnvironment(process.env);
  return cached;
}
