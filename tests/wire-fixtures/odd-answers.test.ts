import { describe, expect, test } from "vitest";
import {
  blockDelta,
  blockStart,
  blockStop,
  chatCall,
  chatUsage,
  chunk,
  DONE,
  event,
  messageDelta,
  messageStart,
  messageStop,
  sse,
  textDelta,
} from "./answer-events";
import { type Bytes, type ReadBytes, readBytes } from "./read-bytes";

/** Deviations of servers that their users reported, or of their kind, and what is read all the same. */

const WHOLE = { text: "whole", failure: null, requests: 1 };
const COUNTED: Partial<ReadBytes> = { ...WHOLE, usage: [21, 13] };

const text = sse(chunk({ content: "whole" }));
const stop = sse(chunk({}, "stop"));
const rest = [stop, sse(chatUsage), DONE];
const CHAT = ["openai", "openai-compatible", "openrouter", "mistral"] as const;

const choice = (more: object) => ({ ...chunk({}), ...more });

const pieces: Record<string, [string[], Partial<ReadBytes>]> = {
  "null for what is not there": [
    [
      sse({
        ...chunk({
          content: "whole",
          role: null,
          tool_calls: null,
          function_call: null,
          refusal: null,
          audio: null,
        }),
        id: null,
        model: null,
        created: null,
        usage: null,
        error: null,
        provider: null,
      }),
      ...rest,
    ],
    COUNTED,
  ],
  "no id, model, time or index": [[sse({ choices: [{ delta: { content: "whole" } }] }), ...rest], COUNTED],
  "numbers and texts in each other's place": [
    [sse({ ...chunk({ content: "whole" }), id: 7, created: "1700000000", model: 3 }), ...rest],
    COUNTED,
  ],
  "delta null, then an empty list of choices": [
    [sse(choice({ choices: [{ index: 0, delta: null }] })), sse(choice({ choices: [] })), text, ...rest],
    COUNTED,
  ],
  "choices null, or none": [
    [sse(choice({ choices: null })), sse({ id: "c1", object: "x" }), text, ...rest],
    COUNTED,
  ],
  "a choice null beside a good one": [
    [sse(choice({ choices: [null, { index: 0, delta: { content: "whole" } }] })), ...rest],
    COUNTED,
  ],
  "an empty finish reason in each piece": [
    [sse(chunk({ content: "who" }, "")), sse(chunk({ content: "le" }, "")), ...rest],
    COUNTED,
  ],
  "the role in each piece, by other names": [
    [
      sse(chunk({ role: "", content: "who" })),
      sse(chunk({ role: "assistant_model", content: "le" })),
      ...rest,
    ],
    COUNTED,
  ],
  "content in parts": [
    [
      sse(
        chunk({
          content: [
            { type: "text", text: "who" },
            { type: "output_text", text: "le" },
          ],
        }),
      ),
      ...rest,
    ],
    COUNTED,
  ],
  "a message instead of a delta": [
    [
      sse({
        choices: [{ index: 0, message: { role: "assistant", content: "whole" }, finish_reason: "stop" }],
      }),
      DONE,
    ],
    WHOLE,
  ],
  "a text instead of a delta": [[sse({ choices: [{ index: 0, text: "whole" }] }), ...rest], COUNTED],
  "logprobs, annotations and images of another form": [
    [
      sse(
        choice({
          choices: [
            {
              index: 0,
              logprobs: { content: [1] },
              delta: { content: "whole", annotations: [{}], images: "x" },
            },
          ],
        }),
      ),
      ...rest,
    ],
    COUNTED,
  ],
  "chunks in a list": [[sse([chunk({ content: "who" }), chunk({ content: "le" })]), ...rest], COUNTED],
  "chunks without empty lines between them": [
    [
      [sse(chunk({ content: "who" })), sse(chunk({ content: "le" })), ...rest]
        .join("")
        .replaceAll("\n\n", "\n"),
    ],
    COUNTED,
  ],
  "the last event without its empty line": [[text, stop, sse(chatUsage).trimEnd()], COUNTED],
  "a comment that never ends its line": [[text, ...rest, ": bye"], COUNTED],
  "[DONE] in other spellings": [[text, sse("DONE")], WHOLE],
  "usage before everything else": [[sse(chatUsage), text, stop, DONE], COUNTED],
  "usage in the choice": [
    [
      text,
      sse(choice({ choices: [{ index: 0, delta: {}, finish_reason: "stop", usage: chatUsage.usage }] })),
      DONE,
    ],
    COUNTED,
  ],
  "usage in a field of the server's own": [
    [text, sse({ ...chunk({}, "stop"), x_groq: { id: "r", usage: chatUsage.usage } }), DONE],
    COUNTED,
  ],
  "usage as text, with nulls in its details": [
    [
      text,
      stop,
      sse({
        ...chatUsage,
        usage: {
          prompt_tokens: "21",
          completion_tokens: "13",
          total_tokens: null,
          prompt_tokens_details: { cached_tokens: null, audio_tokens: null },
          completion_tokens_details: { reasoning_tokens: null, text_tokens: null },
          cost: null,
          service_tier: null,
        },
      }),
      DONE,
    ],
    COUNTED,
  ],
  "usage by Anthropic's names": [
    [text, stop, sse({ ...chatUsage, usage: { input_tokens: 21, output_tokens: 13 } }), DONE],
    COUNTED,
  ],
  "a role beside the usage, after the end": [
    [
      text,
      sse(chunk({}, "length")),
      sse({ ...chatUsage, choices: chunk({ role: "assistant", content: "" }).choices }),
      DONE,
    ],
    { ...COUNTED, finish: "length" },
  ],
  "usage of another kind": [
    [text, stop, sse({ ...chatUsage, usage: [] }), sse({ usage: "none" }), DONE],
    WHOLE,
  ],
  "half a usage": [
    [text, stop, sse({ ...chatUsage, usage: { prompt_tokens: 21 } }), DONE],
    { ...WHOLE, usage: [21, undefined] },
  ],
  "no usage": [[text, stop, DONE], { ...WHOLE, usage: [undefined, undefined] }],
  "a base_resp of success": [
    [sse({ ...chunk({ content: "whole" }), base_resp: { status_code: 0, status_msg: "success" } }), ...rest],
    COUNTED,
  ],
  "thoughts in details and objects": [
    [
      sse(chunk({ reasoning_details: [{ type: "reasoning.text", text: "H" }] })),
      sse(chunk({ reasoning: { content: "m." } })),
      text,
      ...rest,
    ],
    COUNTED,
  ],
  "pieces wrapped twice": [
    [`data: data: ${JSON.stringify(chunk({ content: "who" }))}\n\n`, sse(chunk({ content: "le" })), ...rest],
    COUNTED,
  ],
  "numbers as Python writes them": [
    [sse(JSON.stringify(chunk({ content: "whole" }, null, { score: 7 })).replace(":7}", ":NaN}")), ...rest],
    COUNTED,
  ],
  "text that is no JSON after the end": [[text, stop, sse("bye"), sse(chatUsage), DONE], COUNTED],
  "events of other names": [["event: close\ndata: bye\n\n", text, ...rest], COUNTED],
  "codes of no error": [
    [sse({ ...chunk({ content: "whole" }), error_code: 0, error_msg: "", err: null, errors: [] }), ...rest],
    COUNTED,
  ],
  "unknown events with a code, a message or details": [
    [
      sse({ type: "progress", code: "loading", message: "The model is being loaded" }),
      sse({ type: "status", detail: "thinking" }),
      sse({ object: "queue", status: "waiting", message: "Position 3" }),
      text,
      ...rest,
    ],
    COUNTED,
  ],
  "a code and message of success": [
    [sse({ ...chunk({ content: "whole" }), code: 200, message: "ok", error: {}, status: "ok" }), ...rest],
    COUNTED,
  ],
};

