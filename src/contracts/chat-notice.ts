/**
 * Answers that are not whole although nothing failed, and what the person reads of them. Codes are stable:
 * add, never rename. Without zod, because the browser uses this too.
 */
const NOTICES = {
  /** At its length limit: while thinking, in its text, or within a tool call. */
  answer_cut: "The answer was cut off at its length limit and is not whole. What arrived is kept.",
  /** At the length that was left of a limit of spending. */
  cut_by_limit:
    "The answer was cut off and is not whole: a limit of spending had no room for a longer one. What arrived is kept.",
  /** After as many rounds of tool calls as one message may take. */
  steps_exhausted:
    "The agent stopped: it has used all the steps it may take for one message. What it did is kept.",
} as const;
export type ChatNoticeCode = keyof typeof NOTICES;

/**
 * Payload of the `data-chat-notice` part: it stays on an answer that is not whole, and is never sent to a
 * model.
 */
export interface ChatNotice {
  code: ChatNoticeCode;
  message: string;
  /** What the person may do: ask the agent to go on. */
  action: "continue";
}

export function chatNotice(code: ChatNoticeCode): ChatNotice {
  return { code, message: NOTICES[code], action: "continue" };
}

/** What "Continue" says in the person's name. */
export const CONTINUE_TEXT = "Continue.";
