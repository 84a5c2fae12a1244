import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { WireAnswer, WireCase } from "./wire-case";

/** A chat request as it arrived. */
export interface ArrivedChat {
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One server plays the provider of all cases: the key of a request names its case. */
export interface WireProvider {
  readonly url: string;
  /** Answers requests with this key as the case says. @returns the chat requests, as they arrive */
  play(key: string, wireCase: WireCase): readonly ArrivedChat[];
  close(): void;
}

/** @param host the address it listens on */
export async function startWireProvider(host: string): Promise<WireProvider> {
  const played = new Map<string, { wireCase: WireCase; chats: ArrivedChat[] }>();
  const server = createServer((request, response) => {
    const playing = played.get(keyOf(request));
    readBody(request).then(
      (text) => {
        const answer = playing && answerTo(playing.wireCase, playing.chats, request, text);
        return send(response, answer ?? NOT_FOUND, playing?.chats.length ?? 0);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    play(key, wireCase) {
      const chats: ArrivedChat[] = [];
      played.set(key, { wireCase, chats });
      return chats;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const JSON_HEADERS = { "content-type": "application/json" };
const NOT_FOUND: WireAnswer = { status: 404, headers: JSON_HEADERS, body: ['{"detail":"Not Found"}'] };
const MODELS: WireAnswer = {
  status: 200,
  headers: JSON_HEADERS,
  body: ['{"object":"list","data":[{"id":"some-model"}]}'],
};
const EMPTY_CHAT: WireAnswer = {
  status: 400,
  headers: JSON_HEADERS,
  body: ['{"error":{"message":"messages must not be empty","type":"invalid_request_error"}}'],
};
const chunk = (rest: string) =>
  `data: {"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"m",${rest}}\n\n`;
const GOOD_CHAT: WireAnswer = {
  status: 200,
  headers: { "content-type": "text/event-stream" },
  body: [
    chunk('"choices":[{"index":0,"delta":{"content":"fine"},"finish_reason":null}]'),
    chunk('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]'),
    "data: [DONE]\n\n",
  ],
};

function keyOf({ headers }: IncomingMessage): string {
  const key = headers["x-api-key"] ?? headers["x-goog-api-key"] ?? headers.authorization ?? "";
  return String(key).replace(/^Bearer /, "");
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += String(piece);
  return text;
}

function answerTo(
  wireCase: WireCase,
  chats: ArrivedChat[],
  { method, url = "" }: IncomingMessage,
  text: string,
): WireAnswer | undefined {
  const path = new URL(url, "http://provider.invalid").pathname;
  const isChat = method === "POST";
  const body = isChat ? (JSON.parse(text) as Record<string, unknown>) : {};
  const { serves, answers } = wireCase;
  if (serves !== undefined) {
    if (isChat && path === `${serves}/chat/completions`) return chatOf(body);
    return path === `${serves}/models` ? MODELS : undefined;
  }
  if (Array.isArray(answers)) {
    if (!isChat) return MODELS;
    chats.push({ text, body });
    return answers[Math.min(chats.length, answers.length) - 1];
  }
  if (!isChat) return path.endsWith("/models") ? answers?.models : undefined;
  // A chat that asks for something is answered; one that only tests the key, as the case says.
  return body["stream"] === true ? GOOD_CHAT : answers?.chat;
}

function chatOf(body: Readonly<Record<string, unknown>>): WireAnswer {
  return body["stream"] === true ? GOOD_CHAT : EMPTY_CHAT;
}

/** @param number of the request */
async function send(response: ServerResponse, answer: WireAnswer, number: number): Promise<void> {
  response.sendDate = false;
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  for (const piece of answer.body) {
    if (typeof piece === "string") response.write(filled(piece, number));
    else if ("pauseMs" in piece) await wait(piece.pauseMs);
    else if ("stayOpen" in piece) return;
    else
      for (let count = 0; count < piece.times; count += 1)
        response.write(filled(piece.text.replaceAll("%n%", String(count)), number));
  }
  response.end();
}

function filled(text: string, number: number): string {
  return text
    .replaceAll("%r%", String(number))
    .replaceAll(/%ms\+(\d+)%/g, (_all, ms: string) => String(Date.now() + Number(ms)));
}
