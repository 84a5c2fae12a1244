import { Hono } from "hono";
import { AppError } from "@/lib/app-error";
import { errorResponse } from "@/lib/http/api-route";
import { answerCodegenRequest } from "./routes/codegen";
import { deleteRun, patchRun, streamThread } from "./routes/runs";

/**
 * The agent server: a plain Hono app with our own routes. Mastra's server adapter is deliberately not used:
 * it registers hundreds of routes without authentication and accepts a request context from the body.
 */
export const agentServer = new Hono().basePath("/api/mastra");

agentServer.post("/codegen", (context) => answerCodegenRequest(context.req.raw));
agentServer.all("/codegen", () => refuse("POST", "Send messages to the agent with POST."));

agentServer.get("/threads/:threadId/stream", (context) =>
  streamThread(context.req.raw, context.req.param("threadId")),
);
agentServer.all("/threads/:threadId/stream", () => refuse("GET", "Join an answer with GET."));

agentServer.delete("/runs/:runId", (context) => deleteRun(context.req.raw, context.req.param("runId")));
agentServer.patch("/runs/:runId", (context) => patchRun(context.req.raw, context.req.param("runId")));
agentServer.all("/runs/:runId", () =>
  refuse("DELETE, PATCH", "Stop a run with DELETE, or change it with PATCH."),
);

function refuse(allow: string, sentence: string): never {
  throw new AppError("method_not_allowed", sentence, { headers: { allow } });
}

agentServer.notFound(() => errorResponse(new AppError("not_found", "There is nothing at this address.")));

agentServer.onError((error) => errorResponse(error));
