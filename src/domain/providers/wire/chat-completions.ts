import { ProviderFailure } from "../failures/provider-failure";
import type { AnswerContext, NewWireReader } from "../provider-adapter";
import { newAnswerState } from "./answer-state";
import { bytesOf } from "./bytes-of";
import { type ContentParts, readDelta, textOf } from "./chat-delta";
import { ChatToolCalls } from "./chat-tool-calls";
import { isCleanUsage, repairedUsage, seenUsageOf, usageAfter } from "./chat-usage";
import { errorInAnswer, failureOfAnswer } from "./error-in-answer";
import type { ServerEvent } from "./event-stream";
import { eventsInUnreadable } from "./unreadable-event";
import { isKeepAlive, isRecord, type Json, NOTHING, parsedJson, type WireReader } from "./wire-reader";

const DONE = "[DONE]";

/**
 * Chat Completions as OpenAI, Mistral, OpenRouter and the servers behind custom endpoints stream them:
 * https://platform.openai.com/docs/api-reference/chat-streaming.
 *
 * @param parts how the provider's client takes content that consists of parts
 */
export function chatCompletions(parts: ContentParts): NewWireReader {
  return (context) => new ChatCompletionsReader(context, parts);
}

class ChatCompletionsReader implements WireReader {
  readonly state = newAnswerState();
  readonly #context: AnswerContext;
  readonly #parts: ContentParts;
  readonly #calls = new ChatToolCalls();
  #isRefusal = false;
  #reason: string | null = null;
  /** As reported so far. */
  #usage: Json | null = null;
  #pieces = 0;
  #unknown = 0;

  constructor(context: AnswerContext, parts: ContentParts) {
    this.#context = context;
    this.#parts = parts;
  }

  read(event: ServerEvent): readonly string[] {
    const { data } = event;
    if (/^\W*DONE\W*$/i.test(data)) return this.#done();
    const value = parsedJson(data);
    if (value === undefined) return this.#unreadable(event);
    if (Array.isArray(value)) return value.flatMap((each) => this.#value(event, each, ""));
    return this.#value(event, value, data);
  }

  readWhole(body: string): readonly string[] {
    const value = parsedJson(body);
    // Chunks one below the other, without an event stream around them.
    if (value === undefined) {
      const lines = body.split("\n").filter((line) => line.trim() !== "");
      if (lines.length > 1)
        return lines.flatMap((data) => (this.state.failure ? [] : this.read({ name: "", data })));
      return this.#fail(new ProviderFailure("provider_bad_response"));
    }
    const read = this.read({ name: "", data: body });
    if (this.state.failure) return read;
    return this.#pieces === 0
      ? this.#fail(new ProviderFailure("provider_bad_response"))
      : [...read, ...this.#done()];
  }

  end(): readonly string[] {
    const { state } = this;
    if (state.failure) return NOTHING;
    if (this.#isRefusal && (state.isOver || state.hasFinish))
      state.failure = new ProviderFailure("provider_content_refused");
    // Another format, of which nothing could be read.
    else if (!state.isOver && !state.hasFinish && this.#pieces === 0 && this.#unknown > 0)
      state.failure = new ProviderFailure("provider_bad_response");
    return NOTHING;
  }

  /** @param text of the value, if it arrived as one event */
  #value(event: ServerEvent, value: unknown, text: string): readonly string[] {
    if (this.state.failure) return NOTHING;
    if (!isRecord(value)) {
      if (!isKeepAlive(event, value)) this.#unknown += 1;
      return NOTHING;
    }
    const choice = choiceOf(value);
    const error =
      event.name === "error"
        ? (errorInAnswer(value, false) ?? saidAs(value))
        : (errorInAnswer(value, choice !== null) ?? (choice && errorInAnswer(choice, true)));
    const usage = usageIn(value, choice);
    if (!choice && !usage && !error) {
      if (!isKeepAlive(event, value) && !("choices" in value)) this.#unknown += 1;
      return NOTHING;
    }
    const read = choice || usage ? [this.#piece(value, choice, usage, text)] : NOTHING;
    return error ? [...read, ...this.#fail(failureOfAnswer(error, this.#context))] : read;
  }

  #piece(value: Json, choice: Json | null, reported: Json | null, text: string): string {
    this.#pieces += 1;
    const usage = reported && usageAfter(this.#usage, reported);
    if (usage) {
      this.#usage = usage;
      const { serviceTier } = this.state.usage;
      const seen = seenUsageOf(usage);
      this.state.usage = { ...seen, serviceTier: seen.serviceTier ?? serviceTier };
    }
    this.#note(value);
    const delta = choice && deltaOf(choice);
    const read = delta && readDelta(delta, this.#calls, this.#parts, delta === choice["message"]);
    if (delta && textOf(delta["refusal"]) !== "") this.#isRefusal = true;
    const finish = choice && finishOf(choice);
    // What follows a reason takes it back: some servers give one with each piece.
    if (finish) this.#reason = finish;
    const isContent = hasContent(read);
    this.state.hasContent ||= isContent;
    if (isContent && read) this.state.contentBytes += contentBytesOf(read);
    if (choice) this.state.hasFinish = finish !== null || (this.state.hasFinish && !isContent);
    const isSame = usage === reported && read !== null && read === choice?.["delta"];
    if (text !== "" && choice && isSame && isCleanPiece(value, choice)) return text;
    return JSON.stringify({
      ...described(value),
      choices: [{ index: 0, delta: read ?? {}, finish_reason: finish ?? null }],
      ...(usage ? { usage: repairedUsage(usage) } : {}),
    });
  }

  /** What names the answer, and how it was served. */
  #note({ id, service_tier: tier }: Json): void {
    this.state.id ??= id;
    if (tier !== undefined && tier !== null && this.state.usage.serviceTier !== tier)
      this.state.usage = { ...this.state.usage, serviceTier: tier };
  }

  #done(): readonly string[] {
    const { state } = this;
    if (state.isOver) return NOTHING;
    if (this.#pieces === 0 && this.#unknown > 0)
      return this.#fail(new ProviderFailure("provider_bad_response"));
    state.isOver = true;
    state.hasFinish = true;
    if (this.#reason !== null) return [DONE];
    // The end itself says that nothing is missing.
    const finish_reason = this.#calls.hasAny ? "tool_calls" : "stop";
    return [JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason }] }), DONE];
  }

  #unreadable(event: ServerEvent): readonly string[] {
    if (event.name === "error") {
      const said = errorInAnswer({ error: event.data }, false);
      if (said) return this.#fail(failureOfAnswer(said, this.#context));
    }
    const events = eventsInUnreadable(event, this.state.hasFinish);
    if (!events) return this.#fail(new ProviderFailure("provider_bad_response"));
    return events.flatMap((each) => (this.state.failure ? [] : this.read(each)));
  }

  #fail(failure: ProviderFailure): readonly string[] {
    this.state.failure ??= failure;
    return NOTHING;
  }
}

