import type { KnownModel } from "../provider-adapter";

/** https://ai.google.dev/gemini-api/docs/models */
export const knownModels: readonly KnownModel[] = [
  {
    id: "gemini-3.5-flash-lite",
    name: "Gemini 3.5 Flash-Lite",
    description: "Fast and very cheap, with room for a million tokens.",
    offeredByPlatform: true,
  },
  { id: "gemini-3.8-flash", name: "Gemini 3.8 Flash", description: "Right for most coding tasks." },
  { id: "gemini-3.5-flash", name: "Gemini 3.5 Flash", description: "An older Flash; costs more." },
  { id: "gemini-2.5-flash", name: "Gemini 2.5 Flash", description: "The last Flash before Gemini 3." },
];
