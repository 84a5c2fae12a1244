import useSWR, { mutate } from "swr";
import type { ProjectFile, ProjectFileListResponse, ProjectFileSummary } from "@/contracts/project-files";
import { ApiError, callApi } from "@/lib/http/api-client";

export function projectFilesPath(projectId: string): `/api/${string}` {
  return `/api/v1/projects/${projectId}/files`;
}

function contentPath(projectId: string, path: string): `/api/${string}` {
  return `${projectFilesPath(projectId)}/content?path=${encodeURIComponent(path)}`;
}

/** The files of a project without their content, ordered by path; null while loading. */
export function useProjectFiles(projectId: string): { files: ProjectFileSummary[] | null } {
  const path = projectFilesPath(projectId);
  const { data } = useSWR<ProjectFileListResponse>(path, () => callApi<ProjectFileListResponse>(path));
  return { files: data?.files ?? null };
}

/** One file with its content. The cached content is shown while it is reloaded. */
export function useProjectFile(projectId: string, path: string) {
  const url = contentPath(projectId, path);
  const {
    data,
    error,
    mutate: reload,
  } = useSWR<ProjectFile, Error>(url, () => callApi<ProjectFile>(url), {
    // The agent may have changed it while it was closed.
    revalidateIfStale: true,
  });
  return {
    file: data ?? null,
    isGone: error instanceof ApiError && error.code === "not_found",
    failure: data ? null : (error?.message ?? null),
    reload: () => void reload(),
  };
}

/**
 * Call when the agent has changed files: reloads the list and the given files.
 *
 * @returns resolves when they are loaded, or could not be
 */
export async function refreshProjectFiles(projectId: string, paths: string[]): Promise<void> {
  const addresses = [projectFilesPath(projectId), ...paths.map((path) => contentPath(projectId, path))];
  await Promise.allSettled(addresses.map((address) => mutate(address)));
}
