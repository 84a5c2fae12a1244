import type { KnownModel } from "../provider-adapter";

export const knownModels: readonly KnownModel[] = [
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
];
