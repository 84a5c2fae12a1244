import type { ChatError, ChatErrorAction } from "@/contracts/chat";
import type { KeyProvider } from "@/contracts/model-selection";
import { failureOfStreamError } from "@/domain/key-health/failure-of-stream-error";
import { ProviderFailure, type ProviderFailureCode } from "@/domain/key-health/provider-failure";
import { providerById } from "@/domain/providers/registry";
import { AppError } from "@/lib/app-error";
import { logger } from "@/lib/logger";

/**
 * What a person is told when a message fails: what happened, whose key was affected, and the next click. Sentences are
 * ours alone; a provider's text may echo a part of the key and is never passed on.
 *
 * @param error whatever the run threw
 * @param keyProvider whose key was used
 */
export function chatErrorOf(error: unknown, keyProvider: KeyProvider): ChatError {
  const known = findKnown(error);
  if (known instanceof AppError)
    return { code: known.code, message: known.message, action: actionOf(known.code) };
  logger.warn({ err: error, failure: known?.code ?? "stream_interrupted", keyProvider }, "a message failed");
  const code = known?.code ?? "stream_interrupted";
  return { code, ...providerSentence(code, keyProvider, known) };
}

/** Libraries wrap what they catch; ours is found again through `cause`, `error` and the AI SDK's shape. */
function findKnown(error: unknown, depth = 0): AppError | ProviderFailure | null {
  if (error instanceof AppError || error instanceof ProviderFailure) return error;
  if (typeof error !== "object" || error === null || depth > 5) return null;
  const { cause, error: inner, lastError, code, name } = error as Record<string, unknown>;
  const nested =
    findKnown(cause, depth + 1) ?? findKnown(inner, depth + 1) ?? findKnown(lastError, depth + 1);
  if (nested) return nested;
  // The connection broke after the answer had begun. Found before the AI SDK's error around it, which says 200 and "failed".
  if (name === "SocketError" || code === "ECONNRESET")
    return new ProviderFailure("stream_interrupted", { cause: error });
  const fromStream = failureOfStreamError(error, providerById("anthropic").classifyRefusal);
  if (fromStream) return fromStream;
  const isUnreadable =
    typeof name === "string" &&
    /JSONParse|TypeValidation|InvalidResponse|EmptyResponse|APICall|NoOutput/.test(name);
  return isUnreadable ? new ProviderFailure("provider_bad_response", { cause: error }) : null;
}

function actionOf(code: AppError["code"]): ChatErrorAction | null {
  switch (code) {
    case "personal_key_missing":
    case "personal_key_unreadable":
      return "open_api_keys";
    case "platform_key_not_configured":
    case "model_not_offered":
    case "unknown_model":
      return "open_model_selection";
    case "unauthorized":
      return "sign_in";
    case "conversation_too_large":
    case "invalid_messages":
      return "new_thread";
    default:
      return "retry";
  }
}

function providerSentence(
  code: ProviderFailureCode,
  keyProvider: KeyProvider,
  failure: ProviderFailure | null,
): { message: string; action: ChatErrorAction } {
  const personal = keyProvider === "personal";
  const reference = failure?.requestId ? ` (Anthropic's request id: ${failure.requestId})` : "";
  switch (code) {
    case "provider_key_invalid":
      return personal
        ? {
            message: "Anthropic does not accept your API key. Check it at Anthropic and paste it again.",
            action: "open_api_keys",
          }
        : {
            message:
              "Anthropic does not accept this server's platform key. Tell the operator, or choose your own key.",
            action: "open_model_selection",
          };
    case "provider_key_forbidden":
      return personal
        ? {
            message:
              "Your API key may not use this model or feature. Check the key's permissions at Anthropic, or choose another model.",
            action: "open_model_selection",
          }
        : {
            message:
              "This server's platform key may not use this model. Choose another model or your own key.",
            action: "open_model_selection",
          };
    case "provider_credit_exhausted":
      return personal
        ? {
            message:
              "Your Anthropic account has no credit left for this request. Add credit at Anthropic (Plans & Billing), or choose the platform key.",
            action: "open_model_selection",
          }
        : {
            message:
              "This server's credit at Anthropic is used up. Choose your own key, or tell the operator.",
            action: "open_model_selection",
          };
    case "provider_rate_limited":
      return {
        message: `Anthropic's rate limit for ${personal ? "your key" : "the platform key"} is reached. ${waitSentence(failure?.retryAfterSeconds)}`,
        action: "retry",
      };
    case "provider_overloaded":
      return {
        message: "Anthropic is overloaded at the moment. Your key is fine; try again shortly.".replace(
          "Your key",
          personal ? "Your key" : "The platform key",
        ),
        action: "retry",
      };
    case "provider_model_unavailable":
      return {
        message: "Anthropic does not offer this model to this key. Choose another model.",
        action: "open_model_selection",
      };
    case "provider_context_too_long":
      return {
        message:
          "This conversation is too long for the model. Start a new thread, or choose a model with more context.",
        action: "new_thread",
      };
    case "provider_content_refused":
      return {
        message: "The provider refuses to answer this message. Change it and try again.",
        action: "retry",
      };
    case "provider_rejected_request":
      return {
        message: `Anthropic refused this request${reference}. Try again, or start a new thread if it keeps failing.`,
        action: "retry",
      };
    case "provider_timeout":
      return { message: "Anthropic did not answer in time. Nothing is lost; try again.", action: "retry" };
    case "provider_unreachable":
      return {
        message: "Anthropic cannot be reached from this server. Try again, or tell the operator if it lasts.",
        action: "retry",
      };
    case "provider_bad_response":
      return { message: "Anthropic's answer could not be read. Try again.", action: "retry" };
    case "provider_error":
      return {
        message:
          `Anthropic has a problem on its side${reference}. Your key is fine; try again in a moment.`.replace(
            "Your key",
            personal ? "Your key" : "The platform key",
          ),
        action: "retry",
      };
    case "stream_interrupted":
      return { message: "The answer was interrupted. What arrived is kept; try again.", action: "retry" };
  }
}

function waitSentence(seconds: number | undefined): string {
  if (seconds === undefined) return "Wait a moment and try again.";
  if (seconds < 90) return `Try again in ${Math.max(1, Math.ceil(seconds))} seconds.`;
  return `Try again in ${Math.ceil(seconds / 60)} minutes.`;
}
