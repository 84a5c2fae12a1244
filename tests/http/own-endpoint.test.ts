import { randomBytes, randomUUID } from "node:crypto";
import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server";
import { type HttpAnswer, HttpPerson } from "../support/http-person";
import { standIn } from "./support/stand-in";

/** Open to the product, as an operator's own model server would be; this machine's usual address is not. */
const OPEN = "127.0.0.2";
const CLOSED = "127.0.0.1";

/** What a hostile endpoint does, named by the first part of its path. */
const TRICKS: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  redirect: (request, response) => {
    response.writeHead(307, { location: `http://${CLOSED}:${portOf(neighbour)}${request.url}` }).end();
  },
  html: (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(`<h1>Sign in</h1>${TRACE}`);
  },
  huge: (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const piece = Buffer.alloc(256 * 1024, " ");
    const more = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on("drain", more);
    more();
  },
  drip: (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 100);
    response.on("close", () => clearInterval(timer));
  },
  silent: () => undefined,
  "repeats the key": (request, response) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: `bad key ${request.headers.authorization} ${TRACE}` } }));
  },
  "repeats the key in a stream": (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const error = { message: `bad key ${request.headers.authorization} ${TRACE}`, code: 401 };
    response.end(`data: ${JSON.stringify({ error })}\n\n`);
  },
  "not http": (request) => {
    request.socket.end(`+PONG ${TRACE}\r\n`);
  },
};
/** A text of the endpoint's, which must not come out anywhere. */
const TRACE = "trace-of-the-endpoint";

let hostile: Server;
let neighbour: Server;
let arrivedNextDoor: string[];
let server: AppServer;
let person: HttpPerson;
let projectId: string;

beforeAll(async () => {
  hostile = await listen(OPEN, (request, response) => {
    const [, trick = ""] = (request.url ?? "").split("/");
    const play = TRICKS[decodeURIComponent(trick)];
    if (play) play(request, response);
    else passOn(request, response);
  });
  neighbour = await listen(CLOSED, (request, response) => {
    arrivedNextDoor.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.writeHead(200, { "content-type": "application/json" }).end('{"data":[]}');
  });
  server = await startAppServer({
    ...inject("productEnvironment"),
    ALLOWED_PRIVATE_ENDPOINTS: OPEN,
    PROVIDER_TIMEOUT_SECONDS: "5",
  });
  person = await HttpPerson.signUp(server.url);
  projectId = await person.createProject();
});
beforeEach(() => {
  arrivedNextDoor = [];
});
afterEach(() => {
  if (arrivedNextDoor.length > 0) throw new Error(`arrived next door: ${arrivedNextDoor.join("; ")}`);
});
afterAll(async () => {
  await server?.stop();
  for (const each of [hostile, neighbour]) {
    each?.closeAllConnections();
    each?.close();
  }
});

async function listen(host: string, answer: http.RequestListener): Promise<Server> {
  const made = http.createServer(answer);
  await new Promise<void>((resolve) => made.listen(0, host, resolve));
  return made;
}

function portOf(of: Server): number {
  return (of.address() as AddressInfo).port;
}

