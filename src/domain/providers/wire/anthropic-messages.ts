import { generateId } from "ai";
import { ProviderFailure } from "../failures/provider-failure";
import type { AnswerContext, NewWireReader } from "../provider-adapter";
import { newAnswerState, type SeenUsage } from "./answer-state";
import { bytesOf } from "./bytes-of";
import { textOf } from "./chat-delta";
import { numberOf, webSearchesIn, writtenForAnHour } from "./chat-usage";
import { errorInAnswer, failureOfAnswer } from "./error-in-answer";
import type { ServerEvent } from "./event-stream";
import { eventsInUnreadable } from "./unreadable-event";
import { isKeepAlive, isRecord, type Json, NOTHING, parsedJson, type WireReader } from "./wire-reader";

/** Anthropic's Messages API, as it and gateways stream it: https://docs.anthropic.com/en/api/streaming */
export const anthropicMessages: NewWireReader = (context) => new AnthropicMessagesReader(context);

/** A content block that has begun and not ended. */
interface OpenBlock {
  readonly type: "text" | "thinking" | "redacted_thinking" | "tool_use";
  /** Input that stood in the block's start; used if no deltas bring it. */
  input: string;
}

const DELTA_FIELDS = {
  text_delta: { field: "text", block: "text" },
  thinking_delta: { field: "thinking", block: "thinking" },
  signature_delta: { field: "signature", block: "thinking" },
  input_json_delta: { field: "partial_json", block: "tool_use" },
} as const;

type DeltaType = keyof typeof DELTA_FIELDS;

