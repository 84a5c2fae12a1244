"use client";

import { useAiKeys } from "@/components/model-selector/use-ai-keys";
import { SettingsSection } from "@/components/settings/settings-section";
import { useApi } from "@/components/use-api";
import type { OwnLimitsResponse } from "@/contracts/spending-limits";
import type { ScopeChoice } from "./limit-form";
import { LimitList } from "./limit-list";
import { LimitRow } from "./limit-row";

const PATH = "/api/v1/limits";

/** A person's limits over their own keys, and what the platform allows them. */
export function OwnLimits() {
  const { data, failure, mutate } = useApi<OwnLimitsResponse>(PATH);
  const { keys } = useAiKeys();
  const scopes: ScopeChoice[] = [
    { value: "all", label: "All my keys", scope: { kind: "person" } },
    ...(keys ?? [])
      // A key of one session is gone with it.
      .filter(({ kept }) => kept === "stored")
      .map(({ id, label, last4 }) => ({
        value: id,
        label: last4 ? `${label} (…${last4})` : label,
        scope: { kind: "key" as const, id },
      })),
  ];
  return (
    <>
      <SettingsSection
        id="own-limits"
        title="Your keys"
        description="What your own keys may spend: all together, or one of them. Only you see and change these."
      >
        <LimitList
          name="Limits of your keys"
          limits={data?.limits ?? null}
          failure={failure}
          createPath={PATH}
          scopes={scopes}
          empty="Your keys spend what you ask for. With a limit, requests that do not fit are refused before they are sent."
          onChanged={() => mutate().catch(() => undefined)}
        />
      </SettingsSection>
      {data && data.allowances.length > 0 ? (
        <SettingsSection
          id="allowances"
          title="The platform's key"
          description="What the operators of this installation allow you on its key."
        >
          <ul aria-label="Your allowance" className="overflow-hidden rounded-xl border bg-surface shadow-xs">
            {data.allowances.map((limit) => (
              <LimitRow key={limit.id} limit={{ ...limit, scope: { ...limit.scope, name: "You" } }} />
            ))}
          </ul>
        </SettingsSection>
      ) : null}
    </>
  );
}
