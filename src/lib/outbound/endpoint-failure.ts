export type EndpointFailureKind =
  /** It answered with a redirect, which is never followed. */
  | "redirect"
  /** Its headers or its answer are longer than allowed. */
  | "too_large"
  /** It took too long to begin, to go on, or altogether. */
  | "timeout"
  /** No such host, no connection, a certificate that does not fit, a connection that broke, or an answer that is not HTTP. */
  | "unreachable";

/**
 * An endpoint did not serve a request. The message is fixed for each kind and holds nothing the endpoint said; `cause` is for the
 * log only, for it may name addresses of the operator's network.
 */
export class EndpointFailure extends Error {
  override name = "EndpointFailure";
  readonly kind: EndpointFailureKind;

  constructor(kind: EndpointFailureKind, options: { cause?: unknown } = {}) {
    super(kind, options);
    this.kind = kind;
  }
}
