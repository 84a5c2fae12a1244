import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";
import { z } from "zod";

const rawSchema = z.object({ is_byok: z.boolean() });

/**
 * OpenRouter's client passes on what a request cost but not whose key paid the provider (`is_byok`),
 * without which the cost cannot be read. It is put beside the cost, as what the SDK calls raw does not
 * reach everybody who reads the end of an answer.
 */
export const keepPayer: LanguageModelMiddleware = {
  wrapStream: async ({ doStream }) => {
    const answer = await doStream();
    return { ...answer, stream: answer.stream.pipeThrough(namingThePayer()) };
  },
};

function namingThePayer(): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
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
