import { randomBytes } from "node:crypto";
import type { ProviderId } from "../../demo/stand-in/dialects/dialect";

/** The stand-in takes no key that begins like another provider's (provider-stand-in/key-ownership.ts). */
const beginnings: Record<ProviderId, string> = {
  anthropic: "sk-ant-api03-",
  openai: "sk-proj-",
  openrouter: "sk-or-v1-",
  "openai-compatible": "sk-own-",
};

/** A key nobody else uses, which begins like one of this provider and is as long as one of Anthropic's. Two hardly ever end alike. */
export function newProviderKey(provider: ProviderId): string {
  return `${beginnings[provider]}${randomBytes(71).toString("base64url")}`;
}