const half = (args: unknown, more?: object) => sse(chunk({ tool_calls: [chatCall(args, more)] }));
const refused = (code: string, before = "") => ({ text: before, failure: code, requests: 1 });

describe.each(CHAT)("Chat Completions at %s", (provider) => {
  test.each(Object.entries(pieces))("%s", async (_name, [given, expected]) => {
    expect(await readBytes(provider, { pieces: given })).toMatchObject(expected);
  });

  const called = {
    ...WHOLE,
    text: "",
    calls: [{ name: "writeFile", input: '{"path":"a"}' }],
    finish: "tool-calls",
  };
  test.each<[string, string[]]>([
    ["arguments as an object", [half({ path: "a" })]],
    ["a call that is no list", [sse(chunk({ tool_calls: chatCall('{"path":"a"}') }))]],
    [
      "no index, and the id once",
      [
        half('{"path":', { index: undefined }),
        sse(chunk({ tool_calls: [{ function: { arguments: '"a"}' } }] })),
      ],
    ],
    [
      "no id",
      [half('{"path":', { id: undefined }), half('"a"}', { id: null, function: { arguments: '"a"}' } })],
    ],
    ["no type", [half('{"path":"a"}', { type: undefined })]],
    [
      "null in the later pieces",
      [half('{"path":'), half("", { id: null, type: null, function: { name: null, arguments: '"a"}' } })],
    ],
    [
      "an empty id and name in the later pieces",
      [half('{"path":'), half("", { id: "", function: { name: "", arguments: '"a"}' } })],
    ],
    ["the name in each piece", [half('{"path":'), half('"a"}')]],
    [
      "the name after the id",
      [
        sse(
          chunk({
            tool_calls: [{ index: 0, id: "call_1", type: "function", function: { arguments: '{"path":' } }],
          }),
        ),
        half('"a"}', { id: undefined }),
      ],
    ],
    ["null among the calls", [sse(chunk({ tool_calls: [null, chatCall('{"path":"a"}')] }))]],
    [
      "a function call as before there were tools",
      [sse(chunk({ function_call: { name: "writeFile", arguments: '{"path":"a"}' } }))],
    ],
  ])("a tool call with %s", async (_name, given) => {
    const read = await readBytes(provider, { pieces: [...given, sse(chunk({}, "tool_calls")), DONE] });
    expect(read).toMatchObject(called);
  });

  test.each<[string, object, object]>([
    ["one index", { index: 0, id: "call_1" }, { index: 0, id: "call_2" }],
    ["no index", { index: undefined, id: "call_1" }, { index: undefined, id: "call_2" }],
    ["null as index", { index: null, id: "call_1" }, { index: null, id: "call_2" }],
    ["no index, and one id", { index: undefined, id: "call_0" }, { index: undefined, id: "call_0" }],
    ["no index and no id", { index: undefined, id: undefined }, { index: undefined, id: undefined }],
    ["one id", { index: 0, id: "call_0" }, { index: 1, id: "call_0" }],
  ])("two tool calls with %s stay two", async (_name, first, second) => {
    const given = [first, second].map((more, at) => half(`{"path":"${at}"}`, more));
    const { calls, failure } = await readBytes(provider, {
      pieces: [...given, sse(chunk({}, "tool_calls")), DONE],
    });
    expect({ inputs: calls.map(({ input }) => input), failure }).toEqual({
      inputs: ['{"path":"0"}', '{"path":"1"}'],
      failure: null,
    });
  });

  test("a tool call that never gets a name is none, and the answer ends", async () => {
    const nameless = sse(
      chunk({ tool_calls: [{ index: 0, id: "call_1", type: "function", function: { arguments: "{}" } }] }),
    );
    const read = await readBytes(provider, { pieces: [text, nameless, sse(chunk({}, "tool_calls")), DONE] });
    expect(read).toMatchObject({ ...WHOLE, calls: [], finish: "stop" });
  });

  test("a whole answer with a tool call, as one JSON body, whatever its type", async () => {
    const body = {
      id: "c1",
      object: "chat.completion",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "whole",
            tool_calls: [{ ...chatCall('{"path":"a"}'), index: undefined }],
          },
          finish_reason: "tool_calls",
        },
      ],
      usage: { prompt_tokens: 21, completion_tokens: 13, total_tokens: 34 },
    };
    for (const type of ["application/json", "text/event-stream", "text/plain", "application/octet-stream"]) {
      const read = await readBytes(provider, {
        pieces: [JSON.stringify(body, null, 2)],
        headers: { "content-type": type },
      });
      expect(read).toMatchObject({ ...called, ...COUNTED });
    }
  });

  test("chunks as lines of JSON", async () => {
    const lines = [chunk({ content: "who" }), chunk({ content: "le" }), chunk({}, "stop"), chatUsage];
    const given = lines.map((line) => `${JSON.stringify(line)}\n`);
    expect(await readBytes(provider, { pieces: given, headers: {} })).toMatchObject(COUNTED);
  });

  test.each<[string, unknown, string]>([
    ["an error as text", { error: "Rate limit exceeded, please slow down" }, "provider_rate_limited"],
    ["an error with a code of zero", { error: { code: 0, message: "Rate limit" } }, "provider_rate_limited"],
    ["an error by its status", { error: { code: "429", message: "no" } }, "provider_rate_limited"],
    [
      "Anthropic's form",
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      "provider_overloaded",
    ],
    [
      "a flat error",
      { object: "error", message: "model overloaded", type: "ServiceUnavailable", code: 503 },
      "provider_overloaded",
    ],
    ["detail", { detail: "Unauthorized" }, "provider_key_invalid"],
    ["success false", { success: false, code: 401, msg: "invalid token" }, "provider_key_invalid"],
    [
      "a server's own codes",
      { choices: null, base_resp: { status_code: 1008, status_msg: "insufficient balance" } },
      "provider_credit_exhausted",
    ],
    [
      "other names",
      { error_code: 18, error_msg: "Open api qps request limit reached" },
      "provider_rate_limited",
    ],
    [
      "a code as a word",
      { code: "Throttling.RateQuota", message: "Requests rate limit exceeded", request_id: "x" },
      "provider_rate_limited",
    ],
    [
      "an error in a list",
      [{ error: { code: 400, message: "the maximum context length is 4096 tokens" } }],
      "provider_context_too_long",
    ],
    ["errors in a list", { errors: [{ message: "Authentication failed" }] }, "provider_key_invalid"],
    [
      "an error inside an error",
      { error: { message: '{"error":{"message":"The model is overloaded","code":503}}', code: null } },
      "provider_overloaded",
    ],
    [
      "an error in the choice",
      {
        choices: [
          { index: 0, delta: { content: "" }, finish_reason: "error", error: { code: 502, message: "no" } },
        ],
      },
      "provider_error",
    ],
    ["another language", { code: "1113", message: "error: 您的账户余额不足" }, "provider_credit_exhausted"],
    [
      "nulls beside an error",
      { ...chunk({}), choices: null, usage: null, error: { message: "timed out", code: 504 } },
      "provider_timeout",
    ],
  ])("an error under 200: %s", async (_name, error, code) => {
    const whole = [JSON.stringify(error)];
    expect(
      await readBytes(provider, { pieces: whole, headers: { "content-type": "application/json" } }),
    ).toMatchObject(refused(code));
    expect(await readBytes(provider, { pieces: [sse(error), DONE] })).toMatchObject(refused(code));
    expect(await readBytes(provider, { pieces: [text, sse(error), text] })).toMatchObject(
      refused(code, "whole"),
    );
    expect(await readBytes(provider, { pieces: [text, `${whole[0]}\n\n`] })).toMatchObject(
      refused(code, "whole"),
    );
  });

  test.each<[string, string[], string | null, string]>([
    [
      "an event named error",
      [text, "event: error\ndata: upstream timed out\n\n"],
      "provider_timeout",
      "whole",
    ],
    ["a page", ["<html><body>Sign in</body></html>"], "provider_bad_response", ""],
    ["a page after a blank line", ["\n\n  <!doctype html>"], "provider_bad_response", ""],
    ["text that is no stream", ["upstream connect error\n"], "provider_bad_response", ""],
    ["half a JSON body", ['{"choices":[{"message":{"content":"wh'], "provider_bad_response", ""],
    ["a JSON body of something else", ['{"hello":"world"}'], "provider_bad_response", ""],
    ["a piece that is no JSON", [text, sse("le"), text], "provider_bad_response", "whole"],
    ["no end", [text], "stream_interrupted", "whole"],
    ["a last piece that is cut off", [text, 'data: {"choices":[{"in'], "stream_interrupted", "whole"],
    ["an event of Anthropic's", [messageStart, textDelta("x"), messageStop], "provider_bad_response", ""],
    [
      "a refusal in pieces",
      [sse(chunk({ refusal: "I can" })), sse(chunk({ refusal: "not." })), stop, DONE],
      "provider_content_refused",
      "",
    ],
  ])("%s is a failure", async (_name, given, code, before) => {
    expect(await readBytes(provider, { pieces: given })).toMatchObject(refused(String(code), before));
  });

  test.each<[string, string | null, string | null]>([
    ["eos_token", "stop", null],
    ["end_turn", "stop", null],
    ["max_tokens", "length", null],
    ["model_length", "length", null],
    ["MAX_OUTPUT_TOKENS", "length", null],
    ["token_limit_reached", "length", null],
    ["tool_use", "stop", null],
    ["function_call", "stop", null],
    ["tool_calls", "stop", null],
    ["content_filter", null, "provider_content_refused"],
    ["SAFETY", null, "provider_content_refused"],
    ["sensitive", null, "provider_content_refused"],
    ["insufficient_system_resource", null, "provider_overloaded"],
    ["network_error", null, "stream_interrupted"],
    ["abort", null, "stream_interrupted"],
    ["error", null, "provider_error"],
  ])("the end %s", async (word, finish, failure) => {
    const read = await readBytes(provider, { pieces: [text, sse(chunk({}, word)), sse(chatUsage), DONE] });
    expect(read).toMatchObject({ text: "whole", failure, usage: [21, 13], ...(finish ? { finish } : {}) });
  });
});

