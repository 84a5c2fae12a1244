import { oncePerProcess } from "@/lib/once-per-process";

/** Answers a request to the agent's API. */
export type AgentHandler = (request: Request) => Response | Promise<Response>;

/**
 * The agent lives in Next's bundle, with all that starts with the server; the server itself is a program of
 * its own (main.ts). Here the one is handed to the other.
 */
const shared = oncePerProcess("agentHandler", (): { answer?: AgentHandler } => ({}));

/** Called as the server starts. */
export function serveAgent(answer: AgentHandler): void {
  shared.get().answer = answer;
}

/** Undefined until the agent is there. */
export function agentHandler(): AgentHandler | undefined {
  return shared.get().answer;
}
