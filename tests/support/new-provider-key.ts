import { randomBytes } from "node:crypto";
import type { ProviderId } from "../../demo/stand-in/dialects/dialect";
import { places } from "../../demo/stand-in/dialects/places";

/**
 * A key nobody else uses, which begins like one of this provider and is as long as one of Anthropic's. Two hardly ever end alike. The
 * stand-in takes no key that begins like another provider's.
 */
export function newProviderKey(provider: ProviderId): string {
  const beginning = places.find(({ dialect }) => dialect.provider === provider)?.dialect.keyBeginnings[0];
  return `${beginning ?? "sk-own-"}${randomBytes(71).toString("base64url")}`;
}
