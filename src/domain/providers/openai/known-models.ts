import type { KnownModel } from "../provider-adapter";

export const knownModels: readonly KnownModel[] = [
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
];
