import {
  type AssistantContent,
  convertToModelMessages,
  type ModelMessage,
  type UIMessage,
  type UserContent,
} from "ai";
import { type ChatRequest, chatMessageMetadataSchema } from "@/contracts/chat";
import type { ModelSelection } from "@/contracts/model-selection";
import type { PayingKey } from "@/domain/keys/find-paying-key";
import { providerById } from "@/domain/providers/registry";
import { AppError } from "@/lib/app-error";
import { wellFormedJson } from "@/lib/well-formed-json";
import { compactedConversation, type Summary } from "./compaction/compacted-conversation";
import { modelConfiguration, modelConfigurationOf } from "./model-configuration";
import { PortableToolCallIds } from "./portable-tool-call-ids";
import { toolCallInput } from "./tool-call-input";
import { portableToolName } from "./tool-call-name";

/** Who is to answer, and with which key. */
export interface Recipient {
  selection: ModelSelection;
  payingKey: Pick<PayingKey, "source"> & { id?: string; secretId?: string };
}

/**
 * The conversation in a form any provider accepts, regardless of which providers answered so far and how
 * (docs/decisions/0033-what-is-sent-of-a-conversation.md). Text and finished tool calls are kept. Left out:
 * - error notes (`data-*`) and messages that contain nothing else,
 * - interrupted tool calls: providers reject a call without a result,
 * - reasoning, except where the server that thought it wants it back: signatures belong to one account and
 *   break a conversation that switches keys,
 * - provider options that a client added to parts,
 * - tool calls and results in a person's message: only the agent calls tools,
 * - answers before the first message of the person.
 *
 * Each message of the person ends with the model and payer that it was sent with. After a compaction, what
 * the agent said and did in the older part is one summary; the person's messages of that part stand before
 * it, word for word: they are read from the conversation, never from what a model has written.
 *
 * @param newest a compaction that has just been made
 * @throws AppError `invalid_messages`: a file or another kind that cannot be sent, or nothing to answer
 */
export async function toModelMessages(
  messages: ChatRequest["messages"],
  recipient: Recipient,
  newest: Summary | null = null,
): Promise<ModelMessage[]> {
  const last = messages.at(-1);
  if (last?.role !== "user") throw new AppError("invalid_messages", "The last message has to be yours.");
  const { earlierQuestions, summary, rest } = compactedConversation(messages, newest);
  const ids = new PortableToolCallIds();
  const sendable = rest.map((message, index) => {
    const idOf = (toolCallId: string, place: number) => ids.next(toolCallId, `${message.id}/${place}`);
    const parts = message.parts.flatMap((part, place) =>
      partForModel(part, message.role, (id) => idOf(id, place)),
    );
    if (message.role === "assistant")
      return {
        ...message,
        parts: wantsThinkingBack(message, recipient) ? withCallsOnly(parts) : unthought(parts),
      };
    const configuration =
      message === last ? modelConfiguration(recipient.selection) : configurationAfter(rest, index);
    return { ...message, parts: hasContent(parts) ? [...unthought(parts), ...textPart(configuration)] : [] };
  });
  const kept = [...summarised(earlierQuestions, summary), ...sendable]
    .filter(({ parts }) => hasContent(parts))
    .map(({ role, parts }) => ({ role, parts }));
  if (!hasContent(sendable.at(-1)?.parts ?? []))
    throw new AppError("invalid_messages", "Write a message before sending.");
  try {
    const converted = await convertToModelMessages(wellFormedJson(kept) as Omit<UIMessage, "id">[], {
      ignoreIncompleteToolCalls: true,
    });
    return alternating(converted.slice(converted.findIndex(({ role }) => role === "user")));
  } catch (cause) {
    throw new AppError(
      "invalid_messages",
      "This conversation is damaged and cannot be sent. Start a new thread.",
      { cause },
    );
  }
}

const broughtBySchema = chatMessageMetadataSchema.pick({ keyId: true, keySecretId: true });

type Message = ChatRequest["messages"][number];
type Sendable = Pick<Message, "role" | "parts">;

/**
 * The person's messages, numbered as the summary refers to them, then the summary as the agent's words. As
 * one message, which they become in any case: there may be thousands.
 */
