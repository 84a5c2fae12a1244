import { Chat } from "@ai-sdk/react";
import type { AnswerOutcome, ChatError } from "@/contracts/chat";
import { CONTINUE_TEXT } from "@/contracts/chat-notice";
import type { ThreadMessage } from "@/contracts/threads";
import { callApi } from "@/lib/http/api-client";
import { outcomeOf } from "./answer-payer";
import { BrokenStream, ChatFailure, ThreadBusy } from "./chat-failure";
import { type ChatMessage, hasFailed, sizeOf, textOf } from "./chat-message";
import { ChatTransport } from "./chat-transport";
import { branchThrough, keepBranch, type MessageTree, treeOf, withStored } from "./message-tree";
import { randomUuid } from "./random-uuid";
import { readStoredMessages } from "./read-stored-messages";
import { waitToReconnect } from "./reconnect-wait";
import { type OpenedRun, openRun } from "./run-requests";

/**
 * `checking`: asking whether an answer runs; `running`: one is being read; `reconnecting`: one runs, and its
 * connection is lost.
 */
export type Phase = "idle" | "checking" | "running" | "reconnecting";

/** So soon after an answer's end, the list of threads shows what this page has caused. */
const OWN_CHANGE_MS = 5_000;

/** How the latest answer ended while the page was open; null if none did. */
export type Ending = AnswerOutcome | null;

/**
 * The conversation of a thread. The server owns its running answer: this page, another tab and another device
 * read the same one. The AI SDK's chat holds the shown branch and the answer that is being read; this class
 * keeps all other versions of edited questions and retried answers, and joins the answer again when its
 * connection is lost or somebody else has begun one.
 */
export class Conversation {
  readonly chat: Chat<ChatMessage>;
  /** Ids of the messages the server had stored when the thread was opened. */
  readonly restoredIds: ReadonlySet<string>;
  readonly #transport: ChatTransport;
  readonly #projectId: string;
  readonly #threadId: string;
  #tree: MessageTree;
  /** Ids of the messages that the server has. */
  readonly #storedIds: Set<string>;
  /** How answers ended that the server has not told the end of. */
  readonly #outcomes = new Map<string, AnswerOutcome>();
  #phase: Phase = "idle";
  #ending: Ending = null;
  /** Ends waiting, checking and reconnecting. */
  #abort = new AbortController();
  #isStopped = false;
  #hasLeft = false;
  /** A stop that the server has not confirmed yet: until then it would refuse the next message. */
  #stopping: Promise<void> | null = null;
  /** What is shown of an answer that is joined again, until what the server sends of it has caught up. */
  #held: ChatMessage | null = null;
  /** Changes of stored messages by this page: what was read before one is out of date. */
  #changes = 0;
  #updatedAt: string | null = null;
  #endedAt = Number.NEGATIVE_INFINITY;
  readonly #listeners = new Set<() => void>();
  #onBusy: (text: string) => void = () => {};

  /** @param stored all branches, oldest first; the newest leaf's branch is shown */
  constructor(projectId: string, threadId: string, stored: ThreadMessage[]) {
    const { tree, headId } = treeOf(stored);
    this.#tree = tree;
    this.#projectId = projectId;
    this.#threadId = threadId;
    this.restoredIds = new Set(tree.nodes.keys());
    this.#storedIds = new Set(tree.nodes.keys());
    this.#transport = new ChatTransport(projectId, threadId, (id) => this.#storedIds.has(id));
    this.chat = new Chat<ChatMessage>({
      id: threadId,
      messages: headId === null ? [] : branchThrough(tree, headId),
      transport: this.#transport,
    });
  }

  get phase(): Phase {
    return this.#phase;
  }

