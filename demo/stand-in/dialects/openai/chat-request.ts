import { z } from "zod";
import type { Malformed } from "../../failure";

const message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: z
    .union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
    .nullish(),
  tool_calls: z
    .array(
      z.looseObject({
        id: z.string(),
        function: z.looseObject({ name: z.string(), arguments: z.string() }),
      }),
    )
    .nullish(),
  tool_call_id: z.string().optional(),
});

const chatCompletionRequest = z.looseObject({
  model: z.string("you must provide a model parameter").min(1, "you must provide a model parameter"),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  messages: z.array(message),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).optional(),
});

export type ChatCompletionRequest = z.infer<typeof chatCompletionRequest>;
export type ChatMessage = z.infer<typeof message>;

/**
 * Parses a `POST /chat/completions` body and rejects the conversations the real API rejects.
 *
 * https://platform.openai.com/docs/api-reference/chat/create
 */
export function readChatCompletionRequest(
  body: unknown,
): { ok: true; request: ChatCompletionRequest } | { ok: false; malformed: Malformed } {
  const parsed = chatCompletionRequest.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const param = issue?.path.join(".");
    const message = param === "model" ? issue?.message : `Invalid value for '${param}': ${issue?.message}`;
    return { ok: false, malformed: malformed(message ?? "Invalid request.", param) };
  }
  const complaint = malformedConversation(parsed.data.messages);
  return complaint ? { ok: false, malformed: complaint } : { ok: true, request: parsed.data };
}

function malformedConversation(messages: readonly ChatMessage[]): Malformed | undefined {
  if (messages.length === 0) {
    return malformed(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      "messages",
      "empty_array",
    );
  }
  for (const [index, message] of messages.entries()) {
    const complaint = malformedMessage(messages, message, index);
    if (complaint) return complaint;
  }
  return undefined;
}

function malformedMessage(
  messages: readonly ChatMessage[],
  { role, content, tool_calls: calls, tool_call_id: answered }: ChatMessage,
  index: number,
): Malformed | undefined {
  const at = `messages.[${index}]`;
  if (role === "tool") {
    const asked = messages[lastNotTool(messages, index)]?.tool_calls?.map((call) => call.id);
    return asked?.includes(answered ?? "")
      ? undefined
      : malformed(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          `${at}.role`,
        );
  }
  if (role === "assistant" && calls && calls.length > 0) {
    const answers = answersFrom(messages, index + 1);
    const missing = calls.map((call) => call.id).filter((id) => !answers.has(id));
    return missing.length === 0
      ? undefined
      : malformed(
          "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
            `The following tool_call_ids did not have response messages: ${missing.join(", ")}`,
          `${at}.role`,
        );
  }
  return content === null || content === undefined
    ? malformed("Invalid value for 'content': expected a string, got null.", `${at}.content`)
    : undefined;
}

/** Index of the message to which the tool messages up to here belong. */
function lastNotTool(messages: readonly ChatMessage[], index: number): number {
  return messages.findLastIndex(({ role }, at) => at < index && role !== "tool");
}

/** Ids of the calls answered by the tool messages from here on. */
function answersFrom(messages: readonly ChatMessage[], index: number): Set<string | undefined> {
  const end = messages.findIndex(({ role }, at) => at >= index && role !== "tool");
  const answers = messages.slice(index, end < 0 ? undefined : end);
  return new Set(answers.map((answer) => answer.tool_call_id));
}

function malformed(message: string, param?: string, code?: string): Malformed {
  return {
    kind: "malformed",
    message,
    ...(param === undefined ? {} : { param }),
    ...(code === undefined ? {} : { code }),
  };
}
