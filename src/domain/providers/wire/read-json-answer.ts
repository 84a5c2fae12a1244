import type { z } from "zod";
import { ProviderFailure } from "../failures/provider-failure";

/** The largest response an adapter reads completely: several times a list of 700 models with descriptions. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Reads and validates a successful response up to a size limit. The address may be untrusted: without a
 * limit, one response could fill this server's memory.
 *
 * @throws ProviderFailure `provider_bad_response` if it is too long, not JSON, or has another form
 */
export async function readJsonAnswer<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
  maxBytes = MAX_ANSWER_BYTES,
): Promise<z.infer<Schema>> {
  const read = schema.safeParse(await readJson(response, maxBytes));
  if (!read.success) throw new ProviderFailure("provider_bad_response", { status: response.status });
  return read.data;
}

async function readJson(response: Response, maxBytes: number): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    // Leaving the loop cancels the body and closes the connection.
    if (bytes > maxBytes) return null;
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    return null;
  }
}
