/**
 * The provider of selections and answers stored before there were several providers. Not the default: it does
 * not change when another provider comes first.
 */
export const PROVIDER_BEFORE_THE_CHOICE = "anthropic";
