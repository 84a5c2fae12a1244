import { createHash } from "node:crypto";
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4Message } from "@ai-sdk/provider";

/**
 * Wraps a model so that it accepts conversations started with another provider. Mistral rejects what the
 * others accept.
 */
export function acceptedConversation(model: LanguageModelV4): LanguageModelV4 {
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    get supportedUrls() {
      return model.supportedUrls;
    },
    doGenerate: (options) => model.doGenerate(withAcceptedPrompt(options)),
    doStream: (options) => model.doStream(withAcceptedPrompt(options)),
  };
}

function withAcceptedPrompt(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  return { ...options, prompt: accepted(options.prompt) };
}

function accepted(prompt: readonly LanguageModelV4Message[]): LanguageModelV4Message[] {
  return prompt.flatMap((message, index) => [
    ...(message.role === "user" && prompt[index - 1]?.role === "tool" ? [INTERRUPTED] : []),
    withShortIds(message),
  ]);
}

/**
 * Inserted when a person stops an answer and continues: Mistral rejects a user message right after a tool
 * result ("Unexpected role 'user' after role 'tool'"): https://github.com/BerriAI/litellm/issues/17761
 */
const INTERRUPTED: LanguageModelV4Message = {
  role: "assistant",
  content: [{ type: "text", text: "(The answer was interrupted here.)" }],
};

function withShortIds(message: LanguageModelV4Message): LanguageModelV4Message {
  if (message.role === "assistant") return { ...message, content: message.content.map(withShortId) };
  return message.role === "tool" ? { ...message, content: message.content.map(withShortId) } : message;
}

function withShortId<Part extends object>(part: Part): Part {
  return "toolCallId" in part && typeof part.toolCallId === "string"
    ? { ...part, toolCallId: shortId(part.toolCallId) }
    : part;
}

/**
 * Mistral accepts exactly nine letters and digits: https://github.com/langchain-ai/langchain/pull/24668. Its
 * own ids are unchanged; the mapping is deterministic, so that a result matches its call.
 */
function shortId(id: string): string {
  return /^[a-zA-Z0-9]{9}$/.test(id) ? id : createHash("sha256").update(id).digest("hex").slice(0, 9);
}
