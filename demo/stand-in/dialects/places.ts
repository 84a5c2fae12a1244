import { anthropic } from "./anthropic/dialect";
import type { Dialect } from "./dialect";
import { google } from "./google/dialect";
import { mistral } from "./mistral/dialect";
import { openAi } from "./openai/dialect";
import { compatible, keyless } from "./openai-compatible/dialect";
import { openRouter } from "./openrouter/dialect";

interface Place {
  readonly dialect: Dialect;
  /** Below which path of the stand-in the provider's API lies, its version not included; null where people type the address. */
  readonly base: string | null;
  /** The requests that are this dialect's. */
  readonly paths: RegExp;
}

/** Whose API is spoken where. The list of models at `/v1/models` is Anthropic's and OpenAI's: see dialect-of-request.ts. */
export const places: readonly Place[] = [
  { dialect: anthropic, base: "", paths: /^\/v1\/messages\b/ },
  { dialect: openAi, base: "", paths: /^\/v1\/chat\// },
  { dialect: google, base: "/google", paths: /^\/google\// },
  { dialect: mistral, base: "/mistral", paths: /^\/mistral\// },
  { dialect: openRouter, base: "/api", paths: /^\/(api\/|auth\b)/ },
  { dialect: compatible, base: null, paths: /^\/compatible\// },
  { dialect: keyless, base: null, paths: /^\/keyless\// },
];