  get ending(): Ending {
    return this.#ending;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** @param listener called with a message that cannot be sent because another answer runs */
  whenBusy(listener: (text: string) => void): void {
    this.#onBusy = listener;
  }

  /** Reads on after the page has left the conversation, and joins an answer that runs. */
  enter(): void {
    this.#hasLeft = false;
    if (this.#isOpenEnded()) void this.#look({ isNew: false });
  }

  /** The answer goes on at the server. */
  leave = (): void => {
    this.#hasLeft = true;
    this.#interrupt();
  };

  send = (text: string): void => void this.#begin(() => this.#sendMessage(text), text);

  /** Stops the answer that runs, and sends. */
  sendNow = (text: string): void => {
    this.stop();
    this.send(text);
  };

  stop = (): void => {
    if (this.#phase !== "running" && this.#phase !== "reconnecting") return;
    this.#isStopped = true;
    this.#interrupt();
    const last = this.chat.messages.at(-1);
    this.#stopping = this.#stopRun(last?.role === "assistant" ? last.id : null);
    this.#noteStopped();
  };

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
    void this.#begin(() => this.chat.regenerate({ messageId: id }), null);
  };

  /** Summarises the older messages before the next one is answered. */
  compactNext = (value: boolean): void => {
    this.#transport.compactNext = value;
  };

  /**
   * Undoes the compaction before an answer, or does it again: for the messages to come.
   *
   * @throws ApiError
   */
  undoCompaction = async (id: string, isUndone: boolean): Promise<void> => {
    const path = `/api/v1/projects/${this.#projectId}/threads/${this.#threadId}/compactions/${id}` as const;
    await callApi(path, { method: "PATCH", body: { isUndone } });
    this.#changes += 1;
    this.chat.messages = this.chat.messages.map((message) =>
      message.id === id
        ? { ...message, parts: message.parts.map((part) => undone(part, isUndone)) }
        : message,
    );
    this.#keepBranch();
  };

  /** Asks for the rest of an answer that is not whole. */
  continueAnswer = (): void => this.send(CONTINUE_TEXT);

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
    return outcomeOf(metadata) ?? this.#outcomes.get(id) ?? null;
  }

  /** The messages as they are shown: an answer that is joined again never becomes shorter meanwhile. */
  shown(messages: ChatMessage[]): ChatMessage[] {
    const held = this.#held;
    if (!held) return messages;
    return messages.map((message) =>
      message.id === held.id && sizeOf(message) < sizeOf(held) ? held : message,
    );
  }

  /** Somebody else may have sent a message in this thread. */
  lookForNews = (): void => {
    if (this.#phase === "idle" && !this.#hasLeft) void this.#look({ isNew: true });
  };

  /** What the list of threads says of this one, which another device may have changed. */
  notice({ updatedAt, isRunning }: { updatedAt: string; isRunning: boolean }): void {
    const isNew = this.#updatedAt !== null && this.#updatedAt !== updatedAt;
    this.#updatedAt = updatedAt;
    // The change that this page has just caused.
    const isOwn = performance.now() - this.#endedAt < OWN_CHANGE_MS;
    if (isRunning || (isNew && !isOwn)) this.lookForNews();
  }

  /** The browser has lost the network: not every connection notices. */
  loseConnection = (): void => {
    if (this.#phase === "running") this.#transport.breakOff();
  };

  /** For the run that is being read. */
  setKeepWorking = (value: boolean): void => {
    if (this.#phase !== "idle") this.#transport.setKeepWorking(value).catch(() => undefined);
  };

  async #sendMessage(text: string): Promise<void> {
    await this.chat.sendMessage({ id: randomUuid(), role: "user", parts: [{ type: "text", text }] });
  }

  /** @param text of a new message; null for one that is there */
  async #begin(request: () => Promise<void>, text: string | null): Promise<void> {
    if (this.#phase === "checking") this.#interrupt();
    this.#start();
    await this.#stopping;
    const isBusy = await this.#read(request);
    if (!isBusy) return;
    if (text !== null) this.chat.messages = this.chat.messages.slice(0, -1);
    await this.#look({ isNew: true, refused: text });
  }

  #start(): void {
    this.#abort = new AbortController();
    this.#isStopped = false;
    this.#held = null;
    this.#ending = null;
    this.#setPhase("running");
  }

  /**
   * Reads an answer to its end, over any number of connections.
   *
   * @returns true if another answer was running instead
   */
  async #read(request: () => Promise<void>): Promise<boolean> {
    const { signal } = this.#abort;
    await request();
    if (signal.aborted) {
      this.#settle(signal);
      return false;
    }
    const { error } = this.chat;
    this.chat.clearError();
    if (error instanceof ThreadBusy) {
      this.#setPhase("idle");
      return true;
    }
    this.#noteStored();
    if (error instanceof BrokenStream) await this.#reconnect(signal);
    this.#settle(signal);
    return false;
  }

  async #reconnect(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      this.#setPhase("reconnecting");
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      await waitToReconnect(attempt, signal);
      if (signal.aborted) return;
      try {
        // oxlint-disable-next-line no-await-in-loop
        const opened = await openRun(this.#threadId, signal);
        if (!opened) {
          // oxlint-disable-next-line no-await-in-loop -- it has ended meanwhile
          await this.#adoptStored(signal);
          if (!signal.aborted) this.#noteInterrupted();
          return;
        }
        // oxlint-disable-next-line no-await-in-loop
        if (await this.#join(opened, signal)) return;
        attempt = 0;
      } catch (error) {
        if (signal.aborted || isForGood(error)) {
          if (error instanceof ChatFailure && !signal.aborted) this.#failLast(error.chatError);
          return;
        }
      }
    }
  }

  /** @returns false if the connection broke again */
  async #join(opened: OpenedRun, signal: AbortSignal): Promise<boolean> {
    const last = this.chat.messages.at(-1);
    this.#held = last?.role === "assistant" ? last : null;
    this.#transport.join(opened);
    this.#setPhase("running");
    await this.chat.resumeStream();
    if (signal.aborted) return true;
    const { error } = this.chat;
    this.chat.clearError();
    this.#noteStored();
    return !(error instanceof BrokenStream);
  }

