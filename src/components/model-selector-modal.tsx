"use client";

import { type RefObject, useRef, useState } from "react";
import type { WantedKey } from "@/components/ai-keys/wanted-key";
import { ApiKeysTab } from "@/components/model-selector/api-keys-tab";
import { optionOf } from "@/components/model-selector/model-options";
import { ModelSelectionTab } from "@/components/model-selector/model-selection-tab";
import { useModelGroups } from "@/components/model-selector/use-model-groups";
import { Dialog } from "@/components/ui/dialog";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";

export type ModelSelectorTab = "api-keys" | "model-selection";

/**
 * Manages keys and the model selection. Key changes take effect at once; a selection when it is applied.
 * Escape, Cancel and ✕ keep the old one.
 *
 * @param tab the tab to open with
 * @param wantedKey the key the person came to replace, or the provider they came to give a key of
 */
export default function ModelSelectorModal({
  open,
  onOpenChange,
  tab,
  wantedKey = null,
  selectedModel,
  onModelSelect,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  tab: ModelSelectorTab;
  wantedKey?: WantedKey | null;
  selectedModel: ModelSelection;
  onModelSelect: (selection: ModelSelection) => void;
}) {
  const search = useRef<HTMLInputElement>(null);
  // A fine pointer implies a keyboard; on a touch screen the on-screen keyboard would cover the list.
  const startsInSearch = typeof window !== "undefined" && matchMedia("(pointer: fine)").matches;
  return (
    <Dialog
      open={open}
      onClose={() => onOpenChange(false)}
      title="Model and key"
      description="Choose which model answers your next messages and whose key pays for them."
      initialFocus={startsInSearch ? search : undefined}
      // One height for both tabs: a dialog that changes size under the pointer causes wrong clicks.
      className="max-w-xl sm:h-[min(46rem,calc(100dvh-4rem))]"
    >
      <ModalTabs
        firstTab={tab}
        wantedKey={wantedKey}
        searchRef={search}
        selectedModel={selectedModel}
        onApply={(selection) => {
          onModelSelect(selection);
          onOpenChange(false);
        }}
        onCancel={() => onOpenChange(false)}
      />
    </Dialog>
  );
}

/** Mounted only while the dialog is open, so it always starts from the applied selection. */
function ModalTabs({
  firstTab,
  wantedKey,
  searchRef,
  selectedModel,
  onApply,
  onCancel,
}: {
  firstTab: ModelSelectorTab;
  wantedKey: WantedKey | null;
  searchRef: RefObject<HTMLInputElement | null>;
  selectedModel: ModelSelection;
  onApply: (selection: ModelSelection) => void;
  onCancel: () => void;
}) {
  const [tab, setTab] = useState(firstTab);
  // Until something is chosen here, the list follows the applied selection: a saved key may change it.
  const [draft, setDraft] = useState<ModelSelection | null>(null);
  const [openGroup, setOpenGroup] = useState<ModelGroup | null>(null);
  const { groups } = useModelGroups();

  function choosePersonalKey(provider: string, keyId?: string) {
    const group = groups?.find(
      (each) =>
        each.keyProvider === "personal" &&
        each.aiProvider === provider &&
        (keyId ? each.keyId === keyId : each.isDefaultKey),
    );
    const model = group?.models.find(({ reason }) => reason === null);
    if (group && model) setDraft(optionOf(group, model).selection);
    // The models of a custom endpoint are known once its list is read.
    setOpenGroup(group ?? null);
    setTab("model-selection");
  }

  return (
    <Tabs value={tab} onValueChange={(next) => setTab(next as ModelSelectorTab)} className="min-h-0 flex-1">
      <TabsList className="shrink-0 px-5 sm:px-6">
        <TabsTrigger value="api-keys">API Keys</TabsTrigger>
        <TabsTrigger value="model-selection">Model Selection</TabsTrigger>
      </TabsList>
      <TabsContent value="api-keys" className="min-h-0 flex-1 overflow-y-auto p-0">
        <ApiKeysTab
          selectedModel={selectedModel}
          wantedKey={wantedKey}
          onUsePersonalKey={choosePersonalKey}
        />
      </TabsContent>
      <TabsContent value="model-selection" className="flex min-h-0 flex-1 flex-col p-0">
        <ModelSelectionTab
          draft={draft ?? selectedModel}
          openGroup={openGroup}
          searchRef={searchRef}
          onDraftChange={setDraft}
          onApply={onApply}
          onCancel={onCancel}
          onOpenKeys={() => setTab("api-keys")}
        />
      </TabsContent>
    </Tabs>
  );
}
