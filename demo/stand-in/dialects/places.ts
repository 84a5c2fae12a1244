import { anthropic } from "./anthropic/dialect";
import type { Dialect } from "./dialect";
import { google } from "./google/dialect";
import { mistral } from "./mistral/dialect";
import { openAi } from "./openai/dialect";
import { compatible, keyless } from "./openai-compatible/dialect";
import { openRouter } from "./openrouter/dialect";

interface Place {
  readonly dialect: Dialect;
  /**
   * Base path of the provider's API in the stand-in, without the version; null if people enter the base URL.
   */
  readonly base: string | null;
  /** Paths of this dialect. */
  readonly paths: RegExp;
}

/** The paths of each API. Anthropic and OpenAI share `/v1/models`: see dialect-of-request.ts. */
export const places: readonly Place[] = [
  { dialect: anthropic, base: "", paths: /^\/v1\/(messages\b|organizations\/)/ },
  { dialect: openAi, base: "", paths: /^\/v1\/(chat|organization)\// },
  { dialect: google, base: "/google", paths: /^\/google\// },
  { dialect: mistral, base: "/mistral", paths: /^\/mistral\// },
  { dialect: openRouter, base: "/api", paths: /^\/(api\/|auth\b)/ },
  { dialect: compatible, base: null, paths: /^\/compatible\// },
  { dialect: keyless, base: null, paths: /^\/keyless\// },
];
