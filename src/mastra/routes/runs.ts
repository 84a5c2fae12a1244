import { changeRunRequestSchema } from "@/contracts/chat";
import { changeRun } from "@/domain/runs/change-run";
import { joinRun } from "@/domain/runs/join-run";
import { stopRun } from "@/domain/runs/stop-run";
import { readJson } from "@/lib/http/api-route";
import { hangUpSignal } from "@/lib/http/hang-up-signal";
import { requireBearer } from "../lib/require-bearer";
import { streamAnswer } from "../lib/stream-answer";

const NO_STORE = { "cache-control": "no-store" };

/** The answer that is being written in a thread, from its first chunk on; 204 if none is. */
export async function streamThread(request: Request, threadId: string): Promise<Response> {
  const actor = await requireBearer(request);
  const projectId = new URL(request.url).searchParams.get("projectId");
  const joined = await joinRun(actor, threadId, projectId, hangUpSignal(request));
  return joined ? streamAnswer(joined) : new Response(null, { status: 204, headers: NO_STORE });
}

export async function deleteRun(request: Request, runId: string): Promise<Response> {
  const stopped = await stopRun(await requireBearer(request), runId);
  return Response.json({ stopped }, { headers: NO_STORE });
}

export async function patchRun(request: Request, runId: string): Promise<Response> {
  const actor = await requireBearer(request);
  const change = await readJson(request, changeRunRequestSchema, { maxBytes: 1024 });
  await changeRun(actor, runId, change);
  return Response.json(change, { headers: NO_STORE });
}
