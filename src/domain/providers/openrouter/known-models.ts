import type { KnownModel } from "../provider-adapter";

export const knownModels: readonly KnownModel[] = [
  {
    id: "anthropic/claude-haiku-4.5",
    name: "Claude Haiku 4.5",
    description: "Fast and economical. Right for most coding tasks.",
    offeredByPlatform: true,
  },
  {
    id: "anthropic/claude-sonnet-5",
    name: "Claude Sonnet 5",
    description: "Stronger at larger changes; costs more.",
  },
  { id: "openai/gpt-6-sol", name: "GPT-6 Sol", description: "Made for coding with tools." },
  {
    id: "google/gemini-3.5-flash",
    name: "Gemini 3.5 Flash",
    description: "Fast, with room for a million tokens.",
  },
  {
    id: "qwen/qwen3-coder-plus",
    name: "Qwen3 Coder Plus",
    description: "Made for coding, with room for a million tokens.",
  },
  { id: "deepseek/deepseek-v4-pro", name: "DeepSeek V4 Pro", description: "Strong for its price." },
];
