import { ProviderFailure } from "../failures/provider-failure";
import type { AnswerContext, NewWireReader } from "../provider-adapter";
import { newAnswerState } from "./answer-state";
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
    return [text];
  }

  #note({ candidates, usageMetadata: usage }: Json): void {
    const candidate: unknown = Array.isArray(candidates) ? candidates[0] : undefined;
    if (isRecord(candidate) && typeof candidate["finishReason"] === "string") this.state.hasFinish = true;
    if (!isRecord(usage)) return;
    const seen = this.state.usage;
    seen.input = numberOf(usage["promptTokenCount"]) ?? seen.input;
    const output = [usage["candidatesTokenCount"], usage["thoughtsTokenCount"]].map(numberOf);
    if (output.some((count) => count !== undefined))
      seen.output = output.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  }

  #fail(failure: ProviderFailure): void {
    this.state.failure ??= failure;
  }
}

function isSaid(value: unknown): boolean {
  return value !== null && value !== undefined;
}
