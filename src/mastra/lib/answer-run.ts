import type { RequestContext } from "@mastra/core/request-context";
import { convertToLanguageModelPrompt } from "ai/internal";
import type { Run, RunChunk } from "@/domain/runs/run";
import { mastra } from "..";
import { agentLoop } from "./agent-loop";
import { createCodegenContext } from "./context";

/** Maximum tool rounds per message; a run that needs more stops, and the person can continue it. */
const MAX_STEPS = 24;

/**
 * Lets the agent answer a run: with the model, the instructions and the tools it is defined with. Adds the
 * usage of each request to the receipt as the request ends.
 */
export async function answerRun(run: Run, signal: AbortSignal): Promise<ReadableStream<RunChunk>> {
  const { prepared, receipt } = run;
  const agent = mastra.getAgent("codegen");
  const context = createCodegenContext({
    project: prepared.project,
    user: prepared.actor,
    modelSelection: prepared.selection,
    payingKey: prepared.payingKey,
    receipt,
  });
  const requestContext = context as RequestContext;
  const [model, instructions, tools] = await Promise.all([
    agent.getModel({ requestContext }),
    agent.getInstructions({ requestContext }),
    agent.listTools({ requestContext }),
  ]);
  if (typeof instructions !== "string" || model.specificationVersion !== "v4")
    throw new Error("the agent is not as it is defined");
  return agentLoop({
    model,
    prompt: await convertToLanguageModelPrompt({
      prompt: { instructions, messages: prepared.modelMessages },
      supportedUrls: {},
      download: undefined,
    }),
    tools,
    requestContext,
    maxSteps: MAX_STEPS,
    signal,
    metadata: { type: "start", messageMetadata: run.metadata },
    onStep: (report) => receipt.add(report),
    onError: (error) => run.reportError(error).message,
  });
}