/** A model server of the person's own, which is the stand-in under another address. */
function passOn(request: IncomingMessage, response: ServerResponse): void {
  const to = new URL(request.url ?? "/", inject("standInUrl"));
  const passed = http.request(
    to,
    { method: request.method, headers: { ...request.headers, host: to.host } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  request.pipe(passed);
}

function addressOf(trick = ""): string {
  return `http://${OPEN}:${portOf(hostile)}${trick && `/${encodeURIComponent(trick)}`}/v1`;
}

async function acceptedKey(): Promise<string> {
  const key = `local-${randomBytes(24).toString("hex")}`;
  await standIn.setKey(key);
  return key;
}

const provider = "openai-compatible";

describe("an endpoint of one's own", () => {
  test("answers, lists its models, and takes part in tools, with the key it was saved with", async () => {
    const apiKey = await acceptedKey();
    const keyId = await person.saveKey(apiKey, { provider, baseUrl: `${addressOf()}/`, label: "vLLM" });
    const tested = await person.call("POST", `/api/v1/user/ai-keys/${keyId}/test`);
    expect(tested.body).toMatchObject({ result: { outcome: "ok" } });
    const { group } = (await person.call("GET", `/api/v1/user/ai-keys/${keyId}/models`)).body;
    expect(group).toMatchObject({ source: "live", keyLabel: "vLLM", listProblem: null });
    expect(group.models.length).toBeGreaterThan(0);
    const answer = await person.chat({
      projectId,
      text: `tool: writeFile ${JSON.stringify({ path: `${randomUUID()}.txt`, content: "x" })}`,
      keyProvider: "personal",
      aiProvider: provider,
      model: group.models[0].id,
      keyId,
    });
    expect({ text: answer.text, error: answer.error }).toEqual({ text: "done", error: null });
    const { entries } = await standIn.journal();
    const ours = entries.filter((entry) => entry.apiKey === apiKey);
    expect(ours.filter(({ path }) => path.endsWith("/chat/completions")).length).toBeGreaterThanOrEqual(2);
  });
});

/** Nothing of what the endpoint says comes back. */
function saysNothingOf(answer: Pick<HttpAnswer, "text">, apiKey: string): void {
  expect(answer.text).not.toContain(TRACE);
  expect(answer.text).not.toContain(apiKey);
}

describe.each(Object.keys(TRICKS))("a hostile endpoint: %s", (trick) => {
  test("gets nothing out of a test, a list or a message, and says nothing against the key", async () => {
    const apiKey = `local-${randomBytes(24).toString("hex")}`;
    const baseUrl = addressOf(trick);
    const tested = await person.call("POST", "/api/v1/user/ai-keys/test", { provider, apiKey, baseUrl });
    expect(tested.status).toBe(200);
    expect(["unreachable", "unknown"].includes(tested.body.result.outcome)).toBe(trick !== "repeats the key");
    saysNothingOf(tested, apiKey);

    const keyId = await person.saveKey(apiKey, { provider, baseUrl, label: trick });
    const listed = await person.call("GET", `/api/v1/user/ai-keys/${keyId}/models`);
    expect(listed.body.group).toMatchObject({
      source: "catalog",
      listProblem: expect.any(String),
      models: [],
    });
    saysNothingOf(listed, apiKey);

    // A stream that never says anything may last; the person stops it.
    if (trick === "drip") return;
    const answer = await person.chat({
      projectId,
      text: "say: hello",
      keyProvider: "personal",
      aiProvider: provider,
      model: "some-model",
      keyId,
    });
    expect(answer.text).toBe("");
    expect(answer.error.code).toMatch(/^provider_/);
    saysNothingOf({ text: answer.raw }, apiKey);
  });
});

test("the log repeats nothing an endpoint said, and no key", () => {
  expect(server.output()).toContain("a message failed");
  expect(server.output()).not.toContain(TRACE);
  expect(server.output()).not.toMatch(/local-[\da-f]{48}/);
});

test.each([
  `http://${CLOSED}:1/v1`,
  "http://localhost:11434/v1",
  "http://2130706433/v1",
  "http://[::ffff:127.0.0.1]/v1",
  "https://169.254.169.254/latest/meta-data",
  "http://10.0.0.7/v1",
  "http://llm.example.com@127.0.0.1/v1",
  "file:///etc/passwd",
  "https://llm.example.com/v1?key=x",
])("%s is refused at once, for a test and for saving", async (baseUrl) => {
  const apiKey = `local-${randomBytes(24).toString("hex")}`;
  const before = (await person.call("GET", "/api/v1/user/ai-keys")).body.keys.length;
  for (const path of ["/api/v1/user/ai-keys/test", "/api/v1/user/ai-keys"]) {
    const answer = await person.call("POST", path, { provider, apiKey, baseUrl });
    expect(answer).toMatchObject({ status: 400, body: { code: "endpoint_refused" } });
  }
  expect((await person.call("GET", "/api/v1/user/ai-keys")).body.keys).toHaveLength(before);
});

test("an address the operator no longer allows is refused, with the key unopened", async () => {
  const apiKey = await acceptedKey();
  const keyId = await person.saveKey(apiKey, { provider, baseUrl: addressOf(), label: "closed since" });
  // The same installation, started without the allowance.
  const there = person.at(inject("appUrl"));
  await there.refreshToken();
  const chosen = { projectId, keyProvider: "personal", aiProvider: provider, model: "m", keyId };
  const answer = await there.chat({ ...chosen, text: "say: hello" });
  expect(answer.error).toMatchObject({ code: "endpoint_refused" });
  expect(await there.call("POST", `/api/v1/user/ai-keys/${keyId}/test`)).toMatchObject({
    status: 400,
    body: { code: "endpoint_refused" },
  });
  const { entries } = await standIn.journal();
  expect(entries.filter((entry) => entry.apiKey === apiKey)).toEqual([]);
});
