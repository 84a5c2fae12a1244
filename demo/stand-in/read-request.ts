import type { IncomingMessage } from "node:http";

const LARGEST_BODY = 32 * 1024 * 1024;

/**
 * The whole body of a request; read to its end even if it is too large, so that the error response arrives.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | "aborted" | "too large"> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= LARGEST_BODY) chunks.push(chunk);
    }
  } catch {
    return "aborted";
  }
  return length > LARGEST_BODY ? "too large" : Buffer.concat(chunks);
}

export function flatHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}

/** The key of `Authorization: Bearer KEY`. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? null;
}
