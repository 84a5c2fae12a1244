import type { Failure } from "./failure";

/**
 * What the stand-in does with a request, by its key; each provider has its own error for it.
 *
 * The first group fails every path, as the real services do. The second concerns chat only: a key without
 * credit or on a failing worker can still list models.
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
  "answers-late",
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

/** How long "answers-late" takes to its first word, as models that think do: many can wait at once. */
export const LATE_MS = 1_000;

/** Behaviours that pass on some of a good answer and then break it. */
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
  /** Empty if no model is named. */
  model: string;
  inputTokens: number;
  contextWindow: number;
  lastUserText: string;
}

/**
 * Why a request is refused before any answer, or undefined to continue.
 *
 * A failure within an answer (cut short for its content) is not decided here.
 */
export function failureOf(behaviour: KeyBehaviour, asked: Asked): Failure | undefined {
  const { key, endpoint, model } = asked;
  switch (behaviour) {
    case "invalid":
      return { kind: "unknown-key", key, quoted: false };
    case "invalid-echoing-key":
      // Providers quote (part of) a rejected key, so passing on a provider's message can leak it.
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
