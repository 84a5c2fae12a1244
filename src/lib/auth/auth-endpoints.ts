import "server-only";

/**
 * What the product uses of the account library, and nothing else of it is served: its other endpoints (and
 * those that an update brings) were not looked at, and one of them checks passwords without a limit.
 */
const LIBRARY_ENDPOINTS: readonly string[] = [
  "POST /sign-up/email",
  "POST /sign-in/email",
  "POST /sign-in/social",
  "POST /sign-out",
  "GET /get-session",
  "GET /list-sessions",
  "POST /revoke-session",
  "POST /revoke-sessions",
  "POST /revoke-other-sessions",
  "GET /token",
  "POST /update-user",
  "POST /change-password",
  "POST /delete-user",
];

/** Where GitHub and Google send a browser back to. */
const CALLBACK = /^GET \/callback\/(github|google)$/;

/** @param path below /api/auth */
export function isServedByLibrary(method: string, path: string): boolean {
  const endpoint = `${method} ${path}`;
  return LIBRARY_ENDPOINTS.includes(endpoint) || CALLBACK.test(endpoint);
}
