import type { LanguageModelV4Message, LanguageModelV4ToolResultPart } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";

/**
 * Writes what is sent of tool calls in the order of fields in which the database returns it (jsonb: shorter
 * names first). So a round reads the same byte for byte while it is new and once it comes from a stored
 * answer, and a provider's cache of the conversation outlasts the answer.
 */
export const storedOrder: LanguageModelMiddleware = {
  transformParams: ({ params }) => Promise.resolve({ ...params, prompt: params.prompt.map(inStoredOrder) }),
};

function inStoredOrder(message: LanguageModelV4Message): LanguageModelV4Message {
  if (message.role === "assistant") {
    const content = message.content.map((part) =>
      part.type === "tool-call" ? { ...part, input: ordered(part.input) } : part,
    );
    return { ...message, content };
  }
  if (message.role !== "tool") return message;
  return {
    ...message,
    content: message.content.map((part) =>
      part.type === "tool-result" ? { ...part, output: outputInOrder(part.output) } : part,
    ),
  };
}

function outputInOrder(
  output: LanguageModelV4ToolResultPart["output"],
): LanguageModelV4ToolResultPart["output"] {
  return output.type === "json" ? { ...output, value: ordered(output.value) } : output;
}

function ordered<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map((item: unknown) => ordered(item)) as Value;
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, ordered(field)] as const);
  return Object.fromEntries(fields.toSorted(([one], [other]) => compare(one, other))) as Value;
}

function compare(one: string, other: string): number {
  return (
    Buffer.byteLength(one) - Buffer.byteLength(other) || Buffer.compare(Buffer.from(one), Buffer.from(other))
  );
}
