"use client";

import { useApi } from "@/components/use-api";
import type { PlatformLimitsResponse } from "@/contracts/spending-limits";
import { FindPersonField } from "./find-person-field";
import type { ScopeChoice } from "./limit-form";
import { LimitList } from "./limit-list";
import { usePersonChoices } from "./use-person-choices";

const PATH = "/api/v1/operator/limits";

/** Limits of what the platform pays, for its operators. */
export function PlatformLimits() {
  const { data, failure, mutate } = useApi<PlatformLimitsResponse>(PATH);
  const { choices, search, setSearch, needsSearch } = usePersonChoices();
  const scopes: ScopeChoice[] = [
    { value: "each", label: "Each person", scope: { kind: "each_person" } },
    { value: "all", label: "Everybody together", scope: { kind: "installation" } },
    ...(choices ?? []),
  ];
  return (
    <LimitList
      name="Limits of the platform's key"
      limits={data?.limits ?? null}
      failure={failure}
      createPath={PATH}
      scopes={scopes}
      extra={needsSearch ? <FindPersonField search={search} onSearch={setSearch} /> : null}
      empty="The platform's key pays whatever people ask for. Give each person an allowance, or all together a limit."
      onChanged={() => mutate().catch(() => undefined)}
    />
  );
}
