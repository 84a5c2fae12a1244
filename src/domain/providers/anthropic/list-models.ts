import { z } from "zod";
import { ProviderFailure } from "../../key-health/provider-failure";
import type { ListedModel, ProviderConnection } from "../provider-adapter";

const listSchema = z.object({
  data: z.array(z.object({ id: z.string(), display_name: z.string().nullish() })),
});

/** `GET /v1/models`: https://docs.anthropic.com/en/api/models-list */
export async function listModels({ baseUrl, fetch }: ProviderConnection): Promise<ListedModel[]> {
  const response = await fetch(`${baseUrl}/models?limit=1000`, {
    headers: { "anthropic-version": "2023-06-01" },
  });
  const list = listSchema.safeParse(await response.json().catch(() => null));
  if (!list.success) throw new ProviderFailure("provider_bad_response", { cause: list.error });
  return list.data.data.map(({ id, display_name }) => ({
    id,
    name: display_name ?? null,
    contextTokens: null,
    price: null,
    canCallTools: null,
  }));
}
