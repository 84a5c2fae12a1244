import type { ProviderId } from "@/contracts/provider";
import { findCatalogModel } from "./catalog";

/** Display name of a model: "Haiku", or its id if it has none. */
export function modelName(provider: ProviderId, id: string): string {
  return findCatalogModel(provider, id)?.name ?? id;
}
