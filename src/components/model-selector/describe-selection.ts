import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import { findChoice } from "./find-choice";

/** What the trigger says about a selection. */
export interface SelectionDescription {
  /** "Haiku" */
  model: string;
  payer: "platform" | "personal";
  /** The last four characters of the personal key that pays; null for the platform's, and when none is saved. */
  last4: string | null;
  /** Why a message sent now would be refused and what to do; null when it would not. */
  problem: string | null;
}

/**
 * @param groups as the server offers them; null while they are not known
 * @param keys the person's keys
 */
export function describeSelection(
  selection: ModelSelection,
  groups: ModelGroup[] | null,
  keys: AiKeySummary[] | null,
): SelectionDescription {
  const choice = groups && findChoice(groups, selection);
  const key = keys?.find(({ id, provider, isDefault }) =>
    selection.keyId ? id === selection.keyId : provider === selection.aiProvider && isDefault,
  );
  return {
    model: choice?.model?.name ?? modelName(selection.model),
    payer: selection.provider,
    last4: selection.provider === "personal" ? (choice?.group.last4 ?? key?.last4 ?? null) : null,
    problem: problemOf(selection, groups, choice),
  };
}

/**
 * "Haiku" for `claude-haiku-4-5`: for receipts of a model the server no longer offers, and before the groups are known. Other
 * models go by their id.
 */
export function modelName(model: string): string {
  const family = /^claude-([a-z]+)-/.exec(model)?.[1];
  return family ? family.charAt(0).toUpperCase() + family.slice(1) : model;
}

function problemOf(
  { provider, keyId }: ModelSelection,
  groups: ModelGroup[] | null,
  choice: ReturnType<typeof findChoice>,
): string | null {
  if (!groups) return null;
  if (choice?.model) return choice.group.reason ?? choice.model.reason;
  if (choice && provider === "personal") return choice.group.reason;
  if (keyId) return "The chosen key is gone. Choose another key.";
  return "This server does not offer it any more. Choose another model.";
}
