import { generateId, type LanguageModelMiddleware } from "ai";
import type { KeyEcho } from "../transport/key-echo";
import { type PartStep, withStep } from "./part-step";
import { providerToken } from "./provider-token";

/**
 * Replaces or drops what a provider sends beside the content of its answer and that is not an id, as it would
 * otherwise be passed on to the page and stored with the message. Only text, reasoning and the input of tools
 * are content.
 */
export function cleanParts(echo: Pick<KeyEcho, "isIn">): LanguageModelMiddleware {
  return {
    wrapStream: async ({ doStream }) => withStep(await doStream(), cleaning(echo)),
  };
}

function cleaning(echo: Pick<KeyEcho, "isIn">): PartStep {
  const ids = new Map<string, string>();
  const idOf = (id: string): string => {
    const kept = ids.get(id) ?? providerToken(id, echo) ?? `own_${generateId()}`;
    ids.set(id, kept);
    return kept;
  };
  // What a model writes before a tool's name ("tools/readFile") is read later (runs/tool-call-name.ts).
  const nameOf = (tool: string): string =>
    providerToken(tool.trim().replaceAll("/", "."), echo) ?? "unknown_tool";
  return {
    accept(part, pass) {
      switch (part.type) {
        case "text-start":
        case "text-delta":
        case "text-end":
        case "reasoning-start":
        case "reasoning-delta":
        case "reasoning-end":
        case "tool-input-delta":
        case "tool-input-end":
          pass({ ...part, id: idOf(part.id) });
          return;
        case "tool-input-start": {
          const { title: _title, ...rest } = part;
          pass({ ...rest, id: idOf(part.id), toolName: nameOf(part.toolName) });
          return;
        }
        case "tool-call":
          pass({
            ...part,
            toolCallId: idOf(part.toolCallId),
            toolName: nameOf(part.toolName),
          });
          return;
        case "response-metadata": {
          const [id, modelId] = [providerToken(part.id, echo), providerToken(part.modelId, echo)];
          pass({
            type: "response-metadata",
            ...(part.timestamp ? { timestamp: part.timestamp } : {}),
            ...(id === null ? {} : { id }),
            ...(modelId === null ? {} : { modelId }),
          });
          return;
        }
        case "finish": {
          const raw = providerToken(part.finishReason.raw, echo) ?? undefined;
          pass({ ...part, finishReason: { ...part.finishReason, raw } });
          return;
        }
        // Addresses, titles and files of the provider's own: nothing here shows or sends them.
        case "source":
        case "file":
          return;
        default:
          pass(part);
      }
    },
  };
}
