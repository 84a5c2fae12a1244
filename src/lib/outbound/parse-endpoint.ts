import { isIP } from "node:net";
import type { AppError } from "@/lib/app-error";
import type { AddressPolicy, AddressVerdict } from "./address-policy";
import { BLOCKED_PORTS } from "./blocked-ports";
import { addressNotAllowed, endpointRefused, needsTls } from "./endpoint-refused";

const MAX_CHARACTERS = 300;

/** An address that was checked and normalised; made by `parseEndpoint`. */
export interface Endpoint {
  /**
   * Scheme, host, port if it is not the scheme's own, and path without final slashes:
   * "https://llm.example.com/v1".
   */
  readonly url: string;
  /** "https://llm.example.com:8443" */
  readonly origin: string;
  /** A name in ASCII without a final dot, or an IP address without brackets. */
  readonly hostname: string;
  readonly isEncrypted: boolean;
}

/**
 * Checks the address of an API that a person typed, without network access: what a name resolves to is
 * checked when a request is sent (guarded-fetch.ts). Surrounding blanks are dropped.
 *
 * @param text for example "https://llm.example.com/v1/"
 * @param maxCharacters also of the address as it is sent
 * @throws AppError `endpoint_refused`, with a sentence that says what to change and repeats nothing of the
 *   text
 */
export function parseEndpoint(
  text: string,
  policy: AddressPolicy,
  maxCharacters: number = MAX_CHARACTERS,
): Endpoint {
  const typed = text.trim();
  if (typed.length > maxCharacters) throw tooLong(maxCharacters);
  checkSpelling(typed);
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (!url) throw notAnAddress();

  const hostname = normaliseHost(url);
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (BLOCKED_PORTS.has(port)) {
    throw endpointRefused(
      "This port belongs to another kind of service. Use the port of the API, for example 443 or 8080.",
    );
  }
  checkHost(hostname, url.protocol === "https:", policy);

  const address = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  // International names and paths grow when they are written in ASCII.
  if (address.length > maxCharacters) throw tooLong(maxCharacters);
  return Object.freeze({
    url: address,
    origin: url.origin,
    hostname,
    isEncrypted: url.protocol === "https:",
  });
}

/** What the WHATWG URL parser would silently repair, or read differently than a person does. */
function checkSpelling(typed: string): void {
  // Control, format (bidirectional, zero width), separator and unassigned characters; "\" is read as "/".
  if (/[\p{C}\p{Z}\\]/u.test(typed)) {
    throw endpointRefused(
      "This address contains a blank, a backslash or an invisible character. Type it anew without it.",
    );
  }
  const authority = /^https?:\/\/([^/?#]*)/i.exec(typed)?.[1];
  if (!authority) throw notAnAddress();
  if (authority.includes("@")) {
    throw endpointRefused(
      "This address contains a user name or password (before the @). Leave it out; the key is sent separately.",
    );
  }
  if (/[?#]/.test(typed)) {
    throw endpointRefused(
      'This address contains "?" or "#". Give only the address of the API, without what follows.',
    );
  }
  // Percent-encoded hosts, and zones of IPv6 addresses (RFC 6874).
  if (authority.includes("%")) throw notAnAddress();
}

/** Removes the final dot of a name (in the URL too) and the brackets of an IPv6 address. */
function normaliseHost(url: URL): string {
  if (url.hostname.startsWith("[")) return url.hostname.slice(1, -1);
  url.hostname = url.hostname.replace(/\.$/, "");
  const isName = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(url.hostname) && url.hostname.length <= 253;
  if (!isName) throw notAnAddress();
  return url.hostname;
}

function checkHost(hostname: string, isEncrypted: boolean, policy: AddressPolicy): void {
  const verdict = verdictWithoutNetwork(hostname, policy);
  if (verdict === "refused") throw addressNotAllowed();
  const mayBePrivate = verdict === "allowed_private" || (verdict === "unknown" && policy.allowsPrivate);
  if (!isEncrypted && !mayBePrivate) throw needsTls();
}

function verdictWithoutNetwork(hostname: string, policy: AddressPolicy): AddressVerdict | "unknown" {
  if (isIP(hostname) !== 0) return policy.judge(hostname);
  // RFC 6761, 6.3: these names mean this machine, whatever a resolver says.
  if (hostname === "localhost" || hostname.endsWith(".localhost")) {
    const verdicts = [policy.judge("127.0.0.1"), policy.judge("::1")];
    return verdicts.includes("allowed_private") ? "allowed_private" : "refused";
  }
  return "unknown";
}

function notAnAddress(): AppError {
  return endpointRefused("This is not the address of an API. Write it like https://llm.example.com/v1.");
}

function tooLong(maxCharacters: number): AppError {
  return endpointRefused(
    `This address is longer than ${maxCharacters} characters. Give the address of the API only.`,
  );
}
