import type { Dialect, Endpoint } from "../dialect";
import { demoKeys } from "./demo-keys";
import { isKnownModel, modelListing } from "./models";
import { readChat } from "./read-chat";
import { googleRefusal } from "./refusals";
import { reshapeGoogle } from "./reshape-answer";
import { googleStream } from "./stream-facts";
import { signatureOf } from "./thought-signature";

const CHAT = /^\/google\/v1beta\/models\/[^/:]+:(streamG|g)enerateContent$/;

/**
 * https://ai.google.dev/api/generate-content. The path contains the model and whether the answer is streamed.
 */
export const google: Dialect = {
  provider: "google",
  contextWindow: 1_048_576,
  keyless: false,
  keyBeginnings: ["AIza"],
  demoKeys,
  modelPath: ({ model, stream }) =>
    `/v1beta/models/${model}:${stream ? "streamGenerateContent" : "generateContent"}`,
  refusedFinishReason: "SAFETY",
  keyOf: ({ "x-goog-api-key": key }) => (typeof key === "string" && key !== "" ? key : null),
  headers: () => ({ "x-content-type-options": "nosniff" }),
  endpoint,
  headerFailure: () => undefined,
  readChat,
  isKnownModel,
  refusal: googleRefusal,
  thinkingSignature: signatureOf,
  reshape: reshapeGoogle,
  stream: googleStream,
};

function endpoint(method: string, path: string): Endpoint | undefined {
  if (method === "POST" && CHAT.test(path)) return { kind: "chat", isPublic: false };
  return method === "GET" && path === "/google/v1beta/models"
    ? { kind: "models", isPublic: false, answer: modelListing }
    : undefined;
}
