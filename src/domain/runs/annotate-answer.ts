import type { ChatError } from "@/contracts/chat";
import { ANSWER_MAX_BYTES } from "@/contracts/limits";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { Run, RunChunk } from "./run";

/**
 * Gives the answer its id, and adds a `data-chat-error` part before an `error` chunk: the part stays on the
 * message permanently, while `error` alone would be shown only on the last message. An answer without content
 * is a failure too, and so is one that was stopped because its session ended; a failed tool call is not,
 * since the agent sees it and continues. An answer that grows past all measure ends with a failure: what a
 * provider sends is kept in memory until it is stored.
 *
 * @param options.signal aborted when the run is stopped: then an empty answer is no failure
 * @param options.stop ends the run at its provider, which is still sending
 */
export function annotateAnswer(
  run: Run,
  { signal, stop }: { signal: AbortSignal; stop: () => void },
): TransformStream<RunChunk, RunChunk> {
  let isEmpty = true;
  let isTold = false;
  let size = 0;
  function tell(failure: ChatError, controller: TransformStreamDefaultController<RunChunk>): void {
    if (isTold) return;
    isTold = true;
    for (const each of failureChunks(failure)) controller.enqueue(each);
  }
  return new TransformStream({
    transform(chunk, controller) {
      // Failed while the answer was on its way: nothing that arrives after the reason belongs to it.
      if (run.failure) tell(run.failure, controller);
      size += sizeOf(chunk);
      if (size > ANSWER_MAX_BYTES) {
        tell(run.fail(new ProviderFailure("provider_bad_response")), controller);
        controller.terminate();
        stop();
        return;
      }
      if (chunk.type === "text-delta" || chunk.type === "tool-input-start") isEmpty = false;
      if (!isEmpty || chunk.type === "reasoning-delta") run.markContent();
      switch (chunk.type) {
        case "start":
          controller.enqueue({ ...chunk, messageId: run.messageId });
          return;
        case "error":
          tell(run.failAsReported(), controller);
          return;
        case "finish":
          run.markFinished(chunk.finishReason);
          if (signal.aborted) {
            // Stopped by its reader, who knows.
          } else if (run.notice) {
            run.markContent();
            controller.enqueue({ type: "data-chat-notice", data: run.notice });
          } else if (isEmpty && !run.failure) {
            tell(run.fail(new ProviderFailure("provider_bad_response")), controller);
          }
          controller.enqueue({ ...chunk, messageMetadata: { ...run.metadataAtEnd, outcome: run.outcome() } });
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

/** Of each chunk, without its content: an answer may consist of a million single letters. */
const FRAME = 16;

/** About what a chunk adds to the message. What tools answer has its own limit. */
function sizeOf(chunk: RunChunk): number {
  switch (chunk.type) {
    case "text-delta":
    case "reasoning-delta":
      return FRAME + chunk.delta.length;
    case "tool-input-delta":
      return FRAME + chunk.inputTextDelta.length;
    default:
      return FRAME;
  }
}

function failureChunks(failure: ChatError): RunChunk[] {
  return [
    { type: "data-chat-error", data: failure },
    { type: "error", errorText: failure.message },
  ];
}
