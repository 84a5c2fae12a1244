import type { AdapterFacts } from "../provider-adapter";

export const facts: AdapterFacts = {
  id: "mistral",
  name: "Mistral",
  consoleUrl: "https://console.mistral.ai/api-keys",
  billingUrl: "https://admin.mistral.ai/organization/billing",
  usageUrl: "https://admin.mistral.ai/organization/usage",
  keyPlaceholder: "The key from Mistral's console",
  // 32 letters and digits, like keys of other providers.
  keyForm: null,
  otherSecrets: [],
  needsAddress: false,
};
