import type { AssistantState } from "@assistant-ui/react";

/** A message of the open conversation with its place among its branches. */
export type ChatMessage = AssistantState["thread"]["messages"][number];
export type ChatMessagePart = ChatMessage["parts"][number];
