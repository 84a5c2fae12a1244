import type { LanguageModelV4Message, LanguageModelV4ToolResultPart } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";
import { wellFormedJson } from "@/lib/well-formed-json";

/**
 * Sends what an answer has brought so far as the database will return it: fields in its order (jsonb: shorter
 * names first), and without characters that neither it nor a provider takes. So a round reads the same byte
 * for byte while it is new and once it comes from a stored answer, and a provider's cache of the conversation
 * outlasts the answer.
 */
export const storedForm: LanguageModelMiddleware = {
  transformParams: ({ params }) => Promise.resolve({ ...params, prompt: params.prompt.map(inStoredForm) }),
};

function inStoredForm(message: LanguageModelV4Message): LanguageModelV4Message {
  if (message.role === "assistant") {
    const content = message.content.map((part) => {
      if (part.type === "tool-call") return { ...part, input: stored(part.input) };
      return part.type === "text" || part.type === "reasoning"
        ? { ...part, text: wellFormedJson(part.text) }
        : part;
    });
    return { ...message, content };
  }
  if (message.role !== "tool") return message;
  const content = message.content.map((part) =>
    part.type === "tool-result" ? { ...part, output: storedOutput(part.output) } : part,
  );
  return { ...message, content };
}

type Output = LanguageModelV4ToolResultPart["output"];

function storedOutput(output: Output): Output {
  if (output.type === "json") return { ...output, value: stored(output.value) };
  return output.type === "text" || output.type === "error-text"
    ? { ...output, value: wellFormedJson(output.value) }
    : output;
}

function stored<Value>(value: Value): Value {
  return inOrder(wellFormedJson(value)) as Value;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, inOrder(field)] as const);
  return Object.fromEntries(fields.toSorted(([one], [other]) => compareNames(one, other)));
}

function compareNames(one: string, other: string): number {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length - second.length || first.compare(second);
}
