import { KeyManager } from "@/components/ai-keys/key-manager";
import type { ModelSelection } from "@/contracts/model-selection";

/** @param onUsePersonalKey opens the other tab with the person's own key of that provider selected */
export function ApiKeysTab({
  selectedModel,
  onUsePersonalKey,
}: {
  selectedModel: ModelSelection;
  onUsePersonalKey: (provider: string) => void;
}) {
  return (
    <div className="px-5 py-5 sm:px-6">
      <KeyManager selectedModel={selectedModel} onUsePersonalKey={onUsePersonalKey} />
    </div>
  );
}
