import { MODEL_ID_FORM } from "@/contracts/limits";
import type { ModelSelection } from "@/contracts/model-selection";
import { PROVIDER_BEFORE_THE_CHOICE } from "./before-providers";

const STORAGE_KEY = "orchestral.model-selection";

// One per browser tab: sessionStorage survives a reload and is not shared between tabs. It holds no secret.
let current: ModelSelection | null = null;
/** What this tab starts with; known in the browser only, as a server renders for many people at once. */
let first: ModelSelection | null = null;
let serverDefault: ModelSelection | null = null;
const listeners = new Set<() => void>();

/**
 * Sets the platform's selection. It comes from the server with the page and is the same for everybody. Call
 * before rendering anything that reads the selection.
 */
export function tellDefaultSelection(selection: ModelSelection): void {
  serverDefault = selection;
}

/** The platform's selection. @throws if the page has not set it */
export function defaultSelection(): ModelSelection {
  if (!serverDefault) throw new Error("the default selection is not known");
  return serverDefault;
}

/**
 * Sets what this tab starts with, as the server decided for this person. A tab that starts with a personal
 * key keeps it: if the key is deleted later, that is an error to be seen, and not another payer. Call in an
 * effect, never while rendering on the server.
 */
export function startWith(selection: ModelSelection): void {
  first = selection;
  if (selection.payer === "person" && readChosenSelection() === null) saveModelSelection(selection);
}

/** What was chosen in this tab; null if nothing was. */
export function readChosenSelection(): ModelSelection | null {
  current ??= parseModelSelection(stored());
  return current;
}

/** The current selection, for a request about to be sent. */
export function readModelSelection(): ModelSelection {
  return readChosenSelection() ?? first ?? defaultSelection();
}

export function saveModelSelection(selection: ModelSelection): void {
  const { payer, provider, model, keyId } = selection;
  current = { payer, provider, model, ...(keyId ? { keyId } : {}) };
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(current));
  } catch {
    // Storage is blocked or full: the selection lasts until the tab is reloaded.
  }
  for (const listener of listeners) listener();
}

/**
 * Parses a stored selection, which another version, an extension or the developer tools may have written.
 * Whether the server still offers it is checked there.
 *
 * @returns null if `text` is not a selection
 */
export function parseModelSelection(text: string | null): ModelSelection | null {
  if (text === null) return null;
  try {
    const stored = JSON.parse(text) as Record<string, unknown>;
    const { payer, provider, model, keyId } = "payer" in stored ? stored : inPresentWords(stored);
    if (payer !== "platform" && payer !== "person") return null;
    if (typeof provider !== "string" || !/^[a-z][a-z0-9-]{1,31}$/.test(provider)) return null;
    if (typeof model !== "string" || !MODEL_ID_FORM.test(model)) return null;
    if (keyId === undefined) return { payer, provider, model };
    return typeof keyId === "string" && /^[\da-f-]{36}$/i.test(keyId)
      ? { payer, provider, model, keyId }
      : null;
  } catch {
    return null;
  }
}

/**
 * A tab open since an earlier version names the payer `provider` and the provider `aiProvider`; before there
 * were several providers, all models were Anthropic's.
 */
function inPresentWords({
  provider,
  aiProvider = PROVIDER_BEFORE_THE_CHOICE,
  model,
  keyId,
}: Record<string, unknown>) {
  return { payer: provider === "personal" ? "person" : provider, provider: aiProvider, model, keyId };
}

function stored(): string | null {
  try {
    return sessionStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

export function subscribeToSelection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
