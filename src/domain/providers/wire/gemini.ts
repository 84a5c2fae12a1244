import { ProviderFailure } from "../failures/provider-failure";
import type { ClassifyRefusal, NewWireReader } from "../provider-adapter";
import { newAnswerState } from "./answer-state";
import { numberOf } from "./chat-usage";
import { errorInAnswer, failureOfAnswer } from "./error-in-answer";
import type { ServerEvent } from "./event-stream";
import { isKeepAlive, isRecord, type Json, NOTHING, parsedJson, type WireReader } from "./wire-reader";

/**
 * Google's streamGenerateContent: https://ai.google.dev/api/generate-content. No event of its own ends it.
 */
export const gemini: NewWireReader = (classify) => new GeminiReader(classify);

const FIELDS = ["candidates", "usageMetadata", "promptFeedback"];

class GeminiReader implements WireReader {
  readonly state = newAnswerState();
  readonly #classify: ClassifyRefusal;
  #pieces = 0;
  #unknown = 0;

  constructor(classify: ClassifyRefusal) {
    this.#classify = classify;
  }

  read(event: ServerEvent): readonly string[] {
    const { data, isStray } = event;
    if (/^\W*DONE\W*$/i.test(data)) {
      this.state.isOver = true;
      return NOTHING;
    }
    const value = parsedJson(data);
    if (value === undefined) {
      if (!isStray && !isKeepAlive(event)) this.#fail(new ProviderFailure("provider_bad_response"));
      return NOTHING;
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
      this.#fail(failureOfAnswer(error, this.#classify));
      return NOTHING;
    }
    if (!isPiece) {
      if (!isKeepAlive(event, value)) this.#unknown += 1;
      return NOTHING;
    }
    this.#pieces += 1;
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
