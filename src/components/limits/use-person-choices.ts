import { useState } from "react";
import { useDebounced } from "@/components/people/use-debounced";
import { usePeople } from "@/components/people/use-people";
import type { ScopeChoice } from "./limit-form";

const SEARCH_AFTER_MS = 250;

/** For operators: people to choose one of, those a search finds. */
export function usePersonChoices() {
  const [search, setSearch] = useState("");
  const { people, failure, hasMore } = usePeople(useDebounced(search.trim(), SEARCH_AFTER_MS));
  return {
    /** Null while they load. */
    choices:
      people?.map(
        ({ id, name, email }): ScopeChoice => ({
          value: id,
          label: `${name}, ${email}`,
          scope: { kind: "person", id },
        }),
      ) ?? null,
    failure,
    search,
    setSearch,
    /** Whether there are more than are in the list. */
    needsSearch: hasMore || search !== "",
  };
}
