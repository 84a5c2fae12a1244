/** Events of good answers, to be spoiled by tests. */

export const sse = (data: unknown): string =>
  `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

/** A chunk of Chat Completions. */
export const chunk = (delta: unknown, finish_reason: unknown = null, more: object = {}) => ({
  id: "c1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "m",
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});

export const chatUsage = {
  id: "c1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "m",
  choices: [],
  usage: { prompt_tokens: 21, completion_tokens: 13, total_tokens: 34 },
};

export const DONE = sse("[DONE]");

/** A call of writeFile. */
export const chatCall = (args: unknown, more: object = {}) => ({
  index: 0,
  id: "call_1",
  type: "function",
  function: { name: "writeFile", arguments: args },
  ...more,
});

/** An event of Anthropic's. */
export const event = (type: string, fields: object = {}): string =>
  `event: ${type}\n${sse({ type, ...fields })}`;

export const messageStart = event("message_start", {
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 21, output_tokens: 1 },
  },
});

export const blockStart = (content_block: object, index: unknown = 0): string =>
  event("content_block_start", { index, content_block });
export const blockDelta = (delta: object, index: unknown = 0): string =>
  event("content_block_delta", { index, delta });
export const textDelta = (text: string, index: unknown = 0): string =>
  blockDelta({ type: "text_delta", text }, index);
export const blockStop = (index: unknown = 0): string => event("content_block_stop", { index });
export const messageDelta = (
  stop_reason: unknown = "end_turn",
  more: object = { usage: { output_tokens: 13 } },
): string => event("message_delta", { delta: { stop_reason, stop_sequence: null }, ...more });
export const messageStop = event("message_stop");

/** The same answer in each format: a thought, "whole", a call, 21 tokens in and 13 out. */
export const goodAnswers = {
  "openai-compatible": chatAnswer({ reasoning_content: "Hm." }),
  openai: chatAnswer({}),
  openrouter: chatAnswer({ reasoning: "Hm." }),
  mistral: chatAnswer({ content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm." }] }] }),
  anthropic: [
    messageStart,
    blockStart({ type: "thinking", thinking: "", signature: "" }),
    blockDelta({ type: "thinking_delta", thinking: "Hm." }),
    blockDelta({ type: "signature_delta", signature: "abc" }),
    blockStop(),
    blockStart({ type: "text", text: "" }, 1),
    textDelta("whö", 1),
    textDelta("le ✓", 1),
    blockStop(1),
    blockStart({ type: "tool_use", id: "toolu_1", name: "writeFile", input: {} }, 2),
    blockDelta({ type: "input_json_delta", partial_json: '{"path":' }, 2),
    blockDelta({ type: "input_json_delta", partial_json: '"a"}' }, 2),
    blockStop(2),
    messageDelta("tool_use"),
    messageStop,
  ],
  google: [
    sse({ candidates: [{ content: { role: "model", parts: [{ text: "Hm.", thought: true }] } }] }),
    sse({ candidates: [{ content: { role: "model", parts: [{ text: "whö" }] } }] }),
    sse({ candidates: [{ content: { role: "model", parts: [{ text: "le ✓" }] } }] }),
    sse({
      candidates: [
        {
          content: { role: "model", parts: [{ functionCall: { name: "writeFile", args: { path: "a" } } }] },
          finishReason: "STOP",
        },
      ],
      usageMetadata: { promptTokenCount: 21, candidatesTokenCount: 13, totalTokenCount: 34 },
    }),
  ],
} as const satisfies Record<string, readonly string[]>;

function chatAnswer(thought: object): string[] {
  return [
    sse(chunk({ role: "assistant", ...thought })),
    sse(chunk({ content: "whö" })),
    sse(chunk({ content: "le ✓" })),
    sse(chunk({ tool_calls: [chatCall('{"path":')] })),
    sse(chunk({ tool_calls: [{ index: 0, function: { arguments: '"a"}' } }] })),
    sse(chunk({}, "tool_calls")),
    sse(chatUsage),
    DONE,
  ];
}
