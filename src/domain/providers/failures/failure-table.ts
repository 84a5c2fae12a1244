import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ErrorAction } from "@/contracts/error-table";
import type { ProviderFailureCode } from "./provider-failure";

/** What the sentence of a failure can mention. */
interface FailureContext {
  /** The provider's display name. */
  name: string;
  /** "Your key" or "The platform key" at the start of a sentence. */
  theKey: string;
  /** The key's label, in quotation marks after a space; empty if it has none. */
  label: string;
  /** The provider's request id, in parentheses after a space; empty if it gave none. */
  requestId: string;
  /** How long to wait, as a sentence. */
  wait: string;
}
type Sentence = (context: FailureContext) => string;

export interface FailureRow {
  /** What happened and the next step, for a person whose own key pays. */
  sentence: Sentence;
  /** The sentence when the platform's key pays, if different. */
  ofPlatform?: Sentence;
  /** The sentence for a custom endpoint that was saved without a key, if different. */
  ofKeyless?: Sentence;
  /**
   * Actions that may help, most likely first. `retry` if the same request may succeed later, `switch_key` if
   * another payer may be offered. Actions that only a key's owner can take (OF_KEY_OWNER) are not offered
   * when the platform pays.
   */
  actions: readonly [ErrorAction, ...ErrorAction[]];
  /**
   * What it says about the key; null if it concerns the model or the conversation. Only a provider that
   * rejects the key itself makes it `invalid`: rate limits, overload and provider faults never do.
   */
  keyHealth: Exclude<KeyHealthOutcome, "ok"> | null;
}

export const OF_KEY_OWNER: ReadonlySet<ErrorAction> = new Set(["open_api_keys", "open_billing"]);

/**
 * Everything that follows from a provider failure. All sentences are our own: a provider's text may echo part
 * of the key and is never passed on.
 */
export const FAILURE_TABLE: Record<ProviderFailureCode, FailureRow> = {
  provider_key_invalid: {
    sentence: ({ name, label }) =>
      `${name} does not accept your API key${label}. Check it at ${name} and paste it again.`,
    ofPlatform: ({ name }) =>
      `${name} does not accept this server's platform key. Tell the operator, or choose your own key.`,
    ofKeyless: ({ label }) => `Your endpoint${label} asks for a key. Add it in the API Keys tab.`,
    actions: ["open_api_keys", "switch_key"],
    keyHealth: "invalid",
  },
  provider_key_forbidden: {
    sentence: ({ name }) =>
      `Your API key may not use this model or feature. Check the key's permissions at ${name}, or choose another model.`,
    ofPlatform: () =>
      "This server's platform key may not use this model. Choose another model or your own key.",
    ofKeyless: ({ label }) =>
      `Your endpoint${label} does not allow this without a key. Choose another model, or add a key in the API Keys tab.`,
    actions: ["switch_model", "switch_key", "open_api_keys"],
    keyHealth: "forbidden",
  },
  provider_credit_exhausted: {
    sentence: ({ name }) =>
      `Your ${name} account or key has no credit left for this request. Add credit or raise the key's limit at ${name}, or choose another key.`,
    ofPlatform: ({ name }) =>
      `This server's credit at ${name} is used up. Choose your own key, or tell the operator.`,
    ofKeyless: ({ label }) =>
      `Your endpoint${label} has no credit left for this request. Choose another key.`,
    actions: ["open_billing", "switch_key"],
    keyHealth: "no_credit",
  },
  provider_rate_limited: {
    sentence: ({ name, label, wait }) =>
      `${name}'s rate limit for your key${label} is reached. This is ${name}'s limit, not this server's. ${wait}`,
    ofPlatform: ({ name, wait }) =>
      `${name}'s rate limit for the platform key is reached. This is ${name}'s limit, not this server's. ${wait}`,
    ofKeyless: ({ label, wait }) =>
      `The rate limit of your endpoint${label} is reached. This is its limit, not this server's. ${wait}`,
    actions: ["retry", "switch_key", "switch_model"],
    keyHealth: "rate_limited",
  },
  provider_overloaded: {
    sentence: ({ name, theKey }) =>
      `${name} is overloaded at the moment. ${theKey} is fine; try again shortly.`,
    ofKeyless: ({ label }) => `Your endpoint${label} is overloaded at the moment. Try again shortly.`,
    actions: ["retry", "switch_model"],
    keyHealth: "unknown",
  },
  provider_model_unavailable: {
    sentence: ({ name }) =>
      `${name} does not offer this model to this key, or the model cannot use tools. Choose another model.`,
    ofKeyless: ({ label }) =>
      `Your endpoint${label} does not offer this model, or the model cannot use tools. Choose another model.`,
    actions: ["switch_model", "switch_key"],
    keyHealth: null,
  },
  provider_context_too_long: {
    sentence: () =>
      "This conversation is longer than the model can read. Shorten your message, start a new thread, or choose a model with more context.",
    actions: ["edit_message", "new_thread", "switch_model"],
    keyHealth: null,
  },
  provider_content_refused: {
    sentence: ({ name }) => `${name} declined to answer this message. Edit it, or choose another model.`,
    actions: ["edit_message", "switch_model"],
    keyHealth: null,
  },
  provider_rejected_request: {
    sentence: ({ name, requestId }) =>
      `${name} refused this request${requestId}. Try again, or start a new thread if it keeps failing.`,
    actions: ["retry", "new_thread"],
    keyHealth: null,
  },
  provider_timeout: {
    sentence: ({ name }) => `${name} did not answer in time. Nothing is lost; try again.`,
    actions: ["retry", "switch_model"],
    keyHealth: "unreachable",
  },
  provider_unreachable: {
    sentence: ({ name }) =>
      `${name} cannot be reached from this server. Try again, or tell the operator if it lasts.`,
    actions: ["retry", "switch_model"],
    keyHealth: "unreachable",
  },
  provider_bad_response: {
    sentence: ({ name }) => `${name}'s answer could not be read. Try again.`,
    actions: ["retry", "switch_model"],
    keyHealth: "unknown",
  },
  provider_error: {
    sentence: ({ name, theKey, requestId }) =>
      `${name} has a problem on its side${requestId}. ${theKey} is fine; try again in a moment.`,
    ofKeyless: ({ label, requestId }) =>
      `Your endpoint${label} has a problem on its side${requestId}. Try again in a moment.`,
    actions: ["retry", "switch_model"],
    keyHealth: "unknown",
  },
  stream_interrupted: {
    sentence: () => "The answer was interrupted. What arrived is kept; try again.",
    actions: ["retry"],
    keyHealth: "unknown",
  },
};

