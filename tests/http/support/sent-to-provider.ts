import { z } from "zod";
import type { JournalEntry } from "../../../demo/stand-in/request-journal";

/** One part of a conversation as sent to a provider, in a form shared by all providers. */
export interface SentPart {
  who: "person" | "agent" | "call" | "result" | "something else";
  /** For something else (thinking, for example) its type. */
  what: string;
  /** For a call and its result. */
  id?: string;
}

const block = z.looseObject({ type: z.string() });
const textBlock = z.looseObject({ type: z.literal("text"), text: z.string() });
const toolUse = z.looseObject({ id: z.string(), name: z.string(), input: z.unknown() });
const toolResult = z.looseObject({ tool_use_id: z.string(), content: z.unknown() });
const anthropicBody = z.looseObject({
  messages: z.array(
    z.looseObject({ role: z.enum(["user", "assistant"]), content: z.union([z.string(), z.array(block)]) }),
  ),
});

const chatBody = z.looseObject({
  messages: z.array(
    z.looseObject({
      role: z.enum(["system", "developer", "user", "assistant", "tool"]),
      content: z.union([z.string(), z.array(block)]).nullish(),
      tool_calls: z
        .array(
          z.looseObject({
            id: z.string(),
            function: z.looseObject({ name: z.string(), arguments: z.string() }),
          }),
        )
        .nullish(),
      tool_call_id: z.string().optional(),
    }),
  ),
});

/**
 * The conversation of a request in order, without the instructions before it and without what the model is
 * told of itself.
 */
export function sentParts({ provider, body }: JournalEntry): SentPart[] {
  const parts = provider === "anthropic" ? anthropicParts(body) : chatParts(body);
  return parts
    .map((part) => (part.who === "person" ? { ...part, what: part.what.replaceAll(CONTEXT, "") } : part))
    .filter(({ who, what }) => who !== "person" || what !== "");
}

const CONTEXT = /\s*<context>[^<]*<\/context>/g;

function anthropicParts(body: unknown): SentPart[] {
  const { messages } = anthropicBody.parse(body);
  return messages.flatMap(({ role, content }) => {
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
    return blocks.map((each): SentPart => {
      if (each.type === "tool_use") {
        const { id, name, input } = toolUse.parse(each);
        return { who: "call", what: `${name} ${JSON.stringify(input)}`, id };
      }
      if (each.type === "tool_result") {
        const { tool_use_id: id, content: result } = toolResult.parse(each);
        return { who: "result", what: JSON.stringify(result), id };
      }
      if (each.type !== "text") return { who: "something else", what: each.type };
      return { who: role === "user" ? "person" : "agent", what: textOf([each]) };
    });
  });
}

function chatParts(body: unknown): SentPart[] {
  const { messages } = chatBody.parse(body);
  return messages.flatMap(({ role, content, tool_calls: calls, tool_call_id: id }): SentPart[] => {
    if (role === "system" || role === "developer") return [];
    const text = typeof content === "string" ? content : textOf(content ?? []);
    if (role === "tool") return [{ who: "result", what: text, ...(id === undefined ? {} : { id }) }];
    return [
      ...(text === "" ? [] : [{ who: role === "user" ? "person" : "agent", what: text } as const]),
      ...(calls ?? []).map(({ id: callId, function: { name, arguments: input } }) => ({
        who: "call" as const,
        what: `${name} ${input}`,
        id: callId,
      })),
    ];
  });
}

/** @throws when a block is anything but text: thinking, for example */
function textOf(blocks: readonly unknown[]): string {
  return blocks.map((each) => textBlock.parse(each).text).join("");
}
