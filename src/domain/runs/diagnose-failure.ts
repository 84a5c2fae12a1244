import type { ChatError, ChatErrorAction } from "@/contracts/chat";
import type { KeyProvider } from "@/contracts/payer";
import type { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { ClassifyRefusal, ProviderAdapter } from "@/domain/providers/provider-adapter";

/** Whose key a message was paid with, and at which provider. */
export interface Payer {
  keyProvider: KeyProvider;
  provider: ProviderAdapter["facts"];
  /** What the person calls the key; null for the platform's. */
  keyLabel: string | null;
  classifyRefusal: ClassifyRefusal;
}

/** A sentence that says what happened, and the clicks that may solve it, the likeliest first. */
interface Diagnosis {
  message: string;
  actions: readonly [ChatErrorAction, ...ChatErrorAction[]];
}

/** What went wrong at a provider, in a sentence of ours with the next step, and the buttons for it. */
export function diagnoseFailure(failure: ProviderFailure, payer: Payer): ChatError {
  const { message, actions } = diagnosisOf(failure, payer);
  const [action, ...others] = actions.filter(
    (each) => each !== "open_billing" || payer.provider.billingUrl !== null,
  );
  return {
    code: failure.code,
    message,
    action: action ?? null,
    ...(others.length > 0 ? { otherActions: others } : {}),
    ...(actions.includes("open_billing") && payer.provider.billingUrl
      ? { billingUrl: payer.provider.billingUrl }
      : {}),
    // Where trying again is not offered, there is nothing to wait for.
    ...(failure.retryAfterSeconds !== undefined && actions.includes("retry")
      ? { retryAt: new Date(Date.now() + failure.retryAfterSeconds * 1000).toISOString() }
      : {}),
  };
}

function diagnosisOf(failure: ProviderFailure, { keyProvider, provider, keyLabel }: Payer): Diagnosis {
  const { name } = provider;
  const personal = keyProvider === "personal";
  const theKey = personal ? `your key${keyLabel ? ` “${keyLabel}”` : ""}` : "the platform key";
  const keyIsFine = personal ? "Your key is fine" : "The platform key is fine";
  const reference = failure.requestId ? ` (${name}'s request id: ${failure.requestId})` : "";
  switch (failure.code) {
    case "provider_key_invalid":
      return personal
        ? {
            message: `${name} does not accept your API key${keyLabel ? ` “${keyLabel}”` : ""}. Check it at ${name} and paste it again.`,
            actions: ["open_api_keys", "switch_key"],
          }
        : {
            message: `${name} does not accept this server's platform key. Tell the operator, or choose your own key.`,
            actions: ["switch_key"],
          };
    case "provider_key_forbidden":
      return personal
        ? {
            message: `Your API key may not use this model or feature. Check the key's permissions at ${name}, or choose another model.`,
            actions: ["switch_model", "switch_key", "open_api_keys"],
          }
        : {
            message:
              "This server's platform key may not use this model. Choose another model or your own key.",
            actions: ["switch_model", "switch_key"],
          };
    case "provider_credit_exhausted":
      return personal
        ? {
            message: `Your ${name} account or key has no credit left for this request. Add credit or raise the key's limit at ${name}, or choose another key.`,
            actions: ["open_billing", "switch_key"],
          }
        : {
            message: `This server's credit at ${name} is used up. Choose your own key, or tell the operator.`,
            actions: ["switch_key"],
          };
    case "provider_rate_limited":
      return {
        message: `${name}'s rate limit for ${theKey} is reached. This is ${name}'s limit, not this server's. ${waitSentence(failure.retryAfterSeconds)}`,
        actions: ["retry", "switch_key", "switch_model"],
      };
    case "provider_overloaded":
      return {
        message: `${name} is overloaded at the moment. ${keyIsFine}; try again shortly.`,
        actions: ["retry", "switch_model"],
      };
    case "provider_model_unavailable":
      return {
        message: `${name} does not offer this model to this key, or the model cannot use tools. Choose another model.`,
        actions: ["switch_model", "switch_key"],
      };
    case "provider_context_too_long":
      return {
        message:
          "This conversation is longer than the model can read. Shorten your message, start a new thread, or choose a model with more context.",
        actions: ["edit_message", "new_thread", "switch_model"],
      };
    case "provider_content_refused":
      return {
        message: `${name} declined to answer this message. Edit it, or choose another model.`,
        actions: ["edit_message", "switch_model"],
      };
    case "provider_rejected_request":
      return {
        message: `${name} refused this request${reference}. Try again, or start a new thread if it keeps failing.`,
        actions: ["retry", "new_thread"],
      };
    case "provider_timeout":
      return {
        message: `${name} did not answer in time. Nothing is lost; try again.`,
        actions: ["retry", "switch_model"],
      };
    case "provider_unreachable":
      return {
        message: `${name} cannot be reached from this server. Try again, or tell the operator if it lasts.`,
        actions: ["retry", "switch_model"],
      };
    case "provider_bad_response":
      return {
        message: `${name}'s answer could not be read. Try again.`,
        actions: ["retry", "switch_model"],
      };
    case "provider_error":
      return {
        message: `${name} has a problem on its side${reference}. ${keyIsFine}; try again in a moment.`,
        actions: ["retry", "switch_model"],
      };
    case "stream_interrupted":
      return { message: "The answer was interrupted. What arrived is kept; try again.", actions: ["retry"] };
  }
}

function waitSentence(seconds: number | undefined): string {
  if (seconds === undefined) return "Wait a moment and try again.";
  if (seconds < 90) return `Try again in ${Math.max(1, Math.ceil(seconds))} seconds.`;
  return `Try again in ${Math.ceil(seconds / 60)} minutes.`;
}
