/**
 * What is sealed for an endpoint that asks for no key, as an empty text cannot be sealed. Shorter than any
 * key that can be saved (contracts/ai-keys), so it is never mistaken for one.
 */
const NO_KEY = "no-key";

/** The text to seal. @param apiKey empty for none */
export function sealableKey(apiKey: string): string {
  return apiKey === "" ? NO_KEY : apiKey;
}

/** The key of an opened text: empty if there is none. */
export function keyOfOpened(text: string): string {
  return text === NO_KEY ? "" : text;
}
