/**
 * Whose model it is in choices and answers that were stored before there was a choice between providers. History, not a default: it does
 * not change when another provider comes first.
 */
export const PROVIDER_BEFORE_THE_CHOICE = "anthropic";
