import "server-only";
import { environment } from "@/lib/env.server";
import { environmentRing } from "../data-keys/key-encryption-keys";
import type { EarlierFormats } from "./open-text";

/** The keys this process opens the formats from before data keys with. */
export function earlierFormats(): EarlierFormats {
  return { ring: environmentRing(), allowLegacy: !environment().REFUSE_OLD_SEALED_FORMAT };
}
