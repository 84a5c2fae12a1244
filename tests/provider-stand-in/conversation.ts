import { blocksOf, type ContentBlock, type MessagesRequest } from "./messages-request";

export interface ToolStep {
  name: string;
  input: Record<string, unknown>;
  /** What the tool answered, as text. */
  result: string;
  failed: boolean;
}

/** What the scripted agent looks at to decide its next turn. */
export interface Conversation {
  /** The last thing the person wrote. */
  userText: string;
  /** Tool calls made and answered since then, oldest first. */
  steps: readonly ToolStep[];
  toolNames: ReadonlySet<string>;
  /** Paths given to writeFile anywhere in the conversation, oldest first. */
  writtenPaths: readonly string[];
}

/**
 * Reads the conversation out of a raw Anthropic request.
 *
 * Raw, because two facts are gone from the request aimock hands to a response factory: it joins all text blocks of a user
 * message (after a failed turn the app sends two prompts in one message, and the last one counts), and it puts a user's
 * text before the tool results of the same message, though it was said after them.
 */
export function readConversation(request: Pick<MessagesRequest, "messages" | "tools">): Conversation {
  let userText = "";
  let steps: ToolStep[] = [];
  const writtenPaths: string[] = [];
  const calls = new Map<string, { name: string; input: Record<string, unknown> }>();
  for (const message of request.messages) {
    for (const block of blocksOf(message)) {
      if (message.role === "user" && block.type === "text") {
        userText = block.text ?? "";
        steps = [];
      } else if (block.type === "tool_use" && block.id !== undefined) {
        const call = { name: block.name ?? "", input: asRecord(block.input) };
        calls.set(block.id, call);
        if (call.name === "writeFile" && typeof call.input.path === "string")
          writtenPaths.push(call.input.path);
      } else if (block.type === "tool_result" && block.tool_use_id !== undefined) {
        const call = calls.get(block.tool_use_id);
        if (call) steps.push({ ...call, result: resultText(block), failed: block.is_error === true });
      }
    }
  }
  const toolNames = new Set((request.tools ?? []).flatMap((tool) => tool.name ?? []));
  return { userText: userText.trim(), steps, toolNames, writtenPaths };
}

function resultText(block: ContentBlock): string {
  if (typeof block.content === "string") return block.content;
  if (!Array.isArray(block.content)) return "";
  return block.content
    .map((part) => asRecord(part).text)
    .filter((text) => typeof text === "string")
    .join("");
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
