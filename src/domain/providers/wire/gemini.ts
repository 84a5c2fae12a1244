import { ProviderFailure } from "../failures/provider-failure";
import type { AnswerContext, NewWireReader } from "../provider-adapter";
import { newAnswerState } from "./answer-state";
import { bytesOf } from "./bytes-of";
import { numberOf } from "./chat-usage";
import { errorInAnswer, failureOfAnswer } from "./error-in-answer";
import type { ServerEvent } from "./event-stream";
import { eventsInUnreadable } from "./unreadable-event";
import { isKeepAlive, isRecord, type Json, NOTHING, parsedJson, type WireReader } from "./wire-reader";

/**
 * Google's streamGenerateContent: https://ai.google.dev/api/generate-content. No event of its own ends it.
 */
export const gemini: NewWireReader = (context) => new GeminiReader(context);

const FIELDS = ["candidates", "usageMetadata", "promptFeedback"];

class GeminiReader implements WireReader {
  readonly state = newAnswerState();
  readonly #context: AnswerContext;
  #pieces = 0;
  #unknown = 0;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  read(event: ServerEvent): readonly string[] {
    const { data } = event;
    if (/^\W*DONE\W*$/i.test(data)) {
      this.state.isOver = true;
      return NOTHING;
    }
    const value = parsedJson(data);
    if (value === undefined) {
      const events = eventsInUnreadable(event, this.state.hasFinish);
      if (!events) this.#fail(new ProviderFailure("provider_bad_response"));
      return events?.flatMap((each) => this.read(each)) ?? NOTHING;
    }
    // Without `alt=sse` the chunks come as one list.
    if (Array.isArray(value)) return value.flatMap((each) => this.#piece(event, each, JSON.stringify(each)));
    return this.#piece(event, value, data);
  }

  readWhole(body: string): readonly string[] {
    const read = this.read({ name: "", data: body });
    if (this.#pieces === 0) this.#fail(new ProviderFailure("provider_bad_response"));
    return read;
  }

  end(): readonly string[] {
    if (!this.state.failure && this.#pieces === 0 && this.#unknown > 0)
      this.#fail(new ProviderFailure("provider_bad_response"));
    return NOTHING;
  }

  #piece(event: ServerEvent, value: unknown, text: string): readonly string[] {
    const isPiece = isRecord(value) && FIELDS.some((field) => isSaid(value[field]));
    const error = errorInAnswer(value, isPiece);
    if (error) {
      this.#fail(failureOfAnswer(error, this.#context));
      return NOTHING;
    }
    if (!isPiece) {
      if (!isKeepAlive(event, value)) this.#unknown += 1;
      return NOTHING;
    }
    this.#pieces += 1;
    this.state.hasContent = true;
    this.#note(value);
    this.state.contentBytes += contentBytesOf(value);
    return [text];
  }

  #note({ candidates, usageMetadata: usage, responseId: id }: Json): void {
    const candidate: unknown = Array.isArray(candidates) ? candidates[0] : undefined;
    if (isRecord(candidate) && typeof candidate["finishReason"] === "string") this.state.hasFinish = true;
    this.state.id ??= id;
    if (isRecord(usage)) this.#report(usage);
  }

  /** Each piece has a report of all that was used so far; some leave out counts of before. */
  #report(usage: Json): void {
    const raw = { ...this.state.usage.raw, ...usage };
    const count = (field: string) => numberOf(raw[field]);
    const prompt = count("promptTokenCount");
    const [written, thought] = [count("candidatesTokenCount"), count("thoughtsTokenCount")];
    this.state.usage = {
      // What tools of the server's own put into it is beside the prompt.
      input: prompt === undefined ? undefined : prompt + (count("toolUsePromptTokenCount") ?? 0),
      cachedInput: count("cachedContentTokenCount"),
      cacheWrite: undefined,
      cacheWrite1h: undefined,
      output: written === undefined && thought === undefined ? undefined : (written ?? 0) + (thought ?? 0),
      reasoning: thought,
      webSearches: undefined,
      serviceTier: raw["serviceTier"],
      raw,
    };
  }

  #fail(failure: ProviderFailure): void {
    this.state.failure ??= failure;
  }
}

function isSaid(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function contentBytesOf({ candidates }: Json): number {
  const candidate: unknown = Array.isArray(candidates) ? candidates[0] : undefined;
  const content = isRecord(candidate) ? candidate["content"] : undefined;
  const parts: unknown[] = isRecord(content) && Array.isArray(content["parts"]) ? content["parts"] : [];
  let bytes = 0;
  for (const part of parts) {
    if (!isRecord(part)) continue;
    const { text, functionCall: call } = part;
    if (typeof text === "string") bytes += bytesOf(text);
    if (isRecord(call)) bytes += bytesOf(JSON.stringify(call));
  }
  return bytes;
}
