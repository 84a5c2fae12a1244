/**
 * The SDKs insist on a key when a client is made (an undefined one would silently become the platform's,
 * from the environment). transport/keyed-fetch overwrites this with the real one; should it ever not, the
 * provider refuses the request.
 */
export const PLACEHOLDER_API_KEY = "opened-per-request";