test.each<[string, string[], readonly NonNullable<Bytes["ends"]>[]]>([
  ["a finish reason and usage", [text, stop, sse(chatUsage)], ["open", "comments", "broken"]],
  ["[DONE]", [text, DONE], ["open", "comments", "broken"]],
  ["a whole JSON body", [JSON.stringify({ choices: [{ message: { content: "whole" } }] })], ["open"]],
])("a connection that says nothing new, or breaks, after %s is closed", async (_name, given, endings) => {
  const began = performance.now();
  const read = endings.map((ends) => readBytes("openai-compatible", { pieces: given, ends }));
  expect(await Promise.all(read)).toMatchObject(endings.map(() => WHOLE));
  expect(performance.now() - began).toBeLessThan(9_000);
});

const refusal = (status: number, body: unknown) => ({
  status,
  headers: { "content-type": "application/json" },
  pieces: [JSON.stringify(body)],
});
describe.each(["openai", "openai-compatible", "openrouter"] as const)("%s", (provider) => {
  test.each<[string, unknown]>([
    [
      "Unrecognized request argument",
      { error: { message: "Unrecognized request argument supplied: stream_options" } },
    ],
    [
      "extra fields",
      { detail: [{ loc: ["body", "stream_options"], msg: "Extra inputs are not permitted" }] },
    ],
    ["what is in it", { message: "unknown field `include_usage`" }],
  ])("stream_options refused as %s is asked once more without", async (_name, body) => {
    const good = { pieces: [text, ...rest] };
    expect(await readBytes(provider, refusal(400, body), good)).toMatchObject({ ...COUNTED, requests: 2 });
    expect(await readBytes(provider, refusal(422, body), good)).toMatchObject({ ...COUNTED, requests: 2 });
    expect(await readBytes(provider, refusal(400, body), refusal(400, body))).toMatchObject({
      text: "",
      requests: 2,
    });
    expect(await readBytes(provider, refusal(429, body), good)).toMatchObject({ text: "", requests: 1 });
    expect(await readBytes(provider, refusal(400, { error: { message: "no" } }), good)).toMatchObject({
      text: "",
      requests: 1,
    });
  });
});