/**
 * Rows for an answer that is none, of a custom endpoint: where its address has no API, and where it may have
 * none.
 */
export const ENDPOINT_ROWS: Record<"addressWrong" | "unreadable", FailureRow> = {
  addressWrong: {
    sentence: ({ label }) =>
      `There is no OpenAI-compatible API at the address of your endpoint${label}. Change the address in the API Keys tab: it often ends in /v1.`,
    actions: ["open_api_keys", "switch_key"],
    keyHealth: "unknown",
  },
  unreadable: {
    sentence: ({ label }) =>
      `The answer of your endpoint${label} could not be read. Try again, or check its address in the API Keys tab.`,
    actions: ["retry", "open_api_keys", "switch_model"],
    keyHealth: "unknown",
  },
};

/** The sentence for each result of a key test. */
export const KEY_TEST_SENTENCES: Record<
  KeyHealthOutcome,
  (asked: {
    name: string;
    billingUrl: string | null;
    /** Whether a key was sent; a custom endpoint may ask for none. */
    hasKey: boolean;
  }) => string
> = {
  ok: ({ name, hasKey }) => (hasKey ? `${name} accepts this key.` : "The endpoint answers without a key."),
  invalid: ({ name, hasKey }) =>
    hasKey
      ? `${name} does not accept this key. Check that it was copied whole and is not revoked, and paste it again.`
      : "The endpoint asks for a key. Paste the one its operator gave you.",
  no_credit: ({ name, billingUrl, hasKey }) =>
    !hasKey
      ? "The endpoint has no credit left for this."
      : `${name} accepts this key, but its account has no credit left.${billingUrl === null ? "" : " Add credit on the billing page."}`,
  forbidden: ({ name, hasKey }) =>
    hasKey
      ? `${name} knows this key, but it may not be used for this. Check its permissions there.`
      : "The endpoint does not allow this without a key. Paste the one its operator gave you.",
  rate_limited: ({ name, hasKey }) =>
    !hasKey
      ? "The endpoint limits how often it may be asked just now. Test it again in a moment."
      : `${name} limits how often this key may ask just now. That says nothing against the key; test it again in a moment.`,
  unreachable: ({ name, hasKey }) =>
    !hasKey
      ? "The endpoint did not answer. Check that it runs, and test it again."
      : `${name} did not answer, so nothing is known about the key. Test it again, or tell the operator if it lasts.`,
  unknown: ({ name, hasKey }) =>
    !hasKey
      ? "The endpoint answered in a way that could not be read. Test it again in a moment."
      : `${name} answered in a way that says nothing about the key. Test it again in a moment.`,
};
