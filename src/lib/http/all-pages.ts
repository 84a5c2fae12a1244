import { callApi } from "./api-client";

/**
 * Reads a list of our API to its end, page after page (`?cursor=`, `next`). What the lists hold is limited
 * (contracts/limits.ts), and so is the number of requests.
 *
 * @returns the pages, in the order the server gives them
 * @throws ApiError
 */
export async function allPages<Page extends { next?: string | undefined }>(
  path: `/api/${string}`,
  options: { signal?: AbortSignal } = {},
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined; cursor = pages.at(-1)?.next) {
    const query: string = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    pages.push(await callApi<Page>(`${path}${query}`, options));
  }
  return pages;
}
