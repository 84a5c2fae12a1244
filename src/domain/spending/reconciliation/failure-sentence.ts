import type { ProviderId } from "@/contracts/provider";
import { providerById } from "@/domain/providers/registry";

type Sentence = (name: string) => string;

/** Why a provider's report could not be read, and what to do. By stored code. */
const SENTENCES: Record<string, Sentence> = {
  provider_key_invalid: (name) =>
    `${name} does not accept this key. Check in its console that it is an admin key and still exists.`,
  provider_key_forbidden: (name) =>
    `${name} does not let this key read what was charged. Make one that may, in its console.`,
  provider_rate_limited: (name) => `${name} is asked too often at the moment. Try again in an hour.`,
  provider_credit_exhausted: (name) => `${name} refused the request: the account or key has no credit left.`,
  provider_timeout: (name) => `${name} did not answer in time. Try again later.`,
  provider_unreachable: (name) => `${name} cannot be reached from this server. Try again later.`,
  provider_overloaded: (name) => `${name} is overloaded at the moment. Try again later.`,
  provider_error: (name) => `${name} has a problem on its side. Try again later.`,
  stream_interrupted: (name) => `${name}'s answer broke off. Try again later.`,
  provider_bad_response: (name) =>
    `${name}'s report could not be read, or holds figures that cannot be. None of it was taken over.`,
  personal_key_unreadable: () => "The saved key can no longer be read by this server. Paste it again.",
  personal_key_disabled: (name) => `Your ${name} key is switched off, so it was not used.`,
  key_expired: (name) => `Your ${name} key has expired, so it was not used. Extend or replace it.`,
  key_paused: (name) => `Your ${name} key is paused, so it was not used. Resume or replace it.`,
  personal_key_missing: () => "The key is not here any more.",
  platform_key_not_configured: (name) => `This server has no platform key for ${name} any more.`,
  key_store_unavailable: () => "The key store of this server did not answer, so the key was not used.",
  account_suspended: () => "The account is suspended, so its keys are used for nothing.",
};

export function failureSentence(code: string, provider: ProviderId): string {
  const { name } = providerById(provider).facts;
  return SENTENCES[code]?.(name) ?? `${name} refused the request for its report. Try again later.`;
}
