import type { ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup, PickableModel } from "@/contracts/models";
import { payerOf } from "@/contracts/payer";
import { findChoice } from "./find-choice";
import { defaultSelection } from "./model-selection-store";
import { givenName } from "./payer-words";

/** A model of one key source as an option. */
export interface ModelOption {
  /** Unique among the options. */
  value: string;
  /** "Haiku" */
  model: string;
  /** "platform key", "personal key", "Work ···abcd": behind the model's name in brackets. */
  payer: string;
  selection: ModelSelection;
  facts: PickableModel;
  /** Why it cannot be chosen and what to do; null if it can. */
  reason: string | null;
}

/** Unique among the groups. */
export function groupValue({ keyProvider, aiProvider, keyId }: ModelGroup): string {
  return `${keyProvider}:${aiProvider}:${keyId ?? ""}`;
}

/** "Platform key · Anthropic", "Work ···abcd · OpenAI", "OpenAI key ···abcd" */
export function groupTitle(group: ModelGroup): string {
  const { keyProvider, aiProvider, providerName, keyId, keyLabel, last4 } = group;
  if (keyProvider === "platform") return `Platform key · ${providerName}`;
  if (!keyId) return `Your ${providerName} key`;
  const key = [keyLabel ?? `${providerName} key`, last4 ? `···${last4}` : null].filter(Boolean).join(" ");
  return givenName({ aiProvider, keyLabel }) ? `${key} · ${providerName}` : key;
}

export function optionOf(group: ModelGroup, facts: PickableModel): ModelOption {
  return {
    value: `${groupValue(group)}:${facts.id}`,
    model: facts.name,
    payer: payerName(group),
    selection: {
      payer: payerOf(group.keyProvider),
      provider: group.aiProvider,
      model: facts.id,
      ...(group.keyId && !group.isDefaultKey ? { keyId: group.keyId } : {}),
    },
    facts,
    reason: group.reason ?? facts.reason,
  };
}

/**
 * The option of a selection, even if its key source does not list the model: the provider decides which
 * models a key may use.
 */
export function optionOfSelection(
  groups: readonly ModelGroup[],
  selection: ModelSelection,
): ModelOption | null {
  const choice = findChoice(groups, selection);
  if (!choice) return null;
  const { group, model } = choice;
  if (model) return optionOf(group, model);
  return group.keyProvider === "personal" && group.keyId
    ? optionOf(group, unlistedModel(selection.model))
    : null;
}

/** A model entered by hand that no list contains. */
export function unlistedModel(id: string): PickableModel {
  return {
    id,
    name: id,
    contextTokens: null,
    price: null,
    description: "Not in the list. The provider decides whether it exists.",
    reason: null,
  };
}

/**
 * The plan names the first two key sources "platform key" and "personal key"; any other key is named by its
 * label and last four characters.
 */
function payerName({ keyProvider, aiProvider, keyId, keyLabel, last4, isDefaultKey }: ModelGroup): string {
  if (keyProvider === "platform") return "platform key";
  if (keyId === null || (isDefaultKey && aiProvider === defaultSelection().provider)) return "personal key";
  return [keyLabel, last4 ? `···${last4}` : null].filter(Boolean).join(" ");
}

/** Whether every word of a query occurs in the facts of a model or its payer. */
export function matchesQuery(group: ModelGroup, { facts, payer }: ModelOption, query: string): boolean {
  const { providerName, keyLabel, last4 } = group;
  const known = [facts.name, facts.id, payer, providerName, keyLabel, last4].join(" ").toLowerCase();
  return wordsOf(query).every((word) => known.includes(word));
}

function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}
