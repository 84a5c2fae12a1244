import useSWRInfinite from "swr/infinite";
import type { PeopleResponse } from "@/contracts/people";
import { callApi } from "@/lib/http/api-client";

export const PEOPLE_PATH = "/api/v1/operator/people";

/** Everybody, or those a search finds, page by page. @param search "" for everybody */
export function usePeople(search: string) {
  const { data, error, size, setSize, mutate, isValidating } = useSWRInfinite<PeopleResponse, Error>(
    (_index: number, before: PeopleResponse | null) => {
      if (before && before.next === null) return null;
      const query = new URLSearchParams({ search, ...(before?.next ? { cursor: before.next } : {}) });
      return `${PEOPLE_PATH}?${query}`;
    },
    (path: `/api/${string}`) => callApi<PeopleResponse>(path),
    { keepPreviousData: true, revalidateFirstPage: false },
  );
  return {
    /** Null while the first page loads. */
    people: data ? data.flatMap((page) => page.people) : null,
    failure: error?.message ?? null,
    hasMore: data ? data.at(-1)?.next !== null : false,
    isLoadingMore: isValidating && data !== undefined && data.length < size,
    loadMore: () => void setSize(size + 1),
    /** Loads all shown pages again. Never throws: an error shows as `failure`. */
    refresh: async () => {
      await mutate().catch(() => undefined);
    },
  };
}
