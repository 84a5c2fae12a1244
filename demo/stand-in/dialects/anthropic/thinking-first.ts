import { blocksOf, type MessagesRequest } from "./messages-request";

/**
 * With thinking enabled, an answer whose tools were just run must be sent back with its initial thinking.
 * Earlier turns may lack theirs, so a conversation started with another provider can continue.
 *
 * https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking#preserving-thinking-blocks
 */
export function missingThinking({ thinking, messages }: MessagesRequest): string | undefined {
  if (thinking?.type !== "enabled") return undefined;
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  const answer = messages[last];
  const goesOn = messages
    .slice(last + 1)
    .every((message) => blocksOf(message).every((block) => block.type === "tool_result"));
  if (!answer || !goesOn) return undefined;
  const first = blocksOf(answer)[0]?.type ?? "nothing";
  if (first === "thinking" || first === "redacted_thinking") return undefined;
  return (
    `messages.${last}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is ` +
    "enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and " +
    "`tool_result` blocks)."
  );
}
