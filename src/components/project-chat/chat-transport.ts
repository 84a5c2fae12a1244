import {
  parseJsonEventStream,
  type ChatTransport as Transport,
  type UIMessageChunk,
  uiMessageChunkSchema,
} from "ai";
import { readModelSelection } from "@/components/model-selector/model-selection-store";
import { announceThread } from "@/components/threads/thread-news";
import type { ChatError } from "@/contracts/chat";
import { keyProviderOf } from "@/contracts/payer";
import { completeAnswer } from "./answer-stream";
import { breakWhenSilent } from "./break-when-silent";
import { BrokenStream, ChatFailure, failureChunks, ThreadBusy, UNREADABLE } from "./chat-failure";
import { agentFetch, streamOf } from "./chat-fetch";
import type { ChatMessage } from "./chat-message";
import { keepsWorking } from "./keep-working";
import { randomUuid } from "./random-uuid";
import { AGENT_URL, type OpenedRun, runIdOf, setKeepWorking, stopRun } from "./run-requests";

type SendOptions = Parameters<Transport<ChatMessage>["sendMessages"]>[0];
type Chunks = ReadableStream<UIMessageChunk>;

/**
 * Sends the messages of one thread to the agent and reads its answers. The selection is read when a message
 * is sent, not when the transport is created, so that switching applies to the very next message. No key is
 * ever part of a request.
 *
 * Every refusal becomes an answer with a `data-chat-error` part, so the error stays on its message, whereas
 * the chat's own `error` belongs to the last one. Two are thrown: a thread that is busy with another answer,
 * and a stream that broke off.
 */
export class ChatTransport implements Transport<ChatMessage> {
  /** The server sends a running answer from its beginning to whoever joins. */
  readonly resumeStreamIsReplay = true;
  /** Asks, with the next message, that the older ones be summarised first. */
  compactNext = false;
  readonly #projectId: string;
  readonly #threadId: string;
  readonly #isStored: (id: string) => boolean;
  /** The run whose answer is read, once the server has accepted it; null if there is none. */
  #runId: Promise<string | null> = Promise.resolve(null);
  #opened: OpenedRun | null = null;
  #breakOff: (() => void) | null = null;

  /** @param isStored whether the server has a message */
  constructor(projectId: string, threadId: string, isStored: (id: string) => boolean) {
    this.#projectId = projectId;
    this.#threadId = threadId;
    this.#isStored = isStored;
  }

  async sendMessages({ messages, abortSignal }: SendOptions): Promise<Chunks> {
    // Not aborted with the reading: only its answer tells which run there is to stop.
    const sending = this.#send(messages);
    this.#runId = sending.then(runIdOf, () => null);
    try {
      return this.#read(await unlessAborted(sending, abortSignal), abortSignal);
    } catch (error) {
      if (isAbort(error) || error instanceof ThreadBusy) throw error;
      return failedAnswer(error instanceof ChatFailure ? error.chatError : UNREADABLE);
    }
  }

  /** What `reconnectToStream` continues with. */
  join(opened: OpenedRun): void {
    this.#opened = opened;
    this.#runId = Promise.resolve(runIdOf(opened.response));
  }

  async reconnectToStream({
    abortSignal,
  }: {
    abortSignal?: AbortSignal | undefined;
  }): Promise<Chunks | null> {
    const opened = this.#opened;
    this.#opened = null;
    return opened && this.#read(opened.response, abortSignal);
  }

  /** Stops reading as if the connection were lost. */
  breakOff(): void {
    this.#breakOff?.();
  }

  /**
   * Stops the run at its provider, also one that the server has not accepted yet.
   *
   * @param answerId of what has come of its answer: the run has the same, also if no header says so
   * @throws ChatFailure
   */
  async stopRun(answerId: string | null): Promise<void> {
    const runId = (await this.#runId) ?? answerId;
    if (runId !== null) await stopRun(runId);
  }

  /** Whether the run goes on when nobody watches it. @throws ChatFailure */
  async setKeepWorking(value: boolean): Promise<void> {
    const runId = await this.#runId;
    if (runId !== null) await setKeepWorking(runId, value);
  }

  async #send(messages: ChatMessage[]): Promise<Response> {
    const { payer, provider, model, keyId } = readModelSelection();
    const query = new URLSearchParams({
      projectId: this.#projectId,
      model,
      keyProvider: keyProviderOf(payer),
      aiProvider: provider,
      ...(keyId ? { keyId } : {}),
    });
    const body = {
      ...requestBody(messages, this.#threadId, this.#isStored),
      keepWorking: keepsWorking(),
      ...(this.compactNext ? { compact: true } : {}),
    };
    this.compactNext = false;
    const response = await agentFetch(`${AGENT_URL}?${query}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    try {
      const stream = await streamOf(response);
      announceThread(this.#threadId);
      return stream;
    } catch (error) {
      throw error instanceof ChatFailure && error.chatError.code === "thread_busy" ? new ThreadBusy() : error;
    }
  }

  #read({ body }: Response, abortSignal: AbortSignal | undefined): Chunks {
    if (!body) throw new ChatFailure(UNREADABLE, 200);
    const broken = new AbortController();
    this.#breakOff = () => broken.abort(new BrokenStream());
    const ended = AbortSignal.any([broken.signal, ...(abortSignal ? [abortSignal] : [])]);
    return completeAnswer(chunksOf(body.pipeThrough(breakWhenSilent(), { signal: ended })));
  }
}

/**
 * The new message and its place: what is stored need not be sent again. Messages that the server refused are
 * not stored; then all of the conversation goes along.
 */
export function requestBody(
  messages: readonly ChatMessage[],
  threadId: string,
  isStored: (id: string) => boolean,
) {
  const sent = messages.map(({ id, role, parts }) => ({ id, role, parts }));
  const before = sent.slice(0, -1);
  const lastStored = before.findLastIndex(({ id }) => isStored(id));
  const isComplete = before.slice(lastStored + 1).every(({ role }) => role !== "user");
  return isComplete
    ? { threadId, parentId: before[lastStored]?.id ?? null, message: sent.at(-1) }
    : { threadId, messages: sent };
}

function chunksOf(body: ReadableStream<Uint8Array>): Chunks {
  return parseJsonEventStream({ stream: body, schema: uiMessageChunkSchema }).pipeThrough(
    new TransformStream({
      transform(event, controller) {
        if (!event.success) throw event.error;
        controller.enqueue(event.value as UIMessageChunk);
      },
    }),
  );
}

async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (!signal) return promise;
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(new DOMException("Stopped", "AbortError"));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
  aborted.catch(() => undefined);
  const value = promise.then(async (response) => {
    if (signal.aborted && response instanceof Response) await response.body?.cancel().catch(() => undefined);
    return response;
  });
  return Promise.race([value, aborted]);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function failedAnswer(failure: ChatError): Chunks {
  return new ReadableStream({
    start(controller) {
      controller.enqueue({ type: "start", messageId: `unsent-${randomUuid()}` });
      for (const chunk of failureChunks(failure)) controller.enqueue(chunk);
      controller.close();
    },
  });
}
