import { Chat } from "@ai-sdk/react";
import type { AnswerOutcome } from "@/contracts/chat";
import { CONTINUE_TEXT } from "@/contracts/chat-notice";
import type { ThreadMessage } from "@/contracts/threads";
import { callApi } from "@/lib/http/api-client";
import { BrokenStream, ChatFailure, ThreadBusy } from "./chat-failure";
import { type ChatMessage, sizeOf, textOf } from "./chat-message";
import { ChatTransport } from "./chat-transport";
import { randomUuid } from "./random-uuid";
import { readStoredMessages } from "./read-stored-messages";
import { waitToReconnect } from "./reconnect-wait";
import { type OpenedRun, openRun } from "./run-requests";
import { ThreadBranches } from "./thread-branches";

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
 * read the same one. This class sends, reads and stops, and joins the answer again when its connection is
 * lost or somebody else has begun one. The messages are the AI SDK's chat's and `branches`'.
 */
export class Conversation {
  readonly chat: Chat<ChatMessage>;
  readonly branches: ThreadBranches;
  readonly #transport: ChatTransport;
  readonly #projectId: string;
  readonly #threadId: string;
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
    this.#projectId = projectId;
    this.#threadId = threadId;
    this.#transport = new ChatTransport(projectId, threadId, (id) => this.branches.storedIds.has(id));
    this.chat = new Chat<ChatMessage>({ id: threadId, transport: this.#transport });
    this.branches = new ThreadBranches(this.chat, stored);
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
    if (this.branches.isOpenEnded) void this.#look({ isNew: false });
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
    this.branches.noteStopped();
  };

  /** Sends an edited version of a message from the person. */
  edit = (id: string, text: string): void => {
    this.branches.showBefore(id);
    this.send(text);
  };

  /** Requests another answer. @param id of an answer, or of a message without one */
  answerAgain = (id: string): void => {
    this.branches.keep();
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
    this.branches.change(id, (message) => ({
      ...message,
      parts: message.parts.map((part) => undone(part, isUndone)),
    }));
  };

  /** Asks for the rest of an answer that is not whole. */
  continueAnswer = (): void => this.send(CONTINUE_TEXT);

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
    this.branches.noteStored();
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
          if (!signal.aborted) this.branches.noteInterrupted();
          return;
        }
        // oxlint-disable-next-line no-await-in-loop
        if (await this.#join(opened, signal)) return;
        attempt = 0;
      } catch (error) {
        if (signal.aborted || isForGood(error)) {
          if (error instanceof ChatFailure && !signal.aborted) this.branches.noteFailed(error.chatError);
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
    this.branches.noteStored();
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
        if (this.branches.isOpenEnded) await this.#adoptStored(signal);
      } else {
        this.#ending = null;
        this.branches.showQuestion(opened.questionId);
        const isWhole = await this.#join(opened, signal);
        if (!isWhole) await this.#reconnect(signal);
      }
    } catch (error) {
      // Looking again is for the next news; a run that is known to be there is joined as soon as possible.
      if (!signal.aborted && !isForGood(error) && this.branches.isOpenEnded) await this.#reconnect(signal);
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
    if (this.#isStopped) this.#ending = "stopped";
    else if (this.#phase !== "checking") this.#ending = this.branches.ending;
    this.#endedAt = performance.now();
    this.#setPhase("idle");
  }

  /** Takes over what the server has; in the middle of an answer nothing else comes to be shown. */
  async #adoptStored(signal: AbortSignal): Promise<void> {
    const changes = this.#changes;
    const { storedIds } = this.branches;
    const stored = await readStoredMessages(this.#projectId, this.#threadId, storedIds, signal);
    if (signal.aborted) return;
    if (changes !== this.#changes) return this.#adoptStored(signal);
    this.branches.adopt(stored, { showsNews: this.#phase !== "running" });
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
