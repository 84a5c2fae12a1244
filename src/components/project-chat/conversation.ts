import { Chat } from "@ai-sdk/react";
import type { AnswerOutcome } from "@/contracts/chat";
import type { ThreadMessage } from "@/contracts/threads";
import { outcomeOf } from "./answer-payer";
import type { ChatMessage } from "./chat-message";
import { ChatTransport } from "./chat-transport";
import { branchThrough, keepBranch, type MessageTree, treeOf } from "./message-tree";

/**
 * The conversation of a thread. The AI SDK's chat holds the shown branch and its streaming answer; this class
 * keeps all other versions of edited questions and retried answers.
 */
export class Conversation {
  readonly chat: Chat<ChatMessage>;
  /** Ids of the messages the server had stored when the thread was opened. */
  readonly restoredIds: ReadonlySet<string>;
  #tree: MessageTree;
  readonly #stoppedIds = new Set<string>();

  /** @param stored all branches, oldest first; the newest leaf's branch is shown */
  constructor(projectId: string, threadId: string, stored: ThreadMessage[]) {
    const { tree, headId } = treeOf(stored);
    this.#tree = tree;
    this.restoredIds = new Set(tree.nodes.keys());
    this.chat = new Chat<ChatMessage>({
      id: threadId,
      messages: headId === null ? [] : branchThrough(tree, headId),
      transport: new ChatTransport(projectId, threadId),
      onFinish: ({ message, isAbort }) => {
        if (isAbort) this.#noteStopped(message);
      },
    });
  }

  send = (text: string): void => void this.chat.sendMessage({ text });

  stop = (): void => void this.chat.stop();

  /** Sends an edited version of a message from the person. */
  edit = (id: string, text: string): void => {
    this.#keepBranch();
    const { messages } = this.chat;
    this.chat.messages = messages.slice(
      0,
      messages.findIndex((message) => message.id === id),
    );
    this.send(text);
  };

  /** Requests another answer. @param id of an answer, or of a message without one */
  answerAgain = (id: string): void => {
    this.#keepBranch();
    void this.chat.regenerate({ messageId: id });
  };

  /** Shows the branch of another version as it was last shown. */
  showVersion = (id: string): void => {
    this.#keepBranch();
    this.chat.messages = branchThrough(this.#tree, id);
  };

  /** Ids of all versions of a shown message, oldest first. */
  versionsOf(id: string, parentId: string | null): readonly string[] {
    const kept = this.#tree.children.get(parentId) ?? [];
    return kept.includes(id) ? kept : [...kept, id];
  }

  /** How an answer ended; null while it is being written, and if that is not known. */
  outcomeOf({ id, metadata }: ChatMessage): AnswerOutcome | null {
    return this.#stoppedIds.has(id) ? "stopped" : outcomeOf(metadata);
  }

  #keepBranch(): void {
    this.#tree = keepBranch(this.#tree, this.chat.messages);
  }

  #noteStopped(answer: ChatMessage): void {
    this.#stoppedIds.add(answer.id);
    // An answer that was stopped before any content arrived is dropped.
    if (answer.parts.every(({ type }) => type === "step-start")) {
      this.chat.messages = this.chat.messages.filter(({ id }) => id !== answer.id);
    }
  }
}
