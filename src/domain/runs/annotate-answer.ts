import type { ChatError } from "@/contracts/chat";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { Run, RunChunk } from "./run";

/**
 * Gives the answer its id, and puts the `data-chat-error` part before an `error` chunk: the part stays on
 * the message for good, while `error` alone would be shown on the last message only. An answer without any
 * content is a failure too; a tool call that failed is none, since the agent reads about it and goes on.
 * Reasoning is shown and kept as text only: its signature is valid for one account, and no later message
 * sends it (see to-model-messages.ts).
 */
export function annotateAnswer(run: Run): TransformStream<RunChunk, RunChunk> {
  let isEmpty = true;
  return new TransformStream({
    transform(chunk, controller) {
      if (chunk.type === "text-delta" || chunk.type === "tool-input-start") isEmpty = false;
      if (!isEmpty || chunk.type === "reasoning-delta") run.markContent();
      switch (chunk.type) {
        case "start":
          controller.enqueue({ ...chunk, messageId: run.messageId });
          return;
        case "reasoning-start":
        case "reasoning-delta":
        case "reasoning-end": {
          const { providerMetadata: _signature, ...shown } = chunk;
          controller.enqueue(shown);
          return;
        }
        case "tool-output-error":
          controller.enqueue({ ...chunk, errorText: "This tool call failed." });
          return;
        case "error":
          for (const each of failureChunks(run.failAsReported())) controller.enqueue(each);
          return;
        case "finish":
          if (isEmpty && !run.failure) {
            const failure = run.fail(new ProviderFailure("provider_bad_response"));
            for (const each of failureChunks(failure)) controller.enqueue(each);
          }
          controller.enqueue(chunk);
          return;
        default:
          controller.enqueue(chunk);
      }
    },
  });
}

function failureChunks(failure: ChatError): RunChunk[] {
  return [
    { type: "data-chat-error", data: failure },
    { type: "error", errorText: failure.message },
  ];
}
