import { useRenderedApi } from "@/components/use-rendered-api";
import type { Project, ProjectListResponse } from "@/contracts/projects";
import { callApi } from "@/lib/http/api-client";

const PATH = "/api/v1/projects";

/**
 * The person's projects, newest activity first: the header and the projects page share one list.
 *
 * @param initial data the server rendered, so that the first render needs no request
 */
export function useProjects(initial: Project[]) {
  const { data, mutate } = useRenderedApi<ProjectListResponse>(PATH, initial, { projects: initial });
  const { projects } = data;

  /** @throws ApiError */
  async function create(name: string): Promise<Project> {
    const project = await callApi<Project>(PATH, { method: "POST", body: { name } });
    await mutate({ projects: [project, ...projects] }, { revalidate: false });
    return project;
  }

  /** Shows the new name at once and reverts it if the server refuses. @throws ApiError */
  async function rename(id: string, name: string): Promise<void> {
    await mutate(
      async (current) => {
        const renamed = await callApi<Project>(`${PATH}/${id}`, { method: "PATCH", body: { name } });
        return {
          projects: (current?.projects ?? projects).map((project) => (project.id === id ? renamed : project)),
        };
      },
      {
        optimisticData: {
          projects: projects.map((project) => (project.id === id ? { ...project, name } : project)),
        },
        rollbackOnError: true,
        revalidate: false,
      },
    );
  }

  /** Waits for the server: deletion is final, so it is not shown before it has happened. @throws ApiError */
  async function remove(id: string): Promise<void> {
    await callApi(`${PATH}/${id}`, { method: "DELETE" });
    await mutate({ projects: projects.filter((project) => project.id !== id) }, { revalidate: false });
  }

  return { projects, create, rename, remove };
}
