/** What can be wrong with a local key store; each answers it the way the real one does. */
export type Trouble =
  | "throttled"
  | "silent" // never answers
  | "server-error"
  | "not-json" // a proxy's page with status 200
  | "disabled"
  | "pending-deletion"
  | "no-permission"
  | "not-found"
  | "ignores-context" // decrypts whatever the additional data is
  | "other-bytes"; // gives back another plaintext
