import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server";
import { CONNECTED, comeBack, decide, failed, keysOf, startConnection } from "./support/connecting";
import { type HostileExchange, jsonAnswer, startHostileExchange } from "./support/hostile-exchange";
import { newPerson } from "./support/new-person";

/*
 * Provider answers are tested without a server (tests/routes). Here: the browser's redirects, and the log.
 */

test("a person who agrees returns to the settings with a working key; signed out, to the sign-in", async () => {
  const person = await newPerson();
  const callback = await decide(await startConnection(person));
  expect(callback.origin).toBe(inject("appUrl"));
  expect(await comeBack({ cookie: "" }, callback)).toBe("/sign-in?next=%2Fsettings");
  expect(await comeBack(person, await decide(await startConnection(person)))).toBe(CONNECTED);
  const [key] = await keysOf(person);
  const tested = await person.call("POST", `/api/v1/user/ai-keys/${key.id}/test`);
  expect(tested.body.result).toMatchObject({ outcome: "ok" });
});

describe("a hostile server in the provider's place", () => {
  let hostile: HostileExchange;
  let server: AppServer;
  beforeAll(async () => {
    hostile = await startHostileExchange();
    server = await startAppServer({
      ...inject("productEnvironment"),
      OPENROUTER_BASE_URL: `${hostile.url}/api`,
    });
  });
  afterAll(async () => {
    await server?.stop();
    await hostile?.close();
  });

  test("is reported as a failure, and the log does not repeat its response", async () => {
    const person = await newPerson({ url: server.url });
    hostile.answerWith(jsonAnswer(500, { error: { message: "sk-or-v1-leaked" } }));
    const page = await startConnection(person);
    const callback = new URL(page.searchParams.get("callback_url") ?? "");
    expect(callback.origin).toBe(server.url);
    callback.searchParams.set("code", `code-${randomUUID()}`);
    expect(await comeBack(person, callback)).toBe(failed("provider_unreachable"));
    expect(await keysOf(person)).toEqual([]);
    expect(server.output()).not.toBe("");
    expect(server.output()).not.toContain("sk-or-v1-leaked");
  });
});
