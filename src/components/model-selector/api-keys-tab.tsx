import { KeyManager } from "@/components/ai-keys/key-manager";
import type { WantedKey } from "@/components/ai-keys/wanted-key";
import type { ModelSelection } from "@/contracts/model-selection";

/** @param onUsePersonalKey opens the other tab with this key of the person selected */
export function ApiKeysTab({
  selectedModel,
  wantedKey,
  onUsePersonalKey,
}: {
  selectedModel: ModelSelection;
  wantedKey: WantedKey | null;
  onUsePersonalKey: (provider: string, keyId?: string) => void;
}) {
  return (
    <div className="px-5 py-5 sm:px-6">
      <KeyManager selectedModel={selectedModel} wanted={wantedKey} onUsePersonalKey={onUsePersonalKey} />
    </div>
  );
}
