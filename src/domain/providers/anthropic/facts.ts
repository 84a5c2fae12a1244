import type { AdapterFacts } from "../provider-adapter";

export const facts: AdapterFacts = {
  id: "anthropic",
  name: "Anthropic",
  consoleUrl: "https://console.anthropic.com/settings/keys",
  billingUrl: "https://console.anthropic.com/settings/billing",
  usageUrl: "https://console.anthropic.com/usage",
  keyPlaceholder: "sk-ant-...",
  keyForm: "^sk-ant-",
  otherSecrets: [
    {
      form: "^sk-ant-admin",
      sentence: "This looks like an Anthropic admin key, which cannot answer messages. Use an API key.",
    },
    {
      form: "^sk-ant-oat",
      sentence:
        "This looks like a login token of an Anthropic program. Use an API key from the Anthropic Console.",
    },
  ],
  needsAddress: false,
};
