import "server-only";
import { EnvironmentError, type EnvironmentProblem } from "./environment-error";
import { parseHttpUrl } from "./parse-http-url";
import { Secret } from "./secret";

/**
 * What an operator may set for each provider, in variables named after its id: `OPENAI_API_KEY` pays for everybody, `OPENAI_BASE_URL`
 * puts another server in the place of its API. Which providers there are is not known here; whoever asks names one.
 */
type Variables = Readonly<Record<string, string | undefined>>;

const FORM = /^[A-Z][A-Z0-9_]*_(API_KEY|BASE_URL)$/;

/** Whether a provider, of today or of another version, could have its settings in this variable. */
export function isProviderVariable(name: string): boolean {
  return FORM.test(name);
}

/** The names of a provider's variables: "openai" has OPENAI_API_KEY and OPENAI_BASE_URL. */
export function providerVariables(id: string): { apiKey: string; baseUrl: string } {
  const prefix = id.toUpperCase().replaceAll("-", "_");
  return { apiKey: `${prefix}_API_KEY`, baseUrl: `${prefix}_BASE_URL` };
}

/** The operator's key for a provider; null when there is none. */
export function operatorKey(id: string, env: Variables = process.env): Secret | null {
  const key = valueOf(env, providerVariables(id).apiKey);
  return key === undefined ? null : new Secret(key);
}

/**
 * The address the operator put in the place of a provider's own, without its version and a final slash; null when there is none.
 *
 * @throws EnvironmentError when it cannot be used
 */
export function operatorBaseUrl(id: string, env: Variables = process.env): string | null {
  const problems = providerProblems([id], env);
  if (problems.length > 0) throw new EnvironmentError(problems);
  return valueOf(env, providerVariables(id).baseUrl)?.replace(/\/+$/, "") ?? null;
}

/** What is wrong with the variables of these providers; never carries a value. */
export function providerProblems(ids: readonly string[], env: Variables = process.env): EnvironmentProblem[] {
  return ids.flatMap((id) => {
    const variable = providerVariables(id).baseUrl;
    const value = valueOf(env, variable);
    const complaint = value === undefined ? null : complaintAbout(value);
    return complaint === null ? [] : [{ variable, sentence: `${variable} ${complaint}` }];
  });
}

/**
 * The version at the end (`/v1`, Google's `/v1beta`) is refused, not repaired: the same name is used by other tools with it included, and a
 * guess here would send keys to `/v1/v1` or to another path.
 */
function complaintAbout(value: string): string | null {
  const url = parseHttpUrl(value);
  if (!url) return "must be an address beginning with http:// or https://.";
  if (url.username || url.password) {
    return "must not contain a user name or password; use the provider's API key instead.";
  }
  if (url.search || url.hash) return 'must not contain "?" or "#"; give only the address of the API.';
  const version = /\/(v\d+[a-z]*)\/*$/.exec(url.pathname)?.[1];
  return version === undefined ? null : `ends in /${version}; leave that off, Orchestral adds it.`;
}

/** Empty and blank count as not set; the newline that was pasted with a key is dropped. */
function valueOf(env: Variables, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
