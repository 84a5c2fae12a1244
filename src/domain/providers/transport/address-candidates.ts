/** What people paste behind the address: the path of one call. Most specific first. */
const CALLS =
  /(\/chat\/completions|\/completions|\/responses|\/embeddings|\/messages|\/models|\/chat|\/generate|\/tags|\/engines)(\/)?$/i;
/** Pages for people beside an API. */
const PAGES =
  /\/(docs|redoc|swagger|openapi\.json|index\.html|ui|web|app|chat|playground|dashboard|login|admin|health)$/i;
const VERSION = /\/v\d+(beta|alpha)?$/i;

/**
 * Addresses at the same origin that a person who typed this one may mean, likeliest first: without the path
 * of a call, without a version written twice, with the version that is missing, without one that is too much.
 *
 * @param address normalised, as parseEndpoint returns it
 */
export function addressCandidates(address: string): string[] {
  const { origin, pathname } = new URL(address);
  const typed = pathname.replace(/\/+$/, "");
  const bare = withoutCalls(typed);
  const found = [bare, lowerVersion(bare)];
  if (!VERSION.test(bare)) found.push(`${bare}/v1`);
  // Ollama's own API is below /api, the compatible one below /v1.
  if (/\/api$/i.test(bare)) found.push(`${bare.replace(/\/api$/i, "")}/v1`);
  if (PAGES.test(typed)) found.push(typed.replace(PAGES, ""), `${typed.replace(PAGES, "")}/v1`);
  if (bare === "") found.push("/api/v1", "/openai/v1", "/api");
  if (VERSION.test(bare)) found.push(bare.replace(VERSION, ""));
  const unlikeTyped = found.map((path) => `${origin}${path}`).filter((each) => each !== address);
  return [...new Set(unlikeTyped)];
}

/**
 * The address without the path of a chat, which no address of an API ends in.
 *
 * @returns null if it ends in none
 */
export function withoutChatPath(address: string): string | null {
  return /\/completions$/i.test(address) ? (addressCandidates(address)[0] ?? null) : null;
}

/** Whether it is written like a mistake: with the path of a call behind it, or a version twice. */
export function isWrittenOddly(address: string): boolean {
  const { pathname } = new URL(address);
  return withoutCalls(pathname) !== pathname;
}

function withoutCalls(path: string): string {
  let rest = path.replaceAll(/\/{2,}/g, "/");
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(CALLS, "").replace(/(\/v\d+(?:beta|alpha)?)\1$/i, "$1");
  }
  return rest;
}

function lowerVersion(path: string): string {
  return path.replace(VERSION, (version) => version.toLowerCase());
}
