import { renameThreadRequestSchema } from "@/contracts/threads";
import { deleteThread } from "@/domain/projects/threads/delete-thread";
import { renameThread } from "@/domain/projects/threads/rename-thread";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

type Params = { projectId: string; threadId: string };

export const PATCH = apiRoute<Params>(async ({ request, user, params }) => {
  const body = await readJson(request, renameThreadRequestSchema, { maxBytes: 8 * 1024 });
  await renameThread(user, params.projectId, params.threadId, body);
  return { success: true };
});

export const DELETE = apiRoute<Params>(async ({ user, params }) => {
  await deleteThread(user, params.projectId, params.threadId);
  return { success: true };
});

const refuse = refuseMethod("PATCH", "DELETE");

export { refuse as GET, refuse as POST, refuse as PUT };
