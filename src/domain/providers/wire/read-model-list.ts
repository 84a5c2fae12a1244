import { ProviderFailure } from "../failures/provider-failure";
import type { ClassifyRefusal } from "../provider-adapter";
import { type ModelEntry, modelEntries } from "./model-entries";
import { readJson } from "./read-json-answer";

/**
 * Reads a list of models.
 *
 * @returns its entries, and the body for what stands beside them
 * @throws ProviderFailure as readJson; `provider_bad_response` if it is JSON of another form
 */
export async function readModelList(
  response: Response,
  classify: ClassifyRefusal,
): Promise<{ entries: ModelEntry[]; body: unknown }> {
  const body = await readJson(response, classify);
  const entries = modelEntries(body);
  if (!entries) throw new NotAList(response.status);
  return { entries, body };
}

/** JSON that is no list of models: the server answers, and a key can still be tried on a chat. */
class NotAList extends ProviderFailure {
  constructor(status: number) {
    super("provider_bad_response", { status, cause: "no list of models" });
  }
}

/** Null if it has another form. @throws ProviderFailure if it failed for any other reason */
export async function listIfReadable<List>(list: Promise<List>): Promise<List | null> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof NotAList) return null;
    throw error;
  }
}
