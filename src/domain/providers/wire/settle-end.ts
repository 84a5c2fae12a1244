import type { LanguageModelV4FinishReason, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";
import { failureOfFinish } from "../failures/failure-of-finish";
import { ProviderFailure } from "../failures/provider-failure";
import { saysLengthLimit } from "./length-limit";

/**
 * Makes streamed answers end in one of two ways: well, or with an error.
 *
 * To an agent, a refused or truncated answer looks like an end, and after an unknown finish reason
 * ("eos_token") it repeats the same request again and again, at the payer's cost. The error comes after the
 * last part, so that the received text and its tokens are kept.
 */
export const settleEnd: LanguageModelMiddleware = {
  wrapStream: async ({ doStream }) => {
    const answer = await doStream();
    return { ...answer, stream: answer.stream.pipeThrough(settleEndTransform()) };
  },
};

function settleEndTransform(): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
  let isSettled = false;
  let callsTools = false;
  return new TransformStream({
    transform(part, controller) {
      if (part.type === "error") isSettled = true;
      if (part.type === "tool-call") callsTools = true;
      if (part.type !== "finish") {
        controller.enqueue(part);
        return;
      }
      const failure = isSettled ? null : failureOfFinish(part.finishReason.unified, part.finishReason.raw);
      isSettled = true;
      // On finish reason "error" the agent creates a generic error of its own; ours follows.
      const reason =
        failure && part.finishReason.unified === "error"
          ? { ...part.finishReason, unified: "stop" as const }
          : knownReason(part.finishReason, callsTools);
      controller.enqueue({ ...part, finishReason: reason });
      if (failure) controller.enqueue({ type: "error", error: failure });
    },
    // Anthropic's client reports nothing when a stream stops in the middle.
    flush(controller) {
      if (!isSettled) controller.enqueue({ type: "error", error: new ProviderFailure("stream_interrupted") });
    },
  });
}

/** Maps a server-specific finish reason of a complete answer. */
function knownReason(reason: LanguageModelV4FinishReason, callsTools: boolean): LanguageModelV4FinishReason {
  if (reason.unified !== "other" || reason.raw === undefined) return reason;
  if (saysLengthLimit(reason.raw)) return { unified: "length", raw: reason.raw };
  return { unified: callsTools ? "tool-calls" : "stop", raw: reason.raw };
}
