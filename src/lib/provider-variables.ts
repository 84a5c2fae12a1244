import "server-only";
import { EnvironmentError, type EnvironmentProblem } from "./environment-error";
import { parseHttpUrl } from "./parse-http-url";
import { Secret } from "./secret";

/**
 * What an operator may set for each provider, in variables named after its id: `OPENAI_API_KEY` pays for all
 * people, `OPENAI_BASE_URL` replaces the address of its API. This file does not know the list of providers;
 * callers name one.
 */
type Variables = Readonly<Record<string, string | undefined>>;

const FORM = /^[A-Z][A-Z0-9_]*_(API_KEY|BASE_URL)$/;

/** Whether this variable could hold a setting of a provider, of this version or another. */
export function isProviderVariable(name: string): boolean {
  return FORM.test(name);
}

/** The names of a provider's variables: "openai" has OPENAI_API_KEY and OPENAI_BASE_URL. */
export function providerVariables(id: string): { apiKey: string; baseUrl: string } {
  const prefix = id.toUpperCase().replaceAll("-", "_");
  return { apiKey: `${prefix}_API_KEY`, baseUrl: `${prefix}_BASE_URL` };
}

/** The operator's key for a provider; null if there is none. */
export function operatorKey(id: string, env: Variables = process.env): Secret | null {
  const key = valueOf(env, providerVariables(id).apiKey);
  return key === undefined ? null : new Secret(key);
}

/** Its last four characters, by which its provider's reports name it; null if there is none. */
export function operatorKeyLast4(id: string, env: Variables = process.env): string | null {
  return valueOf(env, providerVariables(id).apiKey)?.slice(-4) ?? null;
}

/**
 * The operator's replacement for a provider's own address, without the version and a final slash; null if
 * there is none.
 *
 * @throws EnvironmentError if it cannot be used
 */
export function operatorBaseUrl(id: string, env: Variables = process.env): string | null {
  const problems = providerProblems([id], env);
  if (problems.length > 0) throw new EnvironmentError(problems);
  return valueOf(env, providerVariables(id).baseUrl)?.replace(/\/+$/, "") ?? null;
}

/** What is wrong with the variables of these providers; never carries a value. */
export function providerProblems(ids: readonly string[], env: Variables = process.env): EnvironmentProblem[] {
  return ids.flatMap((id) => {
    const { apiKey, baseUrl } = providerVariables(id);
    return [...problemWith(apiKey, complaintAboutKey, env), ...problemWith(baseUrl, complaintAboutUrl, env)];
  });
}

function problemWith(
  variable: string,
  complaintAbout: (value: string) => string | null,
  env: Variables,
): EnvironmentProblem[] {
  const value = valueOf(env, variable);
  if (value === undefined) return [];
  const complaint = isQuoted(value) ? QUOTED : complaintAbout(value);
  return complaint === null ? [] : [{ variable, sentence: `${variable} ${complaint}` }];
}

/** Said of a value with the quotes of the file it comes from (`docker run --env-file` keeps them). */
export const QUOTED = "has quotes around its value; remove them.";

export function isQuoted(value: string): boolean {
  return /^(["']).*\1$/s.test(value);
}

/** It travels in an HTTP header (RFC 9110, 5.5), so one character too many would fail every message. */
function complaintAboutKey(value: string): string | null {
  return /^[\x21-\x7e]+$/.test(value)
    ? null
    : "has a space, a line break or another character that no key has; paste it again.";
}

/**
 * The version at the end (`/v1`, Google's `/v1beta`) is refused, not removed: other tools use the same
 * variable with the version included, and a guess here would send keys to `/v1/v1` or to another path.
 */
function complaintAboutUrl(value: string): string | null {
  const url = parseHttpUrl(value);
  if (!url) return "must be an address beginning with http:// or https://.";
  if (url.username || url.password) {
    return "must not contain a user name or password; use the provider's API key instead.";
  }
  if (url.search || url.hash) return 'must not contain "?" or "#"; give only the address of the API.';
  const version = /\/(v\d+[a-z]*)\/*$/.exec(url.pathname)?.[1];
  return version === undefined ? null : `ends in /${version}; leave that off, Orchestral adds it.`;
}

/** Empty and blank count as not set; a newline pasted with a key is dropped. */
function valueOf(env: Variables, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
