import { createContext, use } from "react";
import type { WantedKey } from "@/components/ai-keys/wanted-key";
import type { ModelSelectorTab } from "@/components/model-selector-modal";

/** Actions a message can request from the page around the chat. */
export interface ChatActions {
  /** @param wanted the key to replace, or the provider to give a key of */
  openModelSelector: (tab: ModelSelectorTab, wanted?: WantedKey) => void;
  /** Opens a new thread with `question` in its composer. */
  startNewThread: (question: string) => void;
  /** Opens the sign-in page, which returns to this thread with `text` in the composer. */
  signIn: (text: string) => void;
}

export const ChatActionsContext = createContext<ChatActions | null>(null);

export function useChatActions(): ChatActions {
  const actions = use(ChatActionsContext);
  if (!actions) throw new Error("The chat must stand inside a ChatActionsContext.");
  return actions;
}
