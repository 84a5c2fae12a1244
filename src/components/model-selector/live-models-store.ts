import { useSyncExternalStore } from "react";
import type { ModelGroup, ModelGroupResponse } from "@/contracts/models";
import { callApi } from "@/lib/http/api-client";

/** What is known of the list a key's provider gives. */
export type LiveModels =
  | { status: "loading" }
  /** `group.listProblem` says why it is the catalogue's after all. */
  | { status: "ready"; group: ModelGroup }
  | { status: "failed"; sentence: string };

type Lists = ReadonlyMap<string, LiveModels>;

// For the life of the page, so that a model chosen from a list keeps its name when the dialog is opened again.
let lists: Lists = new Map();
const listeners = new Set<() => void>();

/** The lists read so far, by `liveListOf`. */
export function useLiveModels(): Lists {
  return useSyncExternalStore(subscribe, readLiveModels, readLiveModels);
}

/** The same at this moment. */
export function readLiveModels(): Lists {
  return lists;
}

/** A replaced key is another key: what the previous one was shown is not its list. @returns null for a key source without a list */
export function liveListOf({ keyProvider, keyId, last4 }: ModelGroup): string | null {
  return keyProvider === "personal" && keyId ? `${keyId}:${last4 ?? ""}` : null;
}

/** Reads the list of a key. What is there, or on its way, is not read again; what failed is. */
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
