import type { ModelSelection } from "@/contracts/model-selection";
import { parseModelSelection } from "./model-selection-store";

const STORAGE_KEY = "orchestral.recent-selections";
const MOST = 3;

/**
 * The selections last applied in this browser, newest first, at most three. They hold no secret and may no
 * longer be available.
 */
export function readRecentSelections(): ModelSelection[] {
  try {
    return parseRecentSelections(localStorage.getItem(STORAGE_KEY));
  } catch {
    return [];
  }
}

export function rememberSelection(selection: ModelSelection): void {
  const isOther = (each: ModelSelection) => JSON.stringify(each) !== JSON.stringify(selection);
  const recent = [selection, ...readRecentSelections().filter(isOther)].slice(0, MOST);
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(recent));
  } catch {
    // Storage is blocked or full: there are no recent selections, and nothing else depends on them.
  }
}

/** Skips anything invalid. */
export function parseRecentSelections(text: string | null): ModelSelection[] {
  if (text === null) return [];
  try {
    const stored: unknown = JSON.parse(text);
    if (!Array.isArray(stored)) return [];
    return stored.flatMap((each) => parseModelSelection(JSON.stringify(each) ?? null) ?? []).slice(0, MOST);
  } catch {
    return [];
  }
}
