import { createContext, use } from "react";
import type { ModelSelectorTab } from "@/components/model-selector-modal";

/** What a message may ask of the page around the chat. */
export interface ChatActions {
  openModelSelector: (tab: ModelSelectorTab) => void;
  startNewThread: () => void;
  /** Leaves for the sign-in page and comes back to this thread with `text` in the composer. */
  signIn: (text: string) => void;
}

export const ChatActionsContext = createContext<ChatActions | null>(null);

export function useChatActions(): ChatActions {
  const actions = use(ChatActionsContext);
  if (!actions) throw new Error("The chat must stand inside a ChatActionsContext.");
  return actions;
}
