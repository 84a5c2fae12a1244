/**
 * The supported part of an RFC 7512 URI: `pkcs11:token=<label>;object=<label>?module-path=<absolute path>`.
 */
export interface Pkcs11Uri {
  token: string;
  object: string;
  modulePath: string;
}

const FORM =
  "write it as pkcs11:token=<label>;object=<label>?module-path=<absolute path of the driver>, special characters percent-encoded";
const MAX_LABEL_BYTES = 32;

/**
 * Reads the part after "pkcs11:". Attributes that would narrow the search further are refused, not ignored:
 * ignoring `serial` could select another token than the one meant. A PIN is refused too: it does not belong
 * in a URI.
 *
 * @returns what is wrong, as a sentence without any value
 */
export function parsePkcs11Uri(text: string): Pkcs11Uri | string {
  if (/[?&]pin-(value|source)=/.test(text)) return "a PIN must not stand in the URI; put it into PKCS11_PIN";
  const [path = "", query = "", ...rest] = text.split("?");
  const place = attributes(path, ";", ["token", "object", "type"]);
  const driver = attributes(query, "&", ["module-path"]);
  if (rest.length > 0 || place === null || driver === null) return FORM;

  const token = place.get("token");
  const object = place.get("object");
  const modulePath = driver.get("module-path");
  if (!token || !object || !modulePath) return FORM;
  if (Buffer.byteLength(token) > MAX_LABEL_BYTES)
    return `its token is longer than a label, ${MAX_LABEL_BYTES} bytes`;
  if (!modulePath.startsWith("/")) return "its module-path is not an absolute path";
  if ((place.get("type") ?? "secret-key") !== "secret-key") return "its type must be secret-key";
  return { token, object, modulePath };
}

/** @returns null if an attribute is unknown, repeated or not percent-encoded UTF-8 */
function attributes(text: string, separator: string, allowed: readonly string[]): Map<string, string> | null {
  const found = new Map<string, string>();
  for (const pair of text === "" ? [] : text.split(separator)) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(equals, 0));
    const value = decoded(pair.slice(equals + 1));
    if (!allowed.includes(name) || found.has(name) || value === null) return null;
    found.set(name, value);
  }
  return found;
}

function decoded(text: string): string | null {
  try {
    const value = decodeURIComponent(text);
    return value.includes("\0") ? null : value;
  } catch {
    return null;
  }
}
