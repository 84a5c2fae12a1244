import type { LanguageModelV4, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { failureOfFinish } from "../key-health/failure-of-finish";
import { ProviderFailure } from "../key-health/provider-failure";

/**
 * The same model, whose answers fail if they end badly without an error: refused, or cut off in good order. To those who read the stream
 * both look like an end, the agent framework does not hand on the provider's own word for it, and an agent asks again after the second, at
 * the same person's cost. The error comes after the last part, so that what had arrived and its tokens are kept.
 */
export function reportBadEnds(model: LanguageModelV4): LanguageModelV4 {
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    get supportedUrls() {
      return model.supportedUrls;
    },
    doGenerate: (options) => model.doGenerate(options),
    doStream: async (options) => {
      const answer = await model.doStream(options);
      return { ...answer, stream: answer.stream.pipeThrough(failingAtBadEnds()) };
    },
  };
}

function failingAtBadEnds(): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
  let hasEnd = false;
  return new TransformStream({
    transform(part, controller) {
      controller.enqueue(part);
      if (part.type === "error") hasEnd = true;
      if (part.type !== "finish") return;
      const failure = hasEnd ? null : failureOfFinish(part.finishReason.unified, part.finishReason.raw);
      hasEnd = true;
      if (failure) controller.enqueue({ type: "error", error: failure });
    },
    // Anthropic's client says nothing at all where a stream stops in the middle.
    flush(controller) {
      if (!hasEnd) controller.enqueue({ type: "error", error: new ProviderFailure("stream_interrupted") });
    },
  });
}