const textBlock = [blockStart({ type: "text", text: "" }), textDelta("whole"), blockStop()];
const end = [messageDelta(), messageStop];
const toolUse = { type: "tool_use", id: "toolu_1", name: "writeFile", input: {} };
const inputDelta = (partial_json: unknown) => blockDelta({ type: "input_json_delta", partial_json });
const CALLED = {
  text: "",
  failure: null,
  calls: [{ name: "writeFile", input: '{"path":"a"}' }],
  finish: "tool-calls",
};

test.each<[string, string[], object]>([
  [
    "an unknown block and its deltas",
    [
      messageStart,
      blockStart({ type: "server_dream", dream: {} }, 0),
      blockDelta({ type: "dream_delta", dream: "x" }, 0),
      blockDelta({ type: "text_delta", text: "no" }, 0),
      blockStop(0),
      blockStart({ type: "text", text: "" }, 1),
      textDelta("whole", 1),
      blockStop(1),
      ...end,
    ],
    COUNTED,
  ],
  [
    "an unknown delta in a text",
    [
      messageStart,
      blockStart({ type: "text", text: "" }),
      blockDelta({ type: "tone_delta", tone: 1 }),
      blockDelta({ type: "citations_delta", citation: { odd: true } }),
      textDelta("whole"),
      blockStop(),
      ...end,
    ],
    COUNTED,
  ],
  [
    "text in the block's start",
    [messageStart, blockStart({ type: "text", text: "who" }), textDelta("le"), blockStop(), ...end],
    COUNTED,
  ],
  ["no start of the block", [messageStart, textDelta("whole"), blockStop(), ...end], COUNTED],
  [
    "no stop of the block",
    [messageStart, blockStart({ type: "text", text: "" }), textDelta("whole"), ...end],
    COUNTED,
  ],
  ["no stop of the message", [messageStart, ...textBlock, messageDelta()], COUNTED],
  ["no end but message_stop", [messageStart, ...textBlock, messageStop], WHOLE],
  [
    "no start of the message",
    [...textBlock, messageDelta(), messageStop],
    { ...WHOLE, usage: [undefined, 13] },
  ],
  [
    "a start without usage",
    [
      event("message_start", { message: { id: null, content: null } }),
      ...textBlock,
      messageDelta("end_turn", { usage: { input_tokens: 21, output_tokens: 13 } }),
      messageStop,
    ],
    COUNTED,
  ],
  ["the start twice", [messageStart, messageStart.replace("msg_1", "msg_2"), ...textBlock, ...end], COUNTED],
  [
    "usage null, and in an event of its own",
    [messageStart, ...textBlock, messageDelta("end_turn", { usage: null }), messageDelta(null), messageStop],
    COUNTED,
  ],
  [
    "a gap in the indices",
    [messageStart, blockStart({ type: "text", text: "" }, 3), textDelta("whole", 3), blockStop(3), ...end],
    COUNTED,
  ],
  [
    "no index",
    [
      messageStart,
      blockStart({ type: "text", text: "" }, undefined),
      textDelta("whole", undefined),
      blockStop(undefined),
      ...end,
    ],
    COUNTED,
  ],
  [
    "thoughts and text of one index",
    [
      messageStart,
      blockStart({ type: "thinking", thinking: "" }),
      blockDelta({ type: "thinking_delta", thinking: "Hm." }),
      textDelta("whole"),
      blockStop(),
      ...end,
    ],
    { ...COUNTED, thoughts: "Hm." },
  ],
  [
    "null in texts and inputs",
    [
      messageStart,
      blockStart({ type: "text", text: null }),
      blockDelta({ type: "text_delta", text: null }),
      textDelta("whole"),
      blockStop(),
      ...end,
    ],
    COUNTED,
  ],
  [
    "the type in the event's name only",
    [messageStart, ...textBlock, ...end].map((each) =>
      each.replace(/"type":"(message|content)_[a-z_]+",?/, ""),
    ),
    COUNTED,
  ],
  [
    "ping with data, error null, [DONE]",
    [
      messageStart,
      event("ping", { at: 1, cost: "0" }),
      textBlock.join("").replaceAll('"index"', '"error":null,"index"'),
      ...end,
      DONE,
    ],
    COUNTED,
  ],
  [
    "a whole input in the block's start, and deltas too",
    [
      messageStart,
      blockStart({ ...toolUse, input: { path: "a" } }),
      inputDelta('{"path":"a"}'),
      blockStop(),
      messageDelta("tool_use"),
      messageStop,
    ],
    CALLED,
  ],
  [
    "an input as text in the block's start, no stop",
    [messageStart, blockStart({ ...toolUse, input: '{"path":"a"}' }), messageDelta("tool_use"), messageStop],
    CALLED,
  ],
  [
    "an input as an object in the delta, no id",
    [
      messageStart,
      blockStart({ ...toolUse, id: null, input: null }),
      inputDelta({ path: "a" }),
      blockStop(),
      messageDelta("end_turn"),
      messageStop,
    ],
    CALLED,
  ],
  [
    "a whole message in the stream",
    [
      sse({
        type: "message",
        id: "m",
        content: [{ type: "text", text: "whole" }],
        stop_reason: "end_turn",
        usage: { input_tokens: 21, output_tokens: 13 },
      }),
    ],
    COUNTED,
  ],
])("Anthropic's Messages with %s", async (_name, given, expected) => {
  expect(await readBytes("anthropic", { pieces: given })).toMatchObject(expected);
});

