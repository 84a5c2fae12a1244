"use client";

import { KeyRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { SWRConfig } from "swr";
import { saveModelSelection, useModelSelection } from "@/components/model-selector/model-selection-store";
import { AI_KEYS_PATH, useAiKeys } from "@/components/model-selector/use-ai-keys";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { AiProvider } from "@/contracts/ai-provider";

const loadModal = () => import("@/components/model-selector-modal");
const ModelSelectorModal = lazy(loadModal);

const PROVIDER_NAMES: Record<AiProvider, string> = {
  anthropic: "Anthropic",
  openai: "OpenAI",
  openrouter: "OpenRouter",
};

/** The saved keys at a glance, and the same dialog to change them that a project has. @param initial from the server */
export function KeySettings({ initial }: { initial: AiKeySummary[] }) {
  return (
    <SWRConfig value={{ fallback: { [AI_KEYS_PATH]: { keys: initial } } }}>
      <Keys initial={initial} />
    </SWRConfig>
  );
}

function Keys({ initial }: { initial: AiKeySummary[] }) {
  const keys = useAiKeys().keys ?? initial;
  const selection = useModelSelection();
  const [open, setOpen] = useState(false);
  const [loaded, setLoaded] = useState(false);

  const button = (
    <Button
      onPointerEnter={() => void loadModal()}
      onFocus={() => void loadModal()}
      onClick={() => {
        setLoaded(true);
        setOpen(true);
      }}
    >
      {keys.length === 0 ? "Add a key" : "Manage keys"}
    </Button>
  );

  return (
    <>
      {keys.length === 0 ? (
        <div className="rounded-xl border border-dashed bg-surface">
          <EmptyState icon={<KeyRound />} title="No key saved" action={button} className="py-8">
            With a key of your own you pay the provider directly and choose it message by message.
          </EmptyState>
        </div>
      ) : (
        <div className="grid gap-4">
          <ul aria-label="Saved keys" className="overflow-hidden rounded-xl border bg-surface">
            {keys.map((key) => (
              <li
                key={key.id}
                className="flex min-h-14 items-center gap-3 border-b px-4 py-3 last:border-b-0"
              >
                <KeyRound aria-hidden className="size-5 shrink-0 text-text-muted" />
                <p className="min-w-0 flex-1 text-sm font-medium">
                  {PROVIDER_NAMES[key.provider]}{" "}
                  <span className="font-mono font-normal whitespace-nowrap text-text-muted">
                    <span aria-hidden>•••• {key.last4}</span>
                    <span className="sr-only">ending in {key.last4}</span>
                  </span>
                </p>
                {key.status === "ok" ? (
                  <Badge variant="success">Saved</Badge>
                ) : (
                  <Badge variant="warning">Paste it again</Badge>
                )}
              </li>
            ))}
          </ul>
          <div>{button}</div>
        </div>
      )}
      {loaded ? (
        <Suspense>
          <ModelSelectorModal
            open={open}
            onOpenChange={setOpen}
            tab="api-keys"
            selectedModel={selection}
            onModelSelect={saveModelSelection}
          />
        </Suspense>
      ) : null}
    </>
  );
}
