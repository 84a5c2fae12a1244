import type { z } from "zod";
import { ProviderFailure } from "../failures/provider-failure";
import type { ClassifyRefusal } from "../provider-adapter";
import { isError } from "./error-in-answer";
import { parsedJson } from "./wire-reader";

/** The largest response an adapter reads completely: several times a list of 700 models with descriptions. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Reads and validates a successful response up to a size limit. The address may be untrusted: without a
 * limit, one response could fill this server's memory.
 *
 * @throws ProviderFailure as readJson; `provider_bad_response` if it has another form
 */
export async function readJsonAnswer<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
  classify: ClassifyRefusal,
  maxBytes = MAX_ANSWER_BYTES,
): Promise<z.infer<Schema>> {
  const read = schema.safeParse(await readJson(response, classify, maxBytes));
  if (!read.success) throw new ProviderFailure("provider_bad_response", { status: response.status });
  return read.data;
}

/**
 * The JSON of a successful response, whatever its type is called and with or without a byte order mark.
 *
 * @throws ProviderFailure `provider_bad_response` if it is too long or not JSON; what `classify` says of an
 *   error that came with a successful status
 */
export async function readJson(
  response: Response,
  classify: ClassifyRefusal,
  maxBytes = MAX_ANSWER_BYTES,
): Promise<unknown> {
  const { status } = response;
  const text = await readText(response, maxBytes);
  const body = text === null ? undefined : parsedJson(text);
  if (body === undefined) throw new ProviderFailure("provider_bad_response", { status });
  if (isError(body)) throw new ProviderFailure(classify({ status, body }), { status });
  return body;
}

/** Null if it is too long. */
async function readText(response: Response, maxBytes: number): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    // Leaving the loop cancels the body and closes the connection.
    if (bytes > maxBytes) return null;
    pieces.push(piece);
  }
  // Drops a byte order mark.
  return new TextDecoder().decode(Buffer.concat(pieces));
}
