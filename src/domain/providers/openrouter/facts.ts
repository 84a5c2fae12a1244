import type { AdapterFacts } from "../provider-adapter";

export const facts: AdapterFacts = {
  id: "openrouter",
  name: "OpenRouter",
  consoleUrl: "https://openrouter.ai/settings/keys",
  billingUrl: "https://openrouter.ai/settings/credits",
  usageUrl: "https://openrouter.ai/activity",
  keyPlaceholder: "sk-or-v1-...",
  keyForm: "^sk-or-",
  otherSecrets: [],
  needsAddress: false,
};
