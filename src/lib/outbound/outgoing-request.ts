/** A request as it is sent. */
export interface OutgoingRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
}

/**
 * `host` would change which certificate is requested; the others reveal the request's origin or carry
 * credentials for other sites.
 */
const NEVER_SENT = ["host", "cookie", "referer", "origin", "proxy-authorization"];

/**
 * The request of a `fetch` call, independent of whose Request, FormData or stream it was made with. The body
 * is read as a whole, so that it is sent with its length: not every model server accepts chunked bodies.
 */
export async function outgoingRequest(request: Request): Promise<OutgoingRequest> {
  const headers = new Headers(request.headers);
  for (const name of NEVER_SENT) headers.delete(name);
  // Compression gains nothing here, and a small response could decompress to a huge one.
  headers.set("accept-encoding", "identity");
  const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined;
  return { method: request.method, headers, body };
}
