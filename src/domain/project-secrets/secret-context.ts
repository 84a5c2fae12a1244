import type { SealContext } from "@/lib/encryption";

/** Binds a sealed secret to its project and name: copied into another row it does not open. */
export function projectSecretContext(projectId: string, name: string): SealContext {
  return { table: "project_secrets", column: "value", owner: projectId, purpose: name };
}
