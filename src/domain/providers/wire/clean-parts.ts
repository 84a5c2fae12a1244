import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { generateId, type LanguageModelMiddleware } from "ai";
import type { KeyEcho } from "../transport/key-echo";
import { providerToken } from "./provider-token";

/**
 * Replaces or drops what a provider sends beside the content of its answer and that is not an id, as it would
 * otherwise be passed on to the page and stored with the message. Only text, reasoning and the input of tools
 * are content.
 */
export function cleanParts(echo: Pick<KeyEcho, "isIn">): LanguageModelMiddleware {
  return {
    wrapStream: async ({ doStream }) => {
      const answer = await doStream();
      return { ...answer, stream: answer.stream.pipeThrough(cleanTransform(echo)) };
    },
  };
}

function cleanTransform(
  echo: Pick<KeyEcho, "isIn">,
): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
  const replaced = new Map<string, string>();
  const idOf = (id: string): string => {
    const kept = providerToken(id, echo) ?? replaced.get(id) ?? `own_${generateId()}`;
    if (kept !== id) replaced.set(id, kept);
    return kept;
  };
  // What a model writes before a tool's name ("tools/readFile") is read later (runs/tool-call-name.ts).
  const nameOf = (tool: string): string =>
    providerToken(tool.trim().replaceAll("/", "."), echo) ?? "unknown_tool";
  return new TransformStream({
    transform(part, controller) {
      switch (part.type) {
        case "text-start":
        case "text-delta":
        case "text-end":
        case "reasoning-start":
        case "reasoning-delta":
        case "reasoning-end":
        case "tool-input-delta":
        case "tool-input-end":
          controller.enqueue({ ...part, id: idOf(part.id) });
          return;
        case "tool-input-start": {
          const { title: _title, ...rest } = part;
          controller.enqueue({ ...rest, id: idOf(part.id), toolName: nameOf(part.toolName) });
          return;
        }
        case "tool-call":
          controller.enqueue({
            ...part,
            toolCallId: idOf(part.toolCallId),
            toolName: nameOf(part.toolName),
          });
          return;
        case "response-metadata": {
          const [id, modelId] = [providerToken(part.id, echo), providerToken(part.modelId, echo)];
          controller.enqueue({
            type: "response-metadata",
            ...(part.timestamp ? { timestamp: part.timestamp } : {}),
            ...(id === null ? {} : { id }),
            ...(modelId === null ? {} : { modelId }),
          });
          return;
        }
        case "finish": {
          const raw = providerToken(part.finishReason.raw, echo) ?? undefined;
          controller.enqueue({ ...part, finishReason: { ...part.finishReason, raw } });
          return;
        }
        // Addresses, titles and files of the provider's own: nothing here shows or sends them.
        case "source":
        case "file":
          return;
        default:
          controller.enqueue(part);
      }
    },
  });
}
