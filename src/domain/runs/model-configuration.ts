import { z } from "zod";
import { chatMessageMetadataSchema } from "@/contracts/chat";
import type { ModelSelection } from "@/contracts/model-selection";
import { payerOf } from "@/contracts/payer";
import { modelName } from "@/domain/models/model-name";

/**
 * Tells the model which model answers a message and whose key pays. It follows the message it is about, and
 * is no part of the instructions: those stay the same byte for byte when a person switches, and so does the
 * conversation before it, which providers cache.
 */
export function modelConfiguration({ provider, model, payer }: ModelSelection): string {
  const whose = payer === "person" ? "the person's own API key" : "the platform's API key";
  return `<context>Current model configuration: ${modelName(provider, model)}, paid by ${whose}.</context>`;
}

const answeredBySchema = chatMessageMetadataSchema.pick({ keyProvider: true, model: true, aiProvider: true });

/**
 * The same for an earlier message: what it was sent with.
 *
 * @param metadata of the answer; null if it is not known
 */
export function modelConfigurationOf(metadata: unknown): string | null {
  const { data } = z.safeParse(answeredBySchema, metadata);
  if (!data) return null;
  const { keyProvider, model, aiProvider = "anthropic" } = data;
  return modelConfiguration({ provider: aiProvider, model, payer: payerOf(keyProvider) });
}
