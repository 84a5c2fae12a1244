import { toAISdkStream } from "@mastra/ai-sdk";
import type { Run, RunChunk } from "@/domain/runs/run";
import { mastra } from "..";
import { createCodegenContext } from "./context";

/** Maximum tool rounds per message; a run that needs more stops, and the person can continue it. */
const MAX_STEPS = 24;

/** Lets the agent answer a run. Adds the usage of each request to the receipt as the request ends. */
export async function answerRun(run: Run, signal: AbortSignal): Promise<ReadableStream<RunChunk>> {
  const { prepared, receipt } = run;
  const answer = await mastra.getAgent("codegen").stream(prepared.modelMessages, {
    requestContext: createCodegenContext({
      project: prepared.project,
      user: prepared.actor,
      modelSelection: prepared.selection,
      payingKey: prepared.payingKey,
      receipt,
    }),
    maxSteps: MAX_STEPS,
    abortSignal: signal,
  });
  return toAISdkStream(answer, {
    from: "agent",
    version: "v7",
    sendReasoning: true,
    messageMetadata: ({ part }) => {
      if (part.type === "start") return run.metadata;
      if (part.type !== "finish-step") return undefined;
      receipt.add(part);
      return run.metadataSoFar;
    },
    onError: (error) => run.reportError(error).message,
  }) as ReadableStream<RunChunk>;
}
