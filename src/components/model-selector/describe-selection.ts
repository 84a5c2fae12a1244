import type { AiKeySummary, KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { keyProviderOf, type Payer } from "@/contracts/payer";
import { findChoice } from "./find-choice";
import { payerWords } from "./payer-words";

/** The trigger's text for a selection. */
export interface SelectionDescription {
  /** "Haiku" */
  model: string;
  payer: Payer;
  /** "platform key", "your key Work ···abcd" */
  payerWords: string;
  /** Why a message sent now would be refused and what to do; null if it would not. */
  problem: string | null;
  /** A recent failure of the key, or null. It does not prevent sending a message. */
  warning: string | null;
}

/**
 * @param groups from the server; null while loading
 * @param keys the person's keys
 */
export function describeSelection(
  selection: ModelSelection,
  groups: ModelGroup[] | null,
  keys: AiKeySummary[] | null,
): SelectionDescription {
  const choice = groups && findChoice(groups, selection);
  const key = selection.payer === "person" ? keyOf(selection, keys) : null;
  return {
    model: choice?.model?.name ?? modelName(selection.model, selection.provider, groups),
    payer: selection.payer,
    payerWords: payerWords({
      keyProvider: keyProviderOf(selection.payer),
      aiProvider: selection.provider,
      keyLabel: choice?.group.keyLabel ?? key?.label ?? null,
      last4: choice?.group.last4 ?? key?.last4 ?? null,
    }),
    problem: problemOf(selection, groups, choice),
    warning: (key?.health && (key.last4 === "" ? KEYLESS_WARNINGS : WARNINGS)[key.health.outcome]) ?? null,
  };
}

/** Rate limits and unreachable providers are temporary and say nothing about the key. */
const WARNINGS: Partial<Record<KeyHealthOutcome, string>> = {
  invalid: "Your key was recently rejected: its provider does not accept it.",
  no_credit: "Your key was recently rejected: its account had no credit left.",
  forbidden: "Your key was recently rejected: it may not do what was asked.",
};

/** Of a custom endpoint without a key. */
const KEYLESS_WARNINGS: typeof WARNINGS = {
  invalid: "Your endpoint recently asked for a key.",
  no_credit: "Your endpoint recently had no credit left.",
  forbidden: "Your endpoint recently did not allow what was asked.",
};

/**
 * A model's name: from the server, else "Haiku" for `claude-haiku-4-5` (receipts outlive the catalogue, and
 * the groups may not be loaded). Other models are named by their id.
 */
export function modelName(model: string, provider?: string, groups?: readonly ModelGroup[] | null): string {
  const known = groups
    ?.filter((group) => group.aiProvider === provider)
    .flatMap(({ models }) => models)
    .find(({ id }) => id === model);
  if (known) return known.name;
  const family = /^claude-([a-z]+)-/.exec(model)?.[1];
  return family ? family.charAt(0).toUpperCase() + family.slice(1) : model;
}

function keyOf({ provider, keyId }: ModelSelection, keys: AiKeySummary[] | null): AiKeySummary | null {
  const found = keys?.find((key) => (keyId ? key.id === keyId : key.provider === provider && key.isDefault));
  return found ?? null;
}

function problemOf(
  { payer, keyId }: ModelSelection,
  groups: ModelGroup[] | null,
  choice: ReturnType<typeof findChoice>,
): string | null {
  if (!groups) return null;
  if (choice?.model) return choice.group.reason ?? choice.model.reason;
  if (choice && payer === "person") return choice.group.reason;
  if (keyId) return "The chosen key or endpoint is gone. Choose another model.";
  return "This server does not offer it any more. Choose another model.";
}
