import type { LanguageModelV4Message } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";

/**
 * The conversation as servers with this API take it: a message of the person as one text, since several
 * (DeepSeek among them) refuse a list of texts; and no tool call without reasoning once they think.
 */
export const acceptedConversation: LanguageModelMiddleware = {
  transformParams: ({ params }) => {
    const thinks = params.prompt.some(callsAfterThinking);
    const prompt = params.prompt.map((message) =>
      message.role === "user" ? inOneText(message) : thinks ? withReasoning(message) : message,
    );
    return Promise.resolve({ ...params, prompt });
  },
};

type UserMessage = Extract<LanguageModelV4Message, { role: "user" }>;

function inOneText(message: UserMessage): UserMessage {
  const texts = message.content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  return texts.length < 2 || texts.length < message.content.length
    ? message
    : { ...message, content: [{ type: "text", text: texts.join("\n\n") }] };
}

function callsAfterThinking(message: LanguageModelV4Message): boolean {
  return callsTools(message) && hasReasoning(message);
}

/**
 * In thinking mode the field has to be there, also on messages of another provider or of a step without a
 * thought.
 */
function withReasoning(message: LanguageModelV4Message): LanguageModelV4Message {
  if (!callsTools(message) || hasReasoning(message)) return message;
  const { openaiCompatible } = message.providerOptions ?? {};
  return {
    ...message,
    providerOptions: {
      ...message.providerOptions,
      openaiCompatible: { ...openaiCompatible, reasoning_content: " " },
    },
  };
}

function callsTools({ role, content }: LanguageModelV4Message): boolean {
  return role === "assistant" && content.some(({ type }) => type === "tool-call");
}

function hasReasoning({ role, content }: LanguageModelV4Message): boolean {
  return role === "assistant" && content.some((part) => part.type === "reasoning" && part.text !== "");
}
