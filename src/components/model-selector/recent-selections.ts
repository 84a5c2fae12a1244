import type { ModelSelection } from "@/contracts/model-selection";
import { parseModelSelection } from "./model-selection-store";

const STORAGE_KEY = "orchestral.recent-selections";
const MOST = 3;

/** What was applied last in this browser, newest first, at most three. Holds no secret; whether it can still be chosen is not said. */
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
    // Storage is blocked or full: there is nothing recent to offer, and nothing else depends on it.
  }
}

/** Whatever else stands there is left out. */
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
