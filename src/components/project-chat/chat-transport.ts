import { DefaultChatTransport, type UIMessageChunk } from "ai";
import { readModelSelection } from "@/components/model-selector/model-selection-store";
import type { ChatError } from "@/contracts/chat";
import { keyProviderOf } from "@/contracts/payer";
import { completeAnswer } from "./answer-stream";
import { ChatFailure, failureChunks, UNREADABLE } from "./chat-failure";
import { chatFetch } from "./chat-fetch";
import type { ChatMessage } from "./chat-message";
import { randomUuid } from "./random-uuid";

// Next inlines the variable into the bundle; it is set if the agent server is deployed separately.
const AGENT_URL = process.env.NEXT_PUBLIC_MASTRA_API_URL || "/api/mastra/codegen";

/**
 * Sends the messages of one thread to the agent. The selection is read when a message is sent, not when the
 * transport is created, so that switching applies to the very next message. No key is ever part of a request.
 *
 * Every failure becomes an answer with a `data-chat-error` part, so the error stays on its message, whereas
 * the chat's own `error` belongs to the last one.
 */
export class ChatTransport extends DefaultChatTransport<ChatMessage> {
  constructor(projectId: string, threadId: string) {
    super({
      fetch: chatFetch,
      prepareSendMessagesRequest: ({ messages }) => {
        const { payer, provider, model, keyId } = readModelSelection();
        const query = new URLSearchParams({
          projectId,
          model,
          keyProvider: keyProviderOf(payer),
          aiProvider: provider,
          ...(keyId ? { keyId } : {}),
        });
        return { api: `${AGENT_URL}?${query}`, body: { messages, threadId } };
      },
    });
  }

  override async sendMessages(options: Parameters<DefaultChatTransport<ChatMessage>["sendMessages"]>[0]) {
    try {
      return await super.sendMessages(options);
    } catch (error) {
      // Stopped by the person.
      if (error instanceof Error && error.name === "AbortError") throw error;
      return failedAnswer(error instanceof ChatFailure ? error.chatError : UNREADABLE);
    }
  }

  protected override processResponseStream(body: ReadableStream<Uint8Array>) {
    return completeAnswer(super.processResponseStream(body));
  }
}

function failedAnswer(failure: ChatError): ReadableStream<UIMessageChunk> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue({ type: "start", messageId: `unsent-${randomUuid()}` });
      for (const chunk of failureChunks(failure)) controller.enqueue(chunk);
      controller.close();
    },
  });
}
