import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tellDefaultSelection } from "@/components/model-selector/model-selection-store";
import type { ThreadMessage } from "@/contracts/threads";
import { forgetAccessToken } from "./access-token";
import { textOf } from "./chat-message";
import { Conversation, type Phase } from "./conversation";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const realFetch = globalThis.fetch;
const page = new EventTarget();
let server: Server;
/** What the server does, by method and path; a list is used up one by one, its last stays. */
let routes: Record<string, Handler | Handler[]>;
let asked: string[];
let bodies: unknown[];
let stored: ThreadMessage[];
/** Answers to a read of the messages wait for these, with what was stored when they were asked for. */
let held: Promise<void>[];
let conversation: Conversation;
let phases: Phase[];

beforeEach(async () => {
  tellDefaultSelection({ payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" });
  forgetAccessToken();
  routes = { "GET /stream": none };
  [asked, bodies, stored, held, phases] = [[], [], [], [], []];
  server = createServer((request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    if (path === "/api/auth/token") return json({ token: "e30.e30.x" })(request, response);
    const name = `${request.method} /${path.split("/").at(-1)}`;
    asked.push(name);
    if (name === "GET /messages") {
      const answer = json({ messages: stored });
      const until = held.shift() ?? Promise.resolve();
      return void until.then(() => answer(request, response));
    }
    const route = routes[name] ?? none;
    const handler = Array.isArray(route) ? ((route.length > 1 ? route.shift() : route[0]) ?? none) : route;
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      if (body !== "") bodies.push(JSON.parse(body));
      handler(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  // As in a browser, which resolves paths against its page and tells the page when the network is back.
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) =>
    realFetch(new URL(input instanceof Request ? input.url : input, `http://127.0.0.1:${port}`), init),
  );
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});

afterEach(async () => {
  conversation.leave();
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const none: Handler = (_request, response) => response.writeHead(204).end();

function json(body: unknown, status = 200): Handler {
  return (_request, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const event = (chunk: object) => `data: ${JSON.stringify(chunk)}\n\n`;

/** An answer of these words; without an end it stays open. */
function answering(
  id: string,
  words: string[],
  end: "whole" | "breaks" | "open" = "whole",
  headers = {},
): Handler {
  return (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "x-run-id": id, ...headers });
    response.write(event({ type: "start", messageId: id }) + event({ type: "text-start", id: "t" }));
    for (const delta of words) response.write(event({ type: "text-delta", id: "t", delta }));
    if (end === "whole") {
      const messageMetadata = { outcome: "completed" };
      response.end(
        `${event({ type: "text-end", id: "t" })}${event({ type: "finish", messageMetadata })}data: [DONE]\n\n`,
      );
    } else if (end === "breaks") setTimeout(() => response.destroy(), 20);
  };
}

function message(id: string, parentId: string | null, text: string, metadata = {}): ThreadMessage {
  const role = id.startsWith("q") ? "user" : "assistant";
  return { id, parentId, role, parts: [{ type: "text", text }], metadata, createdAt: "" };
}

function open(messages: ThreadMessage[] = []): Conversation {
  stored = messages;
  conversation = new Conversation("project", "thread", messages);
  conversation.subscribe(() => phases.push(conversation.phase));
  return conversation;
}

const texts = () => conversation.chat.messages.map(textOf);
const until = (phase: Phase) =>
  new Promise<void>((resolve) => {
    if (conversation.phase === phase) resolve();
    conversation.subscribe(() => {
      if (conversation.phase === phase) resolve();
    });
  });
/** As if a person had waited: the network is back. */
const backOnline = () => page.dispatchEvent(new Event("online"));

const WHOLE = [message("q1", null, "first"), message("a1", "q1", "one", { outcome: "completed" })];

test("a lost connection: the answer goes on where it was, and never becomes shorter meanwhile", async () => {
  routes["POST /codegen"] = answering("a2", ["Once ", "upon "], "breaks");
  routes["GET /stream"] = answering("a2", ["Once ", "upon ", "a ", "time"]);
  open(WHOLE).send("second");
  await until("reconnecting");
  expect(texts()).toEqual(["first", "one", "second", "Once upon "]);
  let shortest = Number.POSITIVE_INFINITY;
  conversation.chat["~registerMessagesCallback"](() => {
    const [last] = conversation.shown(conversation.chat.messages).slice(-1);
    shortest = Math.min(shortest, textOf(last).length);
  });
  backOnline();
  await until("idle");
  expect(texts()).toEqual(["first", "one", "second", "Once upon a time"]);
  expect(shortest).toBe("Once upon ".length);
  expect(phases).toEqual(["running", "reconnecting", "running", "idle"]);
  expect(conversation.ending).toBe("completed");
  expect(bodies).toMatchObject([{ threadId: "thread", parentId: "a1", message: { role: "user" } }]);
});

test("a connection is lost again and again, and the server is away in between", async () => {
  routes["POST /codegen"] = answering("a2", ["one "], "breaks");
  routes["GET /stream"] = [
    (request) => request.socket.destroy(),
    json({ error: "Away.", code: "unavailable" }, 503),
    answering("a2", ["one ", "two "], "breaks"),
    answering("a2", ["one ", "two ", "three"]),
  ];
  open(WHOLE).send("second");
  const online = setInterval(backOnline, 20);
  await vi.waitFor(() => expect(conversation.ending).toBe("completed"));
  clearInterval(online);
  expect(texts().at(-1)).toBe("one two three");
});

test("an answer that ended while the connection was lost is read from what is stored", async () => {
  routes["POST /codegen"] = answering("a2", ["Once "], "breaks");
  open(WHOLE).send("second");
  await until("reconnecting");
  const [question] = conversation.chat.messages.slice(-2);
  const id = question?.id ?? "";
  stored = [
    ...WHOLE,
    { ...message("q2", "a1", "second"), id },
    message("a2", id, "Once upon a time", { outcome: "completed", usage: { outputTokens: 4 } }),
  ];
  backOnline();
  await until("idle");
  expect(texts()).toEqual(["first", "one", "second", "Once upon a time"]);
  expect(conversation.chat.messages.at(-1)?.metadata).toMatchObject({ usage: { outputTokens: 4 } });
  expect(conversation.ending).toBe("completed");
});

test("an answer whose server is gone is interrupted, also before anything of it is stored", async () => {
  routes["POST /codegen"] = answering("a2", ["Once "], "breaks");
  open(WHOLE).send("second");
  await until("reconnecting");
  backOnline();
  await until("idle");
  const [answer] = conversation.chat.messages.slice(-1);
  expect(answer && [textOf(answer), conversation.branches.outcomeOf(answer)]).toEqual([
    "Once ",
    "interrupted",
  ]);
  expect(conversation.ending).toBe("interrupted");
});

test("who is signed out while the connection is lost is told so on the message", async () => {
  routes["POST /codegen"] = answering("a2", ["Once "], "breaks");
  routes["GET /stream"] = json(
    { error: "You are signed out.", code: "unauthorized", action: "sign_in" },
    401,
  );
  open(WHOLE).send("second");
  await until("reconnecting");
  backOnline();
  await until("idle");
  expect(conversation.chat.messages.at(-1)?.parts.at(-1)).toMatchObject({
    type: "data-chat-error",
    data: { code: "unauthorized", action: "sign_in" },
  });
});

test("opening a thread joins its running answer; only when none runs has the message no answer", async () => {
  routes["GET /stream"] = answering("a2", ["so ", "far"]);
  const question = message("q2", "a1", "second");
  open([...WHOLE, question]).enter();
  expect(conversation.phase).toBe("checking");
  await until("running");
  await until("idle");
  expect(texts()).toEqual(["first", "one", "second", "so far"]);

  conversation.leave();
  routes["GET /stream"] = none;
  open([...WHOLE, question]).enter();
  expect(conversation.phase).toBe("checking");
  await until("idle");
  expect(texts()).toEqual(["first", "one", "second"]);

  asked = [];
  open(WHOLE).enter();
  expect(asked, "a whole answer is not asked for").toEqual([]);
});

test("another viewer sends: the thread follows, with what was shown as another version", async () => {
  const before = [
    ...WHOLE,
    message("q2", "a1", "mine"),
    message("a2", "q2", "two", { outcome: "completed" }),
  ];
  open(before);
  stored = [...before, message("q3", "a1", "theirs")];
  routes["GET /stream"] = answering("a3", ["three"], "whole", { "x-run-question": "q3" });
  conversation.lookForNews();
  await until("running");
  await until("idle");
  expect(texts()).toEqual(["first", "one", "theirs", "three"]);
  expect(conversation.branches.versionsOf("q3", "a1")).toEqual(["q2", "q3"]);
});

test("another viewer asks again: the new answer is a version beside the shown one", async () => {
  open(WHOLE);
  routes["GET /stream"] = answering("a2", ["better"]);
  conversation.notice({ updatedAt: "1", isRunning: true });
  await until("running");
  await until("idle");
  expect(texts()).toEqual(["first", "better"]);
  expect(conversation.branches.versionsOf("a2", "q1")).toEqual(["a1", "a2"]);
});

test("a change that another device made is looked at once, not what has been seen", async () => {
  open(WHOLE);
  conversation.notice({ updatedAt: "1", isRunning: false });
  conversation.notice({ updatedAt: "1", isRunning: false });
  expect(asked).toEqual([]);
  stored = [...WHOLE, message("q2", "a1", "theirs"), message("a2", "q2", "two", { outcome: "completed" })];
  conversation.notice({ updatedAt: "2", isRunning: false });
  await until("idle");
  expect(texts()).toEqual(["first", "one", "theirs", "two"]);
});

test("who looks at an older version stays there while nothing is new", async () => {
  open([...WHOLE, message("a2", "q1", "better", { outcome: "completed" })]);
  conversation.branches.showVersion("a1");
  conversation.lookForNews();
  await until("idle");
  expect(texts()).toEqual(["first", "one"]);
});

function compacted(isUndone: boolean): ThreadMessage[] {
  const part = { type: "data-compaction", data: { state: "done", summary: "Short.", isUndone } };
  return WHOLE.map((each) => (each.id === "a1" ? { ...each, parts: [part] } : each));
}

test("undoing a compaction is not lost to messages that were read before it", async () => {
  routes["PATCH /a1"] = (request, response) => {
    stored = compacted(true);
    json({ success: true })(request, response);
  };
  open(compacted(false));
  await until("idle");
  const late = Promise.withResolvers<void>();
  held.push(late.promise);
  conversation.lookForNews();
  await vi.waitFor(() => expect(held).toEqual([]));
  await conversation.undoCompaction("a1", true);
  late.resolve();
  await until("idle");
  expect(conversation.chat.messages.at(-1)?.parts).toMatchObject([{ data: { isUndone: true } }]);
});

test("a message for a busy thread waits, and the answer that runs is shown", async () => {
  routes["POST /codegen"] = json({ error: "Busy.", code: "thread_busy" }, 409);
  routes["GET /stream"] = answering("a2", ["theirs"], "open");
  const waiting: string[] = [];
  open(WHOLE).whenBusy((text) => waiting.push(text));
  stored = [...WHOLE, message("q2", "a1", "from elsewhere")];
  conversation.send("mine");
  await vi.waitFor(() => expect(texts()).toEqual(["first", "one", "from elsewhere", "theirs"]));
  expect(waiting).toEqual(["mine"]);
  expect(conversation.phase).toBe("running");

  conversation.leave();
  open(WHOLE).whenBusy((text) => waiting.push(text));
  stored = [...WHOLE, message("q2", "a1", "the same")];
  conversation.send("the same");
  await vi.waitFor(() => expect(texts()).toEqual(["first", "one", "the same", "theirs"]));
  expect(waiting, "what a duplicated tab has sent does not wait").toEqual(["mine"]);
});

test("Stop stops the run at the server, keeps what arrived, and the next message waits for it", async () => {
  let confirm: (() => void) | undefined;
  routes["POST /codegen"] = [answering("a2", ["Once "], "open"), answering("a3", ["next"])];
  routes["DELETE /a2"] = (request, response) => {
    confirm = () => json({ stopped: true })(request, response);
  };
  open(WHOLE).send("second");
  await vi.waitFor(() => expect(texts().at(-1)).toBe("Once "));
  conversation.stop();
  await until("idle");
  expect(conversation.ending).toBe("stopped");
  const [answer] = conversation.chat.messages.slice(-1);
  expect(answer && conversation.branches.outcomeOf(answer)).toBe("stopped");
  conversation.send("third");
  await vi.waitFor(() => expect(asked).toContain("DELETE /a2"));
  expect(asked.filter((name) => name === "POST /codegen")).toHaveLength(1);
  confirm?.();
  await vi.waitFor(() => expect(texts().at(-1)).toBe("next"));
  await until("idle");
  expect(bodies.at(-1)).toMatchObject({ parentId: "a2" });
});

test("a run is stopped that the server has not accepted yet; leaving stops nothing", async () => {
  let accept: (() => void) | undefined;
  routes["POST /codegen"] = (request, response) => {
    accept = () => answering("a2", [], "open")(request, response);
  };
  open(WHOLE).send("second");
  await vi.waitFor(() => expect(asked).toContain("POST /codegen"));
  conversation.stop();
  await until("idle");
  expect(texts()).toEqual(["first", "one", "second"]);
  accept?.();
  await vi.waitFor(() => expect(asked).toContain("DELETE /a2"));

  asked = [];
  routes["POST /codegen"] = answering("a3", ["Once "], "open");
  open(WHOLE).send("third");
  await vi.waitFor(() => expect(texts().at(-1)).toBe("Once "));
  conversation.leave();
  await until("idle");
  expect(asked).toEqual(["POST /codegen"]);
});

test("a lost network is noticed at once, also on a connection that stays open", async () => {
  routes["POST /codegen"] = answering("a2", ["Once "], "open");
  routes["GET /stream"] = answering("a2", ["Once ", "more"]);
  open(WHOLE).send("second");
  await vi.waitFor(() => expect(texts().at(-1)).toBe("Once "));
  conversation.loseConnection();
  await until("reconnecting");
  backOnline();
  await until("idle");
  expect(texts().at(-1)).toBe("Once more");
});
