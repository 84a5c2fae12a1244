import { asRecord, asRecords, type JsonRecord } from "../../json";
import type { Usage } from "../../usage";
import type { AnswerFacts, AnswerReshaping } from "../dialect";
import { dataEvent, dataOf } from "../server-sent-event";
import { signatureOf } from "./thought-signature";

/** Calls end with STOP like any answer, the first is signed, and thinking is counted separately. */
export function reshapeGoogle({ usage, account }: AnswerFacts): AnswerReshaping {
  const reshaped = (answer: JsonRecord): JsonRecord => {
    const candidates = asRecords(answer.candidates).map((candidate) => ({
      ...candidate,
      ...(candidate.finishReason === "FUNCTION_CALL" ? { finishReason: "STOP" } : {}),
      content: {
        ...asRecord(candidate.content),
        parts: signed(asRecords(asRecord(candidate.content).parts), account),
      },
    }));
    return {
      ...answer,
      candidates,
      ...(answer.usageMetadata === undefined ? {} : { usageMetadata: usageOf(usage) }),
    };
  };
  return {
    event(event) {
      const answer = dataOf(event);
      return [answer ? dataEvent(reshaped(answer)) : event];
    },
    whole: (body) => (Array.isArray(asRecord(body).candidates) ? reshaped(asRecord(body)) : body),
  };
}

function signed(parts: JsonRecord[], account: string): JsonRecord[] {
  const first = parts.find(({ functionCall }) => functionCall !== undefined);
  return parts.map((part) => {
    if (part !== first) return part;
    const { name } = asRecord(part.functionCall);
    return { ...part, thoughtSignature: signatureOf(String(name), account) };
  });
}

function usageOf({ inputTokens, cachedTokens, outputTokens, reasoningTokens }: Usage) {
  return {
    promptTokenCount: inputTokens,
    cachedContentTokenCount: cachedTokens,
    candidatesTokenCount: outputTokens - reasoningTokens,
    thoughtsTokenCount: reasoningTokens,
    totalTokenCount: inputTokens + outputTokens,
  };
}
