"use client";

import { useState } from "react";
import { useDebounced } from "@/components/people/use-debounced";
import { usePeople } from "@/components/people/use-people";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useApi } from "@/components/use-api";
import type { PlatformLimitsResponse } from "@/contracts/spending-limits";
import type { ScopeChoice } from "./limit-form";
import { LimitList } from "./limit-list";

const PATH = "/api/v1/operator/limits";
const SEARCH_AFTER_MS = 250;

/** Limits of what the platform pays, for its operators. */
export function PlatformLimits() {
  const { data, failure, mutate } = useApi<PlatformLimitsResponse>(PATH);
  const [search, setSearch] = useState("");
  const { people, hasMore } = usePeople(useDebounced(search.trim(), SEARCH_AFTER_MS));
  const scopes: ScopeChoice[] = [
    { value: "each", label: "Each person", scope: { kind: "each_person" } },
    { value: "all", label: "Everybody together", scope: { kind: "installation" } },
    ...(people ?? []).map(({ id, name, email }) => ({
      value: id,
      label: `${name}, ${email}`,
      scope: { kind: "person" as const, id },
    })),
  ];
  return (
    <LimitList
      name="Limits of the platform's key"
      limits={data?.limits ?? null}
      failure={failure}
      createPath={PATH}
      scopes={scopes}
      extra={
        hasMore || search !== "" ? (
          <Field id="find-person" label="Find a person" hint="Those found are in the list above.">
            {(control) => (
              <Input
                {...control}
                type="search"
                maxLength={200}
                value={search}
                onChange={(event) => setSearch(event.target.value)}
              />
            )}
          </Field>
        ) : null
      }
      empty="The platform's key pays whatever people ask for. Give each person an allowance, or all together a limit."
      onChanged={() => mutate().catch(() => undefined)}
    />
  );
}
