import type { ChatError } from "@/contracts/chat";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { Run, RunChunk } from "./run";

/**
 * Gives the answer its id, and adds a `data-chat-error` part before an `error` chunk: the part stays on the
 * message permanently, while `error` alone would be shown only on the last message. An answer without content
 * is a failure too, and so is one that was stopped because its session ended; a failed tool call is not,
 * since the agent sees it and continues. Reasoning is shown and stored only as text: its signature is valid
 * for one account, and later messages do not send it (see to-model-messages.ts).
 */
export function annotateAnswer(run: Run): TransformStream<RunChunk, RunChunk> {
  let isEmpty = true;
  let isTold = false;
  function tell(failure: ChatError, controller: TransformStreamDefaultController<RunChunk>): void {
    if (isTold) return;
    isTold = true;
    for (const each of failureChunks(failure)) controller.enqueue(each);
  }
  return new TransformStream({
    transform(chunk, controller) {
      // Failed while the answer was on its way: nothing that arrives after the reason belongs to it.
      if (run.failure && !isTold) tell(run.failure, controller);
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
          tell(run.failAsReported(), controller);
          return;
        case "finish":
          if (isEmpty && !run.failure) {
            tell(run.fail(new ProviderFailure("provider_bad_response")), controller);
          }
          controller.enqueue(chunk);
          return;
        default:
          controller.enqueue(chunk);
      }
    },
    flush(controller) {
      if (run.failure) tell(run.failure, controller);
    },
  });
}

function failureChunks(failure: ChatError): RunChunk[] {
  return [
    { type: "data-chat-error", data: failure },
    { type: "error", errorText: failure.message },
  ];
}
