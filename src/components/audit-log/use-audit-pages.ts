import useSWRInfinite from "swr/infinite";
import { callApi } from "@/lib/http/api-client";

/** What a list is filtered by, as parameters of its address; empty ones are left out. */
export type AuditQuery = Readonly<Record<string, string>>;

export function auditAddress(path: `/api/${string}`, query: AuditQuery): `/api/${string}` {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** An audit log page by page, as far as it was asked for. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what the path answers
export function useAuditPages<Page extends { next: string | null }>(
  path: `/api/${string}`,
  query: AuditQuery,
) {
  const { data, error, size, setSize, mutate, isValidating } = useSWRInfinite<Page, Error>(
    (_index: number, before: Page | null) => {
      if (before && before.next === null) return null;
      return auditAddress(path, { ...query, cursor: before?.next ?? "" });
    },
    (address: `/api/${string}`) => callApi<Page>(address),
    // What was read stays where it is: only the first page can have changed, and a person asks for that.
    { revalidateFirstPage: false, revalidateOnFocus: false },
  );
  return {
    /** Null while the first page loads. */
    pages: data ?? null,
    failure: error?.message ?? null,
    hasMore: data ? data.at(-1)?.next !== null : false,
    isLoadingMore: isValidating && data !== undefined && data.length < size,
    isRefreshing: isValidating && data !== undefined,
    loadMore: () => void setSize(size + 1),
    /** Loads the shown pages again. Never throws: an error shows as `failure`. */
    refresh: async () => {
      await mutate().catch(() => undefined);
    },
  };
}
