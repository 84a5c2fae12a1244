import { AssistantChatTransport } from "@assistant-ui/react-ai-sdk";
import type { UIMessage } from "ai";
import { readModelSelection } from "@/components/model-selector/model-selection-store";
import { keyProviderOf } from "@/contracts/payer";
import { chatFetch } from "./chat-fetch";

// Next writes the variable's value into the bundle; it is set when the agent server is deployed apart.
const AGENT_URL = process.env.NEXT_PUBLIC_MASTRA_API_URL || "/api/mastra/codegen";

/**
 * How messages of one thread reach the agent. The selection is read when a message leaves, not when the transport is
 * made, so that switching counts from the very next message. No key is ever part of a request.
 */
export function createChatTransport(projectId: string, threadId: string): AssistantChatTransport<UIMessage> {
  return new AssistantChatTransport<UIMessage>({
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
