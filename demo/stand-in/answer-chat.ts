import type http from "node:http";
import type { ServerResponse } from "node:http";
import type { ChatRequest, Dialect } from "./dialects/dialect";
import type { Failure, Refusal } from "./failure";
import { forwardToModel } from "./forward-to-model";
import { interruptStream } from "./interrupt-stream";
import { isInterruption, type KeyBehaviour, LATE_MS } from "./key-behaviours";
import { passStreamOn, passWholeAnswerOn } from "./pass-answer-on";
import type { PromptCache } from "./prompt-cache";
import type { JournalEntry, RequestJournal } from "./request-journal";
import { nextTurn } from "./scripted-agent";
import type { ScriptedModel } from "./scripted-model";
import type { ScriptedTurn } from "./scripted-turn";

export interface ChatService {
  journal: RequestJournal;
  model: ScriptedModel;
  cache: PromptCache;
  agent: http.Agent;
}

interface Asked {
  dialect: Dialect;
  entry: JournalEntry;
  behaviour: KeyBehaviour;
  inputTokens: number;
  response: ServerResponse;
  refuse: (failure: Failure) => void;
  send: (refusal: Refusal) => void;
}

const REFUSED: ScriptedTurn = { text: "I can't go on with", refused: true };

/**
 * Answers an accepted request: chooses the turn, has aimock stream it, and passes the stream on or breaks it.
 */
export function answerChat(service: ChatService, chat: ChatRequest, asked: Asked): void {
  const { dialect, entry, behaviour, inputTokens, response } = asked;
  const account = entry.apiKey ?? "";
  const turn = behaviour === "content-refused" ? REFUSED : nextTurn(chat.conversation);
  const signature =
    turn.thinking === undefined ? undefined : dialect.thinkingSignature(turn.thinking, account);
  const cached = service.cache.use(
    { account, model: chat.model, prefix: chat.conversation.cachedPrefix },
    inputTokens,
  );
  const produced = service.model.prepare(entry.requestId, turn, {
    inputTokens,
    maxTokens: chat.maxTokens,
    signature,
    refusedFinishReason: dialect.refusedFinishReason,
  });
  const reshaping = dialect.reshape({
    chat,
    account,
    signature,
    usage: { inputTokens, ...cached, ...produced },
  });
  let late: NodeJS.Timeout | undefined;
  response.once("close", () => {
    clearTimeout(late);
    service.model.forget(entry.requestId);
  });
  const forward = () =>
    forwardToModel(response, {
      model: service.model.url,
      path: dialect.modelPath(chat),
      agent: service.agent,
      ticket: entry.requestId,
      chat,
      onAnswer(incoming) {
        if (behaviour === "mid-stream-error" && !chat.stream) {
          incoming.resume();
          return asked.send(dialect.stream.wholeError(entry.requestId));
        }
        const status = incoming.statusCode ?? 502;
        service.journal.answered(entry, status);
        response.writeHead(status, {
          "content-type": incoming.headers["content-type"] ?? "application/json",
          "cache-control": "no-cache",
          ...dialect.headers(entry.requestId),
        });
        if (isInterruption(behaviour)) {
          const how = { how: behaviour, requestId: entry.requestId, stream: dialect.stream, reshaping };
          interruptStream(incoming, response, how);
        } else if (chat.stream) {
          passStreamOn(incoming, response, reshaping);
        } else {
          void passWholeAnswerOn(incoming, response, reshaping);
        }
      },
      onFailure: (error) => asked.refuse({ kind: "server-error", message: `Stand-in: ${error.message}` }),
    });
  if (behaviour !== "answers-late") return forward();
  late = setTimeout(forward, LATE_MS);
}
