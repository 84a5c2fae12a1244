import "server-only";
import type { ListedModel, ProviderAdapter } from "@/domain/providers/provider-adapter";
import type { connect } from "@/domain/providers/transport/connect";

/**
 * The models that a key's provider lists, without those in whose names it repeats the key.
 *
 * @throws ProviderFailure
 */
export async function readListedModels(
  adapter: ProviderAdapter,
  connection: ReturnType<typeof connect>,
): Promise<ListedModel[]> {
  const models = await adapter.listModels(connection);
  return models.filter(({ id, name }) => !connection.echo.isIn(`${id}\n${name ?? ""}`));
}
