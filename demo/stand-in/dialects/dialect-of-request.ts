import type { IncomingMessage } from "node:http";
import { anthropic } from "./anthropic/dialect";
import type { Dialect } from "./dialect";
import { openAi } from "./openai/dialect";
import { places } from "./places";

/** Whose API a request speaks: by its path, and where two providers share one (`/v1/models`), by how the key is sent. */
export function dialectOf({ url = "/", headers }: IncomingMessage): Dialect {
  const found = places.find(({ paths }) => paths.test(url));
  if (found) return found.dialect;
  const speaksAnthropic = headers["x-api-key"] !== undefined || headers["anthropic-version"] !== undefined;
  return !speaksAnthropic && headers.authorization !== undefined ? openAi : anthropic;
}
