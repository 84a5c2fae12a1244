import { Mastra } from "@mastra/core/mastra";
import { InMemoryStore } from "@mastra/core/storage";
import { codegenAgent } from "./agents/codegenAgent";

/**
 * Mastra's logger is off because it prints upstream errors together with prompts. Ours logs codes
 * (lib/logger).
 */
export const mastra = new Mastra({
  agents: { codegen: codegenAgent },
  logger: false,
  storage: new InMemoryStore(),
});
