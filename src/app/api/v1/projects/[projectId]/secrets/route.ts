import { SECRET_VALUE_MAX_BYTES } from "@/contracts/limits";
import {
  type ProjectSecretListResponse,
  saveProjectSecretRequestSchema,
  secretNameSchema,
} from "@/contracts/project-secrets";
import { deleteProjectSecret } from "@/domain/projects/secrets/delete-project-secret";
import { listProjectSecrets } from "@/domain/projects/secrets/list-project-secrets";
import { saveProjectSecret } from "@/domain/projects/secrets/save-project-secret";
import { apiRoute, parseInput, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

type Params = { projectId: string };

export const GET = apiRoute<Params>(
  async ({ user, params }): Promise<ProjectSecretListResponse> => ({
    secrets: await listProjectSecrets(user, params.projectId),
  }),
);

export const POST = apiRoute<Params>(async ({ request, user, params }) => {
  const body = await readJson(request, saveProjectSecretRequestSchema, {
    maxBytes: SECRET_VALUE_MAX_BYTES * 2,
  });
  await saveProjectSecret(user, params.projectId, body);
  return { success: true };
});

export const DELETE = apiRoute<Params>(async ({ url, user, params }) => {
  await deleteProjectSecret(
    user,
    params.projectId,
    parseInput(secretNameSchema, url.searchParams.get("name") ?? ""),
  );
  return { success: true };
});

const refuse = refuseMethod("GET", "POST", "DELETE");

export { refuse as PATCH, refuse as PUT };
