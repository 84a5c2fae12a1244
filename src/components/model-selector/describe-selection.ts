import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ModelOption, ModelSelection } from "@/contracts/model-selection";

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
 * @param options as the server offers them; null while they are not known
 * @param keys the person's saved keys
 */
export function describeSelection(
  selection: ModelSelection,
  options: ModelOption[] | null,
  keys: AiKeySummary[] | null,
): SelectionDescription {
  const option = options?.find(
    ({ provider, model }) => provider === selection.provider && model === selection.model,
  );
  const key = keys?.find(({ provider }) => provider === "anthropic");
  return {
    model: option?.name ?? modelName(selection.model),
    payer: selection.provider,
    last4: selection.provider === "personal" ? (key?.last4 ?? null) : null,
    problem: problemOf(option, options),
  };
}

/**
 * "Haiku" for `claude-haiku-4-5`: for receipts of a model the server no longer offers, and before the options are known.
 */
export function modelName(model: string): string {
  const family = model.split("-")[1] ?? model;
  return family.charAt(0).toUpperCase() + family.slice(1);
}

function problemOf(option: ModelOption | undefined, options: ModelOption[] | null): string | null {
  if (option) return option.available ? null : (option.reason ?? "It cannot be used at the moment.");
  return options ? "This server does not offer it any more. Choose another model." : null;
}
