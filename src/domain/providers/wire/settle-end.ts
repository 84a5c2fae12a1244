import type { LanguageModelV4FinishReason, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";
import { failureOfFinish } from "../failures/failure-of-finish";
import { ProviderFailure } from "../failures/provider-failure";

/**
 * Makes streamed answers end in one of two ways: well, or in an error.
 *
 * To an agent, an answer that was refused or cut off looks like an end, and after an end with an unknown
 * word ("eos_token") it asks the same again and again, at the same person's cost. An error comes after the
 * last part, so that what had arrived and its tokens are kept.
 */
export const settleEnd: LanguageModelMiddleware = {
  wrapStream: async ({ doStream }) => {
    const answer = await doStream();
    return { ...answer, stream: answer.stream.pipeThrough(settlingTheEnd()) };
  },
};

function settlingTheEnd(): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
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
      // At the word "error" the agent makes an error of its own, which knows nothing; ours follows.
      const reason =
        failure && part.finishReason.unified === "error"
          ? { ...part.finishReason, unified: "stop" as const }
          : known(part.finishReason, callsTools);
      controller.enqueue({ ...part, finishReason: reason });
      if (failure) controller.enqueue({ type: "error", error: failure });
    },
    // Anthropic's client says nothing at all where a stream stops in the middle.
    flush(controller) {
      if (!isSettled) controller.enqueue({ type: "error", error: new ProviderFailure("stream_interrupted") });
    },
  });
}

/** A word of the server's own for the end of an answer that is whole. */
function known(reason: LanguageModelV4FinishReason, callsTools: boolean): LanguageModelV4FinishReason {
  if (reason.unified !== "other" || reason.raw === undefined) return reason;
  return { unified: callsTools ? "tool-calls" : "stop", raw: reason.raw };
}
