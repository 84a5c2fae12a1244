import type { ProviderFailure } from "./provider-failure";

/** No route, or a page for people: what answers there is no API. */
const NO_API = new Set([200, 404, 405, 410]);

/** Whether a failure of a custom endpoint says that its address is none of an API. */
export function saysAddressIsWrong({ code, status }: Pick<ProviderFailure, "code" | "status">): boolean {
  return code === "provider_bad_response" && status !== undefined && NO_API.has(status);
}

/** @param proposed an address that does answer as an API; null if none is known */
export function addressWrongSentence(proposed: string | null): string {
  return proposed === null
    ? "There is no OpenAI-compatible API at this address. Check it against the endpoint's documentation: it often ends in /v1."
    : `There is no OpenAI-compatible API at this address, but there is one at ${proposed}. Use that address.`;
}
