import { toAISdkStream } from "@mastra/ai-sdk";
import type { Run, RunChunk } from "@/domain/runs/run";
import { mastra } from "..";
import { createCodegenContext } from "./context";

/** Tool rounds of one message; a run that needs more stops and can be continued by the person. */
const MAX_STEPS = 24;

/** Lets the agent answer a run. What each request took is added to the receipt as it ends. */
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
      if (part.type === "finish-step") receipt.add(part);
      if (part.type === "finish") return run.metadataAtEnd;
      return part.type === "start" ? run.metadata : undefined;
    },
    onError: (error) => run.reportError(error).message,
  }) as ReadableStream<RunChunk>;
}
