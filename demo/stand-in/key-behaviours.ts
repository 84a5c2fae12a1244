import type { Failure } from "./failure";

/**
 * What the stand-in does with a request, decided by the key it arrived with; each provider says it in its own way.
 *
 * The first group fails every path, as the real services do. The second concerns chat only: a key without credit or on a
 * failing worker can still list models.
 */
export const keyBehaviours = [
  "answers",
  // every path
  "invalid",
  "invalid-echoing-key",
  "forbidden",
  "rate-limited",
  "overloaded",
  "server-error",
  "never-answers",
  "garbage",
  // the list of models only
  "may-not-list",
  // chat only
  "no-credit",
  "model-not-allowed",
  "context-too-long",
  "content-refused",
  "broken-stream",
  "mid-stream-error",
  "hangs-up",
  "stalls",
] as const;

export type KeyBehaviour = (typeof keyBehaviours)[number];

/** Models that a key with the behaviour "model-not-allowed" may not use; it may use every other. */
const RESTRICTED_MODELS: readonly string[] = [
  "claude-opus-4-5",
  "claude-opus-4-5-20251101",
  "gpt-5",
  "anthropic/claude-opus-4.5",
  "qwen3:8b",
];

/** Behaviours that let some of a good answer through and then ruin it. */
export type Interruption = Extract<
  KeyBehaviour,
  "broken-stream" | "mid-stream-error" | "hangs-up" | "stalls"
>;

const interruptions: ReadonlySet<KeyBehaviour> = new Set<Interruption>([
  "broken-stream",
  "mid-stream-error",
  "hangs-up",
  "stalls",
]);

export function isInterruption(behaviour: KeyBehaviour): behaviour is Interruption {
  return interruptions.has(behaviour);
}

export interface Asked {
  key: string;
  endpoint: "chat" | "models" | "other";
  /** Empty when no model is named. */
  model: string;
  inputTokens: number;
  contextWindow: number;
  lastUserText: string;
}

/**
 * Why a key is refused before anything is answered, or undefined when the request goes on.
 *
 * What a provider answers instead of refusing (an answer cut short for its content) is not decided here.
 */
export function failureOf(behaviour: KeyBehaviour, asked: Asked): Failure | undefined {
  const { key, endpoint, model } = asked;
  switch (behaviour) {
    case "invalid":
      return { kind: "unknown-key", key, quoted: false };
    case "invalid-echoing-key":
      // Providers do quote (part of) the key they refused. Whoever passes a provider's message on leaks it.
      return { kind: "unknown-key", key, quoted: true };
    case "forbidden":
    case "overloaded":
    case "server-error":
      return { kind: behaviour };
    case "rate-limited":
      return { kind: "rate-limited", model };
    case "may-not-list":
      return endpoint === "models" ? { kind: "may-not-list" } : undefined;
    default:
      return endpoint === "chat" ? chatFailureOf(behaviour, asked) : undefined;
  }
}

function chatFailureOf(behaviour: KeyBehaviour, asked: Asked): Failure | undefined {
  const { model, contextWindow: maximum } = asked;
  switch (behaviour) {
    case "no-credit":
      return { kind: "no-credit" };
    case "model-not-allowed":
      return RESTRICTED_MODELS.includes(model) ? { kind: "model-not-allowed", model } : undefined;
    case "context-too-long":
      return { kind: "context-too-long", tokens: maximum + asked.inputTokens, maximum };
    case "content-refused":
      return { kind: "content-refused", model, text: asked.lastUserText };
    default:
      return undefined;
  }
}
