import type { AiProvider } from "@/contracts/ai-provider";
import { providerById } from "../providers/registry";

/** What a key is called: as its owner named it, or after its provider. */
export function keyLabel({ label, provider }: { label: string; provider: AiProvider }): string {
  return label || `${providerById(provider).facts.name} key`;
}
