import type { AdapterFacts } from "../provider-adapter";

export const facts: AdapterFacts = {
  id: "openai-compatible",
  name: "OpenAI-compatible endpoint",
  consoleUrl: null,
  billingUrl: null,
  usageUrl: null,
  keyPlaceholder: "The endpoint's key",
  keyForm: null,
  otherSecrets: [],
  needsAddress: true,
};