/** Clients read the first one only. */
function choiceOf({ choices }: Json): Json | null {
  if (isRecord(choices)) return choices;
  if (!Array.isArray(choices)) return null;
  return (choices as unknown[]).find(isRecord) ?? null;
}

/** A whole message instead of a piece, or a plain text, as older servers send it. */
function deltaOf(choice: Json): Json {
  const { delta, message, text } = choice;
  if (isRecord(delta) && Object.keys(delta).length > 0) return delta;
  if (isRecord(message)) return message;
  if (typeof text === "string") return { content: text };
  if (typeof delta === "string") return { content: delta };
  return isRecord(delta) ? delta : {};
}

function finishOf({ finish_reason: reason, finishReason }: Json): string | null {
  const word = reason ?? finishReason;
  return typeof word === "string" && word.trim() !== "" && word !== "null" ? word : null;
}

function hasContent(delta: Json | null): boolean {
  const { content, reasoning, reasoning_content: thoughts, tool_calls: calls } = delta ?? {};
  const callsTools = Array.isArray(calls) && calls.length > 0;
  return callsTools || [content, reasoning, thoughts].some((text) => textOf(text) !== "");
}

function contentBytesOf({
  content,
  reasoning,
  reasoning_content: thoughts,
  tool_calls: calls,
}: Json): number {
  let bytes = bytesOf(textOf(content)) + bytesOf(textOf(thoughts ?? reasoning));
  if (!Array.isArray(calls)) return bytes;
  for (const call of calls as unknown[]) {
    const called = isRecord(call) && isRecord(call["function"]) ? call["function"] : {};
    bytes += bytesOf(textOf(called["name"])) + bytesOf(textOf(called["arguments"]));
  }
  return bytes;
}

/** Where servers put it: beside the choices, in the choice (Moonshot), in a field of their own (Groq). */
function usageIn(value: Json, choice: Json | null): Json | null {
  const { usage, x_groq: groq } = value;
  const held = [usage, choice?.["usage"], isRecord(groq) ? groq["usage"] : undefined].find(isRecord);
  return held && Object.keys(held).length > 0 ? held : null;
}

function isCleanPiece(value: Json, choice: Json): boolean {
  const { choices, id, model, created, provider, error, usage, x_groq: groq } = value;
  return (
    Array.isArray(choices) &&
    choices.length === 1 &&
    typeof choice["index"] === "number" &&
    (choice["finish_reason"] ?? null) === finishOf(choice) &&
    (choice["logprobs"] ?? null) === null &&
    choice["usage"] === undefined &&
    (id === undefined || typeof id === "string") &&
    (model === undefined || typeof model === "string") &&
    (created === undefined || typeof created === "number") &&
    (provider === undefined || typeof provider === "string") &&
    error === undefined &&
    groq === undefined &&
    isCleanUsage(usage)
  );
}

/** What names the answer, as far as it has the form that clients require. */
function described({ id, model, created, provider }: Json): Json {
  return {
    ...(typeof id === "string" ? { id } : {}),
    object: "chat.completion.chunk",
    ...(typeof created === "number" ? { created } : {}),
    ...(typeof model === "string" ? { model } : {}),
    ...(typeof provider === "string" ? { provider } : {}),
  };
}

/** An event named an error, whatever it says. */
function saidAs(value: Json) {
  return { type: "", code: "", message: textOf(value["message"] ?? value["msg"]), body: value };
}
