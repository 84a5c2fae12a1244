import { z } from "zod";

/** The conversation in a chat request: OpenAI's form or Anthropic's. */
export interface History {
  readonly messages: readonly Message[];
  readonly calls: readonly { id: string; name: string; text: string; args: unknown }[];
  readonly results: readonly { id: string; text: string }[];
}

const contentSchema = z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).nullish();
const messageSchema = z.looseObject({ role: z.string(), content: contentSchema });
const callSchema = z.object({
  id: z.string(),
  function: z.object({ name: z.string(), arguments: z.unknown().optional() }),
});
const toolUseSchema = z.looseObject({ id: z.string(), name: z.string(), input: z.unknown() });

interface Message {
  readonly role: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly callIds: readonly string[];
  readonly resultIds: readonly string[];
}

export function historyOf(body: Readonly<Record<string, unknown>>): History {
  const calls: History["calls"][number][] = [];
  const results: History["results"][number][] = [];
  const messages = z
    .array(messageSchema)
    .parse(body["messages"])
    .map((message): Message => {
      const [ownCalls, ownResults] = [callsOf(message), resultsOf(message)];
      calls.push(...ownCalls);
      results.push(...ownResults);
      return {
        role: message.role,
        fields: message,
        callIds: ownCalls.map(({ id }) => id),
        resultIds: ownResults.map(({ id }) => id),
      };
    });
  return { messages, calls, results };
}

type ParsedMessage = z.infer<typeof messageSchema>;

function callsOf(message: ParsedMessage): History["calls"][number][] {
  const ofOpenAi = z
    .array(callSchema)
    .parse(message["tool_calls"] ?? [])
    .map((call) => {
      const text = String(call.function.arguments);
      return { id: call.id, name: call.function.name, text, args: parsedOrNull(text) };
    });
  const ofAnthropic = blocksOf(message, "tool_use").map((block) => {
    const { id, name, input } = toolUseSchema.parse(block);
    return { id, name, text: JSON.stringify(input), args: input };
  });
  return [...ofOpenAi, ...ofAnthropic];
}

function resultsOf(message: ParsedMessage): History["results"][number][] {
  if (message.role === "tool")
    return [{ id: String(message["tool_call_id"]), text: textOf(message.content) }];
  return blocksOf(message, "tool_result").map((block) => ({
    id: String(block["tool_use_id"]),
    text: textOf(block["content"]),
  }));
}

function blocksOf({ content }: ParsedMessage, type: string): Record<string, unknown>[] {
  return Array.isArray(content) ? content.filter((block) => block.type === type) : [];
}

function textOf(content: unknown): string {
  return typeof content === "string" ? content : JSON.stringify(content);
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
