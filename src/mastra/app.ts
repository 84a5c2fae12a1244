import { Hono } from "hono";
import { AppError } from "@/lib/app-error";
import { errorResponse } from "@/lib/http/api-route";
import { answerCodegenRequest } from "./routes/codegen";

/**
 * The agent server: a plain Hono app with our own route. Mastra's server adapter is deliberately not used: it
 * registers hundreds of routes without authentication and accepts a request context from the body.
 */
export const agentServer = new Hono().basePath("/api/mastra");

agentServer.post("/codegen", (context) => answerCodegenRequest(context.req.raw));

agentServer.all("/codegen", () => {
  throw new AppError("method_not_allowed", "Send messages to the agent with POST.", {
    headers: { allow: "POST" },
  });
});

agentServer.notFound(() => errorResponse(new AppError("not_found", "There is nothing at this address.")));

agentServer.onError((error) => errorResponse(error));
