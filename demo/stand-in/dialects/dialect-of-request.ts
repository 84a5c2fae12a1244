import type { IncomingMessage } from "node:http";
import { anthropic } from "./anthropic/dialect";
import type { Dialect } from "./dialect";
import { openAi } from "./openai/dialect";
import { places } from "./places";

/**
 * The dialect of a request: by its path, and for a path two providers share (`/v1/models`), by how the key is
 * sent.
 */
export function dialectOf({ url = "/", headers }: IncomingMessage): Dialect {
  const found = places.find(({ paths }) => paths.test(url));
  if (found) return found.dialect;
  const speaksAnthropic = headers["x-api-key"] !== undefined || headers["anthropic-version"] !== undefined;
  return !speaksAnthropic && headers.authorization !== undefined ? openAi : anthropic;
}
