import { randomBytes } from "node:crypto";
import type { ProviderId } from "../../demo/stand-in/dialects/dialect";
import { places } from "../../demo/stand-in/dialects/places";

/**
 * A unique key with this provider's prefix, as long as one of Anthropic's. Two rarely share their last
 * characters. The stand-in refuses a key with another provider's prefix.
 */
export function newProviderKey(provider: ProviderId): string {
  const beginning = places.find(({ dialect }) => dialect.provider === provider)?.dialect.keyBeginnings[0];
  return `${beginning ?? "sk-own-"}${randomBytes(71).toString("base64url")}`;
}
