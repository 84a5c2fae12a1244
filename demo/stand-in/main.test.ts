import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { compiledProgram } from "../../scripts/lib/compile.mjs";
import { messageSaying, rawRequest } from "./ask-over-http";
import { controlStandIn } from "./control-client";
import { demoKeyThat, PERSONAL_DEMO_KEY } from "./demo-keys";
import { startProviderStandIn } from "./provider-stand-in";

const program = await compiledProgram(path.resolve(import.meta.dirname, "../.."), "demo/stand-in/main.ts");
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function run(args: string[], stdio: ("pipe" | "ignore" | "ipc")[] = ["pipe", "pipe", "pipe"]): ChildProcess {
  const child = spawn(process.execPath, [...program, ...args], { stdio });
  children.push(child);
  return child;
}

async function printedUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("The stand-in was started without a pipe for its output.");
  const [line] = await once(createInterface(child.stdout), "line");
  return JSON.parse(line).url;
}

const hello = messageSaying("say: hello");

test("another process can start it, give it keys, look at the journal and end it", async () => {
  const child = run(["--pace", "instant", "--accept-prefix", "sk-ant-bench-"]);
  const url = await printedUrl(child);
  const control = controlStandIn(url);

  expect((await rawRequest({ url }, "sk-ant-added", { body: hello })).status).toBe(401);
  await control.setKey("sk-ant-added");
  expect((await rawRequest({ url }, "sk-ant-added", { body: hello })).status).toBe(200);
  await control.setKey("sk-ant-added", "overloaded");
  expect((await rawRequest({ url }, "sk-ant-added", { body: hello })).status).toBe(529);
  expect((await rawRequest({ url }, "sk-ant-bench-17", { body: hello })).status).toBe(200);

  const { openRequests, entries } = await control.journal({ whenIdle: true });
  expect(openRequests).toBe(0);
  expect(entries.map(({ apiKey, status, aborted }) => [apiKey, status, aborted])).toEqual([
    ["sk-ant-added", 401, false],
    ["sk-ant-added", 200, false],
    ["sk-ant-added", 529, false],
    ["sk-ant-bench-17", 200, false],
  ]);
  expect(entries[1]).toMatchObject({ lastUserText: "say: hello", model: "claude-haiku-4-5", body: hello });
  const ids = async (asked: Parameters<typeof control.journal>[0]) =>
    (await control.journal(asked)).entries.map(({ id }) => id);
  expect(await ids({ key: "sk-ant-added" })).toEqual([1, 2, 3]);
  expect(await ids({ key: "sk-ant-bench-17", text: "say: hello", said: "hello" })).toEqual([4]);
  expect([await ids({ text: "say: hel\\n" }), await ids({ said: "messages" })]).toEqual([[], []]);
  const [withoutBody] = (await control.journal({ key: "sk-ant-bench-17", bodies: false })).entries;
  expect(withoutBody).toMatchObject({ lastUserText: "say: hello", body: null });
  await control.clearJournal();
  expect((await control.journal()).entries).toEqual([]);
  const nonsense = { method: "POST", body: JSON.stringify({ key: "sk-ant-added", behaviour: "nonsense" }) };
  expect((await fetch(`${url}/__stand-in/keys`, nonsense)).status).toBe(400);

  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("it ends when its parent's end of standard input closes, even while a request is open", async () => {
  const child = run(["--pace", "instant"]);
  const url = await printedUrl(child);
  const silent = rawRequest({ url }, demoKeyThat("never-answers"), { body: hello });
  const outcome = silent.catch((error: NodeJS.ErrnoException) => error.code);
  await expect.poll(async () => (await controlStandIn(url).journal()).openRequests).toBe(1);
  child.stdin?.end();
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(await outcome).toBe("ECONNRESET");
});

test("it ends when the IPC channel to its parent closes", async () => {
  const child = run([], ["ignore", "pipe", "pipe", "ipc"]);
  await printedUrl(child);
  child.disconnect();
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("without standard input it keeps running, and --no-control hides its journal", async () => {
  const child = run(["--no-control", "--pace", "0,0"], ["ignore", "pipe", "pipe"]);
  const url = await printedUrl(child);
  expect((await rawRequest({ url }, PERSONAL_DEMO_KEY, { body: hello })).status).toBe(200);
  await expect(controlStandIn(url).journal()).rejects.toThrow("401");
});

test("a port in use gives one clear sentence and a non-zero exit code", async () => {
  const standIn = await startProviderStandIn();
  const child = run(["--port", String(standIn.port)]);
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "close");
  await standIn.close();
  expect(code).toBe(2);
  expect(said).toBe(`Provider stand-in: port ${standIn.port} is in use; choose another with --port.\n`);
});

test("a web page with a rebound name cannot read the journal", async () => {
  const standIn = await startProviderStandIn();
  const request = http.get(`${standIn.url}/__stand-in/journal`, {
    headers: { host: "evil.example" },
    agent: false,
  });
  const response: http.IncomingMessage = (await once(request, "response"))[0];
  response.resume();
  expect(response.statusCode).toBe(403);
  await standIn.close();
});
