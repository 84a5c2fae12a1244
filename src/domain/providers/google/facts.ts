import type { AdapterFacts } from "../provider-adapter";

export const facts: AdapterFacts = {
  id: "google",
  name: "Google",
  consoleUrl: "https://aistudio.google.com/api-keys",
  billingUrl: "https://console.cloud.google.com/billing",
  usageUrl: "https://aistudio.google.com/usage",
  keyPlaceholder: "A Gemini API key from Google AI Studio",
  // Keys of Google Cloud and, since 2026, of AI Studio.
  keyForm: "^AIza[\\w-]{35}$|^AQ\\.",
  otherSecrets: [
    {
      form: "^ya29\\.",
      sentence:
        "This looks like a login token of Google Cloud, which ends within the hour. Use a Gemini API key.",
    },
  ],
  needsAddress: false,
};
