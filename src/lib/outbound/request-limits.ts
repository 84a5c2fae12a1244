/** How much one request may take. Times are in milliseconds. */
export interface RequestLimits {
  /**
   * From the call to the last header: resolving, connecting, TLS, sending, and the endpoint's time to first
   * byte.
   */
  readonly headersMs: number;
  /** Longest silence within the response, while the reader waits for its next chunk. */
  readonly idleMs: number;
  /** From the call to the end of the response. Also frees the connection of a response that is not read. */
  readonly totalMs: number;
  /** Of the response, both as sent and decompressed. */
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
