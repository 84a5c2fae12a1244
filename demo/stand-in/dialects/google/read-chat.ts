import { type Conversation, ConversationBuilder } from "../../conversation";
import { asRecord } from "../../json";
import type { ChatReading } from "../dialect";
import { type GenerateContentRequest, generateContentRequest } from "./generate-content-request";
import { missingSignature } from "./thought-signature";

/** Parses the body of `models/<model>:generateContent` and rejects what the real API rejects. */
export function readChat(body: unknown, account: string, path: string): ChatReading {
  const parsed = generateContentRequest.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return malformed(`* GenerateContentRequest.${issue?.path.join(".")}: ${issue?.message}`);
  }
  const complaint = misplaced(parsed.data) ?? missingSignature(parsed.data, account);
  if (complaint !== undefined) return malformed(complaint);
  return {
    ok: true,
    chat: {
      model: /models\/([^/:]+)/.exec(path)?.[1] ?? "",
      stream: path.endsWith(":streamGenerateContent"),
      maxTokens: parsed.data.generationConfig?.maxOutputTokens ?? Number.POSITIVE_INFINITY,
      wantsUsage: true,
      conversation: readConversation(parsed.data),
    },
  };
}

function malformed(message: string): ChatReading {
  return { ok: false, failure: { kind: "malformed", message } };
}

/**
 * Every call must have its response in the next turn: https://ai.google.dev/gemini-api/docs/function-calling
 */
function misplaced({ contents }: GenerateContentRequest): string | undefined {
  for (const [index, { parts }] of contents.entries()) {
    const calls = parts.filter(({ functionCall }) => functionCall !== undefined);
    const answers = (contents[index + 1]?.parts ?? []).filter((next) => next.functionResponse !== undefined);
    if (calls.length > 0 && calls.length !== answers.length) {
      return "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";
    }
  }
  return undefined;
}

/** Calls have no ids here: a response belongs to the call at the same position in the previous turn. */
function readConversation({ contents, tools }: GenerateContentRequest): Conversation {
  const conversation = new ConversationBuilder();
  for (const [index, { role, parts }] of contents.entries()) {
    let [called, answered] = [0, 0];
    for (const { text, thought, functionCall, functionResponse } of parts) {
      if (role === "user" && text && !thought) conversation.said(text);
      if (functionCall) {
        conversation.called(`${index}/${called++}`, {
          name: functionCall.name,
          input: asRecord(functionCall.args),
        });
      }
      if (functionResponse) {
        const result = JSON.stringify(functionResponse.response);
        conversation.answered(`${index - 1}/${answered++}`, { result, failed: false });
      }
    }
  }
  return conversation.build(
    (tools ?? []).flatMap(({ functionDeclarations }) => (functionDeclarations ?? []).map(({ name }) => name)),
  );
}
