import { z } from "zod";
import { ProviderFailure } from "../failures/provider-failure";
import type { ProviderConnection } from "../provider-adapter";
import { tryShortMessage } from "../try-short-message";
import { readJson } from "../wire/read-json-answer";
import { classifyRefusal } from "./classify-refusal";

const SMALL_MODEL = "anthropic/claude-haiku-4.5";

const keySchema = z.object({
  data: z.object({
    /** Credits the key may still spend; null if it has no limit. */
    limit_remaining: z.number().nullish().catch(null),
    /** Management keys create other keys and cannot chat. */
    is_management_key: z.boolean().nullish().catch(null),
    is_provisioning_key: z.boolean().nullish().catch(null),
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
  const described = keySchema.safeParse(await readJson(response, classifyRefusal)).data;
  const data = described?.data ?? {};
  if (data.is_management_key === true || data.is_provisioning_key === true) {
    throw new ProviderFailure("provider_key_forbidden", { status: response.status });
  }
  if (typeof data.limit_remaining === "number" && data.limit_remaining <= 0) {
    throw new ProviderFailure("provider_credit_exhausted", { status: response.status });
  }
  await tryShortMessage(connection, classifyRefusal, {
    path: "chat/completions",
    body: { model: SMALL_MODEL, messages: [{ role: "user", content: "Hi" }], max_tokens: 1 },
    // A description in another form shows nothing.
    mustAnswer: described === undefined,
  });
}
