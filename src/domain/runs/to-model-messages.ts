import { convertToModelMessages, type ModelMessage, type UIMessage } from "ai";
import type { ChatRequest } from "@/contracts/chat";
import { AppError } from "@/lib/app-error";
import { wellFormedJson } from "@/lib/well-formed-json";
import { PortableToolCallIds } from "./portable-tool-call-ids";

/**
 * The conversation in a form any provider accepts, regardless of which providers answered so far. Text and
 * finished tool calls are kept. Left out are
 * - error notes (`data-*`) and messages that contain nothing else,
 * - interrupted tool calls: providers reject a call without a result,
 * - reasoning: its signatures belong to one account and break a conversation that switches keys,
 * - provider options that a client added to parts,
 * - tool calls and results in a person's message: only the agent calls tools.
 *
 * @throws AppError `invalid_messages`: a file or another kind that cannot be sent, or nothing to answer
 */
export async function toModelMessages(messages: ChatRequest["messages"]): Promise<ModelMessage[]> {
  const last = messages.at(-1);
  if (last?.role !== "user") throw new AppError("invalid_messages", "The last message has to be yours.");
  const ids = new PortableToolCallIds();
  const sendable = messages.map(({ id, role, parts }) => ({
    id,
    role,
    parts: parts.flatMap((part, index) =>
      partForModel(part, role, (toolCallId) => ids.next(toolCallId, `${id}/${index}`)),
    ),
  }));
  const kept = sendable.filter(({ parts }) => parts.some((part) => part.type !== "step-start"));
  if (kept.at(-1) !== sendable.at(-1))
    throw new AppError("invalid_messages", "Write a message before sending.");
  try {
    return await convertToModelMessages(wellFormedJson(kept) as UIMessage[], {
      ignoreIncompleteToolCalls: true,
    });
  } catch (cause) {
    throw new AppError(
      "invalid_messages",
      "This conversation is damaged and cannot be sent. Start a new thread.",
      { cause },
    );
  }
}

type Message = ChatRequest["messages"][number];
type Part = Message["parts"][number];

function partForModel(part: Part, role: Message["role"], idOf: (toolCallId: string) => string): Part[] {
  if (part.type === "step-start") return [{ type: "step-start" }];
  if (part.type === "text")
    return typeof part.text === "string" && part.text.trim() !== ""
      ? [{ type: "text", text: part.text }]
      : [];
  if (part.type.startsWith("data-") || part.type === "reasoning" || part.type.startsWith("source-"))
    return [];
  if (part.type.startsWith("tool-") || part.type === "dynamic-tool")
    return role === "assistant" ? finishedToolCall(part, idOf) : [];
  throw new AppError("invalid_messages", "Only text can be sent to the agent.");
}

function finishedToolCall(part: Part, idOf: (toolCallId: string) => string): Part[] {
  const { type, state, toolCallId, toolName, input, output, errorText } = part;
  if (typeof toolCallId !== "string" || input === undefined) return [];
  const call = {
    type,
    toolCallId: idOf(toolCallId),
    input,
    ...(typeof toolName === "string" ? { toolName } : {}),
  };
  if (state === "output-available" && output !== undefined) return [{ ...call, state, output }];
  if (state === "output-error")
    return [{ ...call, state, errorText: typeof errorText === "string" ? errorText : "failed" }];
  return [];
}
