export type EndpointFailureKind =
  /** It answered with a redirect, which is never followed. */
  | "redirect"
  /** Its headers or its answer are longer than allowed. */
  | "too_large"
  /** It took too long to begin, to continue, or in total. */
  | "timeout"
  /**
   * No such host, no connection, a certificate that does not match, a broken connection, or a response that
   * is not HTTP.
   */
  | "unreachable";

/** An endpoint did not serve a request. Holds nothing from its response, since that may repeat the key. */
export class EndpointFailure extends Error {
  override name = "EndpointFailure";
  readonly kind: EndpointFailureKind;

  /** @param options.cause for the log: codes such as "ECONNREFUSED" */
  constructor(kind: EndpointFailureKind, options: { cause?: string } = {}) {
    super(kind, options);
    this.kind = kind;
  }
}
