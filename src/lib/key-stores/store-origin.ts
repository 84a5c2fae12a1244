/**
 * The origin of a key store's address: https, or http to this machine, where no one else can listen in.
 *
 * @returns what is wrong, as a sentence without any value
 */
export function storeOrigin(url: URL): string | { origin: string; onThisMachine: boolean } {
  const onThisMachine = isLoopback(url.hostname);
  if (url.username || url.password) return "the address must not contain a user name or password";
  if (url.search || url.hash) return 'the address must not contain "?" or "#"';
  if (url.protocol !== "https:" && url.protocol !== "http:") return "the address must begin with https://";
  if (url.protocol === "http:" && !onThisMachine) {
    return "the address begins with http://, which sends keys in the clear; use https:// (http:// is for this machine only)";
  }
  return { origin: url.origin, onThisMachine };
}

/** RFC 6761, 6.3 and the loopback blocks. URL has normalised other spellings (0x7f.1) by now. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
