/**
 * The SDKs require a key when a client is created (with undefined they would silently use the platform's,
 * from the environment). transport/keyed-fetch replaces this with the real one; if that ever failed, the
 * provider would refuse the request.
 */
export const PLACEHOLDER_API_KEY = "opened-per-request";
