import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { holdSessionKey } from "@/domain/keys/sources/session/session-key-store";
import { saveStoredKey } from "@/domain/keys/sources/stored/save-stored-key";
import { queueAuditEvent } from "@/domain/vault/audit/audit-queue";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { oncePerProcess } from "@/lib/once-per-process";
import { consumeLimit } from "@/lib/rate-limiter";
import { Browser } from "./auth-browser";
import { useDatabase } from "./use-database";

useDatabase("postgres");

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/**
 * Does something as a request does: with its body in the asynchronous context. Gives what is left of that
 * body in memory afterwards.
 */
async function inRequest(work: () => Promise<unknown>): Promise<WeakRef<object>> {
  const context = new AsyncLocalStorage<object>();
  const body = { password: randomUUID() };
  await context.run(body, work);
  return new WeakRef(body);
}

async function isForgotten(body: WeakRef<object>): Promise<boolean> {
  for (let round = 0; round < 20; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- what is awaited ends in turns of the event loop
    await turn();
    collectGarbage();
    if (body.deref() === undefined) return true;
  }
  return false;
}

const EMAIL = `${randomUUID()}@example.com`;
const PASSWORD = "correct horse battery staple";

async function newPerson(): Promise<{ userId: string; sessionId: string }> {
  const userId = randomUUID();
  const db = await database();
  await db.insert(userTable).values({ id: userId, name: "P", email: `${userId}@example.com` });
  return { userId, sessionId: randomUUID() };
}

test("this notices what is kept", async () => {
  const timers: NodeJS.Timeout[] = [];
  const body = await inRequest(async () => void timers.push(setTimeout(() => undefined, 60_000)));
  expect(await isForgotten(body)).toBe(false);
  for (const timer of timers) clearTimeout(timer);
});

test.each<[string, () => Promise<unknown>]>([
  [
    "the limiter of a kind of attempts that it is the first of",
    () => consumeLimit({ name: randomUUID(), points: 1, seconds: 1200, sentence: "Too often." }, "somebody"),
  ],
  [
    "connections to the database that it opens",
    async () => {
      const db = await database();
      await Promise.all(Array.from({ length: 12 }, () => db.execute("select pg_sleep(0.05)")));
    },
  ],
  [
    "a value of the process that it is the first to need",
    async () => oncePerProcess(randomUUID(), () => setInterval(() => undefined, 60_000).unref()).get(),
  ],
  [
    "the data key that it seals with",
    async () => saveStoredKey(await newPerson(), { provider: "anthropic", apiKey: "sk-ant-0123456789" }),
  ],
  [
    "a key for the session that it brings",
    async () => {
      const actor = await newPerson();
      holdSessionKey({ ...actor, provider: "anthropic", label: "", baseUrl: null }, "sk-ant-0123456789");
    },
  ],
  [
    "a record that is waiting to be written",
    async () => queueAuditEvent({ actor: await newPerson(), action: "operator.denied", objectId: "vault" }),
  ],
  [
    "an account that it makes, the first in this process",
    () => new Browser().call("/sign-up/email", { name: "Ada", email: EMAIL, password: PASSWORD }),
  ],
  ["a sign-in", () => new Browser().call("/sign-in/email", { email: EMAIL, password: PASSWORD })],
])("nothing of a request stays in memory with %s", async (_what, work) => {
  expect(await isForgotten(await inRequest(work))).toBe(true);
});
