import type { KnownModel } from "../provider-adapter";

/** https://docs.mistral.ai/getting-started/models */
export const knownModels: readonly KnownModel[] = [
  {
    id: "mistral-small-2603",
    name: "Mistral Small 4",
    description: "Fast and very cheap. Right for small, clear tasks.",
    offeredByPlatform: true,
  },
  { id: "devstral-2512", name: "Devstral 2", description: "Made for coding with tools." },
  { id: "codestral-2508", name: "Codestral", description: "Fast at writing code." },
  {
    id: "mistral-medium-3-5",
    name: "Mistral Medium 3.5",
    description: "For the hardest problems; costs the most.",
  },
];
