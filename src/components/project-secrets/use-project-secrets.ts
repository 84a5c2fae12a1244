import { useApi } from "@/components/use-api";
import type { ProjectSecretListResponse } from "@/contracts/project-secrets";
import { callApi } from "@/lib/http/api-client";

/** The names of a project's secrets. The server never returns their values. */
export function useProjectSecrets(projectId: string) {
  const path: `/api/${string}` = `/api/v1/projects/${projectId}/secrets`;
  const { data, failure, reload, mutate } = useApi<ProjectSecretListResponse>(path, {
    revalidateIfStale: true,
  });

  /** Adds a secret or replaces its value. @throws ApiError */
  async function save(secret: { name: string; value: string; note: string }): Promise<void> {
    await callApi(path, { method: "POST", body: secret });
    await mutate();
  }

  /** @throws ApiError */
  async function remove(name: string): Promise<void> {
    await callApi(`${path}?name=${encodeURIComponent(name)}`, { method: "DELETE" });
    await mutate(
      (current) => ({ secrets: (current?.secrets ?? []).filter((secret) => secret.name !== name) }),
      {
        revalidate: false,
      },
    );
  }

  return { secrets: data?.secrets ?? null, failure, reload, save, remove };
}
