import type { RequestContext } from "@mastra/core/request-context";
import { convertToLanguageModelPrompt } from "ai/internal";
import type { ChunkSink } from "@/domain/runs/chunk-sink";
import type { Run } from "@/domain/runs/run";
import { mastra } from "..";
import { codegenModel } from "../agents/codegenAgent";
import { agentLoop } from "./agent-loop";
import { createCodegenContext } from "./context";

/** Maximum tool rounds per message; a run that needs more stops, and the person can continue it. */
const MAX_STEPS = 24;

/**
 * Lets the agent answer a run: with the model, the instructions and the tools it is defined with.
 */
export async function answerRun(run: Run, signal: AbortSignal, sink: ChunkSink): Promise<void> {
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
  const [instructions, tools] = await Promise.all([
    agent.getInstructions({ requestContext }),
    agent.listTools({ requestContext }),
  ]);
  if (typeof instructions !== "string") throw new Error("the agent's instructions are one text");
  await agentLoop({
    // The agent's own, without the wrapper in which Mastra's loop would use it.
    model: codegenModel(requestContext),
    prompt: await convertToLanguageModelPrompt({
      prompt: { instructions, messages: prepared.modelMessages },
      supportedUrls: {},
      download: undefined,
    }),
    tools,
    requestContext,
    maxSteps: MAX_STEPS,
    signal,
    sink,
    onError: (error) => run.reportError(error).message,
  });
}
