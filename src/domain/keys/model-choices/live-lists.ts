import type { ListedModel } from "@/domain/providers/provider-adapter";
import { LiveListCache } from "./live-list-cache";

// On globalThis: the bundler gives routes copies of a module, and a list forgotten by one is forgotten by all.
const shared = globalThis as typeof globalThis & { orchestralLiveLists?: LiveListCache<ListedModel> };

/** What providers listed for each key, by the key's id; the version is the id of its secret. */
export const liveLists = (shared.orchestralLiveLists ??= new LiveListCache<ListedModel>());
