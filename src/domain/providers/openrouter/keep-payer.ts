import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";
import { z } from "zod";

const rawSchema = z.object({ is_byok: z.boolean() });

/**
 * OpenRouter's client passes on the cost of a request but not whose key paid the upstream provider
 * (`is_byok`), without which the cost cannot be interpreted. This adds it next to the cost, because the SDK's
 * raw data is not available everywhere the end of an answer is read.
 */
export const keepPayer: LanguageModelMiddleware = {
  wrapStream: async ({ doStream }) => {
    const answer = await doStream();
    return { ...answer, stream: answer.stream.pipeThrough(addPayerTransform()) };
  },
};

function addPayerTransform(): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
  return new TransformStream({
    transform(part, controller) {
      const payer = part.type === "finish" ? rawSchema.safeParse(part.usage.raw).data : undefined;
      controller.enqueue(
        part.type === "finish" && payer
          ? {
              ...part,
              providerMetadata: {
                ...part.providerMetadata,
                openrouter: { ...part.providerMetadata?.["openrouter"], isByok: payer.is_byok },
              },
            }
          : part,
      );
    },
  });
}
