import { z } from "zod";
import { pastedApiKeySchema } from "@/contracts/ai-keys";
import type { AccountConnection } from "../provider-adapter";
import { readJsonAnswer } from "../wire/read-json-answer";
import { classifyRefusal } from "./classify-refusal";

/** A key and its account id. */
const MAX_ANSWER_BYTES = 16 * 1024;

const exchangedSchema = z.object({ key: pastedApiKeySchema });

/**
 * Connecting an account: https://openrouter.ai/docs/use-cases/oauth-pkce. There is no client id; the page
 * shows our address.
 */
export const connection: AccountConnection = {
  authorizeUrl({ baseUrl, callbackUrl, codeChallenge }) {
    // The page has the same origin as the API: https://openrouter.ai/auth and https://openrouter.ai/api/v1.
    const page = new URL("/auth", baseUrl);
    page.searchParams.set("callback_url", callbackUrl);
    page.searchParams.set("code_challenge", codeChallenge);
    page.searchParams.set("code_challenge_method", "S256");
    return page.href;
  },

  async exchangeCode({ baseUrl, code, codeVerifier, fetch }) {
    const response = await fetch(`${baseUrl}/auth/keys`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ code, code_verifier: codeVerifier, code_challenge_method: "S256" }),
    });
    const { key } = await readJsonAnswer(response, exchangedSchema, classifyRefusal, MAX_ANSWER_BYTES);
    return key;
  },
};
