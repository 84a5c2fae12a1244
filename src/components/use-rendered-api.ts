import { useLayoutEffect } from "react";
import useSWR, { type SWRConfiguration } from "swr";
import { callApi } from "@/lib/http/api-client";
import { useIsFirstShowing } from "./use-is-first-showing";

/**
 * An API path whose answer the server rendered into the page, so that the first render needs no request. What
 * it just rendered is newer than what this tab loaded before; a page shown again (on Back) is older, and is
 * loaded anew.
 *
 * @param rendered a property of the page, as the server passed it
 * @param answer the same as the API answers it
 */
export function useRenderedApi<Answer>(
  path: `/api/${string}`,
  rendered: object,
  answer: Answer,
  options: SWRConfiguration<Answer, Error> = {},
) {
  const isFirst = useIsFirstShowing(rendered);
  const { data, error, mutate } = useSWR<Answer, Error>(path, () => callApi<Answer>(path), {
    ...options,
    fallbackData: answer,
    revalidateOnMount: !isFirst,
  });
  // Set before the first paint, so that the old data is never seen. Only a new page changes it, not each new
  // object around the same.
  useLayoutEffect(() => {
    if (isFirst) void mutate(answer, { revalidate: false });
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isFirst, rendered, mutate]);
  return { data: data ?? answer, error, mutate };
}
