import { ProviderFailure } from "../failures/provider-failure";
import type { ClassifyRefusal } from "../provider-adapter";
import { isError } from "./error-in-answer";
import { parsedJson } from "./wire-reader";

const MAX_CHARACTERS = 64 * 1024;

/**
 * Reads the start of a successful answer that only matters for not being an error: JSON, or the first event
 * of a stream. The rest is not read.
 *
 * @throws ProviderFailure what `classify` says of an error
 */
export async function refuseErrorUnder200(response: Response, classify: ClassifyRefusal): Promise<void> {
  const { status } = response;
  const start = await startOf(response);
  const body = parsedJson(/^data:(.*)$/m.exec(start)?.[1] ?? start);
  if (isError(body)) throw new ProviderFailure(classify({ status, body }), { status });
}

async function startOf(response: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > MAX_CHARACTERS || /^data:.*\n/m.test(text)) break;
  }
  return text;
}