test.each<[string, string[], string, string]>([
  [
    "an error in the middle",
    [messageStart, textDelta("who"), event("error", { error: { type: "rate_limit_error", message: "no" } })],
    "provider_rate_limited",
    "who",
  ],
  [
    "an error in OpenAI's form",
    [messageStart, textDelta("who"), sse({ error: { message: "no", code: 503 } })],
    "provider_overloaded",
    "who",
  ],
  [
    "an error as a JSON body",
    [JSON.stringify({ error: { message: "Invalid API key provided", code: "invalid_api_key" } })],
    "provider_key_invalid",
    "",
  ],
  [
    "a piece that is no JSON",
    [messageStart, textDelta("who"), sse("le"), ...end],
    "provider_bad_response",
    "who",
  ],
  ["no end", [messageStart, textDelta("who")], "stream_interrupted", "who"],
  ["a JSON body of something else", ['{"hello":1}'], "provider_bad_response", ""],
  ["chunks of another format", [text, stop, DONE], "provider_bad_response", ""],
])("Anthropic's Messages: %s", async (_name, given, failure, before) => {
  expect(await readBytes("anthropic", { pieces: given })).toMatchObject({ failure, text: before });
});

const gemini = (fields: object) =>
  sse({
    candidates: [{ content: { role: "model", parts: [{ text: "whole" }] }, finishReason: "STOP" }],
    ...fields,
  });
