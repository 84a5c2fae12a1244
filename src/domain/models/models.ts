import type { ProviderId } from "@/contracts/provider";

/** What somebody wrote down about a model. Size and price are the price library's: see catalog.ts. */
export interface KnownModel {
  readonly id: string;
  readonly name: string;
  /** One sentence that helps to choose. */
  readonly description: string;
  /** The platform offers small models only: its bill is everybody's. */
  readonly offeredByPlatform?: true;
}

/** The models shown before a provider was asked for its own list, in the order people see them. */
export const KNOWN_MODELS: Readonly<Partial<Record<ProviderId, readonly KnownModel[]>>> = {
  anthropic: [
    {
      id: "claude-haiku-4-5",
      name: "Haiku",
      description: "Fast and economical. Right for most coding tasks.",
      offeredByPlatform: true,
    },
    {
      id: "claude-sonnet-4-5",
      name: "Sonnet",
      description: "Stronger at larger changes; costs more.",
    },
    {
      id: "claude-opus-4-5",
      name: "Opus",
      description: "For the hardest problems; the most expensive.",
    },
    {
      id: "claude-sonnet-5",
      name: "Sonnet 5",
      description: "The newer Sonnet, with room for a million tokens.",
    },
    {
      id: "claude-opus-5-5",
      name: "Opus 5.5",
      description: "The newer Opus, for long work on many files.",
    },
    {
      id: "claude-fable-5-1",
      name: "Fable 5.1",
      description: "For work that takes many steps; costs the most.",
    },
  ],
  openai: [
    {
      id: "gpt-6-luna",
      name: "GPT-6 Luna",
      description: "Fast and very cheap. Right for small, clear tasks.",
      offeredByPlatform: true,
    },
    { id: "gpt-6-sol", name: "GPT-6 Sol", description: "Made for coding with tools." },
    { id: "gpt-6-astra", name: "GPT-6 Astra", description: "For the hardest problems; costs the most." },
    { id: "gpt-5.6-terra", name: "GPT-5.6 Terra", description: "Between speed and strength." },
    { id: "gpt-5-mini", name: "GPT-5 mini", description: "An older small model." },
  ],
  openrouter: [
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
  ],
};