class AnthropicMessagesReader implements WireReader {
  readonly state = newAnswerState();
  readonly #context: AnswerContext;
  readonly #open = new Map<number, OpenBlock>();
  #hasStarted = false;
  #lastIndex = -1;
  #callsTools = false;
  #stopReason: string | null = null;
  #hasDelta = false;
  /** As reported so far, by their names on the wire. */
  readonly #counts: Json = {};
  #unknown = 0;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  read(event: ServerEvent): readonly string[] {
    const { data, name } = event;
    if (/^\W*DONE\W*$/i.test(data)) return this.#stop();
    const value = parsedJson(data);
    if (value === undefined) {
      const events = name === "error" ? null : eventsInUnreadable(event, this.state.hasFinish);
      if (events) return events.flatMap((each) => (this.state.failure ? [] : this.read(each)));
      const said = name === "error" ? errorInAnswer({ error: data }, false) : null;
      return this.#fail(
        said ? failureOfAnswer(said, this.#context) : new ProviderFailure("provider_bad_response"),
      );
    }
    const error =
      isRecord(value) && value["type"] !== "error" && isPart(value) ? null : errorInAnswer(value, false);
    if (error) return this.#fail(failureOfAnswer(error, this.#context));
    if (!isRecord(value)) return this.#pass(event, value);
    // Some gateways name the event only in its `event:` field.
    const type = typeof value["type"] === "string" ? value["type"] : name;
    switch (type) {
      case "message_start":
        return this.#start(value, data);
      case "content_block_start":
        return this.#startBlock(value, data);
      case "content_block_delta":
        return this.#delta(value, data);
      case "content_block_stop":
        return this.#stopBlock(this.#indexOf(value));
      case "message_delta":
        return this.#messageDelta(value);
      case "message_stop":
        return this.#stop();
      case "message":
        return this.#whole(value);
      default:
        return this.#pass(event, value);
    }
  }

  readWhole(body: string): readonly string[] {
    const read = this.read({ name: "", data: body });
    if (!this.state.failure && !this.state.isOver) this.#fail(new ProviderFailure("provider_bad_response"));
    return read;
  }

  end(): readonly string[] {
    if (this.state.failure || this.state.isOver) return NOTHING;
    if (this.state.hasFinish) return this.#stop();
    if (!this.#hasStarted && this.#unknown > 0) this.#fail(new ProviderFailure("provider_bad_response"));
    return NOTHING;
  }

  /** The API's documentation announces events to come; they are passed over, as are keep-alives. */
  #pass(event: ServerEvent, value: unknown): readonly string[] {
    if (!isKeepAlive(event, value)) this.#unknown += 1;
    return NOTHING;
  }

  #start(value: Json, data: string): readonly string[] {
    if (this.#hasStarted) return NOTHING;
    this.#hasStarted = true;
    const message = isRecord(value["message"]) ? value["message"] : {};
    const usage = isRecord(message["usage"]) ? message["usage"] : {};
    this.#report(usage);
    this.state.id = message["id"];
    const { output_tokens: _soFar, ...counts } = repairedUsage(usage);
    Object.assign(this.#counts, counts);
    const { id, model, content, stop_reason: stopReason } = message;
    const isClean =
      typeof value["type"] === "string" &&
      typeof id === "string" &&
      typeof model === "string" &&
      (content === undefined || (Array.isArray(content) && content.length === 0)) &&
      (stopReason === undefined || stopReason === null) &&
      isCleanUsage(usage) &&
      typeof usage["input_tokens"] === "number";
    if (isClean) return [data];
    return [
      JSON.stringify({
        type: "message_start",
        message: {
          ...(typeof id === "string" ? { id } : {}),
          ...(typeof model === "string" ? { model } : {}),
          role: "assistant",
          usage: { input_tokens: 0, ...repairedUsage(usage) },
        },
      }),
    ];
  }

  #startBlock(value: Json, data: string): readonly string[] {
    const block = isRecord(value["content_block"]) ? value["content_block"] : {};
    const index = numberOf(value["index"]) ?? this.#lastIndex + 1;
    const ended = this.#stopBlock(index);
    this.#lastIndex = index;
    const { type, id, name, input } = block;
    switch (type) {
      case "text":
      case "thinking": {
        this.#open.set(index, { type, input: "" });
        const text = textOf(block[type]);
        if (text === "" && block[type] === "" && isNamed(value)) return [...ended, data];
        this.state.contentBytes += bytesOf(text);
        const start = blockStart(index, { type, [type]: "" });
        return [...ended, start, ...(text === "" ? [] : [blockDelta(index, `${type}_delta`, text)])];
      }
      case "redacted_thinking":
        if (typeof block["data"] !== "string") return ended;
        this.#open.set(index, { type, input: "" });
        return [...ended, blockStart(index, { type, data: block["data"] })];
      case "tool_use": {
        if (typeof name !== "string" || name === "") return ended;
        this.#callsTools = true;
        const whole =
          typeof input === "string"
            ? input
            : isRecord(input) && Object.keys(input).length > 0
              ? JSON.stringify(input)
              : "";
        this.#open.set(index, { type, input: whole });
        this.state.contentBytes += bytesOf(name) + bytesOf(whole);
        const ownId = typeof id === "string" && id !== "" ? id : `toolu_${generateId()}`;
        return [...ended, blockStart(index, { type, id: ownId, name, input: {} })];
      }
      default:
        // A kind of content that is not known here: its deltas are passed over with it.
        return ended;
    }
  }

  #delta(value: Json, data: string): readonly string[] {
    const delta = isRecord(value["delta"]) ? value["delta"] : {};
    const index = this.#indexOf(value);
    const type = deltaTypeOf(delta);
    if (!type) return NOTHING;
    const { field, block: kind } = DELTA_FIELDS[type];
    let block = this.#open.get(index);
    const missing: string[] = [];
    if (block?.type !== kind) {
      // Its start was left out, or was of a kind that is not known here.
      if (kind === "tool_use" || type === "signature_delta" || (!block && index <= this.#lastIndex))
        return NOTHING;
      missing.push(...this.#stopBlock(index), blockStart(index, { type: kind, [kind]: "" }));
      block = { type: kind, input: "" };
      this.#open.set(index, block);
      this.#lastIndex = index;
    }
    const raw = delta[field];
    const text = isRecord(raw) ? JSON.stringify(raw) : textOf(raw);
    if (text === "") return missing;
    this.state.hasContent = true;
    // A signature is none of the model's tokens.
    if (type !== "signature_delta") this.state.contentBytes += bytesOf(text);
    block.input = "";
    if (
      raw === text &&
      delta["type"] === type &&
      value["index"] === index &&
      typeof value["type"] === "string"
    )
      return [...missing, data];
    return [...missing, blockDelta(index, type, text)];
  }

  #stopBlock(index: number): readonly string[] {
    const block = this.#open.get(index);
    if (!block) return NOTHING;
    this.#open.delete(index);
    const stop = JSON.stringify({ type: "content_block_stop", index });
    return block.input === "" ? [stop] : [blockDelta(index, "input_json_delta", block.input), stop];
  }

  #stopBlocks(): readonly string[] {
    return [...this.#open.keys()].flatMap((index) => this.#stopBlock(index));
  }

  #messageDelta(value: Json): readonly string[] {
    const delta = isRecord(value["delta"]) ? value["delta"] : {};
    const reported = isRecord(value["usage"]) ? value["usage"] : {};
    const usage = this.#withoutLost(repairedUsage(reported));
    const reason = delta["stop_reason"] ?? value["stop_reason"];
    if (typeof reason === "string" && reason !== "") {
      this.#stopReason = reason;
      this.state.hasFinish = true;
    }
    this.#report(reported);
    const output = numberOf(usage["output_tokens"]);
    if (output !== undefined) this.state.usage = { ...this.state.usage, output };
    this.#hasDelta = true;
    return [...(this.state.hasFinish ? this.#stopBlocks() : NOTHING), this.#messageDeltaWith(usage)];
  }

  /**
   * Adds a report to what is known. The output of a beginning is what has been written so far; only the end
   * says how much it was.
   */
  #report(usage: Json): void {
    const raw: Json = { ...this.state.usage.raw };
    for (const [field, value] of Object.entries(usage)) {
      const isLost = value === null || value === undefined || (numberOf(value) === 0 && raw[field]);
      if (!isLost) raw[field] = value;
    }
    if (Object.keys(raw).length > 0) this.state.usage = { ...usageIn(raw), output: this.state.usage.output };
  }

  /** Nothing takes a count back: gateways end with zeros for what they reported before. */
  #withoutLost(usage: Json): Json {
    const kept = Object.entries(usage).filter(([field, count]) => count !== 0 || !this.#counts[field]);
    Object.assign(this.#counts, Object.fromEntries(kept));
    return Object.fromEntries(kept);
  }

  #messageDeltaWith(usage: Json): string {
    return JSON.stringify({
      type: "message_delta",
      delta: { stop_reason: this.#stopReason, stop_sequence: null },
      usage: { ...usage, output_tokens: this.state.usage.output ?? 0 },
    });
  }

  #stop(): readonly string[] {
    if (this.state.isOver) return NOTHING;
    if (!this.#hasStarted && this.#unknown > 0)
      return this.#fail(new ProviderFailure("provider_bad_response"));
    this.state.isOver = true;
    const blocks = this.#stopBlocks();
    // The end itself says that nothing is missing.
    const isMissing = !this.#hasDelta || this.#stopReason === null;
    this.#stopReason ??= this.#callsTools ? "tool_use" : "end_turn";
    this.state.hasFinish = true;
    return [
      ...blocks,
      ...(isMissing ? [this.#messageDeltaWith({})] : NOTHING),
      JSON.stringify({ type: "message_stop" }),
    ];
  }

  /** A whole message, as a server sends it that cannot stream. */
  #whole(message: Json): readonly string[] {
    const { content, usage, stop_reason: reason } = message;
    const blocks: unknown[] = Array.isArray(content) ? content : [{ type: "text", text: textOf(content) }];
    return [
      ...this.#start({ message: { ...message, content: [], stop_reason: null } }, ""),
      ...blocks.flatMap((block, index) => [
        ...this.#startBlock({ index, content_block: block }, ""),
        ...this.#stopBlock(index),
      ]),
      ...this.#messageDelta({ delta: { stop_reason: reason }, usage }),
      ...this.#stop(),
    ];
  }

  #indexOf({ index }: Json): number {
    return numberOf(index) ?? Math.max(this.#lastIndex, 0);
  }

  #fail(failure: ProviderFailure): readonly string[] {
    this.state.failure ??= failure;
    return NOTHING;
  }
}

/** Some gateways leave out what names an event or its block. */
function isNamed({ type, index }: Json): boolean {
  return typeof type === "string" && typeof index === "number";
}

/** Whether it is one of the events that may carry an `error: null`, or any field of a gateway's own. */
function isPart({ type, error }: Json): boolean {
  return typeof type === "string" && /^(message|content_block)/.test(type) && !isRecord(error);
}

function deltaTypeOf(delta: Json): DeltaType | null {
  const { type } = delta;
  if (typeof type === "string") {
    const whole = type.endsWith("_delta") ? type : `${type}_delta`;
    return Object.hasOwn(DELTA_FIELDS, whole) ? (whole as DeltaType) : null;
  }
  const types = Object.keys(DELTA_FIELDS) as DeltaType[];
  return types.find((each) => delta[DELTA_FIELDS[each].field] !== undefined) ?? null;
}

function blockStart(index: number, content_block: Json): string {
  return JSON.stringify({ type: "content_block_start", index, content_block });
}

function blockDelta(index: number, type: string, text: string): string {
  const { field } = DELTA_FIELDS[type as DeltaType];
  return JSON.stringify({ type: "content_block_delta", index, delta: { type, [field]: text } });
}

function isCleanUsage(usage: Json): boolean {
  return Object.values(usage).every((value) => value !== null);
}

/** Counts as numbers; the rest, of which nothing is read here, is left out. */
function repairedUsage(usage: Json): Json {
  const read: Json = {};
  for (const field of [
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
  ]) {
    const count = numberOf(usage[field]);
    if (count !== undefined) read[field] = count;
  }
  const details = usage["output_tokens_details"];
  const thinking = isRecord(details) ? numberOf(details["thinking_tokens"]) : undefined;
  if (thinking !== undefined) read["output_tokens_details"] = { thinking_tokens: thinking };
  return read;
}

/** Its `input_tokens` leave out what was read from the cache and written to it. */
function usageIn(raw: Json): SeenUsage {
  const [fresh, cachedInput] = [numberOf(raw["input_tokens"]), numberOf(raw["cache_read_input_tokens"])];
  const cacheWrite1h = writtenForAnHour(raw);
  const cacheWrite = numberOf(raw["cache_creation_input_tokens"]) ?? writtenIn(raw["cache_creation"]);
  const details = raw["output_tokens_details"];
  return {
    input: fresh === undefined ? undefined : fresh + (cachedInput ?? 0) + (cacheWrite ?? 0),
    cachedInput,
    cacheWrite,
    cacheWrite1h,
    output: undefined,
    reasoning: isRecord(details) ? numberOf(details["thinking_tokens"]) : undefined,
    webSearches: webSearchesIn(raw),
    serviceTier: raw["service_tier"],
    raw,
  };
}

function writtenIn(written: unknown): number | undefined {
  if (!isRecord(written)) return undefined;
  const [short, hour] = ["ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"].map((field) =>
    numberOf(written[field]),
  );
  return short === undefined && hour === undefined ? undefined : (short ?? 0) + (hour ?? 0);
}
