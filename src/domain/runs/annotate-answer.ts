import type { ChatError } from "@/contracts/chat";
import { ANSWER_MAX_BYTES } from "@/contracts/limits";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { Run, RunChunk } from "./run";
import { noSuchTool } from "./tool-call-name";

/**
 * Gives the answer its id, and adds a `data-chat-error` part before an `error` chunk: the part stays on the
 * message permanently, while `error` alone would be shown only on the last message. An answer without content
 * is a failure too, and so is one that was stopped because its session ended; a failed tool call is not,
 * since the agent sees it and continues. What a provider adds to a part is not shown or stored: signatures
 * and ids are valid for one account, and later messages do not send them (see to-model-messages.ts). An
 * answer that grows past all measure ends with a failure: what a provider sends is kept in memory until it is
 * stored.
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
  const tools = new Map<string, string>();
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
      if (chunk.type === "tool-input-start" || chunk.type === "tool-input-available")
        tools.set(chunk.toolCallId, chunk.toolName);
      switch (chunk.type) {
        case "start":
          controller.enqueue({ ...chunk, messageId: run.messageId });
          return;
        case "tool-input-error":
        case "tool-output-error":
          controller.enqueue({ ...withoutProviderMetadata(chunk), errorText: toolErrorText(chunk, tools) });
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
          controller.enqueue(withoutProviderMetadata(chunk));
      }
    },
    flush(controller) {
      if (run.failure) tell(run.failure, controller);
    },
  });
}

/**
 * The words of whoever runs the tools may quote anything. Ours are results with an `error` (file-tool.ts);
 * what remains is a tool that does not exist, and faults.
 */
function toolErrorText(
  chunk: Extract<RunChunk, { type: "tool-input-error" | "tool-output-error" }>,
  tools: ReadonlyMap<string, string>,
): string {
  const isUnknown = chunk.errorText.startsWith("There is no tool");
  const name = "toolName" in chunk ? chunk.toolName : tools.get(chunk.toolCallId);
  return isUnknown ? noSuchTool(name ?? "") : "This tool call failed.";
}

/** Providers put ids, signatures and texts of their own into it. */
function withoutProviderMetadata<Chunk extends RunChunk>(chunk: Chunk): Chunk {
  if (!("providerMetadata" in chunk)) return chunk;
  const { providerMetadata: _metadata, ...shown } = chunk;
  return shown as Chunk;
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
