import type { IncomingMessage } from "node:http";
import { anthropic } from "./anthropic/dialect";
import type { Dialect } from "./dialect";
import { openAi } from "./openai/dialect";
import { compatible, keyless } from "./openai-compatible/dialect";
import { openRouter } from "./openrouter/dialect";

const byPath: readonly [RegExp, Dialect][] = [
  [/^\/(api\/|auth\b)/, openRouter],
  [/^\/compatible\//, compatible],
  [/^\/keyless\//, keyless],
  [/^\/v1\/messages\b/, anthropic],
  [/^\/v1\/chat\//, openAi],
];

/** Whose API a request speaks: by its path, and where two providers share one (`/v1/models`), by how the key is sent. */
export function dialectOf({ url = "/", headers }: IncomingMessage): Dialect {
  const found = byPath.find(([path]) => path.test(url))?.[1];
  if (found) return found;
  const speaksAnthropic = headers["x-api-key"] !== undefined || headers["anthropic-version"] !== undefined;
  return !speaksAnthropic && headers.authorization !== undefined ? openAi : anthropic;
}
