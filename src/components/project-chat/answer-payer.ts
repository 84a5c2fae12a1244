import { PROVIDER_BEFORE_THE_CHOICE } from "@/components/model-selector/before-providers";
import { type PayerFacts, payerWords } from "@/components/model-selector/payer-words";
import type { AnswerOutcome } from "@/contracts/chat";
import type { Names } from "./use-names";

/** Whose key paid for an answer, and for which model. */
export interface AnswerPayer extends PayerFacts {
  /** The personal key; null for the platform key, and in answers stored before this field existed. */
  keyId: string | null;
  model: string;
}

/** Metadata of a message, of any shape: older versions and failed requests stored less. */
export type MessageMetadata = Readonly<Record<string, unknown>> | undefined;

const OUTCOMES: readonly AnswerOutcome[] = ["completed", "stopped", "interrupted", "failed", "cut"];

/** @returns null if the message does not record the payer */
export function payerOf(metadata: MessageMetadata): AnswerPayer | null {
  const { keyProvider, aiProvider, model, keyId, keyLabel, keyLast4 } = metadata ?? {};
  if (typeof model !== "string" || (keyProvider !== "platform" && keyProvider !== "personal")) return null;
  return {
    keyProvider,
    aiProvider: textOrNull(aiProvider) ?? PROVIDER_BEFORE_THE_CHOICE,
    model,
    keyId: textOrNull(keyId),
    keyLabel: textOrNull(keyLabel),
    last4: typeof keyLast4 === "string" ? keyLast4 : null,
  };
}

/** How a stored answer ended; null if it does not say, as older ones and those that are being written. */
export function outcomeOf(metadata: MessageMetadata): AnswerOutcome | null {
  const outcome = metadata?.["outcome"];
  return OUTCOMES.find((known) => known === outcome) ?? null;
}

/** Whether two answers have the same payer, key and model. A replaced key counts as another. */
function isSamePayer(one: AnswerPayer, other: AnswerPayer): boolean {
  return (
    one.keyProvider === other.keyProvider &&
    one.aiProvider === other.aiProvider &&
    one.model === other.model &&
    one.last4 === other.last4 &&
    (one.keyId === null || other.keyId === null || one.keyId === other.keyId)
  );
}

/** A change of payer or model within a conversation. */
export interface Switch {
  from: AnswerPayer;
  to: AnswerPayer;
}

/** For each answer, the switch from the answer before it, if any; answers without a payer are skipped. */
export function switchesIn(payers: readonly (AnswerPayer | null)[]): (Switch | null)[] {
  let from: AnswerPayer | null = null;
  return payers.map((to) => {
    const change = from && to && !isSamePayer(from, to) ? { from, to } : null;
    from = to ?? from;
    return change;
  });
}

/**
 * "Switched to Sonnet · your key Work ···abcd", and with another provider "Switched to GPT-6 Sol at OpenAI ·
 * platform key".
 */
export function switchSentence({ from, to }: Switch, names: Names): string {
  const where = from.aiProvider === to.aiProvider ? "" : ` at ${names.provider(to.aiProvider)}`;
  return `Switched to ${names.model(to.aiProvider, to.model)}${where} · ${payerWords(to)}`;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