  /**
   * Joins the answer that runs, if one does.
   *
   * @param options.isNew also reads what was stored since
   * @param options.refused a message that could not be sent because of it
   */
  async #look({ isNew, refused = null }: { isNew: boolean; refused?: string | null }): Promise<void> {
    this.#abort = new AbortController();
    this.#isStopped = false;
    const { signal } = this.#abort;
    this.#setPhase("checking");
    try {
      if (isNew) {
        try {
          await this.#adoptStored(signal);
        } catch (error) {
          if (refused !== null) this.#onBusy(refused);
          throw error;
        }
        this.#putBack(refused);
      }
      const opened = await openRun(this.#threadId, signal);
      if (signal.aborted) return;
      if (!opened) {
        // It may have ended since the messages were read.
        if (this.#isOpenEnded()) await this.#adoptStored(signal);
      } else {
        this.#ending = null;
        this.#showQuestion(opened.questionId);
        const isWhole = await this.#join(opened, signal);
        if (!isWhole) await this.#reconnect(signal);
      }
    } catch (error) {
      // Looking again is for the next news; a run that is known to be there is joined as soon as possible.
      if (!signal.aborted && !isForGood(error) && this.#isOpenEnded()) await this.#reconnect(signal);
    }
    this.#settle(signal);
  }

  /** Unless it is what is being answered: a duplicated tab has the same messages waiting. */
  #putBack(refused: string | null): void {
    const question = this.chat.messages.findLast(({ role }) => role === "user");
    if (refused !== null && textOf(question) !== refused) this.#onBusy(refused);
  }

  #settle(signal: AbortSignal): void {
    // Another reading has begun since.
    if (signal !== this.#abort.signal) return;
    this.#held = null;
    const last = this.chat.messages.at(-1);
    if (this.#isStopped) this.#ending = "stopped";
    else if (this.#phase !== "checking") this.#ending = last ? this.#endingOf(last) : null;
    this.#endedAt = performance.now();
    this.#setPhase("idle");
  }

  #endingOf(last: ChatMessage): AnswerOutcome {
    if (last.role === "user") return "interrupted";
    return hasFailed(last) ? "failed" : (this.outcomeOf(last) ?? "completed");
  }

  /** Shows the branch that ends at the message whose answer runs. */
  #showQuestion(questionId: string | null): void {
    this.#keepBranch();
    const last = this.chat.messages.at(-1);
    // A further answer to a question that has one.
    const id = questionId ?? (last?.role === "assistant" ? this.chat.messages.at(-2)?.id : last?.id);
    if (id === undefined || !this.#tree.nodes.has(id)) return;
    const branch = branchThrough(this.#tree, id);
    this.chat.messages = branch.slice(0, branch.findIndex((message) => message.id === id) + 1);
  }

  /** Takes over what the server has, and shows the newest branch if another viewer has moved on. */
  async #adoptStored(signal: AbortSignal): Promise<void> {
    const changes = this.#changes;
    const stored = await readStoredMessages(this.#projectId, this.#threadId, this.#storedIds, signal);
    if (signal.aborted) return;
    if (changes !== this.#changes) return this.#adoptStored(signal);
    this.#keepBranch();
    const newest = stored.at(-1);
    // Who looks at an older version stays there until there is something new, and in the middle of an answer
    // nothing else comes to be shown.
    const isNews = newest !== undefined && !this.#tree.nodes.has(newest.id) && this.#phase !== "running";
    this.#tree = withStored(this.#tree, stored);
    for (const { id } of stored) this.#storedIds.add(id);
    this.chat.messages = isNews
      ? branchThrough(this.#tree, newest.id)
      : this.chat.messages.map((message) => this.#tree.nodes.get(message.id)?.message ?? message);
  }

  async #stopRun(answerId: string | null): Promise<void> {
    try {
      await this.#transport.stopRun(answerId);
      // Its tokens, and how much of it is stored.
      void this.#adoptStored(new AbortController().signal).catch(() => undefined);
    } catch {
      // It cannot be reached. Nobody watches the run, so the server ends it soon.
    }
    this.#stopping = null;
  }

  #interrupt(): void {
    this.#abort.abort();
    void this.chat.stop();
    if (this.#phase === "checking") this.#setPhase("idle");
  }

  /** Whether the shown branch ends with a message that an answer may still follow. */
  #isOpenEnded(): boolean {
    const last = this.chat.messages.at(-1);
    return last !== undefined && (last.role === "user" || this.outcomeOf(last) === null) && !hasFailed(last);
  }

  /** The server has accepted the question, and stores what there is of the answer when it ends. */
  #noteStored(): void {
    // Refused answers exist on this page only, and so does the question before them.
    const { messages } = this.chat;
    const isRefused = messages.at(-1)?.id.startsWith("unsent-");
    for (const { id } of isRefused ? [] : messages.slice(-2)) this.#storedIds.add(id);
  }

  /** The run has ended without its end: its server is gone. */
  #noteInterrupted(): void {
    const answer = this.chat.messages.at(-1);
    if (answer?.role === "assistant" && this.#isOpenEnded()) this.#outcomes.set(answer.id, "interrupted");
  }

  #noteStopped(): void {
    this.#noteStored();
    const answer = this.chat.messages.at(-1);
    if (answer?.role !== "assistant") return;
    this.#outcomes.set(answer.id, "stopped");
    // An answer that was stopped before any content arrived is dropped.
    if (answer.parts.every(({ type }) => type === "step-start")) {
      this.chat.messages = this.chat.messages.filter(({ id }) => id !== answer.id);
    }
  }

  #failLast(failure: ChatError): void {
    const { messages } = this.chat;
    const last = messages.at(-1);
    const part = { type: "data-chat-error", data: failure } as const;
    this.chat.messages =
      last?.role === "assistant"
        ? [...messages.slice(0, -1), { ...last, parts: [...last.parts, part] }]
        : [...messages, { id: `unsent-${randomUuid()}`, role: "assistant", parts: [part] }];
  }

  #keepBranch(): void {
    this.#tree = keepBranch(this.#tree, this.chat.messages);
  }

  #setPhase(phase: Phase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    for (const listener of this.#listeners) listener();
  }
}

function undone(part: ChatMessage["parts"][number], isUndone: boolean): ChatMessage["parts"][number] {
  return part.type === "data-compaction" ? { ...part, data: { ...part.data, isUndone } } : part;
}

/** Whether trying again cannot help: signed out, or the thread is gone. */
function isForGood(error: unknown): boolean {
  return error instanceof ChatFailure && !error.isPassing;
}
