/** A request as it leaves. */
export interface OutgoingRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
}

/**
 * `host` would change which certificate is asked for; the others say where a request comes from or carry what a person has elsewhere.
 */
const NEVER_SENT = ["host", "cookie", "referer", "origin", "proxy-authorization"];

/**
 * What a call of `fetch` asks for, in a form that does not depend on whose Request, FormData or stream it was made with. The body is
 * read as a whole, so that it travels with its length: not every server of models takes one in chunks.
 */
export async function outgoingRequest(request: Request): Promise<OutgoingRequest> {
  const headers = new Headers(request.headers);
  for (const name of NEVER_SENT) headers.delete(name);
  // Nothing is gained by compression here, and a small answer that unpacks to a huge one could begin with it.
  headers.set("accept-encoding", "identity");
  const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined;
  return { method: request.method, headers, body };
}
