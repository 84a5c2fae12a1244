import type { AiProvider } from "@/contracts/ai-provider";
import type { KeyProvider, ModelId } from "@/contracts/model-selection";

export interface Model {
  id: ModelId;
  provider: AiProvider;
  name: string;
  description: string;
  /** Which purses may pay for it. The platform offers the small model only: its bill is everybody's. */
  offeredBy: readonly KeyProvider[];
}

const MODEL_BY_ID: Record<ModelId, Model> = {
  "claude-haiku-4-5": {
    id: "claude-haiku-4-5",
    provider: "anthropic",
    name: "Haiku",
    description: "Fast and economical. Right for most coding tasks.",
    offeredBy: ["platform", "personal"],
  },
  "claude-sonnet-4-5": {
    id: "claude-sonnet-4-5",
    provider: "anthropic",
    name: "Sonnet",
    description: "Stronger at larger changes; costs more.",
    offeredBy: ["personal"],
  },
  "claude-opus-4-5": {
    id: "claude-opus-4-5",
    provider: "anthropic",
    name: "Opus",
    description: "For the hardest problems; the most expensive.",
    offeredBy: ["personal"],
  },
};

export const MODELS: readonly Model[] = Object.values(MODEL_BY_ID);

export function modelById(id: ModelId): Model {
  return MODEL_BY_ID[id];
}
