/** How much one request may take. Times are in milliseconds. */
export interface RequestLimits {
  /** From the call to the last header: resolving, connecting, TLS, sending, and the endpoint's own time to begin. */
  readonly headersMs: number;
  /** Longest silence within the answer, while somebody waits for its next piece. */
  readonly idleMs: number;
  /** From the call to the end of the answer. Also frees the connection of an answer that nobody reads. */
  readonly totalMs: number;
  /** Of the answer, as it travels and also once decompressed. */
  readonly maxBodyBytes: number;
  /** Of all headers together. */
  readonly maxHeaderBytes: number;
}

export const DEFAULT_LIMITS: RequestLimits = {
  headersMs: 60_000,
  idleMs: 60_000,
  totalMs: 15 * 60_000,
  maxBodyBytes: 32 * 1024 * 1024,
  maxHeaderBytes: 16 * 1024,
};
