import type { AnswerOutcome, ChatError } from "@/contracts/chat";
import type { ThreadMessage } from "@/contracts/threads";
import { outcomeOf } from "./answer-payer";
import { type ChatMessage, hasFailed } from "./chat-message";
import { branchThrough, keepBranch, type MessageTree, treeOf, withStored } from "./message-tree";
import { randomUuid } from "./random-uuid";

/**
 * The messages of a thread: the shown branch, which the AI SDK's chat holds, and all other versions of edited
 * questions and retried answers; which of them the server has; and how answers ended.
 */
export class ThreadBranches {
  /** Ids of the messages the server had stored when the thread was opened. */
  readonly restoredIds: ReadonlySet<string>;
  readonly #chat: { messages: ChatMessage[] };
  #tree: MessageTree;
  readonly #storedIds: Set<string>;
  /** How answers ended that the server has not told the end of. */
  readonly #outcomes = new Map<string, AnswerOutcome>();

  /** @param stored all branches, oldest first; the newest leaf's branch is shown */
  constructor(chat: { messages: ChatMessage[] }, stored: ThreadMessage[]) {
    const { tree, headId } = treeOf(stored);
    this.#chat = chat;
    this.#tree = tree;
    this.restoredIds = new Set(tree.nodes.keys());
    this.#storedIds = new Set(tree.nodes.keys());
    if (headId !== null) chat.messages = branchThrough(tree, headId);
  }

  /** Ids of the messages that the server has. */
  get storedIds(): ReadonlySet<string> {
    return this.#storedIds;
  }

  /** Ids of all versions of a shown message, oldest first. */
  versionsOf(id: string, parentId: string | null): readonly string[] {
    const kept = this.#tree.children.get(parentId) ?? [];
    return kept.includes(id) ? kept : [...kept, id];
  }

  /** Shows the branch of another version as it was last shown. */
  showVersion(id: string): void {
    this.keep();
    this.#chat.messages = branchThrough(this.#tree, id);
  }

  /** Shows the branch that ends at the message whose answer runs. */
  showQuestion(questionId: string | null): void {
    this.keep();
    const { messages } = this.#chat;
    const last = messages.at(-1);
    // A further answer to a question that has one.
    const id = questionId ?? (last?.role === "assistant" ? messages.at(-2)?.id : last?.id);
    if (id === undefined || !this.#tree.nodes.has(id)) return;
    const branch = branchThrough(this.#tree, id);
    this.#chat.messages = branch.slice(0, branch.findIndex((message) => message.id === id) + 1);
  }

  /** Shows what precedes a message, for another version of it. */
  showBefore(id: string): void {
    this.keep();
    const { messages } = this.#chat;
    this.#chat.messages = messages.slice(
      0,
      messages.findIndex((message) => message.id === id),
    );
  }

  /** Keeps the shown branch as it is now: another one is about to be shown. */
  keep(): void {
    this.#tree = keepBranch(this.#tree, this.#chat.messages);
  }

  /**
   * Takes over what the server has.
   *
   * @param options.showsNews shows the newest branch if another viewer has moved on
   */
  adopt(stored: ThreadMessage[], { showsNews }: { showsNews: boolean }): void {
    this.keep();
    const newest = stored.at(-1);
    // Who looks at an older version stays there until there is something new.
    const isNews = newest !== undefined && !this.#tree.nodes.has(newest.id);
    this.#tree = withStored(this.#tree, stored);
    for (const { id } of stored) this.#storedIds.add(id);
    this.#chat.messages =
      isNews && showsNews
        ? branchThrough(this.#tree, newest.id)
        : this.#chat.messages.map((message) => this.#tree.nodes.get(message.id)?.message ?? message);
  }

  /** Changes a shown message. */
  change(id: string, change: (message: ChatMessage) => ChatMessage): void {
    this.#chat.messages = this.#chat.messages.map((message) =>
      message.id === id ? change(message) : message,
    );
    this.keep();
  }

  /** How an answer ended; null while it is being written, and if that is not known. */
  outcomeOf({ id, metadata }: ChatMessage): AnswerOutcome | null {
    return outcomeOf(metadata) ?? this.#outcomes.get(id) ?? null;
  }

  /** Whether the shown branch ends with a message that an answer may still follow. */
  get isOpenEnded(): boolean {
    const last = this.#chat.messages.at(-1);
    return last !== undefined && (last.role === "user" || this.outcomeOf(last) === null) && !hasFailed(last);
  }

  /** How the answer of the shown branch ended; null without messages. */
  get ending(): AnswerOutcome | null {
    const last = this.#chat.messages.at(-1);
    if (!last) return null;
    if (last.role === "user") return "interrupted";
    return hasFailed(last) ? "failed" : (this.outcomeOf(last) ?? "completed");
  }

  /** The server has accepted the question, and stores what there is of the answer when it ends. */
  noteStored(): void {
    // Refused answers exist on this page only, and so does the question before them.
    const { messages } = this.#chat;
    const isRefused = messages.at(-1)?.id.startsWith("unsent-");
    for (const { id } of isRefused ? [] : messages.slice(-2)) this.#storedIds.add(id);
  }

  /** The run has ended without its end: its server is gone. */
  noteInterrupted(): void {
    const answer = this.#chat.messages.at(-1);
    if (answer?.role === "assistant" && this.isOpenEnded) this.#outcomes.set(answer.id, "interrupted");
  }

  noteStopped(): void {
    this.noteStored();
    const { messages } = this.#chat;
    const answer = messages.at(-1);
    if (answer?.role !== "assistant") return;
    this.#outcomes.set(answer.id, "stopped");
    // An answer that was stopped before any content arrived is dropped.
    if (answer.parts.every(({ type }) => type === "step-start")) this.#chat.messages = messages.slice(0, -1);
  }

  /** The answer has failed, as far as this page can know. */
  noteFailed(failure: ChatError): void {
    const { messages } = this.#chat;
    const last = messages.at(-1);
    const part = { type: "data-chat-error", data: failure } as const;
    this.#chat.messages =
      last?.role === "assistant"
        ? [...messages.slice(0, -1), { ...last, parts: [...last.parts, part] }]
        : [...messages, { id: `unsent-${randomUuid()}`, role: "assistant", parts: [part] }];
  }
}
