"use client";

import { useMemo } from "react";
import { SWRConfig } from "swr";
import { type ConnectionOutcome, ConnectionResult } from "@/components/ai-keys/connection-result";
import { KeyManager } from "@/components/ai-keys/key-manager";
import { AI_PROVIDERS_PATH } from "@/components/ai-keys/use-ai-providers";
import { AI_KEYS_PATH } from "@/components/model-selector/use-ai-keys";
import { MODELS_PATH } from "@/components/model-selector/use-model-groups";
import { FIRST_SELECTION_PATH } from "@/components/model-selector/use-model-selection";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { FirstSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import type { ProviderFacts } from "@/contracts/provider";
import { DefaultSelection } from "./default-selection";

/**
 * A person's keys as a part of the settings that can be linked to; the same as in a project's dialog.
 *
 * @param keys from the server, like `groups`, `firstSelection` and `providers`, so that nothing moves later
 * @param connection the result of connecting an account, if the person has just returned from it
 * @param renderedAt the server's clock in milliseconds
 */
export function KeySettings({
  keys,
  groups,
  firstSelection,
  providers,
  connection,
  renderedAt,
}: {
  keys: AiKeySummary[];
  groups: ModelGroup[];
  firstSelection: FirstSelection;
  providers: ProviderFacts[];
  connection: ConnectionOutcome | null;
  renderedAt: number;
}) {
  const fallback = useMemo(
    () => ({
      [AI_KEYS_PATH]: { keys },
      [MODELS_PATH]: { groups },
      [FIRST_SELECTION_PATH]: firstSelection,
      [AI_PROVIDERS_PATH]: { providers },
    }),
    [keys, groups, firstSelection, providers],
  );
  return (
    <SWRConfig value={{ fallback }}>
      <div className="grid gap-6">
        {connection ? <ConnectionResult outcome={connection} providers={providers} /> : null}
        <DefaultSelection />
        <KeyManager renderedAt={renderedAt} />
      </div>
    </SWRConfig>
  );
}
