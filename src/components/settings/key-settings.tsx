"use client";

import { useMemo } from "react";
import { SWRConfig } from "swr";
import { type ConnectionOutcome, ConnectionResult } from "@/components/ai-keys/connection-result";
import { KeyManager } from "@/components/ai-keys/key-manager";
import { AI_PROVIDERS_PATH } from "@/components/ai-keys/use-ai-providers";
import { AI_KEYS_PATH } from "@/components/model-selector/use-ai-keys";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { DefaultSelection } from "./default-selection";

/**
 * A person's keys as a part of the settings that can be linked to; the same as in a project's dialog.
 *
 * @param keys from the server, like `providers`
 * @param connection the result of connecting an account, if the person has just returned from it
 * @param renderedAt the server's clock in milliseconds
 */
export function KeySettings({
  keys,
  providers,
  connection,
  renderedAt,
}: {
  keys: AiKeySummary[];
  providers: ProviderFacts[];
  connection: ConnectionOutcome | null;
  renderedAt: number;
}) {
  const fallback = useMemo(
    () => ({ [AI_KEYS_PATH]: { keys }, [AI_PROVIDERS_PATH]: { providers } }),
    [keys, providers],
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
