import { z } from "zod";

const contentBlock = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  signature: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
  tool_use_id: z.string().optional(),
  is_error: z.boolean().optional(),
  content: z.unknown().optional(),
});

const messagesRequest = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.number().int().positive(),
  stream: z.boolean().optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(["user", "assistant"]),
        content: z.union([z.string(), z.array(contentBlock)]),
      }),
    )
    .min(1, "at least one message is required"),
  tools: z.array(z.looseObject({ name: z.string().optional() })).optional(),
});

export type MessagesRequest = z.infer<typeof messagesRequest>;
export type ContentBlock = z.infer<typeof contentBlock>;
export type Message = MessagesRequest["messages"][number];

/** The blocks of a message; a plain string counts as one text block. */
export function blocksOf(message: Message): ContentBlock[] {
  return typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
}

/**
 * Parses a `POST /v1/messages` body and rejects what the real API rejects.
 *
 * aimock answers any conversation. The real API does not, which an app would find out only in production:
 * after a stopped tool call or an empty answer it rejects the stored history on every later turn. So those
 * errors are implemented here.
 */
export function readMessagesRequest(
  body: unknown,
): { ok: true; request: MessagesRequest } | { ok: false; reason: string } {
  const parsed = messagesRequest.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, reason: `${issue?.path.join(".") || "body"}: ${issue?.message ?? "invalid"}` };
  }
  const reason = malformedConversation(parsed.data.messages);
  return reason === undefined ? { ok: true, request: parsed.data } : { ok: false, reason };
}

function malformedConversation(messages: readonly Message[]): string | undefined {
  for (const [index, message] of messages.entries()) {
    const blocks = blocksOf(message);
    const isFinalAssistant = message.role === "assistant" && index === messages.length - 1;
    if (!isFinalAssistant && (blocks.length === 0 || message.content === "")) {
      return `messages.${index}: all messages must have non-empty content except for the optional final assistant message`;
    }
    if (
      typeof message.content !== "string" &&
      blocks.some((block) => block.type === "text" && block.text === "")
    ) {
      return "messages: text content blocks must be non-empty";
    }
    const unanswered = idsOf(message, "tool_use").filter(
      (id) => !idsOf(messages[index + 1], "tool_result").includes(id),
    );
    if (unanswered.length > 0) {
      return (
        `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered.join(", ")}. ` +
        "Each `tool_use` block must have a corresponding `tool_result` block in the next message."
      );
    }
    const unasked = idsOf(message, "tool_result").filter(
      (id) => !idsOf(messages[index - 1], "tool_use").includes(id),
    );
    if (unasked.length > 0) {
      return (
        `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unasked.join(", ")}. ` +
        "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
      );
    }
  }
  return undefined;
}

function idsOf(message: Message | undefined, type: "tool_use" | "tool_result"): string[] {
  if (!message) return [];
  return blocksOf(message)
    .filter((block) => block.type === type)
    .flatMap((block) => (type === "tool_use" ? block.id : block.tool_use_id) ?? []);
}
