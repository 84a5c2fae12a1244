import { changeCompactionRequestSchema } from "@/contracts/compaction";
import { undoCompaction } from "@/domain/projects/threads/undo-compaction";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

type Params = { projectId: string; threadId: string; messageId: string };

export const PATCH = apiRoute<Params>(async ({ request, user, params }) => {
  const change = await readJson(request, changeCompactionRequestSchema, { maxBytes: 1024 });
  await undoCompaction(user, params.projectId, params.threadId, params.messageId, change);
  return change;
});

const refuse = refuseMethod("PATCH");

export { refuse as DELETE, refuse as GET, refuse as POST, refuse as PUT };
