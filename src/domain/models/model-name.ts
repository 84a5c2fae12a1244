import type { ProviderId } from "@/contracts/provider";
import { findCatalogModel } from "./catalog";

/** What a model is called for people: "Haiku", or its id where nobody gave it a name. */
export function modelName(provider: ProviderId, id: string): string {
  return findCatalogModel(provider, id)?.name ?? id;
}
