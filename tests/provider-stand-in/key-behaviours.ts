/**
 * What the stand-in does with a request, decided by the key it arrived with.
 *
 * The first group fails every path, as the real service does. The second concerns message requests only: a key without
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
  // messages only
  "no-credit",
  "broken-stream",
  "mid-stream-error",
  "hangs-up",
  "stalls",
] as const;

export type KeyBehaviour = (typeof keyBehaviours)[number];

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

export interface Refusal {
  status: number;
  type: string;
  message: string;
  /** Seconds, sent as the `retry-after` header. */
  retryAfter?: number;
}

/**
 * The error a key is refused with before anything is answered, or undefined when the request goes on.
 *
 * @param path Request path without its query; some refusals concern `/v1/messages` only.
 */
export function refusalOf(behaviour: KeyBehaviour, key: string, path: string): Refusal | undefined {
  switch (behaviour) {
    case "invalid":
      return { status: 401, type: "authentication_error", message: "invalid x-api-key" };
    case "invalid-echoing-key":
      // Providers do quote (part of) the key they refused. Whoever passes a provider's message on leaks it.
      return { status: 401, type: "authentication_error", message: `invalid x-api-key: ${key}` };
    case "forbidden":
      return {
        status: 403,
        type: "permission_error",
        message: "Your API key does not have permission to use the specified resource.",
      };
    case "rate-limited":
      return {
        status: 429,
        type: "rate_limit_error",
        message: "This request would exceed your organization's rate limit of 50 requests per minute.",
        retryAfter: 7,
      };
    case "overloaded":
      return { status: 529, type: "overloaded_error", message: "Overloaded" };
    case "server-error":
      return { status: 500, type: "api_error", message: "Internal server error" };
    case "no-credit":
      if (path !== "/v1/messages") return undefined;
      return {
        status: 400,
        type: "invalid_request_error",
        message:
          "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
      };
    default:
      return undefined;
  }
}
