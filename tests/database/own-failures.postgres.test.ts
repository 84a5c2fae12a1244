import { randomUUID } from "node:crypto";
import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Actor } from "@/domain/identity/actor";
import { findPayingKey, type PersonalKey } from "@/domain/keys/find-paying-key";
import { recordHealthAfterRun } from "@/domain/keys/health/record-health-after-run";
import { testOwnKey } from "@/domain/keys/health/test-key";
import { listKeys } from "@/domain/keys/list-keys";
import { addStoredKey } from "@/domain/keys/sources/stored/add-stored-key";
import { providerById } from "@/domain/providers/registry";
import { chatErrorOf } from "@/domain/runs/chat-error-of";
import { resolveLanguageModel } from "@/domain/runs/resolve-language-model";
import { RunReceipt } from "@/domain/spending/run-receipt";
import { databaseConnection } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { startTcpGate, type TcpGate } from "../http/support/tcp-gate";
import { type ReplayServer, replay, startReplayServer } from "../wire-fixtures/replay-server";
import { useDatabase } from "./use-database";

useDatabase("postgres");

const openai = providerById("openai");
const ADA: Actor = { userId: "ada" };
const MESSAGE: LanguageModelV4CallOptions = {
  prompt: [{ role: "user", content: [{ type: "text", text: "Hello." }] }],
};

let provider: ReplayServer;
/** In front of the database. */
let gate: TcpGate;
let keyId = "";

beforeAll(async () => {
  provider = await startReplayServer();
  process.env["OPENAI_BASE_URL"] = new URL(provider.connect(openai).baseUrl).origin;
  const url = new URL(process.env["DATABASE_URL"] ?? "");
  gate = await startTcpGate(Number(url.port));
  url.port = String(gate.port);
  process.env["DATABASE_URL"] = url.href;
  const { db } = await databaseConnection();
  await db.insert(userTable).values({ id: ADA.userId, name: "Ada", email: "ada@example.com" });
  const apiKey = "sk-own-failures-0123456789-wXyZ";
  keyId = await addStoredKey(ADA, { provider: "openai", apiKey, label: "" });
});
afterAll(async () => {
  provider.close();
  await gate.shut();
});
beforeEach(async () => {
  provider.answer(replay(200, { object: "list", data: [] }));
  await testOwnKey(ADA, keyId);
  provider.answer(replay(500, {}));
});

/** Runs something while the database is unreachable: each query ends with a network error. */
async function withoutDatabase<T>(act: () => PromiseLike<T>): Promise<T> {
  await gate.shut();
  try {
    const connection = await databaseConnection();
    await expect
      .poll(() => connection.query("select 1").catch(({ code }) => code as unknown))
      .toBe("ECONNREFUSED");
    return await act();
  } finally {
    await gate.open();
  }
}

const healthNow = async () => (await listKeys(ADA)).map(({ health }) => health?.outcome);

test("a message whose key cannot be read because the database is down is our failure, and does not change the key's health", async () => {
  const selection = { payer: "person", provider: "openai", model: "gpt-6-luna", keyId } as const;
  const key = (await findPayingKey(ADA, selection)) as PersonalKey;
  expect(key).toMatchObject({ source: "stored", id: keyId });
  const receipt = new RunReceipt({ adapter: openai, model: selection.model, runId: randomUUID(), key });
  const model = resolveLanguageModel(ADA, selection, key, receipt, "chat");
  const thrown = await withoutDatabase(() =>
    model.doStream(MESSAGE).then(
      () => null,
      (error: unknown) => error,
    ),
  );
  const error = chatErrorOf(thrown, {
    keyProvider: "personal",
    provider: openai.facts,
    keyLabel: "OpenAI key",
    hasKey: true,
    classifyRefusal: openai.classifyRefusal,
  });
  await recordHealthAfterRun(ADA, key, error.code);
  expect({
    error,
    requests: receipt.requests,
    arrived: provider.arrived.length,
    health: await healthNow(),
  }).toEqual({
    error: {
      code: "unavailable",
      message:
        "Something on this server kept the key from being read. Nothing was sent and the key is unchanged. Try again in a minute.",
      action: "retry",
    },
    requests: 0,
    arrived: 0,
    health: ["ok"],
  });
});
