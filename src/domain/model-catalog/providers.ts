import type { AiProvider } from "@/contracts/ai-provider";

/** What people should know about a provider. `chat`: this release can send messages to it. */
export const PROVIDERS: Record<AiProvider, { name: string; chat: boolean; consoleUrl: string }> = {
  anthropic: { name: "Anthropic", chat: true, consoleUrl: "https://console.anthropic.com/settings/keys" },
  openai: { name: "OpenAI", chat: false, consoleUrl: "https://platform.openai.com/api-keys" },
  openrouter: { name: "OpenRouter", chat: false, consoleUrl: "https://openrouter.ai/settings/keys" },
};
