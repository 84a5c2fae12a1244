import type {
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCall,
  SharedV4ProviderMetadata,
} from "@ai-sdk/provider";
import type { RunChunk } from "@/domain/runs/run";

type AssistantContent = Extract<LanguageModelV4Message, { role: "assistant" }>["content"][number];
type WrittenPart = Extract<AssistantContent, { type: "text" | "reasoning" }>;
type EndOfRound = Extract<LanguageModelV4StreamPart, { type: "finish" }>;

/** A call of one of our tools. */
export interface RoundCall {
  toolCallId: string;
  toolName: string;
  input: unknown;
}

/**
 * What a model streams in one request, part by part: as chunks for the page, and collected as the message
 * that the next request repeats. What providers add to their parts (signatures of reasoning) is returned to
 * them, since they want it back in the same run. A text that nobody began gets a beginning, and what belongs
 * to nothing is left out: either would end every client of the stream. Tool calls have passed
 * runs/tidy-tool-calls.ts: each id is used once, and arguments are a JSON object.
 */
export class ModelRound {
  readonly calls: RoundCall[] = [];
  /** Tell the page of these calls: when they are made, so that what is seen to be called is called. */
  readonly announcements: RunChunk[] = [];
  /** The first error in the stream; undefined if there was none. */
  error: { thrown: unknown } | undefined;
  /** Undefined for a request that broke off. */
  end: EndOfRound | undefined;
  readonly #content: AssistantContent[] = [];
  readonly #open = new Map<string, WrittenPart>();
  /** Calls whose arguments are being written. */
  readonly #begun = new Set<string>();

  /** @returns what the page sees of this part */
  accept(part: LanguageModelV4StreamPart): RunChunk[] {
    switch (part.type) {
      case "text-start":
      case "reasoning-start":
        return this.#begin(part.type === "text-start" ? "text" : "reasoning", part.id, part.providerMetadata);
      case "text-delta":
        return this.#write("text", part);
      case "reasoning-delta":
        return this.#write("reasoning", part);
      case "text-end":
      case "reasoning-end":
        return this.#finish(part.type === "text-end" ? "text" : "reasoning", part.id, part.providerMetadata);
      case "tool-input-start":
        if (part.providerExecuted) return [];
        this.#begun.add(part.id);
        return [{ type: "tool-input-start", toolCallId: part.id, toolName: part.toolName, dynamic: false }];
      case "tool-input-delta":
        return this.#begun.has(part.id)
          ? [{ type: "tool-input-delta", toolCallId: part.id, inputTextDelta: part.delta }]
          : [];
      case "tool-call":
        return part.providerExecuted ? [] : this.#call(part);
      case "finish":
        this.end = part;
        return [...this.#open].flatMap(([key, { type }]) =>
          this.#finish(type, key.slice(type.length), undefined),
        );
      case "error":
        this.error ??= { thrown: part.error };
        return [];
      // Addresses, files and raw data of the provider's own: nothing here shows or sends them.
      default:
        return [];
    }
  }

  /** What the model said, for the next request; empty text is refused by some providers. */
  get content(): AssistantContent[] {
    return this.#content.filter(
      (part) => part.type !== "text" || part.text !== "" || part.providerOptions !== undefined,
    );
  }

  #begin(
    type: WrittenPart["type"],
    id: string,
    providerMetadata: SharedV4ProviderMetadata | undefined,
  ): RunChunk[] {
    const part: WrittenPart = { type, text: "", ...optionsOf(providerMetadata) };
    this.#content.push(part);
    this.#open.set(type + id, part);
    return [{ type: `${type}-start`, id }];
  }

  #write(
    type: WrittenPart["type"],
    {
      id,
      delta,
      providerMetadata,
    }: { id: string; delta: string; providerMetadata?: SharedV4ProviderMetadata },
  ): RunChunk[] {
    const begun = this.#open.has(type + id) ? [] : this.#begin(type, id, undefined);
    const part = this.#open.get(type + id);
    if (part) Object.assign(part, { text: part.text + delta }, optionsOf(providerMetadata));
    // A signature alone is not shown.
    return delta === "" ? begun : [...begun, { type: `${type}-delta`, id, delta }];
  }

  #finish(
    type: WrittenPart["type"],
    id: string,
    providerMetadata: SharedV4ProviderMetadata | undefined,
  ): RunChunk[] {
    const part = this.#open.get(type + id);
    if (!part) return [];
    Object.assign(part, optionsOf(providerMetadata));
    this.#open.delete(type + id);
    return [{ type: `${type}-end`, id }];
  }

  #call({ toolCallId, toolName, input: json, providerMetadata }: LanguageModelV4ToolCall): RunChunk[] {
    const input: unknown = JSON.parse(json);
    this.calls.push({ toolCallId, toolName, input });
    this.#content.push({ type: "tool-call", toolCallId, toolName, input, ...optionsOf(providerMetadata) });
    this.announcements.push({ type: "tool-input-available", toolCallId, toolName, input });
    return [];
  }
}

/** A provider's additions, in the form in which they are sent back to it. */
function optionsOf(providerMetadata: SharedV4ProviderMetadata | undefined) {
  return providerMetadata === undefined ? {} : { providerOptions: providerMetadata };
}
