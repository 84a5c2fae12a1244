import { z } from "zod";
import { ProviderFailure } from "../failures/provider-failure";
import type { ProviderConnection } from "../provider-adapter";
import { tryShortMessage } from "../try-short-message";
import { readJsonAnswer } from "../wire/read-json-answer";

const SMALL_MODEL = "anthropic/claude-haiku-4.5";

const keySchema = z.object({
  data: z.object({
    /** Credits the key may still spend; null if it has no limit. */
    limit_remaining: z.number().nullish(),
    /** Management keys create other keys and cannot chat. */
    is_management_key: z.boolean().nullish(),
    is_provisioning_key: z.boolean().nullish(),
  }),
});

/**
 * `GET /key` describes the key itself; the model list is public and accepts any key:
 * https://openrouter.ai/docs/api/api-reference/api-keys/get-current-key. Only management keys can read the
 * account's credit, so a message of one token shows whether the account can pay.
 */
export async function testKey(connection: ProviderConnection): Promise<void> {
  const { baseUrl, fetch } = connection;
  const response = await fetch(`${baseUrl}/key`);
  const { data } = await readJsonAnswer(response, keySchema);
  if (data.is_management_key === true || data.is_provisioning_key === true) {
    throw new ProviderFailure("provider_key_forbidden", { status: response.status });
  }
  if (typeof data.limit_remaining === "number" && data.limit_remaining <= 0) {
    throw new ProviderFailure("provider_credit_exhausted", { status: response.status });
  }
  await tryShortMessage(connection, "chat/completions", {
    model: SMALL_MODEL,
    messages: [{ role: "user", content: "Hi" }],
    max_tokens: 1,
  });
}
