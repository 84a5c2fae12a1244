import type { AdapterFacts } from "../provider-adapter";

export const facts: AdapterFacts = {
  id: "openai",
  name: "OpenAI",
  consoleUrl: "https://platform.openai.com/api-keys",
  billingUrl: "https://platform.openai.com/settings/organization/billing/overview",
  usageUrl: "https://platform.openai.com/usage",
  keyPlaceholder: "sk-...",
  keyForm: "^sk-(proj|svcacct|admin|None)-|^sk-[A-Za-z0-9]{32,}$",
  otherSecrets: [
    {
      form: "^sk-admin-",
      sentence: "This looks like an OpenAI admin key, which cannot answer messages. Use an API key.",
    },
  ],
  needsAddress: false,
};
