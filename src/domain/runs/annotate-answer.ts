import type { ChatError } from "@/contracts/chat";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { Run, RunChunk } from "./run";

/**
 * Gives the answer its id, and adds a `data-chat-error` part before an `error` chunk: the part stays on the
 * message permanently, while `error` alone would be shown only on the last message. An answer without content
 * is a failure too; a failed tool call is not, since the agent sees it and continues. Reasoning is shown and
 * stored only as text: its signature is valid for one account, and later messages do not send it (see
 * to-model-messages.ts).
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
          run.markFinished(chunk.finishReason);
          controller.enqueue({ ...chunk, messageMetadata: { ...run.metadataAtEnd, outcome: run.outcome() } });
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