const geminiUsage = { usageMetadata: { promptTokenCount: 21, candidatesTokenCount: 13 } };
test.each<[string, string[], object]>([
  [
    "a list instead of a stream",
    [
      `[${JSON.stringify({ candidates: [{ content: { parts: [{ text: "whole" }] }, finishReason: "STOP" }], ...geminiUsage })}]`,
    ],
    COUNTED,
  ],
  ["error null", [gemini({ ...geminiUsage, error: null })], COUNTED],
  ["no usage", [gemini({})], { ...WHOLE, usage: [undefined, undefined] }],
  [
    "an error in a list",
    ['[{"error":{"code":429,"message":"Resource exhausted","status":"RESOURCE_EXHAUSTED"}}]'],
    { failure: "provider_rate_limited" },
  ],
  [
    "an error after text",
    [
      sse({ candidates: [{ content: { parts: [{ text: "who" }] } }] }),
      sse({ error: { code: 503, message: "The model is overloaded." } }),
    ],
    { text: "who", failure: "provider_overloaded" },
  ],
  [
    "no end",
    [sse({ candidates: [{ content: { parts: [{ text: "who" }] } }] })],
    { text: "who", failure: "stream_interrupted" },
  ],
  ["a page", ["<html>"], { failure: "provider_bad_response" }],
])("Gemini with %s", async (_name, given, expected) => {
  expect(await readBytes("google", { pieces: given })).toMatchObject(expected);
});

test("JSON nested without measure is a failure", async () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const errors = `${'{"error":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  for (const provider of ["openai-compatible", "anthropic", "google"] as const) {
    for (const data of [`{"choices":[{"index":0,"delta":{"content":${deep}}}]}`, deep, errors]) {
      const { failure } = await readBytes(provider, { pieces: [sse(data)] });
      expect(failure).toBe("provider_bad_response");
    }
  }
});

test("an error under 200 waits as its headers say", async () => {
  const headers = { "content-type": "application/json", "retry-after": "17" };
  const body = JSON.stringify({ error: { code: 429, message: "no" } });
  expect(await readBytes("openai", { pieces: [body], headers })).toMatchObject({
    failure: "provider_rate_limited",
    retryAfterSeconds: 17,
  });
});

test("an event without end does not fill the memory", async () => {
  const piece = "x".repeat(1024 * 1024);
  const pieces = ["data: ", ...Array.from({ length: 64 }, () => piece)];
  expect(await readBytes("openai-compatible", { pieces })).toMatchObject({
    failure: "provider_bad_response",
  });
  expect(await readBytes("anthropic", { pieces: ["{", ...pieces] })).toMatchObject({
    failure: "provider_bad_response",
  });
});
