/**
 * The SDKs insist on a key when a client is made (an undefined one would silently become the platform's, from the environment).
 * Ours comes later, in `providers/transport/keyed-fetch`, and overwrites this; should it ever not, the provider refuses the request.
 */
export const KEY_COMES_LATER = "opened-per-request";