function summarised(questions: Message[], summary: string | null): Sendable[] {
  if (summary === null) return [];
  const asked = questions.flatMap(({ role, parts }, index) => {
    const said = unthought(parts.flatMap((part) => partForModel(part, role, String)));
    return hasContent(said) ? [...textPart(`<context>Message ${index + 1}:</context>`), ...said] : [];
  });
  const text = `(What I answered and did up to here is left out to save space. My summary of it:)\n\n${summary}`;
  return [
    { role: "user", parts: asked },
    { role: "assistant", parts: textPart(text) },
  ];
}

type Part = Message["parts"][number];

function hasContent(parts: Part[]): boolean {
  return parts.some(({ type }) => type !== "step-start" && type !== "reasoning");
}

/** How the answer to a message was made; a failed one says it too. */
function configurationAfter(messages: Message[], index: number): string | null {
  const answer = messages[index + 1];
  return answer?.role === "assistant" ? modelConfigurationOf(answer["metadata"]) : null;
}

function textPart(text: string | null): Part[] {
  return text === null ? [] : [{ type: "text", text }];
}

function partForModel(part: Part, role: Message["role"], idOf: (toolCallId: string) => string): Part[] {
  if (part.type === "step-start") return [{ type: "step-start" }];
  if (part.type === "text" || part.type === "reasoning")
    return typeof part.text === "string" && part.text.trim() !== ""
      ? [{ type: part.type, text: part.text }]
      : [];
  if (part.type.startsWith("data-") || part.type.startsWith("source-")) return [];
  if (part.type.startsWith("tool-") || part.type === "dynamic-tool")
    return role === "assistant" ? finishedToolCall(part, idOf) : [];
  throw new AppError("invalid_messages", "Only text can be sent to the agent.");
}

function finishedToolCall(part: Part, idOf: (toolCallId: string) => string): Part[] {
  const { state, toolCallId, output, errorText } = part;
  const input = part["input"] === undefined ? part["rawInput"] : part["input"];
  if (typeof toolCallId !== "string" || (input === undefined && state !== "output-error")) return [];
  const call = { type: `tool-${nameOf(part)}`, toolCallId: idOf(toolCallId), input: toolCallInput(input) };
  if (state === "output-available" && output !== undefined) return [{ ...call, state, output }];
  if (state === "output-error")
    return [{ ...call, state, errorText: typeof errorText === "string" ? errorText : "failed" }];
  return [];
}

function nameOf({ type, toolName }: Part): string {
  return portableToolName(type === "dynamic-tool" ? String(toolName) : type.slice("tool-".length));
}

/**
 * Servers in thinking mode refuse a message with tool calls that lost what they thought before it. To the
 * secret that brought it only: what was thought elsewhere is not passed on, and a key keeps its id when its
 * secret or its address is replaced, which may be another account's.
 */
function wantsThinkingBack({ metadata }: Message, { selection, payingKey }: Recipient): boolean {
  if (payingKey.id === undefined || !providerById(selection.provider).takesThinkingBack) return false;
  const { data } = broughtBySchema.safeParse(metadata);
  return data?.keyId === payingKey.id && data.keySecretId === payingKey.secretId;
}

function unthought(parts: Part[]): Part[] {
  return parts.filter(({ type }) => type !== "reasoning");
}

/** Keeps the thinking of steps that call tools: without a call, other servers refuse it. */
function withCallsOnly(parts: Part[]): Part[] {
  const steps: Part[][] = [[]];
  for (const part of parts) {
    if (part.type === "step-start") steps.push([part]);
    else steps.at(-1)?.push(part);
  }
  return steps.flatMap((step) =>
    step.some(({ type }) => type.startsWith("tool-")) ? step : unthought(step),
  );
}

/**
 * Joins messages of one role that follow each other, as a failed answer leaves them: the templates of some
 * models refuse them.
 */
function alternating(messages: ModelMessage[]): ModelMessage[] {
  const groups: [ModelMessage, ...ModelMessage[]][] = [];
  for (const message of messages) {
    const before = groups.at(-1);
    if (before && before[0].role === message.role && message.role !== "tool") before.push(message);
    else groups.push([message]);
  }
  // At once: there may be thousands of questions before a summary.
  return groups.map((group) => {
    const [first, ...more] = group;
    if (more.length === 0) return first;
    const content = group.flatMap((message) => partsOf(message.content as UserContent & AssistantContent));
    return { role: first.role, content } as ModelMessage;
  });
}

function partsOf(content: UserContent): Exclude<UserContent, string>;
function partsOf(content: AssistantContent): Exclude<AssistantContent, string>;
function partsOf(content: UserContent | AssistantContent) {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}
