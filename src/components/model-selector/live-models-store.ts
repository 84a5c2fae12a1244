import { useSyncExternalStore } from "react";
import type { ModelGroup, ModelGroupResponse } from "@/contracts/models";
import { callApi } from "@/lib/http/api-client";

/** State of the model list that a key's provider returns. */
export type LiveModels =
  | { status: "loading" }
  /** `group.listProblem` says why the catalogue is used instead. */
  | { status: "ready"; group: ModelGroup }
  | { status: "failed"; sentence: string };

type Lists = ReadonlyMap<string, LiveModels>;

// Kept for the life of the page, so that a model chosen from a list keeps its name when the dialog is
// reopened.
let lists: Lists = new Map();
const listeners = new Set<() => void>();

/** The lists loaded so far, by `liveListOf`. */
export function useLiveModels(): Lists {
  return useSyncExternalStore(subscribe, readLiveModels, readLiveModels);
}

/** The same, as a snapshot. */
export function readLiveModels(): Lists {
  return lists;
}

/**
 * Identifies a list. It changes when the key's secret or the endpoint's address is replaced.
 * @returns null for a key source without a list
 */
export function liveListOf({ keyProvider, keyId, last4, baseUrl }: ModelGroup): string | null {
  return keyProvider === "personal" && keyId ? `${keyId}:${last4 ?? ""}:${baseUrl ?? ""}` : null;
}

/** Loads a key's list unless it is loaded or loading; a failed one is loaded again. */
export async function loadLiveModels(group: ModelGroup): Promise<void> {
  const list = liveListOf(group);
  if (!list || !group.keyId || group.reason) return;
  const known = lists.get(list);
  if (known?.status === "loading" || (known?.status === "ready" && !known.group.listProblem)) return;
  put(list, { status: "loading" });
  try {
    const answer = await callApi<ModelGroupResponse>(`/api/v1/user/ai-keys/${group.keyId}/models`);
    put(list, { status: "ready", group: answer.group });
  } catch (error) {
    const sentence = error instanceof Error ? error.message : "The list of models did not load.";
    put(list, { status: "failed", sentence });
  }
}

function put(list: string, state: LiveModels): void {
  lists = new Map(lists).set(list, state);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
