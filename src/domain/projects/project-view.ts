import type { Project } from "@/contracts/projects";
import { projectsTable } from "@/lib/db/schema";

/** The columns of a project that may leave the server. */
export const projectColumns = {
  id: projectsTable.id,
  name: projectsTable.name,
  createdAt: projectsTable.createdAt,
  updatedAt: projectsTable.updatedAt,
};

export function projectView(row: { id: string; name: string; createdAt: Date; updatedAt: Date }): Project {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}
